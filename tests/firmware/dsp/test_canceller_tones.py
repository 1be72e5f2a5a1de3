"""A tone says nothing of the path beside its own frequency: G.168 test 6, on seeds that nothing was tuned on."""

import pytest

from firmware import dsp
from sim.dspbench import cases


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("seed", range(4, 10))
def test_a_tone_of_5_s_costs_less_than_1_db_of_what_was_learnt(rate, seed):
    lost = []
    for trial in cases.tones(cases.Setting(rate, seed, quick=False)):
        result = trial.run(dsp.EchoCanceller(rate=rate, tail_ms=128, linear=True))
        lost += [value for _, value in trial.measure(trial, result)]
    assert len(lost) == 16
    assert max(lost) < 1
