"""Whatever registers the canceller is given, its output has the same bits."""

import numpy as np
import pytest

from firmware import dsp


def pair(**options):
    """A canceller with the widest registers of this processor, and one without."""
    wide, plain = dsp.EchoCanceller(**options), dsp.EchoCanceller(**options)
    assert plain.use_wide(False) is False
    if not wide.use_wide(True):
        pytest.skip("this processor, or this build, has no wide registers")
    return wide, plain


def near_and_far(signal, seconds=3):
    far = np.clip(signal.speech(seconds), -32768, 32767).astype("<i2")
    near = np.convolve(far.astype(float), signal.path())[:len(far)] + signal.speech(seconds, -24)
    return np.clip(near, -32768, 32767).astype("<i2"), far


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("tail_ms", [32, 45, 128, 256])
@pytest.mark.parametrize("options", [{"linear": True}, {"ec_type": 1}, {"ec_type": 2}])
def test_wide_registers_give_the_same_bits(rate, tail_ms, options, signals):
    near, far = near_and_far(signals(tail_ms, rate))
    wide, plain = pair(rate=rate, tail_ms=tail_ms, **options)
    assert wide.process(near, far) == plain.process(near, far)
    assert wide.status() == plain.status()


def test_the_choice_may_change_in_the_middle_of_a_call(signals):
    near, far = near_and_far(signals(1))
    wide, plain = pair()
    out = b""
    for at in range(0, len(near), 40):
        plain.use_wide(at % 3 == 0)
        out += plain.process(near[at:at + 40], far[at:at + 40])
    whole = b"".join(wide.process(near[at:at + 40], far[at:at + 40]) for at in range(0, len(near), 40))
    assert out == whole


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_short_path_in_a_long_tail_is_learned_within_half_a_second(seed, signals):
    signal = signals(seed)
    far = np.clip(signal.noise(2, -16), -32768, 32767).astype("<i2")
    near = np.clip(np.convolve(far.astype(float), signal.path(10, 12))[:len(far)], -32768, 32767).astype("<i2")
    out = np.frombuffer(dsp.EchoCanceller(linear=True).process(near, far), "<i2").astype(float)
    power = [np.sum(signal[4000:6000].astype(float) ** 2) for signal in (near, out)]
    assert power[0] > 10 ** 2.5 * power[1]
    assert power[0] > 1e6
