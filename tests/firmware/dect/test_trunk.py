"""The trunk: who may open a session, that all arrives once and in order, and that a loss is noticed."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import trunk, trunk_door
from firmware.dect.trunk_door import Joined
from tests.firmware.dect.trunk_rig import MASTER, SECOND, Parted, Turned, Wire, facts, joined, of

TEXTS = [b"message %d" % number for number in range(300)]


def test_a_radio_with_the_key_joins_and_says_who_it_is():
    wire = joined()
    assert of(Joined, wire.at_door)[0].peer.facts == facts(2)


def test_two_boards_without_a_key_come_up():
    wire = Wire(key=b"")
    wire.caller(key=b"")
    wire.run(0.1)
    assert of(Joined, wire.at_door)


@pytest.mark.parametrize("options", [
    {}, {"lost": 20}, {"twice": 50}, {"delay": 80_000}, {"lost": 10, "twice": 20, "delay": 40_000}])
def test_messages_arrive_once_and_in_order_both_ways(options):
    wire = joined()
    for name, value in options.items():
        setattr(wire, name, value)
    for text in TEXTS:
        wire.up(text)
        wire.down(text)
        wire.run(0.003)
    wire.run(20)
    assert wire.heard(wire.at_door) == TEXTS
    assert wire.heard(wire.at_caller) == TEXTS
    assert not of(Parted, wire.at_door) + of(Parted, wire.at_caller)


def test_many_messages_at_once_share_frames():
    wire = joined()
    before = len(wire.seen)
    for text in TEXTS:
        wire.callers["10.0.0.2"].session.send(b"\x20" + text)
    wire.carry("10.0.0.2", wire.callers["10.0.0.2"].flush(wire.now))
    wire.run(1)
    assert wire.heard(wire.at_door) == TEXTS
    assert len(wire.seen) - before < 20
    assert all(len(data) <= trunk.HEAD + trunk.PAYLOAD + trunk.TAG for _, _, data in wire.seen)


def test_nothing_that_is_said_can_be_read_on_the_wire():
    wire = joined()
    wire.up(b"the key of a handset")
    wire.run(0.1)
    assert wire.heard(wire.at_door) == [b"the key of a handset"]
    assert not any(b"key of" in data for _, _, data in wire.seen)


def test_an_idle_session_costs_a_frame_each_way_every_twelve_seconds():
    wire = joined()
    wire.run(1)
    before = len(wire.seen)
    wire.run(3600)
    assert len(wire.seen) - before == 2 * 300
    assert not of(Parted, wire.at_door) + of(Parted, wire.at_caller)


def test_a_loss_is_noticed_within_thirty_seconds_when_idle():
    wire = joined()
    wire.run(1)
    wire.cut.add(MASTER)
    wire.run(30)
    assert of(Parted, wire.at_door) and of(Parted, wire.at_caller)


def test_a_loss_is_noticed_within_six_seconds_under_traffic():
    wire = joined()
    wire.cut.add(MASTER)
    wire.up(b"one")
    wire.down(b"two")
    wire.run(6)
    assert of(Parted, wire.at_door) and of(Parted, wire.at_caller)


def test_after_a_loss_the_radio_joins_again():
    wire = joined()
    wire.cut.add(MASTER)
    wire.run(60)
    wire.cut.clear()
    wire.run(10)
    assert len(of(Joined, wire.at_door)) == 2
    wire.up(b"again")
    wire.run(1)
    assert wire.heard(wire.at_door) == [b"again"]


def test_a_radio_that_has_restarted_takes_the_place_of_its_old_session():
    wire = joined()
    wire.caller()
    wire.run(1)
    assert [type(one).__name__ for one in wire.at_door if not isinstance(one, trunk_door.Heard)] == [
        "Joined", "Parted", "Joined"]
    assert len(wire.door.peers) == 1


@pytest.mark.parametrize(("master", "radio"), [(b"secret", b"other"), (b"secret", b""), (b"", b"secret")])
def test_another_key_is_refused_and_both_sides_say_so(master, radio):
    wire = Wire(key=master)
    wire.caller(key=radio)
    wire.run(3)
    assert not of(Joined, wire.at_door) + of(Joined, wire.at_caller)
    assert [one.why for one in of(Turned, wire.at_door)] == ["the trunk's key differs"]
    assert of(Turned, wire.at_door)[0].host == "10.0.0.2"
    assert [one.why for one in of(Turned, wire.at_caller)] == ["the trunk's key differs"]


def test_another_version_is_refused_with_both_numbers():
    wire = Wire()
    hello = trunk.MAGIC + b"\x07" + bytes([trunk.HELLO]) + bytes(range(16)) + b"whatever that version has"
    wire.deliver(("10.0.0.9", trunk.PORT), (MASTER, trunk.PORT), hello)
    assert [(one.host, one.why) for one in of(Turned, wire.at_door)] == [
        ("10.0.0.9", "the trunk's version is 1, not 7")]
    answer = wire.seen[-1][2]
    assert answer[3] == trunk.REFUSE and answer[4:20] == bytes(range(16))


def test_a_refusal_of_another_version_is_understood():
    wire = Wire()
    caller = wire.caller()
    wire.carry("10.0.0.2", caller.tick(0))
    nonce = wire.seen[0][2][4:20]
    answer = trunk.MAGIC + b"\x07" + bytes([trunk.REFUSE]) + nonce + b"\x01\x0cno version 1"
    wire.deliver((MASTER, trunk.PORT), ("10.0.0.2", trunk.PORT), answer)
    assert [one.why for one in of(Turned, wire.at_caller)] == ["no version 1"]


def test_who_is_not_admitted_hears_why():
    wire = Wire()
    wire.why = "firmware 12r2 is lower than the system's 15"
    wire.caller()
    wire.run(3)
    assert [one.why for one in of(Turned, wire.at_caller)] == ["firmware 12r2 is lower than the system's 15"]
    assert not wire.door.peers


def test_every_datagram_played_again_by_somebody_else_changes_nothing():
    wire = joined()
    for text in TEXTS[:20]:
        wire.up(text)
        wire.down(text)
        wire.run(0.01)
    wire.at_door.clear()
    wire.at_caller.clear()
    for source, to, data in list(wire.seen):
        wire.deliver(source, to, data)
        wire.deliver(("10.0.0.66", 4000), to, data)
    wire.run(20)
    assert not wire.heard(wire.at_door) + wire.heard(wire.at_caller)
    assert not of(Parted, wire.at_door) + of(Parted, wire.at_caller) + of(Joined, wire.at_door)
    wire.up(b"still here")
    wire.run(1)
    assert wire.heard(wire.at_door) == [b"still here"]


def test_a_frame_with_one_bit_changed_is_ignored():
    wire = joined()
    wire.cut.add(MASTER)
    wire.up(b"one")
    source, to, data = wire.seen[-1]
    wire.cut.clear()
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        wire.deliver(source, to, bytes(changed))
    assert wire.heard(wire.at_door) == []
    wire.deliver(source, to, data)
    assert wire.heard(wire.at_door) == [b"one"]


def test_a_frame_sent_back_to_its_sender_is_ignored():
    wire = joined()
    wire.up(b"one")
    wire.run(0.1)
    up = [data for _, to, data in wire.seen if to[0] == MASTER and data[3] == trunk.UP]
    for data in up:
        turned = data[:3] + bytes([trunk.DOWN]) + data[4:]
        wire.deliver((MASTER, trunk.PORT), ("10.0.0.2", trunk.PORT), data)
        wire.deliver((MASTER, trunk.PORT), ("10.0.0.2", trunk.PORT), turned)
    assert wire.heard(wire.at_caller) == []


def test_a_flood_of_hellos_leaves_nothing_behind():
    wire = Wire()
    for number in range(1000):
        hello = trunk_door.start(trunk.HELLO) + number.to_bytes(16, "big")
        wire.deliver(("10.0.0.9", 1000 + number), (MASTER, trunk.PORT), hello)
    assert wire.door.peers == [] and wire.door.due() is None


def test_a_session_that_never_speaks_is_forgotten_after_five_seconds():
    wire = Wire()
    wire.caller()
    wire.run(0.0035)
    assert [peer.open for peer in wire.door.peers] == [False]
    wire.cut.add(MASTER)
    wire.run(5)
    assert wire.door.peers == [] and not of(Parted, wire.at_door)


def test_a_challenge_is_good_for_a_minute_at_most():
    wire = joined()
    source, to, join = next(one for one in wire.seen if one[2][3] == trunk.JOIN)
    wire.run(61)
    wire.deliver(source, to, join)
    assert len(wire.door.peers) == 1


def test_a_peer_that_takes_nothing_is_given_up_before_memory_is():
    session = trunk.Session(trunk.UP, 1, trunk.keys(b"", b"a", b"b"), 0)
    for _ in range(trunk.QUEUE + trunk.WINDOW * 2 + 1):
        session.send(bytes(600))
        session.flush(0)
    assert session.lost == "it does not keep up"


def test_a_message_that_no_frame_holds_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="1198"):
        trunk.Session(trunk.UP, 1, trunk.keys(b"", b"a", b"b"), 0).send(bytes(1199))


def test_with_two_masters_it_calls_one_after_the_other_and_begins_with_the_first_again():
    wire = Wire()
    wire.caller(hosts=("10.0.0.7", MASTER))
    wire.run(5)
    assert of(Joined, wire.at_door)
    wire.carry(MASTER, wire.door.dismiss("the master is back", wire.now))
    before = len(wire.seen)
    wire.run(2)
    assert of(Parted, wire.at_caller)[0].why == "the master is back"
    assert wire.seen[before + 0][1][0] in ("10.0.0.7", MASTER)
    hellos = [to[0] for _, to, data in wire.seen[before:] if data[3] == trunk.HELLO]
    assert hellos[0] == "10.0.0.7"


def test_a_master_that_does_not_answer_is_called_every_few_seconds_for_ever():
    wire = Wire()
    wire.cut.add(MASTER)
    wire.caller()
    wire.run(600)
    assert 100 < len(wire.seen) < 150
    wire.cut.clear()
    wire.run(6)
    assert of(Joined, wire.at_door)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=80) | st.tuples(st.integers(0, 8), st.binary(max_size=80)).map(
    lambda one: trunk_door.start(one[0]) + one[1]), max_size=20))
def test_no_datagram_makes_either_side_raise_or_part(datagrams):
    wire = joined()
    for data in datagrams:
        for to in (MASTER, "10.0.0.2"):
            for source in (("10.0.0.2", trunk.PORT), (MASTER, trunk.PORT), ("10.0.0.9", 7)):
                wire.deliver(source, (to, trunk.PORT), data)
    assert not of(Parted, wire.at_door) + of(Parted, wire.at_caller)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 200), max_size=60))
def test_a_packet_number_is_fresh_once_if_it_is_not_too_old(numbers):
    replay, seen, highest = trunk.Replay(), set(), 0
    for number in numbers:
        fresh = replay.fresh(number)
        assert fresh == (number not in seen and number > highest - 64)
        seen.add(number)
        highest = max(highest, number)


def test_no_two_frames_have_the_same_packet_number():
    wire = joined(lost=0)
    wire.lost = 15
    for text in TEXTS[:50]:
        wire.up(text)
        wire.run(0.01)
    wire.run(20)
    packets = [struct.unpack(">II", data[4:12]) for _, _, data in wire.seen if data[3] == trunk.UP]
    assert len(packets) == len(set(packets)) > 50
    assert wire.now > SECOND
