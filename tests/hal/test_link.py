"""The commanding side of the link, with a far end made of construct's frames."""

import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.frames import Frame, Reader, encode
from hal.link import (
    BEAT,
    BEAT_EVERY,
    HELLO,
    HELLO_EVERY,
    LOST,
    ORDER,
    RETRY,
    SILENCE,
    WINDOW,
    Down,
    Link,
    Message,
    Out,
    Up,
)
from sim.devices import link_frames

TELL, DO = 0x10, 0x90
SESSION = 0x12345678


class Far:
    """The board's end: reads what the Link sends, and says what a test wants."""

    def __init__(self):
        self.reader = Reader()
        self.sequence = 0
        self.ack = 0
        self.expect = 0
        self.credit = 255

    def read(self, effects):
        """The frames among effects; keeps the account that a receiver keeps."""
        found = self.reader.feed(b"".join(one.data for one in effects if isinstance(one, Out)))
        for frame in found:
            self.ack = frame.sequence
            if frame.kind >= ORDER and frame.body[0] == self.expect:
                self.expect = (self.expect + 1) & 255
        return found

    def say(self, kind, body=b""):
        self.sequence = (self.sequence + 1) & 255
        return encode(Frame(kind, self.sequence, self.ack, self.expect, self.credit, body))

    def opening(self, kind, session=SESSION, major=1, report=b"report"):
        version = {"magic": b"GWLK", "major": major, "minor": 0}
        return self.say(kind, link_frames.BODIES["hello"].build({"version": version, "session": session}) + report)


def session():
    """(Link, Far) at time 0, the session up."""
    link, far = Link(SESSION), Far()
    hello, = far.read(link.tick(0))
    assert hello.kind == HELLO
    assert link.receive(far.opening(2), 0) == [Up((1, 0), b"report")]
    return link, far


def messages(effects):
    return [one for one in effects if isinstance(one, Message)]


def test_a_hello_names_protocol_version_and_session():
    frame, = Far().read(Link(SESSION).tick(0))
    said = link_frames.BODIES["hello"].parse(frame.body)
    assert (said.version.magic, said.version.major, said.session) == (b"GWLK", 1, SESSION)


def test_hello_is_repeated_until_it_is_answered():
    link = Link(SESSION)
    assert link.tick(0) and link.tick(HELLO_EVERY - 1) == []
    assert link.due() == HELLO_EVERY
    assert link.tick(HELLO_EVERY)


def test_a_welcome_of_another_session_opens_none():
    link, far = Link(SESSION), Far()
    link.tick(0)
    assert link.receive(far.opening(2, session=1), 0) == []
    assert not link.up


def test_another_major_version_is_refused_and_told():
    link, far = Link(SESSION), Far()
    link.tick(0)
    assert link.receive(far.opening(2, major=2), 0) == []
    assert not link.up
    assert link.refused == (2, 0)


def test_our_own_hello_coming_back_is_an_echo():
    link = Link(SESSION)
    effects = link.tick(0)
    assert link.receive(effects[0].data, 0) == []
    assert link.echo and not link.up


def test_a_welcome_of_another_session_during_ours_ends_it():
    link, far = session()
    (down,) = link.receive(far.opening(2, session=5), 10)
    assert "another program" in down.reason
    assert not link.up


def test_a_welcome_that_comes_twice_changes_nothing():
    link, far = session()
    assert link.receive(far.opening(2), 10) == []
    assert link.up


def test_messages_before_a_session_are_dropped_and_counted():
    link = Link(SESSION)
    assert link.send(TELL, b"x", 0) == []
    assert link.order(DO, b"x", 0) == []
    assert link.counts.dropped == 1


def test_an_order_is_repeated_until_the_other_side_expects_the_next():
    link, far = session()
    link.order(DO, b"a", 0)                       # lost on the line
    assert link.tick(RETRY - 1) == []
    (again,) = far.read(link.tick(RETRY))
    assert (again.kind, again.body) == (DO, b"\x00a")
    link.receive(far.say(BEAT), RETRY)
    assert far.read(link.tick(3 * RETRY)) == []
    assert link.counts.resent == 1


def test_orders_stay_in_order_and_are_delivered_once():
    link, far = session()
    order = [bytes([number]) + b"event" for number in (0, 1, 1, 0, 3, 2, 3)]
    got = [one.body for body in order for one in messages(link.receive(far.say(0xA0, body), 0))]
    assert got == [b"event"] * 4
    assert link.due() <= BEAT_EVERY


def test_an_order_is_answered_at_once():
    link, far = session()
    frame, = far.read(link.receive(far.say(0xA0, b"\x00x"), 5))
    assert (frame.kind, frame.expect) == (BEAT, 1)


def test_no_more_orders_fly_than_the_window_holds():
    link, far = session()
    for number in range(3 * WINDOW):
        link.order(DO, bytes([number]), 0)
    now, seen = 0, []
    while len(seen) < 3 * WINDOW and now < 10_000_000:
        now += RETRY
        for frame in far.read(link.tick(now)):
            if frame.kind == DO and frame.body[1] not in seen:
                seen.append(frame.body[1])
        link.receive(far.say(BEAT), now)
    assert seen == list(range(3 * WINDOW))


def test_without_credit_speech_is_dropped_and_orders_wait():
    link, far = session()
    far.credit = 2
    link.receive(far.say(BEAT), 0)
    assert link.send(TELL, bytes(100), 0) == []
    assert link.counts.dropped == 1
    link.order(DO, bytes(100), 0)
    far.credit = 100
    link.receive(far.say(BEAT), 10)
    assert DO in [frame.kind for frame in far.read(link.tick(RETRY))]


def test_credit_counts_what_is_behind_the_last_frame_that_arrived():
    link, far = session()
    far.credit = 4
    link.receive(far.say(BEAT), 0)
    sent = 0
    while link.send(TELL, bytes(50), 0):
        sent += 1
    assert 1 <= sent <= 4
    assert link.send(TELL, bytes(50), LOST - 1) == []
    link.tick(LOST)
    assert link.send(TELL, bytes(50), LOST), "what nobody answers counts as lost, not as waiting"


def test_a_beat_is_sent_when_nothing_else_was():
    link, far = session()
    assert link.due() == BEAT_EVERY
    (frame,) = far.read(link.tick(BEAT_EVERY))
    assert frame.kind == BEAT


def test_silence_ends_a_session_and_a_new_one_is_sought_at_once():
    link, far = session()
    effects = []
    now = 0
    while link.up:
        now = link.due()
        effects += link.tick(now)
    assert next(one for one in effects if isinstance(one, Down)).reason.startswith("it has been silent")
    assert now == SILENCE
    assert far.read(link.tick(link.due()))[-1].kind == HELLO


@pytest.mark.parametrize(("body", "words"), [
    (struct.pack("<4sBBBI", b"GWLK", 1, 0, 0, 0), "after a reset"),
    (struct.pack("<4sBBBI", b"GWLK", 1, 0, 1, 0x00020000), "after a fault, CFSR 00020000"),
    (b"", "after a reset"),
])
def test_a_board_that_starts_anew_ends_the_session_with_its_cause(body, words):
    link, far = session()
    (down,) = link.receive(far.say(3, body), 0)
    assert words in down.reason
    assert far.read(link.tick(0))[0].kind == HELLO


def test_lost_frames_are_counted():
    link, far = session()
    for _ in range(3):
        far.say(TELL)
    link.receive(far.say(TELL, b"y"), 0)
    assert link.counts.lost == 3


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40)), max_size=20))
def test_no_frame_of_whatever_kind_raises_or_stops_the_clock(said):
    link, far = session()
    now = 0
    for kind, body in said:
        now += 1000
        link.receive(far.say(kind, body), now)
        link.tick(now)
        assert link.due() is not None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=3000))
def test_octets_of_any_kind_leave_the_session_as_it_is(noise):
    link, far = session()
    assert messages(link.receive(noise, 0)) == []
    link.receive(b"\x00" + far.say(TELL, b"z"), 0)
    assert link.up


def test_at_its_due_instant_a_link_always_acts():
    link, far = session()
    chance, now = random.Random(2), 0
    for _ in range(300):
        before = now
        now = max(now, link.due())
        effects = link.tick(now)
        assert effects or link.due() > now, "a due instant in the past would stand still"
        assert now >= before
        if chance.random() < 0.5 and link.up:
            link.receive(far.say(BEAT), now)
        for frame in far.read(effects):
            if frame.kind == HELLO:
                opening = link_frames.BODIES["hello"].parse(frame.body)
                far.expect = 0
                link.receive(far.opening(2, session=opening.session), now)
