"""Who is trusted, on whole boards and over the air: identities of every class, a change of SARI, false keys on either
side, access rights that are given up or taken back."""

import asyncio

import pytest

from sim.peers.handset import Handset
from sim.site import Site
from sim.stage import dect_lines
from tests.sim.corridor import APART, Corridor

ANNA, BERT = "0466003541858", "0466003541869"
USERS = [(ANNA, "201", "Anna"), (BERT, "202", "Bert")]
SARI, OTHER = "31100422072149", "31200000000048"
KEYS = "DECT/UAK/"


class Office:
    """A board with its radio, and handsets in reach."""

    def __init__(self, site):
        self.site = site
        self.machine = site.board("ip1203")
        self.machine.power_on()

    def say(self, *lines):
        for line in lines:
            result = self.machine.run_line(line)
            assert not result.refused(), result.reply
        return result.reply

    def begin(self, sari=SARI):
        self.say(*dect_lines(self.machine.net.address, USERS, sari))

    def handset(self, ipei=ANNA, sari=SARI, **options):
        return Handset(self.site.air, self.site.time, ipei, sari, **options)

    def until(self, condition, seconds=30):
        assert asyncio.run(self.site.until(condition, seconds))

    def pass_time(self, seconds):
        asyncio.run(self.site.pass_time(seconds))

    def located(self, *handsets):
        self.until(lambda: all(one.located for one in handsets))

    def subscribed(self):
        """A handset that has its key, its place, and nothing more to say."""
        self.begin()
        handset = self.handset()
        self.located(handset)
        self.until(lambda: not handset.radio.connection.busy)
        return handset

    def keys(self):
        """Variables with keys, as a saved configuration has them."""
        return [line for line in self.machine.gateway.saved_config().splitlines() if KEYS in line]

    def log(self):
        return "".join(self.machine.gateway.log.lines())

    def alarms(self):
        return [alarm.text for alarm in self.machine.gateway.log.alarms()]


@pytest.fixture
def office():
    with Site(virtual=True) as site:
        yield Office(site)


def names(handset):
    return [event.name for event in handset.events]


@pytest.mark.parametrize("sari", ["360022150531706", SARI, OTHER, "31300000000242", "31400000000346"])
def test_a_system_with_an_identity_of_any_class_takes_handsets(office, sari):
    office.begin(sari)
    handset = office.handset(sari=sari)
    office.located(handset)
    assert names(handset) == ["locked", "subscribed", "located"]


def test_another_sari_makes_every_handset_subscribe_again(office):
    office.begin()
    both = [office.handset(ipei) for ipei in (ANNA, BERT)]
    office.located(*both)
    assert len(office.keys()) == 2
    office.say(f"config change GW-DECT MASTER /mode active /sari {OTHER} /ac 0000", "config activate")
    office.until(lambda: not any(one.located for one in both))
    assert office.keys() == []
    assert "2 handsets have to subscribe again" in office.log()
    office.pass_time(30)
    assert [one.status.lock for one in both] == ["searching"] * 2
    both[0].subscribe("0000", park=OTHER)
    office.located(both[0])
    assert names(both[0]).count("subscribed") == 2
    assert len(office.keys()) == 1 and not both[1].located


def test_the_old_sari_does_not_bring_old_keys_back_even_after_a_reset(office):
    office.begin()
    handset = office.handset()
    office.located(handset)
    for sari in (OTHER, SARI):
        office.say(f"config change GW-DECT MASTER /mode active /sari {sari} /ac 0000", "config write",
                   "config activate")
        office.pass_time(3)
    office.say("reset")
    office.until(lambda: office.machine.boots == 2)
    handset.registration.type_in(None)
    office.until(lambda: "it is not subscribed" in office.log(), 90)
    assert not handset.located
    handset.subscribe("0000")
    office.located(handset)


def test_without_a_sari_the_master_does_not_start_and_an_alarm_says_so(office):
    words = "no SARI: the DECT master does not start"
    office.say("config add GW-DECT MASTER /mode active /ac 0000",
               f"config add GW-DECT RADIO /master {office.machine.net.address}", "config activate")
    handset = office.handset()
    office.pass_time(30)
    assert words in office.alarms()
    assert handset.status.lock == "searching"
    assert office.machine.radio.state()["dummy"] is None
    office.begin()
    office.located(handset)
    assert words not in office.alarms()


def test_a_wrong_key_is_refused_and_logged_and_keeps_a_handset_from_calling(office):
    office.begin()
    handset = office.handset()
    office.located(handset)
    handset.switch_off()
    handset.registration.keys[SARI] = bytes(16)
    handset.switch_on()
    office.until(lambda: "refused" in names(handset))
    assert "handset 0466003541858 refused: wrong answer with UAK" in office.log()
    assert not handset.located
    handset.dial("202")
    office.pass_time(5)
    assert handset.call == "idle"
    assert office.machine.gateway.calls.busy() == 0


def test_a_handset_tells_its_base_from_one_that_has_another_key(office):
    office.begin()
    anna = office.handset()
    office.located(anna)
    office.until(lambda: not anna.radio.connection.busy)
    assert anna.dial("2", en_bloc=False)
    office.pass_time(1)
    assert "2 passed" in office.say("mod cmd GW-DECT security")
    assert anna.check_base()
    office.until(lambda: "base proved" in names(anna))
    anna.registration.keys[SARI] = bytes(16)
    assert anna.check_base()
    office.until(lambda: "base false" in names(anna))
    assert names(anna).count("base proved") == 1
    assert "2 proved" in office.say("mod cmd GW-DECT security")


def test_a_handset_gives_its_access_rights_up(office):
    handset = office.subscribed()
    handset.registration.type_in(None)
    assert handset.unsubscribe()
    office.until(lambda: "unsubscribed" in names(handset))
    assert handset.registration.key is None and not handset.located
    office.pass_time(1)
    assert office.keys() == []
    assert office.say("mod cmd GW-DECT users") == "ok\r\n"


def test_a_stranger_cannot_give_up_the_rights_of_another(office):
    office.subscribed()
    clone = office.handset(ac=None, seed=7)
    clone.registration.keys[SARI] = bytes(16)
    office.until(lambda: clone.radio.base is not None)
    office.until(lambda: not clone.radio.connection.busy)
    assert clone.unsubscribe()
    office.pass_time(5)
    assert len(office.keys()) == 1
    assert "wrong answer with UAK" in office.log()


def test_the_board_takes_access_rights_back_and_tells_the_handset(office):
    handset = office.subscribed()
    handset.registration.type_in(None)
    office.say(f"mod cmd GW-DECT unsubscribe {ANNA}")
    assert office.keys() == []
    office.until(lambda: "unsubscribed" in names(handset))
    assert handset.registration.key is None
    office.pass_time(70)
    assert not handset.located


def test_another_sari_reaches_every_base_of_the_system(office):
    corridor = Corridor(office.site)
    assert [one.radio.state()["rfpi"] for one in corridor.machines] == ["102243a300", "102243a301"]
    corridor.handset.move(APART, 1.0)
    corridor.until(lambda: corridor.handset.status.rfpi == "102243a301" and corridor.handset.located, 60)
    corridor.say(0, f"config add GW-DECT MASTER /sari {OTHER}", "config activate")
    corridor.until(lambda: [one.radio.state()["rfpi"] for one in corridor.machines] == ["2000000100", "2000000101"], 90)
    assert not corridor.handset.located and corridor.handset.status.lock == "searching"
    corridor.handset.subscribe("0000", park=OTHER)
    corridor.until(lambda: corridor.handset.located, 60)
    assert corridor.handset.status.rfpi == "2000000101"
    assert names(corridor.handset).count("subscribed") == 2
