import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import dsp

OVERLOAD = 32768.0**2


def spectrum(pcm):
    """Mean power in 16 bands, dB."""
    frames = np.asarray(pcm, float)[:len(pcm) // 256 * 256].reshape(-1, 256) * np.hanning(256)
    power = np.mean(np.abs(np.fft.rfft(frames))**2, 0)[1:129]
    return 10 * np.log10(power.reshape(16, 8).mean(1))


def play(payload, samples=40000):
    noise = dsp.ComfortNoise()
    noise.set(payload)
    return np.frombuffer(noise.play(samples), "<i2").astype(float)


@pytest.mark.parametrize("level", [20, 40, 60, 78])
def test_a_level_alone_is_white_noise_of_that_level(level):
    out = play(bytes([level]))
    assert abs(10 * np.log10(np.mean(out**2) / OVERLOAD) + level) < 1.0
    bands = spectrum(out)
    assert bands.max() - bands.min() < 3


def test_noise_that_was_measured_and_packed_sounds_like_what_it_was(signals):
    pcm = np.convolve(signals(1).noise(5, -35), [1, 0.9, 0.5, 0.2], "same").astype("<i2")
    payload = dsp.ComfortNoise.measure(pcm, 10)
    assert len(payload) == 11
    out = play(payload)
    assert np.abs(spectrum(out) - spectrum(pcm)).max() < 2.5
    assert abs(dsp.ComfortNoise.measure(out.astype("<i2"))[0] - payload[0]) <= 1


def test_the_first_coefficient_of_low_noise_is_negative_as_in_1_plus_k_z(signals):
    noise = signals(2).noise(1, -30)
    low, high = np.convolve(noise, [1, 1], "same").astype("<i2"), np.diff(noise).astype("<i2")
    assert dsp.ComfortNoise.measure(low, 1)[1] < 127 < dsp.ComfortNoise.measure(high, 1)[1]


def test_silence_full_scale_and_nothing_at_all_can_be_described():
    assert dsp.ComfortNoise.measure(bytes(160), 4)[0] == 127
    assert dsp.ComfortNoise.measure(b"", 4)[0] == 127
    assert dsp.ComfortNoise.measure(np.array([32767, -32768] * 80, "<i2"), 4)[0] == 0
    with pytest.raises(ValueError, match="order"):
        dsp.ComfortNoise.measure(bytes(160), 13)
    with pytest.raises(ValueError, match="at least one"):
        dsp.ComfortNoise().set(b"")
    with pytest.raises(ValueError, match="-1"):
        dsp.ComfortNoise().play(-1)


def test_before_the_first_description_there_is_silence_and_a_new_level_is_glided_to():
    noise = dsp.ComfortNoise()
    assert not any(noise.play(80))
    noise.set(bytes([30]))
    loud = np.frombuffer(noise.play(800), "<i2").astype(float).std()
    noise.set(bytes([60]))
    first = np.frombuffer(noise.play(80), "<i2").astype(float).std()
    noise.play(8000)
    assert loud > first > 5 * np.frombuffer(noise.play(800), "<i2").astype(float).std()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=4))
def test_after_any_descriptions_a_plain_level_is_kept(payloads):
    noise = dsp.ComfortNoise()
    for payload in payloads:
        noise.set(payload)
        noise.play(2000)
    noise.set(bytes([payloads[-1][0]]))
    noise.play(8000)
    out = np.frombuffer(noise.play(4000), "<i2").astype(float)
    level = payloads[-1][0] & 127
    assert 10 * np.log10(np.mean(out**2) / OVERLOAD + 1e-12) < max(-level + 1.5, -89)
