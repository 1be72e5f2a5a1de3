"""Handsets whose users register at the PBX as themselves, through their master (article 31, "Remarks", "Known
Problems")."""

import asyncio

import pytest

from sim.peers.handset import Audio, Handset
from sim.peers.pbx import Pbx, User
from sim.site import Site
from sim.stage import dect_lines

SARI, SYSTEM = "31100422072149", "of the system"
PEOPLE = [("0466003541858", "201", "Anna"), ("0466003541869", "202", "Bert"), ("046600354187*", "203", "Carl")]


class Firm:
    """A PBX that knows three people, a base, and their handsets."""

    def __init__(self, site, **changed):
        self.site = site
        self.machine = site.board("ip1203")
        self.machine.power_on()
        net = site.net()
        self.people = {name: User("of " + name, {name}, pbx_pwd=True) for name in ("anna", "bert", "carl")}
        for name, user in changed.items():
            self.people[name] = user
        self.pbx = Pbx(site.time, net, net.address, self.people, SYSTEM)
        self.say(*dect_lines(self.machine.net.address, PEOPLE), f"config change SIP REG1 /name pbx /aor {net.address} "
                 f"/proxy {net.address}:5060 /users /system-pwd /pwd of%20the%20system", "config activate")
        self.handsets = [Handset(site.air, site.time, ipei, SARI, position=(2.0 + place, 1.0), seed=place,
                                 audio=Audio(echo_loss_db=None)) for place, (ipei, _, _) in enumerate(PEOPLE)]
        self.until(lambda: all(one.located for one in self.handsets))
        self.pass_time(3)

    def say(self, *lines):
        for line in lines:
            assert not self.machine.run_line(line).refused()

    def until(self, condition, seconds=30):
        assert asyncio.run(self.site.until(condition, seconds))

    def pass_time(self, seconds):
        asyncio.run(self.site.pass_time(seconds))

    def registered(self):
        return [name for name in self.people if self.pbx.registered(name)]

    def alarms(self):
        return [alarm.text for alarm in self.machine.gateway.log.alarms()]


@pytest.fixture
def site():
    with Site(virtual=True) as site:
        yield site


def test_a_hardware_id_that_is_not_the_name_fails_until_the_pbx_has_it(site):
    firm = Firm(site, bert=User("", {"ip1203-bert"}, pbx_pwd=True))
    assert firm.registered() == ["anna", "carl"]
    assert firm.pbx.refusals[0] == ("bert", "no device with Hardware Id bert")
    assert ["403" in text and "bert" in text for text in firm.alarms()] == [True]
    firm.people["bert"].devices.add("bert")
    firm.pass_time(130)
    assert firm.registered() == ["anna", "bert", "carl"] and firm.alarms() == []


def test_tls_only_fails_for_the_certificate_is_the_bases(site):
    firm = Firm(site, carl=User("", {"carl"}, tls_only=True, pbx_pwd=True))
    firm.pbx.certificates[firm.machine.net.address] = "ip1203-00-00-01"
    firm.pass_time(130)
    assert firm.registered() == ["anna", "bert"]
    assert firm.pbx.refusals[-1] == ("carl", "TLS only: the certificate's CN is ip1203-00-00-01, not carl")


def test_without_pbx_pwd_the_password_of_the_system_opens_nothing(site):
    firm = Firm(site, anna=User("of anna", {"anna"}))
    assert firm.registered() == ["bert", "carl"]
    assert ["401" in text and "anna" in text for text in firm.alarms()] == [True]
    firm.say("mod cmd FLASHDIR0 del-item 101")
    firm.pass_time(3)
    assert firm.alarms() == []


def test_a_handset_that_is_switched_off_takes_its_registration_along(site):
    firm = Firm(site)
    firm.handsets[0].turn_off()
    firm.until(lambda: firm.registered() == ["bert", "carl"] and firm.handsets[0].lock == "off")
    firm.handsets[0].switch_on()
    firm.until(lambda: firm.registered() == ["anna", "bert", "carl"])


def test_a_user_who_is_taken_out_of_the_directory_and_put_back_is_registered_again(site):
    firm = Firm(site)
    firm.say("mod cmd FLASHDIR0 del-item 102")
    firm.until(lambda: firm.registered() == ["anna", "carl"])
    firm.say(f"mod cmd FLASHDIR0 add-item 102 (cn=Bert)(h323=bert)(e164=202)(ipei={PEOPLE[1][0]})")
    firm.until(lambda: firm.registered() == ["anna", "bert", "carl"])
