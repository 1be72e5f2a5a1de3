"""The DTMF detector against ITU-T Q.24, speech, and hard input; and what removal lets through."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import dsp
from firmware.dsp.reference_tones import COLUMNS, DIGITS, ROWS
from sim.peers import talker

FULL_SCALE = 3.14


def to_bytes(samples):
    return np.clip(np.round(samples), -32768, 32767).astype("<i2").tobytes()


class Keys:
    """Digits as a telephone might send them; levels in dBm0 of each tone, `off` the frequencies' error."""

    def __init__(self, seed=1):
        self.random = np.random.default_rng(seed)

    def press(self, digit, ms=40, low=-8.0, high=-8.0, off=(0.0, 0.0)):
        place, time = DIGITS.index(digit), np.arange(round(8 * ms)) / 8000
        pairs = ((ROWS[place // 4] * (1 + off[0]), low), (COLUMNS[place % 4] * (1 + off[1]), high))
        return sum(32768 * 10 ** ((dbm0 - FULL_SCALE) / 20)
                   * np.sin(2 * np.pi * hertz * time + self.random.uniform(0, 2 * np.pi)) for hertz, dbm0 in pairs)

    def dial(self, digits, pause=45, noise=None, **press):
        """With pauses, and every digit at another place within a frame."""
        parts = [np.zeros(400)]
        for digit in digits:
            parts += [self.press(digit, **press), np.zeros(8 * pause + self.random.integers(80))]
        out = np.concatenate(parts)
        if noise is not None:
            out += self.random.standard_normal(len(out)) * 32768 / np.sqrt(2) * 10 ** ((noise - FULL_SCALE) / 20)
        return to_bytes(out)


def heard(pcm):
    return "".join(value for _, kind, value in dsp.DtmfDetector().process(pcm) if kind == "dtmf")


def test_all_digits_of_our_generator_are_heard_with_their_length():
    pcm = b"".join(dsp.ToneGenerator(digit).generate(1200) + bytes(960) for digit in DIGITS)
    events = dsp.DtmfDetector().process(pcm)
    assert [(kind, value) for _, kind, value in events] == [
        pair for digit in DIGITS for pair in (("dtmf", digit), ("dtmf-end", 150))]
    assert [at for at, kind, _ in events if kind == "dtmf"] == pytest.approx([210 * n + 30 for n in range(16)], abs=10)


def test_forty_milliseconds_are_always_enough():
    assert heard(Keys(2).dial(DIGITS * 20)) == DIGITS * 20


def test_twenty_three_milliseconds_are_hardly_ever_enough():
    assert heard(Keys(3).dial(DIGITS * 20, ms=20)) == ""
    assert len(heard(Keys(3).dial(DIGITS * 20, ms=23))) <= 8


@pytest.mark.parametrize("low_off", [-0.015, 0, 0.015])
@pytest.mark.parametrize("high_off", [-0.015, 0, 0.015])
def test_frequencies_within_one_and_a_half_percent_are_accepted(low_off, high_off):
    assert heard(Keys(4).dial(DIGITS * 6, off=(low_off, high_off))) == DIGITS * 6


@pytest.mark.parametrize("off", [(-0.035, 0), (0.035, 0), (0, -0.035), (0, 0.035), (0.035, 0.035), (-0.05, -0.05)])
def test_frequencies_off_by_three_and_a_half_percent_are_rejected(off):
    assert heard(Keys(5).dial(DIGITS * 6, ms=100, off=off)) == ""


@pytest.mark.parametrize("low, high", [(0, 0), (-3, -3), (-25, -25), (-30, -30), (-8, -18), (-18, -12), (-11, -4),
                                       (-25, -33), (-33, -27)])
def test_levels_and_twist_that_q_24_asks_for_are_accepted(low, high):
    assert heard(Keys(6).dial(DIGITS * 6, low=low, high=high)) == DIGITS * 6


@pytest.mark.parametrize("low, high", [(-38, -38), (-55, -55), (-5, -17), (-17, -8), (-10, -90), (-90, -10)])
def test_too_quiet_or_too_uneven_pairs_are_rejected(low, high):
    assert heard(Keys(7).dial(DIGITS * 6, ms=100, low=low, high=high)) == ""


@pytest.mark.parametrize("off", [(0, 0), (0.015, -0.015)])
def test_noise_fifteen_decibels_below_does_no_harm(off):
    assert heard(Keys(8).dial(DIGITS * 20, low=-15, high=-15, off=off, noise=-30)) == DIGITS * 20


def test_a_gap_of_ten_milliseconds_leaves_one_digit_and_one_of_thirty_makes_two():
    keys = Keys(9)
    for gap, expected in ((10, "5"), (30, "55")):
        for start in range(0, 80, 7):
            parts = (np.zeros(400 + start), keys.press("5", 50), np.zeros(8 * gap), keys.press("5", 50), np.zeros(800))
            assert heard(to_bytes(np.concatenate(parts))) == expected


def test_another_digit_without_a_pause_ends_the_first():
    keys = Keys(10)
    events = dsp.DtmfDetector().process(to_bytes(np.concatenate(
        [np.zeros(400), keys.press("1", 80), keys.press("9", 80), np.zeros(800)])))
    assert [value for _, kind, value in events if kind == "dtmf"] == ["1", "9"]
    assert [kind for _, kind, _ in events] == ["dtmf", "dtmf-end"] * 2


def test_ten_minutes_of_speech_hold_no_digit_and_lose_no_frame(signals):
    for seed in range(5):
        for speech in (talker.speech(60, seed), signals(seed).speech(60, -12)):
            pcm = to_bytes(speech)
            assert dsp.ToneDetector(dtmf=True, fax=True, progress=True).process(pcm) == []
            lost = np.frombuffer(dsp.DtmfRemover().pass_through(pcm), "<i2") != np.frombuffer(pcm, "<i2")
            assert np.count_nonzero(lost) <= 800


@pytest.mark.parametrize("level", [-5, -20, -40])
def test_noise_holds_no_digit(level, signals):
    assert dsp.ToneDetector(dtmf=True, fax=True, progress=True).process(to_bytes(signals(1).noise(60, level))) == []


@pytest.mark.parametrize("press", [{}, {"low": -20, "high": -28}, {"off": (0.015, -0.015)}, {"off": (-0.015, 0.015)}])
def test_removal_leaks_less_than_twenty_milliseconds_of_a_digit(press):
    keys, worst = Keys(11), 0
    for digit in DIGITS:
        for start in range(0, 80, 5):
            tone = np.concatenate([np.zeros(800 + start), keys.press(digit, 100, **press), np.zeros(800)])
            tone = tone[:len(tone) // 80 * 80]
            passed = np.frombuffer(dsp.DtmfRemover().pass_through(to_bytes(tone)), "<i2")
            left = np.flatnonzero(np.abs(passed.astype(int)) > 0.05 * np.abs(tone).max())
            worst = max(worst, (left[-1] - left[0] + 1) / 8 if len(left) else 0)
    assert 0 < worst < 20


def test_removal_leaves_silence_and_speech_around_a_digit_as_they_are():
    speech = talker.speech(2, 3)
    pcm = to_bytes(np.concatenate([speech, np.zeros(160), Keys(12).press("7", 100), np.zeros(400), speech]))
    passed = dsp.DtmfRemover().pass_through(pcm)
    assert passed[:2 * 16000] == pcm[:2 * 16000]
    assert passed[-2 * 16000:] == pcm[-2 * 16000:]


def test_the_remover_reports_what_it_removed():
    remover = dsp.DtmfRemover()
    remover.pass_through(bytes(1600) + dsp.ToneGenerator("8").generate(1200) + bytes(1600))
    assert [event[1:] for event in remover.process(b"")] == [("dtmf", "8"), ("dtmf-end", 150)]
    assert remover.process(b"") == []


def test_wrong_buffers_are_told():
    with pytest.raises(ValueError, match="octets"):
        dsp.DtmfDetector().process(b"odd")
    with pytest.raises(ValueError, match="10 ms"):
        dsp.DtmfRemover().pass_through(bytes(100))
    for wrong in (None, "text", 5):
        with pytest.raises(TypeError):
            dsp.DtmfDetector().process(wrong)


@pytest.mark.parametrize("hard", [np.tile([32767, -32768], 40000), np.full(80000, 32767), np.full(80000, -32768),
                                  np.tile(np.repeat([32767, -32768], 5), 8000), np.arange(80000) % 2])
def test_extreme_samples_are_no_digits(hard):
    assert dsp.ToneDetector(dtmf=True, fax=True, progress=True, remove=True).process(to_bytes(hard)) == []


PCM = Keys(13).dial("159D", pause=60, ms=60)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 2000), max_size=10))
def test_pieces_of_any_length_hold_the_same_digits(lengths):
    detector, events, at = dsp.DtmfDetector(), [], 0
    for length in [*lengths, len(PCM)]:
        events += detector.process(PCM[at:at + 2 * length])
        at += 2 * length
    assert events == dsp.DtmfDetector().process(PCM)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=4000))
def test_any_octets_are_taken(octets):
    pcm = octets[:len(octets) // 2 * 2] * 4
    events = dsp.ToneDetector(dtmf=True, fax=True, progress=True, remove=True).process(pcm)
    assert all(0 <= at <= len(pcm) // 16 for at, *_ in events)
