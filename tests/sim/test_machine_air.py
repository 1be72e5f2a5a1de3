"""What whole bases and handsets make of the air: neighbours out of step, long slots, a jammed beacon."""

import asyncio

import pytest

from sim.air import CARRIERS
from sim.air.jammer import Jammer
from sim.callrun import ipei
from sim.peers.handset import Audio, Handset
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED, ENDED
from sim.site import Site
from sim.stage import dect_lines

SARI, OTHER = "31100422072149", "31200000000048"


class System:
    """A base with handsets, and phones that call them."""

    def __init__(self, site, sari, x, handsets, *more, wideband=False):
        self.site = site
        self.machine = site.board("ip1203", position=(x, 0.0))
        self.machine.power_on()
        address = self.machine.net.address
        users = [(ipei(round(x) * 20 + number), str(201 + number), f"u{number}") for number in range(handsets)]
        for line in (*dect_lines(address, users, sari), *more,
                     f"config change SIP REG1 /no-reg /accept-anywhere /aor x@{address}", "config activate"):
            assert not self.machine.run_line(line).refused()
        self.phones = []
        self.handsets = [Handset(site.air, site.time, one, sari, position=(x + 10.0, 3.0 * place),
                                 audio=Audio(echo_loss_db=None), wideband=wideband)
                         for place, (one, _, _) in enumerate(users)]
        for handset in self.handsets:
            handset.auto_answer = 100_000

    def ready(self):
        return all(one.located and not one.radio.connection.busy for one in self.handsets)

    def call(self, number, codecs=("pcma",)):
        phone = Phone(self.site.time, self.site.net(), f"phone{number}", codecs=codecs, loop=True)
        self.phones.append(phone)
        return phone.call(f"sip:{201 + number}@{self.machine.net.address}")

    def talking(self, count=None):
        return [one.call for one in self.handsets].count("talking") == (count or len(self.handsets))

    @property
    def bearers(self):
        return self.machine.radio.state()["bearers"]


def until(site, condition, seconds=30):
    assert asyncio.run(site.until(condition, seconds))


def pass_time(site, seconds):
    asyncio.run(site.pass_time(seconds))


@pytest.fixture
def site():
    with Site(virtual=True, seed=4) as made:
        yield made


def test_calls_of_two_systems_out_of_step_slide_into_one_another_and_give_way(site):
    """Both on one carrier at first, where a frame of one passes that of the other in 50 s: they must meet."""
    systems = [System(site, SARI, 0.0, 1), System(site, OTHER, 20.0, 1)]
    site.air.clock(systems[1].machine.radio).ppm = 200
    until(site, lambda: all(one.ready() for one in systems), 60)
    crowd = Jammer(site.air, site.time, (10.0, 5.0), [one for one in range(CARRIERS) if one != 4], power=-5.0)
    crowd.start()
    for one in systems:
        one.call(0)
    until(site, lambda: all(one.talking() for one in systems))
    crowd.stop()
    assert [one.bearers[0]["carrier"] for one in systems] == [4, 4]
    before, missing = site.air.counts, [one.handsets[0].audio.missing for one in systems]
    pass_time(site, 55)
    assert site.air.counts["collided"] > before["collided"] + 50
    assert all(one.talking() for one in systems)
    moved = [event for one in systems for event in one.handsets[0].events if event.name == "bearer handover"]
    assert moved
    # One of both directions of one of them suffers until 20 bursts of 100 are spoilt.
    assert sum(one.handsets[0].audio.missing for one in systems) - sum(missing) <= 60
    lost = site.air.counts["bad_x"] - before["bad_x"]
    assert 0 < lost <= 200


def slots(system):
    """Those that are taken, the dummy bearer's among them."""
    own = [slot for one in system.bearers for slot in range(one["slot"], one["slot"] + 1 + (one["kind"] == "long"))]
    return [system.machine.radio.state()["dummy"]["slot"], *own]


def test_a_call_has_wide_band_as_long_as_two_slots_side_by_side_are_free(site):
    system = System(site, SARI, 0.0, 8, "config add GW-DECT MASTER /wideband", wideband=True)
    until(site, system.ready, 60)
    kinds = []
    for number in range(8):
        taken = slots(system)
        room = any(slot not in taken and slot + 1 not in taken for slot in range(11))
        system.call(number, ("g722", "pcma"))
        pass_time(site, 3)
        kinds.append((room, system.handsets[number].radio.connection.bearer.wide))
        taken = slots(system)
        assert len(taken) == len(set(taken)) and max(taken) < 12
        assert site.air.beacons(system.handsets[7])[0][1].blind >= set(taken)
    assert all(wide is room for room, wide in kinds)
    # Of twelve slots the dummy bearer has one, four wide-band calls have eight; the last of eight gets none.
    assert [wide for _, wide in kinds].count(True) >= 4
    assert len(slots(system)) == 12
    assert system.talking(len(system.bearers))


def test_a_base_whose_beacon_is_jammed_moves_it_to_a_free_channel(site):
    system = System(site, SARI, 0.0, 1)
    until(site, system.ready, 60)
    dummy = system.machine.radio.state()["dummy"]
    jammer = Jammer(site.air, site.time, (4.0, 1.0), [dummy["carrier"]])
    jammer.start()
    pass_time(site, 1)
    assert system.handsets[0].status.lock == "searching"
    pass_time(site, 70)
    assert system.machine.radio.state()["dummy"] != dummy
    assert system.handsets[0].status.lock == "locked"
    system.call(0)
    until(site, system.talking)


def test_a_handset_that_falls_silent_in_a_call_is_given_up_after_t201(site):
    system = System(site, SARI, 0.0, 2)
    until(site, system.ready, 60)
    calls = [system.call(number) for number in (0, 1)]
    until(site, system.talking)
    pass_time(site, 1)
    system.handsets[0].switch_off()
    pass_time(site, 4.9)
    assert [call.state for call in calls] == [CONNECTED] * 2
    pass_time(site, 0.3)
    assert [call.state for call in calls] == [ENDED, CONNECTED]
    assert len(system.bearers) == 1
    assert "1 lost" in system.machine.run_line("mod cmd GW-DECT counters").reply
