"""Whatever a base sends, a handset does not fail, and is there for the next call."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.peers.handset import codec, fields
from sim.peers.handset.call import ACTIONS as CC_ACTIONS
from sim.peers.handset.codec import Message
from sim.peers.handset.dlc import Link, signature
from sim.peers.handset.registration import ACTIONS as MM_ACTIONS
from tests.sim.peers.handset_base import MULTICELL
from tests.sim.peers.handset_rig import Rig

FIELD = st.one_of(
    st.binary(min_size=6, max_size=6),
    st.builds(lambda kind, command, rest: bytes((6 << 5, kind << 4 | command)) + rest,
              st.sampled_from([0, 1, 3, 5]), st.integers(0, 15), st.binary(min_size=4, max_size=4)),
    st.builds(lambda kind, command: codec.control(command, 0x3A0, 0xE6789, kind), st.sampled_from([0, 1, 5]),
              st.integers(0, 15)))

CODES = st.sampled_from([0x05, 0x07, 0x0A, 0x0C, 0x0D, 0x0E, 0x19, 0x28, 0x2C, 0x60, 0x6C, 0x6D, 0x70, 0x77, 0x7C,
                         0x7B, 0x01])
PAIRS = st.sampled_from([0xE0, 0xE2, 0xE4, 0xE5, 0xE8, 0xE9])
ELEMENT = st.one_of(st.tuples(CODES, st.binary(max_size=40)), st.tuples(PAIRS, st.binary(min_size=1, max_size=1)))
KNOWN = sorted([(3, one) for one in CC_ACTIONS] + [(5, one) for one in MM_ACTIONS] + [(6, 1), (0, 0x72)])
MESSAGE = st.builds(lambda known, elements, answer: Message(*known, elements, answer), st.sampled_from(KNOWN),
                    st.lists(ELEMENT, max_size=5), st.booleans())


def prepared(state):
    rig = Rig(beacon={"capabilities": MULTICELL})
    rig.located()
    if state == "talking":
        rig.dial()
    elif state == "ringing":
        rig.ring()
    elif state == "asking":
        rig.base.deaf = True
        rig.handset.dial("1")
        rig.run(0.1)
    elif state == "handover":
        rig.dial()
        rig.base.deaf = True
        rig.handset.radio.connection.hand_over()
    elif state == "ciphering":
        rig.dial()
        rig.handset.radio.connection.cipher(bytes(8))
    return rig


STATES = ["idle", "asking", "talking", "ringing", "handover", "ciphering"]


def whole_again(rig):
    """After silence from the base the handset is idle, and then dials."""
    rig.base.deaf = False
    rig.base.hang()
    rig.handset.hang_up()
    rig.run(25)
    rig.base.on_air(capabilities=MULTICELL)
    rig.run(62)
    rig.freed()
    assert rig.handset.call == "idle"
    assert rig.handset.dial("2")
    rig.handset.switch_off()
    rig.base.hang()
    rig.run(1)
    assert rig.time.next() is None


@pytest.mark.parametrize("state", STATES)
@settings(max_examples=25, deadline=None)
@given(data=st.lists(st.tuples(FIELD, st.integers(0, 30)), max_size=12))
def test_any_fields_in_any_state_leave_a_handset_that_works(state, data):
    rig = prepared(state)
    for field, pause in data:
        connection = rig.handset.radio.connection
        for bearer in (connection.bearer, connection.next):
            if bearer is not None and bearer.end is not None:
                bearer.end.on_field(field, -50)
        rig.handset.radio.heard(field)
        rig.run(pause / 1000)
    whole_again(rig)


@pytest.mark.parametrize("state", STATES)
@settings(max_examples=25, deadline=None)
@given(data=st.lists(MESSAGE, max_size=8))
def test_any_messages_in_any_state_leave_a_handset_that_works(state, data):
    rig = prepared(state)
    for message in data:
        rig.handset._message(codec.parse_message(codec.build_message(message)))
        rig.run(0.05)
        assert rig.handset.display is not None
    whole_again(rig)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(min_size=5, max_size=5), max_size=30), st.integers(0, 0xFFFFF))
def test_any_segments_give_messages_or_nothing(segments, pmid):
    link = Link(signature(pmid))
    for segment in segments:
        out, messages = link.receive(segment)
        assert all(len(one) == 5 for one in out)
        for one in messages:
            codec.parse_message(one)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 0xFFFF))
def test_a_frame_is_read_with_the_signature_it_was_made_with_and_no_other(information, mark):
    frame = codec.build_frame({"new": False, "command": False}, 0, information[:63], signature=mark)
    assert codec.parse_frame(frame, mark).information == information[:63]
    other = mark ^ 0x0100
    assert codec.parse_frame(frame, other) is None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=8), max_size=20))
def test_what_a_base_says_of_itself_is_read_or_left(data):
    read = fields.read_base(data)
    assert read is None or len(read.rfpi) == 5


@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=5, max_size=5))
def test_any_page_is_one_or_none(tail):
    page = fields.read_page(tail)
    assert page is None or 0 <= page.tpui <= 0xFFFF


def test_a_full_page_names_the_slot():
    tail = (2 << 36 | 1 << 32 | 0x01234 << 12 | 1 << 8).to_bytes(5, "big")
    assert fields.read_page(tail) == (0x1234, 1, True)


def test_a_sari_is_an_access_right_where_the_rfpi_is_not():
    rig = Rig(beacon={"sari": 0x102243A3})
    rig.base.off_air()
    rig.base.rfpi = bytes.fromhex("9099999900")
    rig.base.on_air()
    rig.until(lambda: rig.handset.status.lock == "locked", 2)


def test_the_release_of_an_advanced_connection_ends_it():
    rig = Rig(beacon={"long_slots": True}, wideband=True).located().dial()
    field = codec.released(2, rig.base.pmid)
    rig.base.leg.end.send(field[:1] + bytes((field[1] | 0x10,)) + field[2:])
    rig.run(0.1)
    assert rig.handset.call == "idle"


def test_a_segment_on_the_bearer_that_is_left_is_not_lost():
    rig = Rig(beacon={"capabilities": MULTICELL}).located().dial()
    connection, old = rig.handset.radio.connection, rig.handset.radio.connection.bearer
    connection.hand_over()
    rig.until(lambda: connection.bearer is not old, 2)
    came = []
    connection.on_segment = came.append
    old.end.on_field(codec.a_field(connection._expected, b"12345"), -50)
    assert came == [b"12345"]
