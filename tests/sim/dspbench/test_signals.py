"""The signals of the bench are what G.168 and their own words say."""

import numpy as np
import pytest

from sim.dspbench import signals as s
from sim.dspbench.g168 import PATHS
from sim.peers.talker import level_dbm0

RATES = (8000, 16000)


@pytest.mark.parametrize("rate", RATES)
def test_css_has_its_level_periods_and_pauses(rate):
    signal = s.css(2.1, rate, 1)
    period = round(0.35 * rate)
    assert len(signal) == round(2.1 * rate)
    assert level_dbm0(signal) == pytest.approx(-16, abs=0.01)
    assert np.array_equal(signal[:period], -signal[period:2 * period])
    assert not signal[round(0.2487 * rate):period].any()
    assert signal[:round(0.248 * rate)].any()


def test_seeds_differ_in_the_noise_and_one_seed_is_one_signal():
    assert np.array_equal(s.css(1, 8000, 5), s.css(1, 8000, 5))
    assert not np.array_equal(s.css(1, 8000, 5), s.css(1, 8000, 6))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("erl", [6, 15])
def test_a_hybrid_takes_its_loss_from_white_noise(name, erl, rate):
    noise = s.noise(4, rate, 1, -16)
    echo = s.filtered(noise, s.hybrid(name, rate, erl))
    assert level_dbm0(noise) - level_dbm0(echo) == pytest.approx(erl, abs=0.6)
    assert len(s.hybrid(name, rate, erl)) <= 0.016 * rate


def test_a_delayed_hybrid_is_silent_before():
    path = s.hybrid("D.2", 8000, 10, 0.1)
    assert not path[:800].any()
    assert path[800:].any()


def test_a_room_decays_by_60_db_in_its_time():
    taps = s.room(8000, 1, 0.12)
    early, late = taps[32:192], taps[32 + 800:32 + 960]
    assert 10 * np.log10(np.sum(early ** 2) / np.sum(late ** 2)) == pytest.approx(60 * 0.1 / 0.12, abs=4)
    assert np.sum(taps ** 2) == pytest.approx(0.1)


def test_wideband_speech_has_something_above_4_khz_and_the_level_asked_for():
    voice = s.speech(4, 16000, 3, -20)
    assert level_dbm0(voice[voice != 0]) == pytest.approx(-20, abs=0.05)
    upper = s.band(voice, 16000, 4200, 7000)
    assert -45 < level_dbm0(upper) - level_dbm0(voice) < -8


def test_a_drift_of_50_ppm_is_one_sample_in_20000():
    tone = s.tone((400,), 5, 8000)
    early = np.arange(len(tone)) * (1 + 50e-6)
    amplitude = np.sqrt(2) * tone.std()
    wanted = amplitude * np.sin(2 * np.pi * 400 * early / 8000)
    assert np.max(np.abs(s.drifted(tone, 50) - wanted)[100:-100]) < 0.01 * amplitude


def test_drift_and_back_is_nearly_what_it_was():
    signal = s.css(2, 8000, 1)
    again = s.drifted(s.drifted(signal, 50), -50)
    assert np.mean((again - signal)[100:-200] ** 2) < 1e-4 * np.mean(signal ** 2)
