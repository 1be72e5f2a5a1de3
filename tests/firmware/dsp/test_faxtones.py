"""CNG, CED and ANSam, and call progress by its cadence."""

import numpy as np
import pytest

from firmware import dsp
from firmware.dsp.reference_tones import ANSWERS
from sim.peers import talker

FULL_SCALE = 3.14


def to_bytes(samples):
    return np.clip(np.round(samples), -32768, 32767).astype("<i2").tobytes()


def sine(hertz, seconds, dbm0=-13.0):
    return 32768 * 10 ** ((dbm0 - FULL_SCALE) / 20) * np.sin(2 * np.pi * hertz * np.arange(int(8000 * seconds)) / 8000)


def fax(pcm):
    return [value for _, kind, value in dsp.FaxToneDetector().process(to_bytes(pcm)) if kind == "fax"]


def progress(pcm):
    return [value for _, kind, value in dsp.ProgressDetector().process(to_bytes(pcm)) if kind == "progress"]


def ours(name, seconds, lead=1600):
    return np.concatenate([np.zeros(lead), np.frombuffer(dsp.ToneGenerator(name).generate(int(8000 * seconds)), "<i2")])


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("lead", [1600, 1623, 1677])
def test_each_answering_tone_is_known_for_what_it_is(name, lead):
    assert fax(ours(name, 4, lead)) == [name]


@pytest.mark.parametrize("off", [-15, 15])
@pytest.mark.parametrize("dbm0", [-6, -13, -30, -43])
def test_ced_is_heard_where_v_25_and_t_30_want_it(off, dbm0):
    pause = np.zeros(800)
    assert fax(np.concatenate([pause, sine(2100 + off, 2.6, dbm0 + 1), pause])) == ["ced"]


def test_reversals_are_heard_though_the_tone_is_off():
    parts = [np.zeros(800)]
    whole = sine(2112, 2.7)
    for turn in range(6):
        parts.append(whole[turn * 3600:][:3600] * (-1) ** turn)
    assert fax(np.concatenate([*parts, np.zeros(800)])) == ["ced-reversals"]


def test_late_reversals_are_told_later():
    assert fax(np.concatenate([np.zeros(800), sine(2100, 1.0), -sine(2100, 1.0)])) == ["ced", "ced-reversals"]


@pytest.mark.parametrize("off", [-38, 0, 38])
def test_cng_is_heard_once_a_burst(off):
    burst = np.concatenate([sine(1100 + off, 0.5), np.zeros(24000)])
    assert fax(np.concatenate([np.zeros(800), burst, burst, burst])) == ["cng"] * 3


@pytest.mark.parametrize("signal", [sine(1100, 0.2), sine(1100, 2.0), sine(1180, 0.5), sine(2100, 0.3), sine(2160, 3.0),
                                    sine(2100, 3.0, -50), sine(1100, 0.5, -55)])
def test_what_is_no_fax_tone_is_not_told(signal):
    assert fax(np.concatenate([np.zeros(800), signal, np.zeros(8000)])) == []


def test_fax_tones_are_heard_above_noise(signals):
    noise = signals(1).noise(5, -35)
    for name in ("cng", *ANSWERS):
        tone = ours(name, 3)
        assert fax(tone + noise[:len(tone)]) == [name]


def test_fax_tones_survive_g_726():
    encoder, decoder = dsp.Encoder("g726-32"), dsp.Decoder("g726-32")
    for name in ("cng", *ANSWERS):
        pcm = decoder.decode(encoder.encode(to_bytes(ours(name, 5))))
        assert fax(np.frombuffer(pcm, "<i2")) == [name] * (1 if name != "cng" else 2)


@pytest.mark.parametrize("name", ["dial", "busy", "ringing", "congestion"])
def test_call_progress_is_known_by_its_cadence(name):
    assert progress(ours(name, 12)) == [name]


@pytest.mark.parametrize(("on", "off", "expected"), [
    (480, 480, ["busy"]), (200, 200, ["congestion"]), (1500, 3500, ["ringing"]), (670, 3000, ["ringing"]),
    (100, 600, [])])
def test_other_countries_cadences_are_known(on, off, expected):
    cycle = np.concatenate([sine(425, on / 1000, -10), np.zeros(8 * off)])
    assert progress(np.tile(cycle, 5)) == expected


def test_busy_after_ringing_is_told():
    assert progress(np.concatenate([ours("ringing", 10), ours("busy", 5)])) == ["ringing", "busy"]


def test_speech_over_minutes_is_neither():
    for seed in range(20, 23):
        pcm = talker.speech(60, seed)
        assert fax(pcm) == []
        assert progress(pcm) == []
