"""A master, a second base and SIP phones in virtual time: handover as it is heard, transfers as the phones see them."""

import itertools

import pytest

from firmware.call.leg import Bearer, Digits, Elsewhere, Media, Release
from sim.devices.virtual_net import VirtualNet
from sim.network import Path, VirtualNetwork
from sim.peers import talker
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED, ENDED
from sim.time import Time
from tests.firmware.call.world import TRUNK, Board, Talking

SECOND = 1_000_000
LOST = 40_000
"""µs of speech that a connection handover may cost."""


class Bases:
    """Phones call handset 201 of the master `base`; `other` is the board of radio 1."""

    def __init__(self, path=None):
        self.time = Time()
        self.network = VirtualNetwork(self.time, seed=3, path=path)
        self.base, self.other = (Board(self.time, VirtualNet(self.network, f"10.0.0.{2 + index}"), SECOND,
                                       Talking(self.time), self._carry(index)) for index in (0, 1))
        self.base.call.radios = lambda rpn: ("10.0.0.3", 4, ("pcma", "pcmu")) if rpn == 1 else None
        self.base.configure(aor="base@10.0.0.9", accept_anywhere=True, no_reg=True)
        self.arrived = {}
        self.phones = [self._phone(number) for number in (1, 2)]

    def _carry(self, index):
        def carry(radio, octets):
            there = self.base if index else self.other
            self.time.after(TRUNK, lambda: there.tell(Elsewhere(1 if index else 0, octets)))
        return carry

    def _phone(self, number):
        net = VirtualNet(self.network, f"10.0.1.{number}")
        phone = Phone(self.time, net, f"p{number}", loop=True, source=talker.speech(1, number), auto_answer=0.5)
        receive, arrived = net.poll, self.arrived.setdefault(phone.user, [])

        def poll():
            events = receive()
            arrived.extend((self.time.now, event.source) for event in events
                           if type(event).__name__ == "Datagram" and event.key[0] == "rtp")
            return events
        net.poll = poll
        return phone

    def run(self, seconds):
        self.time.run(self.time.now + round(seconds * SECOND))

    def keys(self, keys):
        for key in keys:
            self.base.tell(Digits(self.leg, key))

    def call(self):
        call = self.phones[0].call("sip:201@10.0.0.2")
        self.run(3)
        assert call.state == CONNECTED
        self.leg = next(one.leg for one in self.base.dect.told if type(one).__name__ == "Setup")
        return call


def gaps(instants):
    return max(after - before for before, after in itertools.pairwise(instants))


@pytest.mark.parametrize("delay", [0, 30_000, 120_000])
def test_a_handover_to_another_base_costs_at_most_40_ms_in_either_direction(delay):
    bases = Bases(Path(delay=delay))
    call = bases.call()
    bases.base.tell(Media(bases.leg, Bearer(1, 6, False)))
    bases.run(3)
    assert call.state == CONNECTED and not bases.base.dsp.running and len(bases.other.dsp.running) == 1
    there = [(at, source) for at, source in bases.arrived["p1"] if at > SECOND]
    assert {source[0] for _, source in there} == {"10.0.0.2", "10.0.0.3"}
    assert gaps([at for at, _ in there]) <= 20_000 + LOST
    heard = sorted(at for at, _ in bases.base.dsp.heard + bases.other.dsp.heard)
    assert gaps([at for at in heard if at > bases.time.now - 5 * SECOND]) <= 20_000 + LOST
    call.hang_up()
    bases.run(1)
    assert bases.base.call.busy() == 0 and bases.other.call.busy() == 0


def test_twelve_handovers_leave_one_session():
    bases = Bases()
    call = bases.call()
    for index in range(12):
        bases.base.tell(Media(bases.leg, Bearer((index + 1) % 2, index, False)))
        bases.run(0.7)
    assert call.state == CONNECTED and len(bases.base.dsp.running) + len(bases.other.dsp.running) == 1
    assert bases.base.call.channels.busy() == 1 and len(bases.base.call.ports.used) == 1
    bases.base.tell(Release(bases.leg, 16))
    bases.run(1)
    assert call.state == ENDED and not bases.base.call.ports.used


def test_a_held_phone_hears_nothing_and_hears_the_handset_again():
    bases = Bases()
    call = bases.call()
    bases.keys("R")
    bases.run(0.5)
    received = call.stats()["received"]
    bases.run(1)
    assert call.stats()["received"] == received
    bases.run(15)
    bases.keys("R1")
    bases.run(1)
    assert call.stats()["received"] > received + 40


def enquire(bases):
    bases.base.configure(aor="base@10.0.1.2", proxy="10.0.1.2", accept_anywhere=True, no_reg=True)
    bases.keys("R300#")
    bases.run(2)
    (second,) = bases.phones[1].calls
    assert second.state == CONNECTED and second.stats()["received"] > 20
    return second


def test_toggle_lets_the_handset_be_heard_by_one_phone_at_a_time():
    bases = Bases()
    first = bases.call()
    second = enquire(bases)
    for call, other in ((first, second), (second, first)):
        bases.keys("R2")
        bases.run(0.5)
        before = (call.stats()["received"], other.stats()["received"])
        bases.run(1)
        after = (call.stats()["received"], other.stats()["received"])
        assert after[0] >= before[0] + 45 and after[1] == before[1]


@pytest.mark.parametrize("keys", ["R4", "RR"])
def test_a_transfer_joins_the_two_phones_directly(keys):
    bases = Bases()
    first = bases.call()
    if keys == "R4":
        second = enquire(bases)
        bases.keys("R4")
    else:
        bases.base.configure(aor="base@10.0.1.2", proxy="10.0.1.2", accept_anywhere=True, no_reg=True)
        bases.keys("RR300#")
        bases.run(1)
        (second,) = bases.phones[1].calls
    bases.run(1)
    assert type(bases.base.dect.told[-1]).__name__ == "Release" and not bases.base.dsp.running
    assert not bases.base.call.ports.used and bases.base.call.busy() == 1
    for arrived, source in ((bases.arrived["p1"], "10.0.1.2"), (bases.arrived["p2"], "10.0.1.1")):
        assert {one[0] for at, one in arrived if at > bases.time.now - SECOND // 2} == {source}
    first.hold()
    bases.run(1)
    assert not [at for at, _ in bases.arrived["p1"] if at > bases.time.now - SECOND // 2]
    second.hang_up()
    bases.run(1)
    assert first.state == ENDED and bases.base.call.busy() == 0
