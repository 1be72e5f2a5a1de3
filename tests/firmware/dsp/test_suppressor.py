"""The suppressor behind the linear stage: it takes what is heard of an echo, and nothing else."""

import numpy as np
import pytest

from firmware import dsp


def to_int16(samples):
    return np.clip(np.round(samples), -32768, 32767).astype("<i2")


def decibel(signal, rest):
    return 10 * np.log10((np.sum(np.asarray(signal, float)**2) + 1e-9) / (np.sum(np.asarray(rest, float)**2) + 1e-9))


def run(near, far, rate=8000, **options):
    """The output, made up for its delay."""
    canceller = dsp.EchoCanceller(rate=rate, **options)
    out = np.frombuffer(canceller.process(to_int16(near).tobytes(), to_int16(far).tobytes()), "<i2").astype(float)
    return np.concatenate([out[canceller.delay:], np.zeros(canceller.delay)])


def echo_of(far, path):
    return np.convolve(far, path)[:len(far)]


@pytest.mark.parametrize("rate", [8000, 16000])
def test_it_takes_more_of_an_echo_than_the_linear_stage(rate, signals):
    signal = signals(1, rate)
    far = signal.speech(6)
    near = echo_of(far, signal.path())
    late = slice(2 * rate, -rate // 100)
    linear, suppressed = (decibel(near[late], run(near, far, rate, linear=one)[late]) for one in (True, False))
    assert suppressed >= linear + 5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_echo_below_the_noise_is_left_there_and_the_noise_as_it_is(seed, signals):
    """Noise of -30 dBm0: whatever gain and comfort noise do to it counts as not cancelled."""
    signal = signals(seed)
    far, noise = signal.speech(10), signal.noise(10, -30)
    echo = echo_of(far, signal.path(length_ms=15))
    near, late = echo + noise, slice(5 * 8000, -100)
    linear, suppressed = (decibel(echo[late], (run(near, far, linear=one) - noise)[late]) for one in (True, False))
    assert suppressed >= linear - 2.5


def test_a_near_end_in_noise_keeps_its_syllables(signals):
    signal = signals(5)
    far, talker, noise = signal.speech(10), signal.speech(10, -30), signal.noise(10, -45)
    talker[:5 * 8000] = 0
    echo, late = echo_of(far, signal.path(length_ms=15)), slice(6 * 8000, -100)
    out = run(echo + talker + noise, far)
    frames = (talker[late][:30 * 1000].reshape(-1, 200) ** 2).mean(1)
    heard = (out[late][:30 * 1000].reshape(-1, 200) ** 2).mean(1)
    spoken = frames > np.mean(talker[late] ** 2) / 10
    assert np.mean(heard[spoken] > frames[spoken] / 4) >= 0.97


def test_it_works_from_the_first_moment_before_the_quiet_floor_is_known(signals):
    signal = signals(3)
    far = signal.speech(1)
    near = echo_of(far, signal.path())
    linear, suppressed = (run(near, far, linear=one)[:2400] for one in (True, False))
    assert np.sum(suppressed**2) <= 1.05 * np.sum(linear**2)


def test_a_steady_echo_does_not_become_the_quiet_floor(signals):
    """Otherwise comfort noise would take its place, and the masking leave it."""
    signal = signals(4)
    far = signal.noise(20, -16)
    near = echo_of(far, signal.path())
    near += 1e-6 * near * np.abs(near)
    linear, suppressed = (run(near, far, linear=one) for one in (True, False))
    assert decibel(linear[-16000:-100], suppressed[-16000:-100]) >= 1
    assert decibel(suppressed[5 * 8000:7 * 8000], suppressed[-16000:-100]) >= -1


@pytest.mark.parametrize("rate", [8000, 16000])
def test_a_near_end_alone_passes_once_the_far_end_is_silent(rate, signals):
    talker = signals(6, rate).speech(4, -20)
    out = run(talker, np.zeros(len(talker)), rate)
    assert decibel(talker[:-400], (out - talker)[:-400]) >= 35


def test_comfort_noise_has_the_level_of_the_noise_that_it_stands_for(signals):
    signal = signals(7)
    far, noise = signal.speech(12), signal.noise(12, -50)
    far[:3 * 8000] = 0
    out = run(echo_of(far, signal.path(length_ms=15)) + noise, far)
    alone, spoken = np.std(out[2 * 8000:3 * 8000]), np.std(out[8 * 8000:])
    assert abs(20 * np.log10(spoken / alone)) <= 3
