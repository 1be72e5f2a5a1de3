from itertools import pairwise

import numpy as np
import pytest

from firmware import dsp


def tone(frequency, rate, seconds=1.0, level=16000):
    return level * np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate)


def change(pcm, source, target):
    out = np.frombuffer(dsp.Resampler(source, target).process(np.round(pcm).astype("<i2")), "<i2").astype(float)
    return out[200:-200]


def decibel(ratio):
    return 20 * np.log10(max(ratio, 1e-9))


@pytest.mark.parametrize("frequency", [50, 300, 1000, 2000, 3000, 3400])
@pytest.mark.parametrize(("source", "target"), [(8000, 16000), (16000, 8000)])
def test_speech_passes_within_a_hundredth_of_a_decibel(source, target, frequency):
    pcm = tone(frequency, source)
    assert abs(decibel(change(pcm, source, target).std() / pcm.std())) < 0.01


@pytest.mark.parametrize("frequency", [4600, 5000, 6000, 7000, 7900])
def test_what_8_khz_cannot_hold_is_75_db_down(frequency):
    pcm = tone(frequency, 16000, level=32000)
    assert decibel(change(pcm, 16000, 8000).std() / pcm.std()) < -75


@pytest.mark.parametrize("frequency", [300, 1000, 3000, 3400])
def test_no_image_appears_above_4600_hz(frequency):
    out = change(tone(frequency, 8000, level=32000), 8000, 16000)
    spectrum = np.abs(np.fft.rfft(out * np.blackman(len(out))))
    above = np.fft.rfftfreq(len(out), 1 / 16000) > 4600
    assert decibel(spectrum[above].max() / spectrum.max()) < -75


def test_there_and_back_is_the_same_speech_31_samples_later(signals):
    pcm = signals(1).noise(1, -20)
    spectrum = np.fft.rfft(pcm)
    spectrum[np.fft.rfftfreq(len(pcm), 1 / 8000) > 3300] = 0
    pcm = np.round(np.fft.irfft(spectrum, len(pcm)))
    up = dsp.Resampler(8000, 16000).process(pcm.astype("<i2"))
    back = np.frombuffer(dsp.Resampler(16000, 8000).process(up), "<i2")
    error = back[31:].astype(float) - pcm[:-31]
    assert decibel(np.std(error[100:]) / np.std(pcm)) < -60


def test_a_constant_and_full_scale_stay_what_they_are():
    for value in (32767, -32768, 1, 0):
        assert set(change(np.full(800, value), 8000, 16000)) == {value}
        assert set(change(np.full(1600, value), 16000, 8000)) == {value}


def test_pieces_give_the_same_samples_as_the_whole(signals):
    pcm = signals(2).speech(0.5).astype("<i2")
    for source, target in ((8000, 16000), (16000, 8000)):
        resampler, cuts = dsp.Resampler(source, target), [0, 2, 80, 322, 1000, len(pcm)]
        parts = [resampler.process(pcm[a:b]) for a, b in pairwise(cuts)]
        assert b"".join(parts) == dsp.Resampler(source, target).process(pcm)


def test_other_rates_and_half_samples_are_refused():
    with pytest.raises(ValueError, match="44100"):
        dsp.Resampler(44100, 8000)
    with pytest.raises(ValueError, match="even"):
        dsp.Resampler(16000, 8000).process(bytes(6))
    with pytest.raises(ValueError, match="even number"):
        dsp.Resampler(8000, 16000).process(bytes(3))


def test_gain_is_what_it_says_saturates_and_changes_without_a_step():
    pcm = np.round(tone(1000, 8000, 0.1, 8000)).astype("<i2")
    for decibels in (-20, -6, 6, 12):
        out = np.frombuffer(dsp.Gain(decibels).process(pcm), "<i2").astype(float)
        assert abs(decibel(out.std() / pcm.std()) - decibels) < 0.01
    assert dsp.Gain(0).process(pcm) == pcm.tobytes()
    assert np.abs(np.frombuffer(dsp.Gain(60).process(pcm), "<i2").astype(int)).max() == 32768
    gain, steady = dsp.Gain(0), np.full(80, 10000, "<i2")
    gain.set(-20)
    glide = np.frombuffer(gain.process(steady), "<i2").astype(int)
    assert np.abs(np.diff(glide)).max() < 150 and glide[-1] == 1000
    assert set(np.frombuffer(gain.process(steady), "<i2")) == {1000}
    gain.set(float("nan"))
    assert not any(dsp.Gain(float("-inf")).process(steady))
