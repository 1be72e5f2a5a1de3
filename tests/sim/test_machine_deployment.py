"""A base that is carried about in deployment mode: what its LED and the master tell of its synchronisation."""

import asyncio

import pytest

from sim.site import Site
from sim.stage import dect_lines

KEY = "between%20us"


def shown(machine):
    return machine.gateway.registry.find("LED").state


class Survey:
    """A master with its radio, and a second base in deployment mode."""

    def __init__(self, site):
        self.site = site
        self.master, self.carried = site.board("ip1203"), site.board("ip1203", position=(20.0, 0.0))
        address = self.master.net.address
        for machine in (self.master, self.carried):
            machine.power_on()
        self.say(self.master, *dect_lines(address, []), f"config add GW-DECT MASTER /trunk-key {KEY}",
                 "config add GW-DECT RADIO /listen 2", "config activate")
        self.say(self.carried, f"config add GW-DECT RADIO /master {address} /trunk-key {KEY} /deployment",
                 "config activate")
        self.until(lambda: self.carried.gateway.dect.sync() == "synchronized")
        self.pass_time(20)

    def say(self, machine, *lines):
        for line in lines:
            assert not machine.run_line(line).refused()

    def until(self, condition, seconds=60):
        assert asyncio.run(self.site.until(condition, seconds))

    def pass_time(self, seconds):
        asyncio.run(self.site.pass_time(seconds))

    def carry(self, metres):
        self.carried.radio.move(metres, 0.0)
        self.pass_time(40)
        return shown(self.carried)

    def row(self):
        return self.master.run_line("mod cmd GW-DECT sync").reply.split("\r\n")[2]


@pytest.fixture
def survey():
    with Site(virtual=True) as site:
        yield Survey(site)


def test_the_led_tells_good_bad_and_no_sync_and_good_again(survey):
    assert shown(survey.carried) == "sync-good"
    assert [survey.carry(metres) for metres in (200.0, 300.0, 900.0, 20.0)] == [
        "sync-good", "sync-bad", "sync-none", "sync-good"]


def test_it_coasts_for_nine_minutes_and_still_says_no_sync_when_it_is_off_the_air(survey):
    survey.carry(900.0)
    assert survey.carried.gateway.dect.sync() == "synchronized (coasting)"
    assert survey.row().split(" ", 2)[2] == "synchronized (coasting) 102243a300 - - 100 0 -"
    survey.pass_time(540)
    assert survey.carried.gateway.dect.sync() == "Searching for sync source"
    assert not survey.carried.gateway.dect.home.on_air()
    assert shown(survey.carried) == "sync-none"
    assert survey.row().endswith("1 no source for 9 minutes")
    assert 'sync-lost="1" cause="no source for 9 minutes"' in survey.master.run_line("mod cmd RFPSTAT0 rfp-stat2").reply


def test_without_a_master_it_shows_what_it_hears_of_any_base(survey):
    lone = survey.site.board("ip1203", position=(5.0, 0.0))
    lone.power_on()
    survey.say(lone, "config add GW-DECT RADIO /deployment", "config activate")
    survey.pass_time(20)
    assert shown(lone) == "sync-good"
    lone.radio.move(2000.0, 0.0)
    survey.pass_time(20)
    assert shown(lone) == "sync-none"
    survey.say(lone, "config rem GW-DECT RADIO /deployment", "config activate")
    assert shown(lone) == "starting"
