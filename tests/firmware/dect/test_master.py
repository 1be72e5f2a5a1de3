"""GW-DECT as a module on a bare controller: options, alarms, LED, what it says about itself, and bad input."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call import leg
from firmware.config.options import OptionError
from firmware.dect import bursts, dlc, mt, options, qt
from firmware.dect.joining import Base
from firmware.dect.master import Dect
from firmware.dect.radio_part import RadioPart
from firmware.dect.rfpstat import RfpStat
from firmware.effects import Clear, Do, Failed, Log, Raise, Tell
from firmware.led import Fact
from hal.net import Datagram
from hal.radio import Burst, Found, Lost
from tests.firmware.dect import beacons
from tests.firmware.dect.boards import ONE, TWO, Wire, system
from tests.firmware.dect.controller import Controller

SARI = "31100422072149"
IPEI = 0x123456789
RFPI = bytes.fromhex("102243a300")


class Directory:
    def find(self, attribute, value):
        user = {"e164": "201", "cn": "Anna", "ipei": "0466003541858"}
        return user if user.get(attribute) == value else None


class Device:
    """Does to a controller what effects ask for, and hands back what it refuses."""

    def __init__(self, multicell=False, bearers=4):
        self.radio = Controller(bearers)
        entropy = random.Random(1).randbytes
        base = Base("IP1203/4", b"\0\x90\x33\0\0\1", ONE, (15, 1, 4), multicell, bearers, bearers, ("pcma",))
        self.dect = Dect(Directory(), RadioPart(self.radio, multicell, entropy), base, None, entropy)
        self.effects = []

    def take(self, effects, now=0):
        for effect in effects:
            self.effects.append(effect)
            if isinstance(effect, Do):
                try:
                    getattr(self.radio, effect.method)(*effect.arguments)
                except ValueError as error:
                    self.take(self.dect.receive(Failed(effect, str(error)), now), now)
        return effects

    def configure(self, sub, values, now=0):
        return self.take(self.dect.configure(sub, values, list(values), now), now)

    def receive(self, message, now=0):
        return self.take(self.dect.receive(message, now), now)

    def tick(self, now):
        return self.take(self.dect.tick(now), now)

    @property
    def links(self):
        return self.dect.calls.links.connections

    def alarms(self):
        return [effect.code for effect in self.effects if isinstance(effect, Raise)]


def configured(sari=SARI, mode="active", master=ONE, **more):
    device = Device()
    device.configure("MASTER", {"mode": mode, "sari": sari, **more})
    device.configure("RADIO", {"master": master})
    return device


def access(slot, pmid=0xE6789, carrier=3, fmid=0x300):
    return Burst(None, slot, carrier, -60, mt.control(mt.ACCESS_REQUEST, fmid, pmid, first=True))


def connected(device, pmid=0xE6789, slot=14):
    """A handset has a link."""
    device.receive(access(slot, pmid))
    device.receive(Burst(0, slot, 3, -60, mt.control(mt.WAIT, 0x300, pmid)), 20_000)
    return device


def test_mode_sari_and_master_together_start_the_beacon():
    device = configured()
    assert any(field[1:] == RFPI for field in device.radio.fields)
    assert device.dect.home.rfpi == RFPI
    assert Tell("LED", Fact("starting", False)) in device.effects
    assert device.dect.running()


def test_the_led_starts_until_the_radio_runs():
    assert Device().dect.start(0) == [Tell("LED", Fact("starting", True))]


@pytest.mark.parametrize("less", [{"mode": "off"}, {"mode": "standby"}, {"sari": ""}, {"master": ""}])
def test_without_any_of_them_the_radio_is_silent(less):
    device = configured(**less)
    assert device.radio.fields == []
    assert device.dect.home.rfpi is None


def test_a_disabled_radio_is_silent():
    device = configured()
    device.configure("RADIO", {"master": ONE, "disable": True})
    assert device.radio.fields == []


def test_a_code_makes_the_beacon_say_that_keys_are_wanted_and_subscriptions_taken():
    def announced(device):
        return next(beacons.bits(field[1:]) for field in device.radio.fields
                    if field[0] >> 5 == 4 and qt.kind(field[1:]) == 3)

    device = configured(ac="1234")
    assert {36, 44} <= set(announced(device))
    values = {"mode": "active", "sari": SARI, "ac": "1234", "subscription": False}
    device.configure("MASTER", values)
    assert 36 in announced(device) and 44 not in announced(device)
    beacon = list(device.radio.fields)
    assert not [one for one in device.configure("MASTER", dict(values, ac="77")) if isinstance(one, Do)]
    assert device.radio.fields == beacon


@pytest.mark.parametrize("text", ["12a", "123456789", " 1"])
def test_the_option_refuses_a_code_that_is_not_digits(text):
    option = next(one for one in options.MASTER if one.name == "ac")
    assert option.read("0000") == "0000" and option.read("") == ""
    with pytest.raises(ValueError, match="1 to 8 digits"):
        option.read(text)


@pytest.mark.parametrize("text", ["102243a3", "102243a30g", "102243a3000"])
def test_the_option_refuses_what_is_no_rfpi(text):
    option = next(one for one in options.RADIO if one.name == "sync-rfpi")
    assert option.read("102243A307") == "102243a307" and option.read("") == ""
    with pytest.raises(ValueError, match="ten hexadecimal digits"):
        option.read(text)


def test_no_sari_raises_an_alarm_that_a_sari_clears():
    device = configured(sari="")
    assert device.alarms() == [options.NO_SARI]
    assert "no SARI" in device.dect.command("", ["status"], 0)[0]
    assert Clear(options.NO_SARI) in device.configure("MASTER", {"mode": "active", "sari": SARI})
    assert device.dect.running()


def test_a_wrong_check_digit_raises_an_alarm_that_names_the_right_one():
    device = configured(sari="31100422072145")
    alarms = [effect for effect in device.effects if isinstance(effect, Raise)]
    assert [alarm.code for alarm in alarms] == [options.WRONG_SARI]
    assert SARI in alarms[0].text
    assert not device.dect.running()


def test_the_option_refuses_a_wrong_check_digit_with_the_right_one():
    option = next(one for one in options.MASTER if one.name == "sari")
    assert option.read(SARI) == SARI
    with pytest.raises(ValueError, match=SARI):
        option.read("31100422072145")


@pytest.mark.parametrize("table", Dect.schemas.values())
def test_every_default_passes_its_own_read_and_names_are_unique(table):
    names = [option.name for option in table]
    assert len(names) == len(set(names))
    for option in table:
        assert option.help or option.name in ("trace", "module-trace")
        if isinstance(option.default, str):
            assert option.read(option.default) == option.default


def test_switching_the_master_off_silences_the_radio_and_forgets_everybody():
    device = connected(configured())
    device.take(device.dect.calls.locations.take(IPEI, 0))
    effects = device.configure("MASTER", {"mode": "off", "sari": SARI})
    assert device.radio.fields == [] and device.radio.duplex == {}
    assert Tell("LED", Fact("starting", True)) in effects
    assert device.dect.calls.locations.handsets == [] and device.links == []


def test_another_sari_is_another_system():
    device = configured()
    device.take(device.dect.calls.locations.take(IPEI, 0))
    device.configure("MASTER", {"mode": "active", "sari": "31100422072202"})
    assert device.dect.home.rfpi[:4] != RFPI[:4]
    assert device.radio.fields and device.dect.calls.locations.handsets == []


def test_status_tells_state_and_connections():
    device = connected(configured())
    assert device.dect.command("", ["status"], 0)[0] == (
        "radio on, RFPI 102243a300, 1 of 4 bearers busy\r\nmaster of 31100422072149, 1 radios\r\n"
        "radio 0 bearer 0 link -\r\n")
    assert device.dect.command("", ["fly"], 0) == (None, [])
    assert device.dect.command("", [], 0) == (None, [])


def test_the_name_of_the_system_is_shown_with_its_identity():
    device = configured(name="Works 2")
    assert "master of 31100422072149 (Works 2), 1 radios" in device.dect.command("", ["status"], 0)[0]


def test_users_are_shown_as_the_directory_has_them():
    device = configured()
    device.take(device.dect.calls.locations.take(IPEI, 0))
    assert device.dect.command("", ["users"], 0)[0] == "0466003541858 201 Anna\r\n"
    assert device.dect.command("", ["subscriptions"], 0)[0] == ""


@pytest.mark.parametrize("line", [
    "unsubscribe", "unsubscribe 0466003541858", "unsubscribe 12", "sms", "sms 201", "sms 999 hello", "forget",
    "forget 7", "forget x"])
def test_a_command_that_cannot_be_done_says_why(line):
    with pytest.raises(OptionError):
        configured().dect.command("", line.split(), 0)


def test_a_handset_that_is_unsubscribed_is_logged_once():
    device = configured()
    device.dect.calls.gate.keys.keep(IPEI, bytes(16))
    reply, effects = device.dect.command("", ["unsubscribe", "0466003541858"], 0)
    assert reply == ""
    assert [one.text for one in effects if isinstance(one, Log)] == ["handset 0466003541858 is no longer subscribed"]


@pytest.mark.parametrize("word", ["status", "radios", "sync", "counters", "users", "subscriptions", "security"])
def test_every_report_has_something_to_say_or_nothing_on_a_bare_board(word):
    reply, effects = Device().dect.command("", [word], 0)
    assert isinstance(reply, str) and effects == []


def test_every_command_in_the_help_exists():
    for word in Dect.commands:
        try:
            assert configured().dect.command("", [word], 0)[0] is not None
        except OptionError:
            pass


def test_radios_and_sync_show_the_columns_of_the_vendors_page():
    wire, boards = system(3)
    rows = boards[0].says("sync").split("\r\n")
    assert rows[1] == "0 102243a300 Master - 0 - - 0 -"
    assert rows[2] == "1 102243a301 synchronized 102243a300 1 -60 0 0 -"
    wire.off(TWO)
    wire.run(40)
    rows = boards[0].says("radios").split("\r\n")
    assert rows[0] == "0 102243a300 IP1203 IP1203 at this board 15r1sr4, 0 of 11 bearers busy"
    assert rows[2] == "1 102243a301 IP1203 missing, last at 10.0.0.2"
    assert "0 calls, 0 handovers" in boards[0].says("counters")


def rows_of(board):
    return board.stat.command("", ["rfp-stat2"], 0)[0]


def test_rfpstat_has_the_words_that_monitoring_looks_for():
    wire, boards = system(2)
    text = rows_of(boards[0])
    assert text.count("<rfp ") == 2 and 'role="Master"' in text and text.count('"synchronized"') == 2
    assert 'source="102243a300" rssi="-60" fer="0"' in text and 'hop="1"' in text
    boards[1].hears()
    wire.run(0.1)
    assert "Searching for sync source" in rows_of(boards[0])
    assert "Searching for sync source" in rows_of(boards[1])
    assert "Searching for sync source" in rows_of(Wire().board(ONE))
    wire.off(TWO)
    wire.run(40)
    assert 'missing="true"' in rows_of(boards[0])


def test_rfpstat_counts_losses_with_their_cause():
    wire, boards = system(2)
    boards[1].part.lost, boards[1].part.cause = 2, "PSCN changed"
    boards[1].report(boards[1].part.state())
    wire.run(0.1)
    assert 'sync-lost="2" cause="PSCN changed"' in rows_of(boards[0])
    assert any("PSCN changed" in text for text in boards[0].logs)
    assert RfpStat(boards[0].dect).command("", ["fly"], 0) == (None, [])


def test_the_word_for_box_info_is_that_of_our_radio():
    _, boards = system(2)
    assert [board.dect.sync() for board in boards] == ["Master", "synchronized"]
    boards[1].hears()
    assert boards[1].dect.sync() == "Searching for sync source"
    assert Wire().board(ONE).dect.sync() == "-"


def test_an_access_request_for_another_base_is_ignored():
    device = configured()
    device.receive(access(14, fmid=0x301))
    assert device.radio.duplex == {}


def test_a_flood_of_access_requests_takes_no_more_than_the_bearers_and_frees_them():
    device = configured()
    for slot in range(12, 24):
        device.receive(access(slot, 0xE0000 + slot))
    assert 0 < len(device.radio.duplex) <= 4
    now = 0
    while device.radio.duplex and now < 60_000_000:
        for number in list(device.radio.duplex):
            device.receive(Lost(number), now)
        now = max(now, device.dect.due())
        device.tick(now)
    assert device.radio.duplex == {} and device.links == []


def test_a_link_without_a_transaction_is_released_after_lce_02():
    device = connected(configured())
    now = 0
    while device.links and now < 30_000_000:
        now = device.dect.due()
        device.tick(now)
    assert device.links == []
    assert 10_000_000 <= now < 10_400_000


FIELDS = st.one_of(
    st.binary(min_size=0, max_size=8),
    st.tuples(st.sampled_from([0, 1, 6, 7]), st.binary(min_size=5, max_size=5)).map(lambda one: bursts.pack(*one)))
EVENTS = st.one_of(
    st.builds(Burst, st.one_of(st.none(), st.integers(0, 5)), st.integers(0, 23), st.integers(0, 9), st.just(-60),
              FIELDS),
    st.builds(Lost, st.integers(0, 5)), st.builds(Found, st.integers(0, 5)),
    st.builds(Datagram, st.just("trunk"), st.tuples(st.just(TWO), st.integers(1, 65535)),
              st.binary(max_size=60) | st.binary(max_size=60).map(lambda octets: b"DT\1" + octets)),
    st.builds(leg.Elsewhere, st.integers(0, 3), st.none() | st.binary(max_size=30)))


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=30))
def test_no_burst_and_no_datagram_makes_it_raise(events):
    device = configured()
    device.receive(access(14))
    now = 0
    for event in events:
        now += 10_000
        device.receive(event, now)
        if device.dect.due() is not None and device.dect.due() <= now:
            device.tick(now)
        assert len(device.links) <= 4


MESSAGES = st.one_of(
    st.binary(max_size=80),
    st.tuples(st.sampled_from([b"\x03\x05", b"\x05\x54", b"\x00\x71", b"\x03\x7B", b"\x83\x07", b"\x83\x01",
                               b"\x03\x4D", b"\x05\x44", b"\x85\x40", b"\x85\x41", b"\x85\x43"]),
              st.sampled_from([b"", b"\x05\x07\x80\xA8\x01\x23\x45\x67\x89", b"\x2C\x03201"]),
              st.binary(max_size=20)).map(b"".join))


@settings(max_examples=150, deadline=None)
@given(st.lists(MESSAGES, max_size=8), st.booleans(), st.sampled_from(["", "1234"]))
def test_no_message_of_a_handset_makes_it_raise(messages, called, ac):
    device = configured(ac=ac)
    device.take(device.dect.calls.locations.take(IPEI, 0))
    if called:
        device.receive(leg.Setup(leg.Leg("GW-DECT", 1), "201", "0", "", leg.Bearer(None, None, False)))
    connected(device)
    now, sequence, turn = 20_000, 0, 0
    for message in messages:
        turn ^= 1
        for segment in dlc.segments(dlc.Frame(0x11, turn << 1, False, message[:63]), 0):
            now += 20_000
            device.receive(Burst(0, 14, 3, -60, bursts.pack(sequence, segment)), now)
            sequence ^= 1
    for _ in range(100):
        now = max(now, device.dect.due() or now)
        device.tick(now)
    assert device.dect.calls.busy() <= len(device.dect.calls.legs) <= 1 + called
