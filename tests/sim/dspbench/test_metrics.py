"""The measures against signals of which the answer is known."""

import numpy as np
import pytest

from sim.dspbench import metrics as m
from sim.dspbench import signals as s

RATE = 8000


def echo_and_residual(loss, seconds=2.0):
    echo = s.noise(seconds, RATE, 1, -26)
    return echo, echo * 10 ** (-loss / 20)


@pytest.mark.parametrize("loss", [0, 12.5, 40])
def test_erle_is_the_loss_that_was_put_in(loss):
    echo, residual = echo_and_residual(loss)
    assert m.erle(echo, residual, RATE, 0.5, 1.5) == pytest.approx(loss, abs=0.01)


def test_erle_is_negative_where_echo_was_added():
    echo, residual = echo_and_residual(-6)
    assert m.erle(echo, residual, RATE, 0, 2) == pytest.approx(-6, abs=0.01)


def test_perfect_silence_counts_as_16_bit_rounding():
    echo = s.noise(1, RATE, 1, -26)
    steps = 20 * np.log10(32768 / np.sqrt(2)) - 26 - 3.14
    assert m.erle(echo, 0 * echo, RATE, 0, 1) == pytest.approx(steps + 10 * np.log10(12), abs=0.1)


def test_time_to_20_db_is_the_start_of_the_first_window_that_has_it():
    echo, residual = echo_and_residual(0)
    residual[round(0.8 * RATE):] *= 0.05
    assert m.time_to(20, echo, residual, RATE, 0.35) == pytest.approx(0.8, abs=0.011)
    assert m.time_to(30, echo, residual, RATE, 0.35) == m.NEVER


def test_windows_without_echo_have_no_erle():
    echo, residual = echo_and_residual(20)
    echo[RATE:] = residual[RATE:] = 0
    course = m.erle_over_time(echo, residual, RATE, 0.1)
    assert np.nanmin(course) == pytest.approx(20, abs=0.01)
    assert np.isnan(course[-1])


def test_sdr_counts_what_is_added_and_not_a_fixed_filter():
    said, other = s.speech(3, RATE, 1, -20), s.noise(3, RATE, 2, -40)
    assert m.sdr(said, said + other) == pytest.approx(20, abs=2.5)
    high_passed = s.filtered(said, np.array([1.0, -0.9]))
    assert m.sdr(said, high_passed) > 40


def test_an_sdr_of_nothing_left_is_low():
    said = s.speech(3, RATE, 1, -20)
    assert m.sdr(said, s.noise(3, RATE, 2, -20)) < -10


@pytest.mark.parametrize("late", [0, 16, 80])
def test_lag_is_found_to_the_sample(late):
    said = s.speech(3, RATE, 1)
    assert m.lag(said, np.concatenate([np.zeros(late), said])[:len(said)], 400) == late


def test_a_syllable_that_is_cut_out_is_missed():
    said = s.speech(4, RATE, 1)
    assert m.kept(said, said, RATE) == 100
    holed = said.copy()
    holed[:len(said) // 2] *= 0.1
    assert 30 < m.kept(said, holed, RATE) < 70


def test_pesq_prefers_the_clean_one():
    if m.pesq_missing():
        pytest.skip(m.pesq_missing())
    said = s.speech(4, RATE, 1, -20)
    noisy = m.pesq(said, said + s.noise(4, RATE, 1, -35), RATE)
    assert m.pesq(said, said, RATE) > 4.4
    assert 1 < noisy < 3.5
    assert m.pesq(said, 0 * said, RATE) == 1.0


def test_without_pesq_the_reason_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pesq", None)
    assert "pesq" in m.pesq_missing()
