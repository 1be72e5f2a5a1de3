"""A second base with our RFPI, and a source of synchronisation that jumps."""

import pytest

from sim.air.foreign import ForeignBase
from sim.peers.phone_call import CONNECTED, ENDED
from sim.peers.talker import correlation
from sim.site import Site
from tests.sim.hostile.stage import ENOUGH, RFPI, SAID, SARI, Stage
from tests.sim.peers.handset_base import Base
from tests.sim.test_machine_radios import Calling, Three

SAME_RFPI = 0x00140014


@pytest.fixture
def stage():
    with Site(virtual=True) as site:
        yield Stage(site).begin()


def codes(machine):
    return [alarm.code for alarm in machine.gateway.log.alarms()]


@pytest.mark.parametrize("where", [(20.0, 0.0), (6.0, 0.0)], ids=["far", "beside the handset"])
def test_a_second_base_with_our_rfpi_is_an_alarm_and_the_call_goes_on(stage, where):
    foreign = ForeignBase(stage.air, where, SARI, number=0, slot=7, carrier=1)
    assert foreign.rfpi == RFPI
    foreign.start()
    stage.until(lambda: codes(stage.machine) == [SAME_RFPI], 60)
    stage.pass_time(5)
    foreign.stop()
    stage.until(lambda: codes(stage.machine) == [], 60)
    stage.unharmed()


def test_a_second_base_with_our_rfpi_that_answers_takes_no_call_away(stage):
    other = Base(stage.air, RFPI, (12.0, 8.0))
    other.on_air()
    bert = stage.handset(position=(11.0, 8.0))
    stage.pass_time(20)
    assert other.requests
    bert.switch_off()
    other.hang()
    other.off_air()
    stage.pass_time(1)
    bert.switch_on()
    stage.until(lambda: bert.located, 60)
    bert.switch_off()
    stage.unharmed(60)


class Chain:
    """Radio 1 follows radio 0, and radio 2 follows radio 1; Bert talks beside one of them."""

    def __init__(self, site, at):
        self.three = Three(site)
        self.three.say(2, "config add GW-DECT RADIO /sync-rfpi 102243a301", "config activate")
        self.three.until(self.stands, 120)
        self.calling = Calling(self.three)
        self.bert, self.phone = self.calling.bert, self.calling.phone
        self.call = self.phone.calls[0]
        if at != 2:
            self.call.hang_up()
            self.three.until(lambda: self.bert.status.slot is None)
            self.bert.switch_off()
            self.bert.move(25.0 * at + 1.0, 1.0)
            self.bert.switch_on()
            self.three.until(lambda: self.bert.status.rfpi == f"102243a30{at}" and self.bert.located, 30)
            self.call = self.ring()
        self.bert.audio.play(SAID)
        self.from_here = len(self.call.record)
        self.three.pass_time(1)

    def stands(self):
        return self.three.in_step() and self.state(2).source == bytes.fromhex("102243a301")

    def state(self, number):
        return self.three.machines[number].gateway.dect.home.part.state()

    def ring(self):
        call = self.phone.call("202")
        self.three.until(lambda: call.state == CONNECTED and self.bert.call == "talking", 20)
        return call

    def speaks(self):
        heard = self.call.record[self.from_here:]
        return correlation(SAID[:len(heard)], heard, segment=0.5)


def jump(machine, site, **how):
    clock = site.air.clock(machine.radio)
    clock.set(**{name: (getattr(clock, name) + by) for name, by in how.items()})


def test_a_source_that_restarts_costs_those_behind_it_their_step_and_the_call_before_it_nothing():
    with Site(virtual=True) as site:
        chain = Chain(site, 0)
        chain.three.machines[1].power_off()
        chain.three.pass_time(1)
        chain.three.machines[1].power_on()
        chain.three.pass_time(20)
        assert chain.bert.call == "talking" and chain.call.state == CONNECTED
        assert chain.speaks() > ENOUGH
        chain.three.until(chain.stands, 120)


@pytest.mark.parametrize(("how", "why"), [({"shift": 900}, "frame"), ({"frames": 16}, "multiframe"),
                                          ({"frames": 3}, "frame"), ({"pscn": 4}, "pscn")])
def test_a_source_that_jumps_is_counted_with_its_cause_and_the_system_comes_together_again(how, why):
    with Site(virtual=True) as site:
        chain = Chain(site, 1)
        before = chain.state(1).lost
        jump(chain.three.master, site, **how)
        chain.three.until(lambda: chain.state(1).lost == before + 1, 10)
        assert chain.state(1).cause == why
        assert any("synchronisation lost: " + why in line for line in chain.three.machines[1].gateway.log.lines())
        chain.three.until(chain.stands, 120)
        chain.three.until(lambda: chain.bert.call == "idle" or chain.speaks() > ENOUGH, 40)
        chain.bert.hang_up()
        chain.call.hang_up()
        chain.three.until(lambda: chain.call.state == ENDED and chain.bert.status.slot is None, 40)
        chain.three.until(lambda: [chain.state(number).busy for number in range(3)] == [0, 0, 0], 40)
        chain.three.until(lambda: chain.bert.located, 90)
        chain.ring()
