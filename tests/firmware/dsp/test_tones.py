"""Generators: the same samples as the reference, of the right level, in any pieces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import dsp
from firmware.dsp import reference_tones as reference

ZERO_DBM0 = 2**29 / 2.06063
NAMES = (*reference.CADENCES, *reference.ANSWERS, *reference.DIGITS)


def samples(name, count, rate=8000, duration_ms=0):
    return np.frombuffer(dsp.ToneGenerator(name, rate, duration_ms).generate(count), "<i2")


def level(pcm, hertz, rate=8000):
    """dBm0 of one tone in a whole number of its periods, nearly."""
    phasor = np.sum(pcm * np.exp(-2j * np.pi * hertz * np.arange(len(pcm)) / rate)) * 2 / len(pcm)
    return 10 * np.log10(np.abs(phasor)**2 / 2 / ZERO_DBM0)


@pytest.mark.parametrize("rate", [8000, 16000])
def test_every_sample_is_that_of_the_reference(rate):
    for digit in reference.DIGITS:
        assert samples(digit, rate * 150 // 1000, rate).tolist() == reference.digit(digit, rate)
    for name in reference.CADENCES:
        assert samples(name, 3 * rate, rate).tolist() == reference.cadence(name, 3 * rate, rate)
    for name in reference.ANSWERS:
        assert samples(name, rate * 3300 // 1000, rate).tolist() == reference.answer(name, rate)


def test_the_sine_is_one_within_minus_eighty_decibels():
    phases = np.arange(0, 2**32, 2**18)
    error = np.array([reference.sine(int(phase)) for phase in phases]) / 32768 - np.sin(2 * np.pi * phases / 2**32)
    assert np.max(np.abs(error)) < 1e-4


@pytest.mark.parametrize("rate", [8000, 16000])
def test_a_digit_has_minus_six_and_minus_four_dbm0(rate):
    for place, digit in enumerate(reference.DIGITS):
        pcm = samples(digit, rate, rate, 1000)[rate // 10:rate // 10 + rate // 2]
        assert level(pcm, reference.ROWS[place // 4], rate) == pytest.approx(-6, abs=0.1)
        assert level(pcm, reference.COLUMNS[place % 4], rate) == pytest.approx(-4, abs=0.1)


@pytest.mark.parametrize(("name", "hertz", "dbm0"), [("dial", 425, -10), ("ringing", 425, -10), ("cng", 1100, -13),
                                                     ("ced", 2100, -13)])
def test_other_tones_have_the_level_that_the_header_says(name, hertz, dbm0):
    assert level(samples(name, 4000)[800:2400], hertz) == pytest.approx(dbm0, abs=0.1)


def test_a_digit_lasts_150_ms_unless_told_otherwise():
    for wanted, expected in ((0, 150), (40, 40), (1000, 1000)):
        generator = dsp.ToneGenerator("5", duration_ms=wanted)
        pcm = np.frombuffer(generator.generate(16000), "<i2")
        assert np.flatnonzero(pcm)[-1] == pytest.approx(8 * expected, abs=3)
        assert not generator.active


def test_busy_goes_on_until_its_duration():
    generator = dsp.ToneGenerator("busy", duration_ms=2200)
    pcm = np.abs(np.frombuffer(generator.generate(24000), "<i2").astype(int)).reshape(-1, 400).max(axis=1) > 0
    assert pcm.tolist() == ([True] * 10 + [False] * 10) * 2 + [True] * 4 + [False] * 16


def test_no_edge_clicks():
    for name in ("busy", "ringing", "cng", "5"):
        pcm = samples(name, 16000).astype(int)
        burst = np.flatnonzero(pcm)
        steady = np.abs(np.diff(pcm[burst[0] + 100:burst[0] + 900])).max()
        assert np.abs(np.diff(pcm)).max() <= steady * 1.02


@pytest.mark.parametrize("bad", [
    ("nonsense",), ("",), ("12",), ("dial", 44100), ("dial", 8000, -1), ("5", 8000, 10**8)])
def test_a_tone_or_rate_that_is_none_is_told(bad):
    with pytest.raises(ValueError):
        dsp.ToneGenerator(*bad)


def test_a_count_that_is_none_is_told():
    with pytest.raises(ValueError):
        dsp.ToneGenerator("dial").generate(-1)
    with pytest.raises(TypeError):
        dsp.ToneGenerator("dial").generate("many")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.lists(st.integers(0, 3000), max_size=8))
def test_pieces_of_any_length_are_the_whole(name, pieces):
    generator = dsp.ToneGenerator(name)
    whole = dsp.ToneGenerator(name).generate(sum(pieces))
    assert b"".join(generator.generate(piece) for piece in pieces) == whole
