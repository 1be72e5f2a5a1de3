"""Any message of the trunk, from a board that has the key, in any order: nobody raises, and the others stay joined."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import between as b
from firmware.dect.trunk_codec import encode
from tests.firmware.dect.boards import system
from tests.firmware.dect.test_trunk_codec import MESSAGES

LINK = st.integers(1, 3)
LIKELY = st.one_of(
    st.builds(b.Access, LINK, st.sampled_from([0xE6789, 0xE6780]), st.sampled_from(["setup", "handover"]),
              st.integers(0, 3), st.booleans()),
    st.builds(b.Segment, LINK, st.binary(min_size=5, max_size=5)), st.builds(b.Gone, LINK, st.integers(0, 15)),
    st.builds(b.Moved, LINK, st.integers(0, 3)), st.builds(b.Ciphered, LINK, st.booleans()))


def send(board, session, messages):
    for message in messages:
        session.send(encode(message))
    board.take(board.dect._settle([], board.wire.now))
    board.wire.run(0.2)


@settings(max_examples=60, deadline=None)
@given(st.lists(MESSAGES | LIKELY, max_size=30))
def test_whatever_a_radio_says_the_master_keeps_the_others(messages):
    wire, boards = system(3)
    send(boards[1], boards[1].dect.home.uplink.session, messages)
    wire.run(20)
    radios = boards[0].dect.system.radios
    assert {0, 2} <= {radio.rpn for radio in radios}
    assert len(boards[0].dect.calls.links.connections) <= 3


@settings(max_examples=60, deadline=None)
@given(st.lists(MESSAGES, max_size=30))
def test_whatever_a_master_says_a_radio_survives_it(messages):
    wire, boards = system(2)
    session = next(peer.session for peer in boards[0].dect.hosting.door.peers)
    send(boards[0], session, messages)
    wire.run(20)
    assert boards[1].dect.home.uplink.open
