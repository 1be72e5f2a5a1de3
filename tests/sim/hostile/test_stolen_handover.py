"""At another base of the system a stranger asks for the handover of a call that is not his."""


import pytest

from sim.peers.handset import codec
from sim.peers.phone_call import CONNECTED
from sim.peers.talker import correlation
from sim.site import Site
from tests.sim.corridor import APART, Corridor
from tests.sim.hostile.rogue import Rogue
from tests.sim.hostile.stage import ENOUGH, SAID


class Far:
    """What a Rogue wants to know of a base."""

    def __init__(self, corridor, number):
        self.air, self.time, self.machine = corridor.site.air, corridor.site.time, corridor.machines[number]
        self.pass_time = corridor.pass_time


@pytest.mark.parametrize("encryption", [False, True])
def test_a_call_that_a_stranger_hands_over_to_himself_comes_back(encryption):
    with Site(virtual=True) as site:
        corridor = Corridor(site, *(["config add GW-DECT MASTER /encryption on"] if encryption else []))
        handset = corridor.handset
        handset.audio.play(SAID)
        call = corridor.call()
        assert handset.status.ciphered == encryption
        rogue = Rogue(Far(corridor, 1), (APART, 30.0))
        assert rogue.set_up(4, codec.CONNECTION_HANDOVER, handset.radio.connection.pmid, fmid=0x301)
        corridor.pass_time(1)
        assert (corridor.calls.active()[0]["radio"] == 0) == encryption
        corridor.pass_time(12)
        rogue.leave()
        corridor.pass_time(1)
        assert handset.call == "talking" and call.state == CONNECTED
        assert corridor.calls.active()[0]["radio"] == 0
        at = len(call.record)
        corridor.pass_time(4)
        heard = call.record[at:]
        assert correlation(heard, SAID) > ENOUGH
        corridor.until(lambda: busy(corridor) == [1, 0], 20)
        handset.hang_up()
        corridor.until(lambda: busy(corridor) == [0, 0] and corridor.calls.busy() == 0, 20)


def busy(corridor):
    return [machine.gateway.dect.home.state.busy for machine in corridor.machines]
