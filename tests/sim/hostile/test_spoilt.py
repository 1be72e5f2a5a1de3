"""Bursts with wrong check bits: somebody sends where Anna or her base does, all the time or now and then."""

import numpy as np
import pytest

from sim.site import Site
from tests.sim.hostile.rogue import Rogue
from tests.sim.hostile.stage import Stage

LOST = 1.2
"""Seconds until a handset has another channel, at most."""


def count(stage, name):
    return sum(counts[name] for counts in stage.machine.radio.counters().values())


@pytest.mark.parametrize("up", [True, False], ids=["from the handset", "from the base"])
def test_who_sends_over_a_bearer_spoils_its_bursts_until_the_handset_has_moved(up):
    with Site(virtual=True) as site:
        stage = Stage(site).begin()
        rogue = Rogue(stage, (1.0, 0.0) if up else (5.0, 1.0))
        status, before = stage.anna.status, stage.counts["handovers"]
        stage.air.emit(rogue, status.carrier, status.slot + (12 if up else 0), 424)
        stage.pass_time(0.1)
        if up:
            assert count(stage, "bad") >= 9 and count(stage, "b_missing") >= 9
        stage.until(lambda: stage.counts["handovers"] > before, LOST)
        stage.until(stage.alone, 8)
        assert stage.anna.call == "talking"
        at = len(stage.call.record)
        stage.pass_time(3)
        loud = np.abs(stage.call.record[at:].astype(int)) > 30
        assert loud.any()
        assert stage.air.counts["bad_a"] > 9 and stage.air.counts["bad_x"] > 9


@pytest.mark.parametrize("encryption", [False, True])
def test_bursts_that_are_spoilt_now_and_then_cost_neither_the_call_nor_its_signalling(encryption):
    """One frame in ten: speech is bridged, C_T is sent again."""
    with Site(virtual=True) as site:
        stage = Stage(site, encryption).begin()
        rogue, random = Rogue(stage, (1.0, 1.0)), np.random.default_rng(5)
        for _ in range(60):
            status = stage.anna.status
            marks = [stage.air.emit(rogue, status.carrier, status.slot + direction, 424) for direction in (0, 12)]
            stage.pass_time(0.01)
            for mark in marks:
                stage.air.quieten(mark)
            stage.pass_time(random.uniform(0.05, 0.15))
        assert stage.air.counts["bad_a"] > 60
        assert stage.correlation() > 0.6
        stage.anna.hang_up()
        stage.until(lambda: stage.anna.call == "idle", 5)
        stage.until(lambda: not stage.machine.radio.ends and stage.gateway.calls.busy() == 0, 10)
