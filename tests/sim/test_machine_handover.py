"""A walk from one base to another during a call: the audio follows, and little of it is lost (connection handover)."""

import itertools

import numpy as np
import pytest

from sim.peers.phone_call import CONNECTED, ENDED
from sim.site import Site
from tests.sim.corridor import APART, Corridor

RATE = 8000
TONE = (6000 * np.sin(np.arange(RATE) * 2 * np.pi * 400 / RATE)).astype(np.int16)
LOST = 0.040
"""Seconds of speech that a connection handover may cost."""

LOUDEST = 10_000
"""What a listener may be startled with by the change of encoders, beside a tone of 6000."""


@pytest.fixture
def corridor():
    with Site(virtual=True) as site:
        yield Corridor(site)


def quiet(heard, floor=1500):
    """Seconds of the longest stretch in which a tone is not heard."""
    loud = np.flatnonzero(np.abs(heard.astype(int)) > floor)
    assert len(loud) > len(heard) / 4
    return max(after - before for before, after in itertools.pairwise(loud)) / RATE


@pytest.mark.parametrize("talks", ["handset", "phone"])
def test_a_walk_to_the_other_base_moves_the_audio_and_loses_at_most_40_ms(corridor, talks):
    """One talks at a time: the echo canceller of the new channel learns anew, and turns down who talks meanwhile."""
    if talks == "handset":
        corridor.handset.audio.play(TONE, True)
    else:
        corridor.phone.source = TONE
    call = corridor.call()
    assert corridor.calls.active()[0]["radio"] == 0
    at = len(call.record), len(corridor.handset.audio.heard())
    corridor.handset.walk([(APART, 1.0)], speed=5.0)
    corridor.until(lambda: corridor.calls.active() and corridor.calls.active()[0]["radio"] == 1, 60)
    corridor.pass_time(2)
    assert corridor.handset.call == "talking" and call.state == CONNECTED
    assert corridor.machines[0].gateway.calls.channels.busy() == 0
    heard = call.record[at[0]:] if talks == "handset" else corridor.handset.audio.heard()[at[1]:]
    assert quiet(heard) <= LOST
    assert np.abs(heard.astype(int)).max() < LOUDEST
    corridor.handset.hang_up()
    corridor.until(lambda: call.state == ENDED and corridor.calls.busy() == 0)
    corridor.pass_time(1)
    assert corridor.machines[1].gateway.calls.busy() == 0
