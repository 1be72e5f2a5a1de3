"""Every tail is as long as it says, and the linear path is not late."""

import numpy as np
import pytest

from firmware import dsp

TAILS = [32, 45, 64, 128, 256]


def decibel(above, below):
    return 10 * np.log10(np.mean(np.square(above, dtype=float)) / max(np.mean(np.square(below, dtype=float)), 1 / 12))


def late_echo(signals, rate, delay_ms):
    """(near, far): 4 s of noise, and its echo from a path of 2 ms after delay_ms."""
    signal = signals(delay_ms, rate)
    far = np.rint(signal.noise(4, -16)).astype("<i2")
    near = np.convolve(far.astype(float), signal.path(length_ms=2, delay_ms=delay_ms))[:len(far)]
    return np.rint(near).astype("<i2"), far


def lost(canceller, near, far, rate):
    """dB that the last second lost."""
    out = np.frombuffer(canceller.process(near, far), "<i2")
    return decibel(near[-rate:], out[-rate:])


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("tail_ms", TAILS)
def test_an_echo_at_the_end_of_the_tail_is_taken_away_and_its_delay_told(tail_ms, rate, signals):
    canceller = dsp.EchoCanceller(rate=rate, tail_ms=tail_ms, linear=True)
    assert lost(canceller, *late_echo(signals, rate, tail_ms - 6), rate) >= 35
    assert canceller.status()["delay_ms"] == pytest.approx(tail_ms - 6, abs=10)


@pytest.mark.parametrize("tail_ms", TAILS[:-1])
def test_an_echo_well_beyond_the_tail_stays_and_nothing_is_added_to_it(tail_ms, signals):
    canceller = dsp.EchoCanceller(tail_ms=tail_ms, linear=True)
    assert lost(canceller, *late_echo(signals, 8000, tail_ms + 40), 8000) == pytest.approx(0, abs=1)


@pytest.mark.parametrize("options", [{"linear": True}, {"ec_type": 0}, {"ec_type": 1}])
def test_without_the_suppressor_a_click_comes_out_in_the_sample_in_which_it_came_in(options, signals):
    near, far = late_echo(signals, 8000, 20)
    clicked = near.copy()
    clicked[-77] += 5000
    plain, other = (np.frombuffer(dsp.EchoCanceller(**options).process(one, far), "<i2") for one in (near, clicked))
    assert dsp.EchoCanceller(**options).delay == 0
    assert np.flatnonzero(plain != other)[0] == len(near) - 77
    assert other[-77] - plain[-77] == pytest.approx(5000, abs=2)
