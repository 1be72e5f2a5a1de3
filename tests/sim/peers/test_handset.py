"""A handset beside a radio without firmware: what it does alone."""

import pytest

from sim.air import Air
from sim.peers.handset import Audio, Handset
from sim.time import Time
from tests.sim.peers.handset_base import Base

SARI, IPEI = "31100422072149", "0466003541858"
RFPI = bytes.fromhex("102243a300")
SECOND = 1_000_000


class Rig:
    def __init__(self, **options):
        self.time = Time()
        self.air = Air(self.time)
        self.base = Base(self.air)
        self.base.deaf = True
        self.handset = Handset(self.air, self.time, IPEI, SARI, audio=Audio(echo_loss_db=None), **options)

    def run(self, seconds):
        self.time.run(self.time.now + round(seconds * SECOND))

    def beacon(self, rfpi=RFPI):
        self.base.rfpi = rfpi
        self.base.on_air()


@pytest.fixture
def rig():
    return Rig()


def test_without_a_base_it_searches_and_costs_nothing(rig):
    rig.run(3600)
    assert rig.handset.status.lock == "searching"
    assert rig.air.frames == 0
    assert rig.time.next() is None


def test_it_locks_to_a_base_of_its_system_when_one_appears(rig):
    rig.run(1)
    rig.beacon()
    rig.run(0.21)
    assert rig.handset.status.lock == "locked"
    assert rig.handset.status.rfpi == RFPI.hex()
    rig.base.off_air()
    assert rig.handset.status.lock == "searching"


def test_it_ignores_the_base_of_another_system(rig):
    rig.beacon(bytes.fromhex("102243b300"))
    rig.run(5)
    assert rig.handset.status.lock == "searching"


def test_it_asks_on_the_carrier_of_the_scan_and_gives_up_after_n200_tries(rig):
    rig.beacon()
    rig.run(5)
    requests = [heard for heard in rig.base.requests if heard.field[0] >> 5 == 7]
    assert len(requests) == 10
    assert {request.field[1:].hex() for request in requests} == {"00300e6789"}
    assert rig.handset.status.slot is None


def test_it_does_not_dial_without_a_base_nor_while_it_registers(rig):
    assert not rig.handset.dial("201")
    rig.beacon()
    rig.time.run_until(lambda: rig.handset.status.slot is not None, rig.time.now + SECOND)
    assert not rig.handset.dial("201")


def test_a_call_that_finds_no_bearer_ends_and_says_so(rig):
    rig.beacon()
    rig.run(5)
    assert rig.handset.dial("201")
    rig.run(5)
    assert rig.handset.call == "idle"
    assert rig.handset.events[-1].detail == "no bearer"


def test_switched_off_it_is_silent_and_on_again_it_comes_back(rig):
    rig.beacon()
    rig.run(5)
    rig.handset.switch_off()
    rig.run(5)
    assert rig.handset.status.lock == "off"
    assert rig.handset.status.rfpi is None
    rig.handset.switch_on()
    rig.run(0.21)
    assert rig.handset.status.lock == "locked"


def test_switching_off_leaves_nothing_on_the_air(rig):
    rig.beacon()
    rig.time.run_until(lambda: rig.handset.status.slot is not None, rig.time.now + SECOND)
    rig.handset.switch_off()
    rig.run(1)
    assert rig.time.next() is None


def test_events_are_stamped_and_reported(rig):
    seen = []
    rig.handset.on_event = seen.append
    rig.beacon()
    rig.run(1)
    assert seen == rig.handset.events
    assert (seen[0].name, seen[0].at) == ("locked", 200_000)


def test_keys_that_do_not_fit_the_state_do_nothing(rig):
    rig.handset.hang_up()
    rig.handset.keypad("5")
    assert not rig.handset.answer()
    assert rig.handset.call == "idle"
    assert rig.handset.events == []


def test_switched_off_while_it_looks_for_a_base_it_looks_again_when_it_is_on():
    rig = Rig()
    rig.beacon()
    rig.run(0.1)
    rig.handset.switch_off()
    rig.run(1)
    rig.handset.switch_on()
    rig.run(0.21)
    assert rig.handset.status.lock == "locked"
