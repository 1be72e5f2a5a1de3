"""The talker and the measures."""

import numpy as np
import pytest

from sim.peers import talker


def test_one_seed_says_the_same_and_another_something_else():
    assert np.array_equal(talker.speech(1, 3), talker.speech(1, 3))
    assert not np.array_equal(talker.speech(1, 3), talker.speech(1, 4))


@pytest.mark.parametrize("level", [-30.0, -20.0, -16.0])
def test_the_active_level_is_as_asked(level):
    said = talker.speech(10, 1, level)
    assert len(said) == 80000
    assert talker.level_dbm0(said[said != 0]) == pytest.approx(level, abs=0.3)


def test_speech_has_pauses_and_energy_over_the_telephone_band():
    said = talker.speech(20, 2).astype(float)
    assert 0.05 < np.mean(said == 0) < 0.5
    power = np.abs(np.fft.rfft(said)) ** 2
    bands = [power[low * 20:high * 20].sum() / power.sum() for low, high in ((80, 400), (400, 1200), (1200, 3400))]
    assert min(bands) > 0.01


def test_a_full_scale_sine_is_3_14_dbm0():
    assert talker.level_dbm0(talker.sine(1000, 1, 3.14)) == pytest.approx(3.14, abs=0.01)
    assert talker.level_dbm0(np.zeros(10)) == float("-inf")


def test_a_delayed_scaled_copy_correlates_fully():
    said = talker.speech(3, 1)
    heard = np.concatenate((np.zeros(1234), said * 0.25, np.zeros(500)))
    assert talker.best(said, heard) == (pytest.approx(1.0), 1234)
    assert talker.correlation(said, heard) == pytest.approx(1.0)
    assert talker.best(heard, said)[1] == -1234


def test_noise_lowers_the_correlation_as_its_power_does():
    said = talker.speech(5, 1).astype(float)
    noise = np.random.default_rng(0).standard_normal(len(said)) * np.std(said)
    assert talker.correlation(said, said + noise) == pytest.approx(np.sqrt(0.5), abs=0.02)


def test_other_speech_hardly_correlates():
    assert talker.correlation(talker.speech(5, 1), talker.speech(5, 2)) < 0.3
    assert talker.correlation(talker.speech(1, 1), np.zeros(8000)) == 0


def test_a_slow_drift_is_followed_by_segments_only():
    said = talker.speech(10, 1).astype(float)
    heard = np.interp(np.arange(80000) * 1.0002, np.arange(320000) / 4, talker.finer(said))
    assert talker.correlation(said, heard) < 0.9
    assert talker.correlation(said, heard, segment=0.25) > 0.95
