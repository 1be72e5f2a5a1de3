"""Data links of the handset, class A and B, against one another and the firmware's."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call import leg
from sim.peers.handset import codec
from sim.peers.handset.dlc import Link, signature
from sim.peers.handset.dlc_b import DISC, DM, DOWN, REJ, RNR, RR, SABM, UA, UP, LinkB
from sim.peers.handset.links import DataLink
from sim.time import Time
from tests.firmware.dect.conftest import Rig


def pair():
    """Two ends, the second of which is taken for a base's by its address bits."""
    return LinkB(), BaseEnd()


class BaseEnd(LinkB):
    """Commands of a base have the bit that answers of a handset have."""

    def _cut(self, command, control, information=b"", more=False, new=False):
        return super()._cut(not command, control, information, more, new)


def exchange(one, other, out, lose=lambda frame: False):
    """Deliver whole frames until nothing moves; the messages that came to `other` and to `one`."""
    got, back = [], []
    queue = [(other, frame) for frame in frames(out)]
    while queue:
        end, frame = queue.pop(0)
        if lose(frame):
            continue
        reply = []
        for at in range(0, len(frame), 5):
            segments, messages = end.receive(frame[at:at + 5])
            reply += segments
            (got if end is other else back).extend(messages)
        queue += [(one if end is other else other, answer) for answer in frames(reply)]
    return got, back


def whole(end, frame):
    """Segments with which an end answers one whole frame."""
    return [segment for at in range(0, len(frame), 5) for segment in end.receive(frame[at:at + 5])[0]]


def frames(segments):
    octets = b"".join(segments)
    found = []
    while octets:
        length = codec.frame_length(octets[2])
        found.append(octets[:length])
        octets = octets[length:]
    return found


def test_class_b_is_asked_for_and_carries_long_messages_in_a_window_of_three():
    one, other = pair()
    message = bytes(range(250))
    out = one.send(message)
    assert [frame[1] & 0xEF for frame in frames(out)] == [SABM]
    got, _ = exchange(one, other, out)
    assert got == [message]
    assert one.state == other.state == UP and one.idle


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=5), st.integers(0, 1000))
def test_class_b_loses_and_doubles_nothing_over_a_bad_channel(messages, seed):
    one, other = pair()
    chance = random.Random(seed)
    got = []
    out = [segment for message in messages for segment in one.send(message)]
    for attempt in range(60):
        lost = 0.3 if attempt < 30 else 0.0
        came, _ = exchange(one, other, out, lambda frame, lost=lost: chance.random() < lost)
        got += came
        if not one.waiting and one.idle:
            break
        out = one.resend()
    assert got == messages


def test_what_was_lost_is_asked_for_again_once():
    one, other = pair()
    exchange(one, other, one.send(b"first"))
    out = frames(one.send(bytes(180)))
    assert len(out) == 3
    replies = [frames(whole(other, frame)) for frame in out[1:]]
    assert [reply[0][1] & 0x0F for reply in replies] == [REJ, RR]


def test_a_busy_other_side_is_asked_whether_it_still_is():
    one, other = pair()
    exchange(one, other, one.send(b"first"))
    whole(one, b"".join(other._cut(True, 1 << 5 | RNR)))
    assert one.send(b"second") == []
    one._sent = 1
    poll = frames(one.resend())[0]
    assert (poll[1] & 0x0F, poll[1] & 0x10) == (RR, 0x10)
    one._sent = 0
    got, _ = exchange(one, other, whole(one, b"".join(other._cut(True, 1 << 5 | RR))))
    assert got == [b"second"]


def test_leave_is_confirmed_and_a_frame_without_a_link_is_told_so():
    one, other = pair()
    exchange(one, other, one.send(b"first"))
    out = one.disconnect()
    assert frames(out)[0][1] & 0xEF == DISC
    assert frames(whole(other, frames(out)[0]))[0][1] & 0xEF == UA
    assert other.state == DOWN
    assert frames(whole(other, b"".join(one._cut(False, 0, b"x"))))[0][1] & 0xEF == DM


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 255), max_size=30), st.booleans())
def test_any_frames_in_any_order_do_no_harm(controls, up):
    one, other = pair()
    if up:
        exchange(one, other, one.send(b"first"))
    for control in controls:
        whole(one, b"".join(other._cut(True, control, b"abc")))
        assert 0 <= one._sent <= len(one._queue) <= 3


@pytest.mark.parametrize("link", [Link, LinkB])
def test_a_link_without_answers_is_given_up_after_three_repetitions(link):
    time, sent, dead = Time(), [], []
    data = DataLink(time, link(), sent.append, lambda: 0, lambda: dead.append(time.now))
    data.send(codec.Message(3, 5, []))
    time.run(10_000_000)
    assert len(sent) == 4
    assert dead == [4_000_000]


def test_the_link_signature_counts_for_an_assigned_identity_only():
    assert signature(0xE6789) == 0
    assert signature(0x01234) == 0x1234


def test_the_firmware_takes_a_link_of_class_b_and_calls_over_it():
    rig = Rig().configure()
    anna = rig.handset()
    anna.dialogue.class_b = True
    rig.until(lambda: anna.located, 5)
    rig.until(lambda: anna.status.slot is None)
    assert anna.dial("300", en_bloc=True)
    rig.until(lambda: rig.call.of(leg.Setup), 5)
    assert rig.call.of(leg.Setup)[0].called == "300"
    anna.keypad("12R3")
    rig.run(2)
    assert "".join(one.digits for one in rig.call.of(leg.Digits)) == "12R3"
    anna.hang_up()
    rig.until(lambda: anna.status.slot is None, 5)
