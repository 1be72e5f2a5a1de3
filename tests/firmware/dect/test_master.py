"""GW-DECT as a module: options, alarms, LED, what it says about itself, and bad input."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call import leg
from firmware.dect import bursts, dlc, options
from firmware.dect.master import Dect
from firmware.effects import Clear, Do, Failed, Raise, Tell
from firmware.led import Fact
from hal.radio import Burst, Found, Lost

SARI = "31100422072149"
IPEI = 0x123456789


class Directory:
    def find(self, attribute, value):
        user = {"e164": "201", "cn": "Anna", "ipei": "0466003541858"}
        return user if user.get(attribute) == value else None


def configured(sari=SARI, mode="active", master="10.0.0.1", **more):
    dect = Dect(Directory(), 4, entropy=bytes)
    effects = dect.configure("MASTER", {"mode": mode, "sari": sari, **more}, ["mode", "sari"], 0)
    return dect, effects + dect.configure("RADIO", {"master": master}, ["master"], 0)


def beacons(effects):
    return [effect.arguments[0] for effect in effects if isinstance(effect, Do) and effect.method == "beacon"]


def test_mode_sari_and_master_together_start_the_beacon():
    dect, effects = configured()
    assert beacons(effects) == [bursts.beacon(bytes.fromhex("102243a300"), 10)]
    assert Tell("LED", Fact("starting", False)) in effects
    assert dect.running()


def test_the_led_starts_until_the_radio_runs():
    assert Dect(Directory(), 4).start(0) == [Tell("LED", Fact("starting", True))]


@pytest.mark.parametrize("less", [{"mode": "off"}, {"mode": "standby"}, {"sari": ""}, {"master": ""}])
def test_without_any_of_them_the_radio_is_silent(less):
    dect, effects = configured(**less)
    assert beacons(effects) == []
    assert not dect.running()


def test_a_code_makes_the_beacon_say_that_keys_are_wanted_and_subscriptions_taken():
    dect, effects = configured(ac="1234")
    assert beacons(effects) == [bursts.beacon(bytes.fromhex("102243a300"), 10, (36, 44))]
    closed = dect.configure("MASTER", {"mode": "active", "sari": SARI, "ac": "1234", "subscription": False}, [], 0)
    assert beacons(closed) == [bursts.beacon(bytes.fromhex("102243a300"), 10, (36,))]
    same = dect.configure("MASTER", {"mode": "active", "sari": SARI, "ac": "77", "subscription": False}, [], 0)
    assert beacons(same) == []


def test_the_bits_stand_where_the_standard_puts_them():
    plain, both = bursts.capabilities()[1:], bursts.capabilities((36, 44))[1:]
    assert (int.from_bytes(plain, "big") ^ int.from_bytes(both, "big")) == 1 << 11 | 1 << 3


@pytest.mark.parametrize("text", ["12a", "123456789", " 1"])
def test_the_option_refuses_a_code_that_is_not_digits(text):
    option = next(one for one in options.MASTER if one.name == "ac")
    assert option.read("0000") == "0000" and option.read("") == ""
    with pytest.raises(ValueError, match="1 to 8 digits"):
        option.read(text)


def test_no_sari_raises_an_alarm_that_a_sari_clears():
    dect, effects = configured(sari="")
    assert [effect.code for effect in effects if isinstance(effect, Raise)] == [options.NO_SARI]
    assert Clear(options.NO_SARI) in dect.configure("MASTER", {"mode": "active", "sari": SARI}, ["sari"], 0)
    assert dect.running()


def test_a_wrong_check_digit_raises_an_alarm_that_names_the_right_one():
    dect, effects = configured(sari="31100422072145")
    alarms = [effect for effect in effects if isinstance(effect, Raise)]
    assert [alarm.code for alarm in alarms] == [options.WRONG_SARI]
    assert SARI in alarms[0].text
    assert not dect.running()


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
        if isinstance(option.default, str):
            assert option.read(option.default) == option.default


def test_switching_the_master_off_silences_the_radio_and_forgets_everybody():
    dect, _ = configured()
    dect.calls.locations.handsets.append(IPEI)
    effects = dect.configure("MASTER", {"mode": "off", "sari": SARI}, ["mode"], 0)
    assert beacons(effects) == [[]]
    assert Tell("LED", Fact("starting", True)) in effects
    assert dect.calls.locations.handsets == []


def test_another_sari_is_another_system():
    dect, _ = configured()
    other = "31100422072202"
    dect.calls.locations.handsets.append(IPEI)
    effects = dect.configure("MASTER", {"mode": "active", "sari": other}, ["sari"], 0)
    assert len(beacons(effects)) == 2
    assert dect.calls.locations.handsets == []


def test_status_tells_state_and_users(rig):
    rig.handset()
    rig.run(3)
    assert rig.dect.command("", ["status"], 0)[0] == "radio on, RFPI 102243a300, 0 of 8 bearers busy\r\n"
    assert rig.dect.command("", ["users"], 0)[0] == "0466003541858 201 Anna\r\n"
    assert rig.dect.command("", ["fly"], 0) == (None, [])


def test_rfpstat_has_the_words_that_monitoring_looks_for(rig, make_rig):
    text, _ = rig.stat.command("", ["rfp-stat2"], 0)
    assert "Master" in text and "synchronized" in text
    text, _ = make_rig().stat.command("", ["rfp-stat2"], 0)
    assert "Searching for sync source" in text


def test_a_radio_that_refuses_a_bearer_leaves_nothing_open():
    dect, _ = configured()
    effects = dect.receive(access(14), 0)
    assert dect.calls.bearers.connections != []
    dect.receive(Failed(effects[0], "taken"), 0)
    assert dect.calls.bearers.connections == []
    assert dect.due() is None


def access(slot, pmid=0xE6789, carrier=3):
    return Burst(None, slot, carrier, -60, bursts.control(bursts.ACCESS_REQUEST, 0x300, pmid, first=True))


def test_an_access_request_for_another_base_is_ignored():
    dect, _ = configured()
    other = bursts.control(bursts.ACCESS_REQUEST, 0x301, 0xE6789, first=True)
    assert dect.receive(Burst(None, 14, 3, -60, other), 0) == []


def test_a_flood_of_access_requests_takes_no_more_than_the_bearers_and_frees_them():
    dect, _ = configured()
    for slot in range(12, 24):
        dect.receive(access(slot, 0xE0000 + slot), 0)
    assert len(dect.calls.bearers.connections) == 4
    for number in range(4):
        dect.receive(Lost(number), 1_000_000)
    assert dect.calls.bearers.connections == []


def test_a_link_without_a_transaction_is_released_after_lce_02():
    dect, _ = configured()
    dect.receive(access(14), 0)
    dect.receive(Burst(0, 14, 3, -60, bursts.control(bursts.WAIT, 0x300, 0xE6789)), 20_000)
    now = 0
    while dect.due() is not None:
        now = dect.due()
        dect.tick(now)
    assert dect.calls.bearers.connections == []
    assert 10_000_000 <= now < 10_200_000


FIELDS = st.one_of(
    st.binary(min_size=0, max_size=8),
    st.tuples(st.sampled_from([0, 1, 6, 7]), st.binary(min_size=5, max_size=5)).map(lambda one: bursts.pack(*one)))
EVENTS = st.one_of(
    st.builds(Burst, st.one_of(st.none(), st.integers(0, 5)), st.integers(0, 23), st.integers(0, 9), st.just(-60),
              FIELDS),
    st.builds(Lost, st.integers(0, 5)), st.builds(Found, st.integers(0, 5)))


@settings(max_examples=200, deadline=None)
@given(st.lists(EVENTS, max_size=30))
def test_no_burst_makes_it_raise(events):
    dect, _ = configured()
    dect.receive(access(14), 0)
    now = 0
    for event in events:
        now += 10_000
        dect.receive(event, now)
        if dect.due() is not None and dect.due() <= now:
            dect.tick(now)
        assert len(dect.calls.bearers.connections) <= 4


MESSAGES = st.one_of(
    st.binary(max_size=80),
    st.tuples(st.sampled_from([b"\x03\x05", b"\x05\x54", b"\x00\x71", b"\x03\x7B", b"\x83\x07", b"\x83\x01",
                               b"\x03\x4D", b"\x05\x44", b"\x85\x40", b"\x85\x41", b"\x85\x43"]),
              st.sampled_from([b"", b"\x05\x07\x80\xA8\x01\x23\x45\x67\x89", b"\x2C\x03201"]),
              st.binary(max_size=20)).map(b"".join))


@settings(max_examples=200, deadline=None)
@given(st.lists(MESSAGES, max_size=8), st.booleans(), st.sampled_from(["", "1234"]))
def test_no_message_of_a_handset_makes_it_raise(messages, called, ac):
    dect, _ = configured(ac=ac)
    dect.calls.locations.handsets.append(IPEI)
    if called:
        dect.receive(leg.Setup(leg.Leg("GW-DECT", 1), "201", "0", "", leg.Bearer(None)), 0)
    dect.receive(access(14), 0)
    dect.receive(Burst(0, 14, 3, -60, bursts.control(bursts.WAIT, 0x300, 0xE6789)), 20_000)
    now, sequence, turn = 20_000, 0, 0
    for message in messages:
        octets = dlc.encode(dlc.Frame(0x11, turn << 1, False, message[:63]))
        turn ^= 1
        for at in range(0, len(octets), 5):
            now += 20_000
            dect.receive(Burst(0, 14, 3, -60, bursts.pack(sequence, octets[at:at + 5])), now)
            sequence ^= 1
    for _ in range(100):
        if dect.due() is None:
            break
        dect.tick(max(now, dect.due()))
    assert dect.calls.busy() <= len(dect.calls.legs) <= 1 + called
