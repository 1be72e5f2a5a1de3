"""Faults of a system of three boards: who leads, who coasts, who is refused, and what becomes of a call."""

import asyncio

import pytest

from firmware.dect import options, trunk
from sim.peers.phone_call import CONNECTED, ENDED
from sim.site import Site
from sim.stage import dect_lines
from tests.sim.test_machine_radios import KEY, Calling, Three


@pytest.fixture
def three():
    with Site(virtual=True) as site:
        three = Three(site)
        three.until(three.in_step, 60)
        three.pass_time(3)
        yield three


def leds(three):
    return [machine.gateway.registry.find("LED").state for machine in three.machines]


def alarms(machine):
    return [alarm.code for alarm in machine.gateway.log.alarms()]


def chain(site):
    """Each hears the one before, none the one before that."""
    three = Three(site, apart=230.0)
    three.until(three.in_step, 60)
    three.pass_time(20)
    assert "\r\n2 102243a302 synchronized 102243a301 2 " in three.status(word="sync")
    return three


def test_when_the_middle_of_a_chain_loses_power_the_end_coasts_and_then_falls_silent():
    with Site(virtual=True) as site:
        three = chain(site)
        end = three.machines[2].gateway
        three.machines[1].power_off()
        three.pass_time(500)
        assert end.dect.sync() == "synchronized (coasting)"
        three.until(lambda: end.dect.sync() == "Searching for sync source", 60)
        assert (end.dect.home.state.lost, end.dect.home.state.cause) == (1, "no source for 9 minutes")
        assert leds(Pair(three))[1] == "starting"
        three.machines[1].power_on()
        three.until(three.in_step, 90)
        assert end.dect.home.state.lost == 1


class Pair:
    """The first and the last of three boards."""

    def __init__(self, three):
        self.machines = three.machines[::2]


def test_a_source_that_is_back_in_step_within_those_nine_minutes_is_no_loss():
    with Site(virtual=True) as site:
        three = chain(site)
        three.machines[1].power_off()
        three.pass_time(60)
        three.machines[1].power_on()
        three.until(three.in_step, 90)
        assert three.machines[2].gateway.dect.home.state.lost == 0


def test_a_region_in_which_nobody_may_lead_raises_an_alarm_and_closes_no_ring(three):
    for number in range(3):
        three.say(number, "config add GW-DECT RADIO /sync-slave", "config activate")
    three.pass_time(30)
    assert alarms(three.master) == [options.NO_LEADER]
    three.pass_time(560)
    assert not [machine for machine in three.machines if machine.gateway.dect.home.on_air()]
    three.say(1, "config rem GW-DECT RADIO /sync-slave", "config activate")
    three.until(lambda: [machine.gateway.dect.sync() for machine in three.machines] == [
        "synchronized", "Master", "synchronized"], 60)
    assert alarms(three.master) == []


def test_the_leader_of_a_higher_region_takes_its_time_from_a_lower_one(three):
    for number in (1, 2):
        three.say(number, "config add GW-DECT RADIO /region 7", "config activate")
    three.pass_time(60)
    rows = [row.split(" ")[1:5] for row in three.status(word="sync").split("\r\n")[1:4]]
    assert rows == [["102243a300", "Master", "-", "0"], ["102243a301", "synchronized", "102243a300", "0"],
                    ["102243a302", "synchronized", "102243a301", "1"]]


def test_another_trunk_key_keeps_a_radio_out_and_both_say_why(three):
    three.say(2, "config add GW-DECT RADIO /trunk-key wrong", "config activate")
    three.pass_time(60)
    assert three.rfpis()[2] is None and leds(three)[2] == "starting"
    assert options.TURNED_AWAY in alarms(three.master) and alarms(three.machines[2]) == [options.NOT_TAKEN]
    three.say(2, f"config add GW-DECT RADIO /trunk-key {KEY}", "config activate")
    three.until(three.in_step, 90)
    assert alarms(three.master) == alarms(three.machines[2]) == []


def test_a_radio_of_another_trunk_version_is_told_so(three):
    net = three.site.net()
    heard = []
    net.bind("trunk", trunk.PORT)
    hello = trunk.MAGIC + bytes((trunk.VERSION + 1, trunk.HELLO)) + bytes(16)
    net.wake = lambda: heard.extend(net.poll())
    net.send("trunk", (three.address, trunk.PORT), hello)
    three.pass_time(1)
    (answer,) = [one.data for one in heard]
    assert answer[3] == trunk.REFUSE and b"version" in answer
    assert alarms(three.master) == [options.TURNED_AWAY]


def test_a_master_that_restarts_during_a_call_at_a_far_radio_leaves_nothing_behind(three):
    calling = Calling(three)
    three.say(0, "config write", "reset")
    three.until(lambda: calling.bert.call == "idle" and calling.bert.located and three.in_step(), 60)
    assert [machine.gateway.calls.busy() for machine in three.machines] == [0, 0, 0]
    assert [machine.gateway.dect.home.state.busy for machine in three.machines] == [0, 0, 0]
    calling.phone.calls[0].hang_up()
    three.until(lambda: calling.phone.calls[0].state == ENDED, 40)
    calling.phone.call("202")
    three.until(lambda: calling.phone.calls[1].state == CONNECTED and calling.bert.call == "talking", 20)


def test_traffic_is_shown_by_the_radio_that_has_it(three):
    calling = Calling(three)
    three.pass_time(1)
    assert leds(three) == ["idle", "idle", "traffic"]
    calling.bert.hang_up()
    three.until(lambda: leds(three) == ["idle"] * 3, 10)


def test_switching_the_master_off_silences_all_and_on_again_brings_all_back(three):
    calling = Calling(three)
    three.say(0, "config add GW-DECT MASTER /mode off", "config activate")
    three.pass_time(10)
    assert three.rfpis() == [None, None, None] and leds(three) == ["starting"] * 3
    assert alarms(three.machines[1]) == [options.NO_MASTER]
    assert calling.phone.calls[0].state == ENDED and calling.bert.call == "idle"
    three.say(0, "config add GW-DECT MASTER /mode active", "config activate")
    three.until(lambda: three.in_step() and calling.bert.located, 90)
    assert alarms(three.machines[1]) == []


@pytest.mark.parametrize(("name", "more", "cause"), [
    ("pscn", 3, "pscn"), ("frames", 9, "frame"), ("frames", 16 * 7, "multiframe")])
def test_a_leader_whose_time_jumps_stops_the_radios_below_it_and_they_come_back(three, name, more, cause):
    calling = Calling(three)
    clock = three.site.air.clock(three.master.radio)
    clock.set(**{name: getattr(clock, name) + more})
    three.pass_time(5)
    three.until(three.in_step, 60)
    three.pass_time(15)
    rows = three.status(word="sync").split("\r\n")[2:4]
    assert [row.rsplit(" ", 2)[1:] for row in rows] == [["1", cause]] * 2
    assert f'sync-lost="1" cause="{cause}"' in three.say(0, "mod cmd RFPSTAT0 rfp-stat2")[0]
    assert three.master.gateway.dect.system.missing == []
    three.until(lambda: calling.bert.call == "idle" and calling.bert.located, 30)
    three.until(lambda: three.master.gateway.calls.busy() == 0, 30)


def test_the_leader_of_another_master_takes_its_time_from_the_base_that_an_option_names():
    with Site(virtual=True) as site:
        bases = [site.board("ip1203", position=(60.0 * number, 0.0)) for number in range(2)]
        for pari, base in enumerate(bases, 1):
            base.power_on()
            for line in (*dect_lines(base.net.address, []), f"config add GW-DECT MASTER /pari {pari}",
                         "config activate"):
                assert not base.run_line(line).refused()
        assert asyncio.run(site.until(lambda: all(base.gateway.dect.home.on_air() for base in bases), 60))
        clocks = [site.air.clock(base.radio) for base in bases]
        assert clocks[0].against(clocks[1]) != (0, 0, 0)
        for line in (f"config add GW-DECT RADIO /sync-rfpi {bases[0].gateway.dect.home.rfpi.hex()}", "config activate"):
            assert not bases[1].run_line(line).refused()
        asyncio.run(site.pass_time(30))
        assert clocks[0].against(clocks[1]) == (0, 0, 0)
        assert bases[1].gateway.dect.sync() == "synchronized"
        bases[0].power_off()
        asyncio.run(site.pass_time(60))
        assert bases[1].gateway.dect.home.on_air() and bases[1].gateway.dect.sync() == "Master"
