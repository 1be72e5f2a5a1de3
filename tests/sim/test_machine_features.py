"""A handset's R key and a waiting call: a whole board, a handset on the air, SIP phones."""

import asyncio

import pytest

from sim.peers.handset import Audio, Handset
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED, ENDED
from sim.peers.talker import speech
from sim.site import Site
from sim.stage import dect_lines

ANNA, SARI = "0466003541858", "31100422072149"


class Office:
    """One base, one handset, and phones that are called by the base directly, as 10.x phones without a registrar."""

    def __init__(self, site, **options):
        self.site = site
        self.machine = site.board("ip1203", **options)
        self.machine.power_on()
        self.say(*dect_lines(self.machine.net.address, [(ANNA, "201", "Anna")]))
        self.phones = [Phone(site.time, site.net(), f"p{number}", loop=True, source=speech(2, number),
                             auto_answer=0.3, seed=number) for number in (1, 2)]
        self.towards(0)
        self.handset = Handset(site.air, site.time, ANNA, SARI, audio=Audio(echo_loss_db=None))
        self.handset.audio.play(speech(2, 9), True)
        self.handset.auto_answer = 100_000
        self.until(lambda: self.handset.located, 30)

    def say(self, *lines):
        for line in lines:
            assert not self.machine.run_line(line).refused()

    def towards(self, index):
        """Calls of the handset go to that phone."""
        host = self.phones[index].sockets.address
        self.say(f"config change SIP REG1 /no-reg /accept-anywhere /aor 201@{host} /proxy {host}:5060",
                 "config activate")

    def until(self, condition, seconds=10):
        assert asyncio.run(self.site.until(condition, seconds))

    def pass_time(self, seconds):
        asyncio.run(self.site.pass_time(seconds))

    def called(self, index=0):
        """A phone calls the handset, which answers: the phone's call."""
        call = self.phones[index].call(f"sip:201@{self.machine.net.address}")
        self.until(lambda: call.state == CONNECTED and self.handset.call == "talking")
        self.pass_time(1)
        return call

    def hears(self, call, seconds=1):
        """How many packets a phone gets in that time."""
        before = call.stats()["received"]
        self.pass_time(seconds)
        return call.stats()["received"] - before


@pytest.fixture
def office():
    with Site(virtual=True) as site:
        yield Office(site)


def enquire(office):
    office.towards(1)
    office.handset.keypad("R")
    office.pass_time(0.5)
    office.handset.keypad("300#")
    office.until(lambda: office.phones[1].calls and office.phones[1].calls[0].state == CONNECTED)
    office.pass_time(1)
    return office.phones[1].calls[0]


def test_hold_enquiry_toggle_and_the_end_of_one(office):
    first = office.called()
    assert office.hears(first) > 40
    second = enquire(office)
    assert office.hears(first) == 0 and office.hears(second) > 40
    office.handset.keypad("R2")
    office.pass_time(0.5)
    assert office.hears(first) > 40 and office.hears(second) == 0
    office.handset.keypad("R1")
    office.until(lambda: first.state == ENDED)
    assert office.hears(second) > 40 and office.handset.call == "talking"
    office.handset.hang_up()
    office.until(lambda: second.state == ENDED and office.machine.gateway.calls.busy() == 0)


def test_a_transfer_lets_the_handset_go_and_joins_the_phones(office):
    first = office.called()
    second = enquire(office)
    office.handset.keypad("R4")
    office.until(lambda: office.handset.call == "idle")
    office.pass_time(0.5)
    assert office.hears(first) > 40 and office.hears(second) > 40
    second.hang_up()
    office.until(lambda: first.state == ENDED and office.machine.gateway.calls.busy() == 0)


def test_a_second_caller_waits_is_shown_and_taken(office):
    first = office.called()
    second = office.phones[1].call(f"sip:201@{office.machine.net.address}")
    office.until(lambda: office.handset.waiting is not None)
    assert second.state == "ringing" and office.handset.call == "talking"
    office.handset.keypad("R2")
    office.until(lambda: second.state == CONNECTED)
    office.pass_time(0.5)
    assert office.hears(second) > 40 and office.hears(first) == 0
    office.handset.keypad("R0")
    office.handset.keypad("R1")
    office.until(lambda: second.state == ENDED)
    office.pass_time(0.5)
    assert office.hears(first) > 40


def test_a_waiting_caller_is_told_busy_by_r0(office):
    office.called()
    second = office.phones[1].call(f"sip:201@{office.machine.net.address}")
    office.until(lambda: office.handset.waiting is not None)
    office.handset.keypad("R0")
    office.until(lambda: second.state == ENDED)
    assert second.code == 486
    office.until(lambda: office.handset.waiting is None)


def test_a_blind_transfer_gives_the_caller_to_the_number_that_follows(office):
    first = office.called()
    office.towards(1)
    office.handset.keypad("RR")
    office.pass_time(0.5)
    office.handset.keypad("300#")
    office.until(lambda: office.handset.call == "idle")
    office.until(lambda: office.phones[1].calls and office.phones[1].calls[0].state == CONNECTED)
    office.pass_time(0.5)
    assert office.hears(first) > 40 and office.hears(office.phones[1].calls[0]) > 40


def test_a_conference_without_its_interface_is_refused_and_both_calls_stay(office):
    first = office.called()
    second = enquire(office)
    office.handset.keypad("R3")
    office.pass_time(1)
    assert "no interface" in office.machine.gateway.log.lines()[-1]
    assert first.state == second.state == CONNECTED
    assert office.hears(first) == 0 and office.hears(second) > 40


def test_a_conference_brings_all_three_to_the_interface(office):
    office.say("config add CALL /conference 900", "config activate")
    first = office.called()
    second = enquire(office)
    bridge = Phone(office.site.time, office.site.net(), "900", loop=True, source=speech(2, 5), auto_answer=0.1,
                   seed=5)
    office.phones.append(bridge)
    office.towards(2)
    office.handset.keypad("R3")
    office.until(lambda: [call.state for call in bridge.calls] == [CONNECTED] * 3)
    office.pass_time(0.5)
    assert first.state == second.state == CONNECTED and office.handset.call == "talking"
    assert office.handset.caller == ("900", "")
    assert min(office.hears(call) for call in bridge.calls) > 40
    office.handset.hang_up()
    office.pass_time(2)
    assert sorted(call.state for call in bridge.calls) == [CONNECTED, CONNECTED, ENDED]


def test_the_display_shows_number_and_name_and_follows_the_call(office):
    office.phones[0].name = "Zoë"
    office.called()
    assert office.handset.caller == ("p1", "Zoë")
    enquire(office)
    assert office.handset.shown == "300"
    office.handset.keypad("R2")
    office.pass_time(0.5)
    assert office.handset.shown == "Zoë p1"


def test_keys_of_the_handset_reach_the_phone_as_telephone_events(office):
    call = office.called()
    office.handset.keypad("12#*")
    office.pass_time(2)
    assert call.digits == "12#*"
