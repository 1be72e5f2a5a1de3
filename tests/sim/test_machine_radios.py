"""A DECT system of three boards on a virtual network and one air: they join, fall in step and lose one another."""

import asyncio

import pytest

from sim.peers.handset import Audio, Handset
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED, ENDED
from sim.peers.registrar import Registrar
from sim.site import Site
from sim.stage import dect_lines, sip_lines

SARI = "31100422072149"
ANNA, BERT = "0466003541858", "0466003541869"
USERS = [(ANNA, "201", "Anna"), (BERT, "202", "Bert")]
KEY = "between%20us"


class Three:
    """A master with a radio at 0 m, and radios so many metres apart."""

    def __init__(self, site, listen=2, apart=25.0):
        self.site, self.apart = site, apart
        self.machines = [site.board("ip1203", position=(apart * number, 0.0)) for number in range(3)]
        self.master = self.machines[0]
        for machine in self.machines:
            machine.power_on()
        self.say(0, *dect_lines(self.address, USERS), f"config add GW-DECT MASTER /trunk-key {KEY}",
                 f"config add GW-DECT RADIO /listen {listen}", "config write", "config activate")
        for number in (1, 2):
            self.say(number, f"config change GW-DECT RADIO /master {self.address} /trunk-key {KEY} /name Radio{number}",
                     "config write", "config activate")

    @property
    def address(self):
        return self.master.net.address

    def say(self, number, *lines):
        return [self.machines[number].run_line(line).reply for line in lines]

    def status(self, number=0, word="status"):
        return self.say(number, f"mod cmd GW-DECT {word}")[0]

    def until(self, condition, seconds=30):
        assert asyncio.run(self.site.until(condition, seconds))

    def pass_time(self, seconds):
        asyncio.run(self.site.pass_time(seconds))

    def in_step(self):
        return [machine.gateway is not None and machine.gateway.dect.sync() for machine in self.machines] == [
            "Master", "synchronized", "synchronized"]

    def handset(self, ipei=ANNA, x=2.0, **options):
        return Handset(self.site.air, self.site.time, ipei, SARI, position=(x, 1.0),
                       audio=Audio(echo_loss_db=None), **options)

    def rfpis(self):
        return self.rfpis_of(*self.machines)

    def rfpis_of(self, *machines):
        return [machine.gateway.dect.home.rfpi and machine.gateway.dect.home.rfpi.hex() for machine in machines]


@pytest.fixture
def three():
    with Site(virtual=True) as site:
        three = Three(site)
        three.until(three.in_step, 60)
        three.pass_time(3)
        yield three


def test_three_boards_become_one_system_in_step(three):
    assert three.rfpis() == ["102243a300", "102243a301", "102243a302"]
    rows = three.status(word="sync").split("\r\n")
    assert rows[1].startswith("0 102243a300 Master - 0")
    assert rows[2].startswith("1 102243a301 synchronized 102243a300 1 -")
    assert all(machine.gateway.log.alarms() == [] for machine in three.machines)
    stat = three.say(0, "mod cmd RFPSTAT0 rfp-stat2")[0]
    assert stat.count('sync="synchronized"') == 3


def test_the_numbers_stay_after_all_boards_have_lost_power(three):
    three.pass_time(1)
    for machine in three.machines:
        machine.power_off()
    for machine in reversed(three.machines):
        machine.power_on()
        three.pass_time(2)
    three.until(three.in_step, 90)
    assert three.rfpis() == ["102243a300", "102243a301", "102243a302"]


def test_handsets_register_at_the_radio_that_is_nearest_and_the_master_knows_both(three):
    anna, bert = three.handset(), three.handset(BERT, 51.0)
    three.until(lambda: anna.located and bert.located)
    assert (anna.status.rfpi, bert.status.rfpi) == ("102243a300", "102243a302")
    assert "Anna" in three.status(word="users") and "Bert" in three.status(word="users")


class Calling:
    """A phone and Bert at the far radio, in a call."""

    def __init__(self, three):
        site = three.site
        net = site.net()
        self.registrar = Registrar(site.time, net, net.address, {"202": "secret", "phone": "secret"})
        three.say(0, *sip_lines(self.registrar.address, "202", "secret"))
        self.bert = three.handset(BERT, 2 * three.apart + 1)
        self.bert.auto_answer = 100_000
        self.phone = Phone(site.time, site.net(), "phone", "secret")
        self.phone.register(self.registrar.address, domain=self.registrar.realm)
        three.until(lambda: self.bert.located and self.phone.registered and self.registrar.registered("202"))
        self.phone.call("202")
        three.until(lambda: self.phone.calls and self.phone.calls[0].state == CONNECTED, 20)
        three.until(lambda: self.bert.call == "talking")


def busy(three):
    return [machine.gateway.dect.home.state.busy for machine in three.machines]


def test_a_phone_calls_a_handset_at_a_far_radio_whose_dsp_carries_the_speech(three):
    calling = Calling(three)
    three.pass_time(2)
    assert busy(three) == [0, 0, 1]
    assert [machine.dsp.figures(0) is not None for machine in three.machines] == [False, False, True]
    assert calling.bert.audio.missing == 0
    calling.bert.hang_up()
    three.until(lambda: calling.bert.call == "idle" and busy(three) == [0, 0, 0])


def test_a_call_goes_on_while_the_handset_walks_from_radio_to_radio():
    with Site(virtual=True) as site:
        three = Three(site, apart=100.0)
        three.until(three.in_step, 60)
        calling = Calling(three)
        calling.bert.walk([(201.0, 1.0), (2.0, 1.0)], 5.0)
        three.pass_time(45)
        assert calling.bert.call == "talking" and calling.phone.calls[0].state == CONNECTED
        assert busy(three) == [1, 0, 0]
        assert calling.bert.status.rfpi == "102243a300"
        assert sum(radio.counts["handovers"] for radio in three.master.gateway.dect.system.radios) == 2


def test_a_call_outlives_the_radio_that_carries_it_if_another_is_in_reach(three):
    calling = Calling(three)
    three.pass_time(1)
    three.machines[2].power_off()
    three.pass_time(10)
    assert calling.bert.call == "talking" and calling.phone.calls[0].state == CONNECTED
    assert [three.machines[number].gateway.dect.home.state.busy for number in (0, 1)] == [0, 1]
    assert [radio.rpn for radio in three.master.gateway.dect.system.missing] == [2]


def test_a_call_ends_with_its_radio_if_no_other_is_in_reach():
    with Site(virtual=True) as site:
        three = Three(site, apart=100.0)
        three.until(three.in_step, 60)
        calling = Calling(three)
        calling.bert.move(500.0, 1.0)
        three.machines[2].power_off()
        three.until(lambda: calling.phone.calls[0].state == ENDED, 40)
        three.pass_time(20)
        assert three.master.gateway.calls.busy() == 0
        assert three.master.gateway.dect.calls.links.connections == []


def test_a_radio_without_its_cable_goes_silent_and_comes_back(three):
    three.machines[1].net.link = False
    three.until(lambda: three.rfpis()[1] is None, 40)
    assert three.machines[1].gateway.registry.find("LED").state in ("starting", "no-ethernet")
    three.until(lambda: three.master.gateway.dect.system.missing != [], 40)
    assert [alarm.code for alarm in three.master.gateway.log.alarms()] == [0x00140013]
    three.machines[1].net.link = True
    three.until(three.in_step, 90)
    assert three.master.gateway.log.alarms() == []


def test_when_the_sync_master_dies_another_leads_and_the_master_part_goes_on():
    with Site(virtual=True) as site:
        three = Three(site)
        three.say(0, "config add GW-DECT RADIO /sync-slave", "config activate")
        three.until(lambda: [machine.gateway.dect.sync() for machine in three.machines] == [
            "synchronized", "Master", "synchronized"], 90)
        three.machines[1].power_off()
        three.until(lambda: three.machines[2].gateway.dect.sync() == "Master", 90)
        assert three.master.gateway.dect.system.running()


def test_a_handset_roams_between_two_masters_that_know_one_another():
    with Site(virtual=True) as site:
        home, away = site.board("ip1203"), site.board("ip1203", position=(150.0, 0.0))
        for machine, other, users, pari in ((home, away, USERS, 1), (away, home, [], 2)):
            machine.power_on()
            for line in dect_lines(machine.net.address, users):
                machine.run_line(line)
            machine.run_line(f"config add GW-DECT MASTER /pari {pari} /mobility {other.net.address} /trunk-key {KEY}")
            machine.run_line("config activate")
        anna = Handset(site.air, site.time, ANNA, SARI, position=(2.0, 1.0), audio=Audio(echo_loss_db=None))
        masters = [machine.gateway.dect.calls.locations for machine in (home, away)]

        def known():
            return [locations.known(0x123456789) for locations in masters]

        assert asyncio.run(site.until(lambda: known() == [True, False], 30))
        anna.move(149.0, 1.0)
        assert asyncio.run(site.until(lambda: known() == [False, True], 60))
        anna.move(2.0, 1.0)
        assert asyncio.run(site.until(lambda: known() == [True, False], 60))
        assert [event.name for event in anna.events].count("subscribed") == 1


def test_a_standby_takes_over_radios_and_handsets_and_gives_them_back():
    with Site(virtual=True) as site:
        three = Three(site)
        primary, standby, radio = three.machines
        three.say(1, *dect_lines(standby.net.address, USERS),
                  f"config add GW-DECT MASTER /mode standby /primary {three.address} /trunk-key {KEY}",
                  f"config add GW-DECT RADIO /master {three.address} /standby {standby.net.address} /listen 1",
                  "config activate")
        for number in (0, 2):
            three.say(number, f"config add GW-DECT RADIO /standby {standby.net.address} /listen 1", "config activate")
        bert = three.handset(BERT, 51.0)
        three.until(lambda: three.in_step() and bert.located, 60)
        three.say(0, "config write")
        primary.power_off()
        three.until(standby.gateway.dect.system.running, 60)
        three.until(lambda: three.rfpis_of(standby, radio) == ["102243a301", "102243a302"] and bert.located, 60)
        three.pass_time(5)
        assert standby.gateway.dect.calls.locations.known(0x12345678A)
        assert bert.dial("999")
        three.until(lambda: bert.status.call == "idle", 20)
        assert [event.name for event in bert.events].count("subscribed") == 1
        primary.power_on()
        three.until(lambda: not standby.gateway.dect.system.running(), 90)
        three.until(three.in_step, 90)
        assert three.rfpis() == ["102243a300", "102243a301", "102243a302"]


def test_two_runs_of_one_seed_are_equal():
    def run():
        with Site(virtual=True, seed=5) as site:
            three = Three(site)
            three.until(three.in_step, 60)
            three.pass_time(20)
            return [machine.gateway.log.lines() for machine in three.machines]

    assert run() == run()


def test_a_base_with_one_cell_refuses_a_second_on_both_sides():
    with Site(virtual=True) as site:
        one, other = site.board("ip1202_4s"), site.board("ip1203")
        for machine in (one, other):
            machine.power_on()
        for line in dect_lines(one.net.address, USERS):
            one.run_line(line)
        other.run_line(f"config change GW-DECT RADIO /master {one.net.address}")
        other.run_line("config activate")
        asyncio.run(site.pass_time(5))
        for machine in (one, other):
            assert any("single-cell" in line for line in machine.gateway.log.lines())
        assert one.gateway.dect.running() and not other.gateway.dect.running()
