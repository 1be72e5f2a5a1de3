"""LAPC frames and a link, against published frames and the handset's own link."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import dlc
from firmware.dect.dlc_b import DISC, DM, FINAL, REJ, RNR, SABM, UA, LinkB
from sim.peers.handset import codec
from sim.peers.handset import dlc as portable


def test_published_frames():
    assert dlc.encode(dlc.Frame(0x91, 0, False, bytes.fromhex("8301"))).hex() == "9100098301f0f0f010fd"
    assert dlc.encode(dlc.Frame(0x13, 0x21, False, b"")).hex() == "1321014e7c"
    assert dlc.decode(bytes.fromhex("9100098301f0f0f010fd")) == (0x91, 0, False, b"\x83\x01")


@pytest.mark.parametrize("bit", range(80))
def test_one_wrong_bit_is_noticed(bit):
    octets = bytearray.fromhex("9100098301f0f0f010fd")
    octets[bit // 8] ^= 0x80 >> bit % 8
    assert dlc.decode(bytes(octets)) is None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=63), st.integers(0, 255), st.booleans(), st.integers(0, 0xFFFF))
def test_a_frame_survives_and_its_length_is_a_multiple_of_five(information, control, more, signature):
    octets = dlc.encode(dlc.Frame(0x11, control, more, information), signature)
    assert len(octets) % 5 == 0
    assert len(octets) == dlc.whole(octets)
    assert dlc.decode(octets, signature) == (0x11, control, more, information)
    if not signature:
        assert codec.parse_frame(octets).information == information


SEGMENTS = st.lists(st.binary(min_size=5, max_size=5), max_size=40)


@settings(max_examples=200, deadline=None)
@given(SEGMENTS, st.sampled_from([0, 0x1234]))
def test_a_link_takes_any_segments(segments, signature):
    frames, link = dlc.Assembler(signature), dlc.Link(signature)
    for segment in segments:
        frame = frames.take(segment)
        if frame is not None:
            assert all(len(one) == 5 for one in link.receive(frame, 0))
        assert all(len(message) <= dlc.LONGEST for message in link.messages())


@settings(max_examples=200, deadline=None)
@given(SEGMENTS.map(lambda junk: junk[:6]), st.binary(max_size=63))
def test_after_junk_a_frame_is_found_again_within_its_repetitions(junk, information):
    frames = dlc.Assembler()
    for segment in junk:
        frames.take(segment)
    sent = dlc.Frame(0x11, 0, False, information)
    found = [frames.take(segment) for _ in range(16) for segment in dlc.segments(sent)]
    assert sent in found


def exchange(fixed, handset, down, up):
    """Carry segments both ways until nobody has any; what each side got."""
    frames = dlc.Assembler()
    at_base, at_handset = [], []
    while down or up:
        segments, down = down, []
        for segment in segments:
            more, messages = handset.receive(segment)
            up += more
            at_handset += messages
        segments, up = up, []
        for segment in segments:
            frame = frames.take(segment)
            down += fixed.receive(frame, 0) if frame is not None else []
            at_base += fixed.messages()
    return at_base, at_handset


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=4),
       st.lists(st.binary(min_size=1, max_size=200), max_size=4))
def test_messages_of_any_length_cross_in_order_between_two_implementations(ups, downs):
    fixed, handset = dlc.Link(), portable.Link()
    up = [segment for message in ups for segment in handset.send(message)]
    at_base, at_handset = exchange(fixed, handset, [], up)
    down = [segment for message in downs for segment in fixed.send(message, 0)]
    more_base, more_handset = exchange(fixed, handset, down, [])
    assert at_base + more_base == ups
    assert at_handset + more_handset == downs
    assert fixed.idle() and handset.idle
    assert fixed.due() is None


def heard(link, *frames, now=0):
    """What the link answers, as frames."""
    return sent(link, [segment for frame in frames for segment in link.receive(frame, now)])


def sent(link, segments):
    frames = dlc.Assembler(link.signature)
    return [frame for frame in map(frames.take, segments) if frame is not None]


@pytest.mark.parametrize("again", [0x91, 0x11])
def test_a_repeated_frame_is_acknowledged_but_not_taken_twice(again):
    link = dlc.Link()
    heard(link, dlc.Frame(0x91, 0, False, b"\x05\x54"))
    assert link.messages() == [b"\x05\x54"]
    assert [frame.control for frame in heard(link, dlc.Frame(again, 0, False, b"\x05\x54"))] == [0x21]
    assert link.messages() == []


def test_a_frame_is_repeated_three_times_and_then_the_link_has_failed():
    link = dlc.Link()
    assert len(sent(link, link.send(b"\x05\x40", 0))) == 1
    for _ in range(dlc.TRIES):
        assert link.tick(link.due() - 1) == []
        assert sent(link, link.tick(link.due()))[0].information == b"\x05\x40"
        assert not link.failed
    assert link.tick(link.due()) == [] and link.failed and link.due() is None


def test_an_acknowledgement_stops_the_timer():
    link = dlc.Link()
    link.send(b"\x05\x40", 0)
    heard(link, dlc.Frame(0x13, 0x21, False, b""))
    assert link.idle() and link.due() is None


def test_over_another_mac_connection_what_is_not_acknowledged_goes_again():
    link = dlc.Link()
    link.send(bytes(70), 0)
    assert [frame.more for frame in sent(link, link.resume(5))] == [True]
    heard(link, dlc.Frame(0x13, 0x21, False, b""))
    assert [frame.control for frame in sent(link, link.resume(9))] == [2]


def test_a_message_that_is_too_long_is_dropped_whole():
    link = dlc.Link()
    for number in range(20):
        heard(link, dlc.Frame(0x11 if number else 0x91, (number & 1) << 1, number < 19, bytes(63)))
    assert link.messages() == []
    heard(link, dlc.Frame(0x11, 0, False, b"\x05\x54"))
    assert link.messages() == [b"\x05\x54"]


def test_a_default_pmid_has_no_signature():
    assert dlc.signature_of(0xE1234) == 0
    assert dlc.signature_of(0x01234) == 0x1234


def up_b():
    link = LinkB(0x20)
    assert [frame.control for frame in heard(link, dlc.Frame(0x21, SABM | FINAL, False, b""))] == [UA | FINAL]
    return link


def test_class_b_is_established_and_ended():
    link = up_b()
    assert link.up
    assert [frame.control for frame in heard(link, dlc.Frame(0x21, DISC, False, b""))] == [UA]
    assert [frame.control for frame in heard(link, dlc.Frame(0x21, DISC | FINAL, False, b""))] == [DM | FINAL]
    assert link.failed


def test_before_it_is_established_class_b_answers_dm():
    assert [frame.control for frame in heard(LinkB(0x20), dlc.Frame(0x21, 0, False, b"x"))] == [DM]


def test_class_b_sends_three_frames_and_waits():
    link = up_b()
    out = sent(link, link.send(bytes(63 * 5), 0))
    assert [frame.control for frame in out] == [0, 2, 4]
    out = heard(link, dlc.Frame(0x23, 2 << 5 | 1, False, b""))
    assert [frame.control for frame in out] == [6, 8]


def test_class_b_goes_back_to_the_frame_that_is_rejected():
    link = up_b()
    link.send(bytes(63 * 3), 0)
    out = heard(link, dlc.Frame(0x23, 1 << 5 | REJ, False, b""))
    assert [frame.control for frame in out] == [2, 4]


def test_class_b_asks_for_a_frame_that_is_missing_once():
    link = up_b()
    heard(link, dlc.Frame(0x21, 0, False, b"a"))
    assert [frame.control for frame in heard(link, dlc.Frame(0x21, 2 << 1, False, b"c"))] == [1 << 5 | REJ]
    assert [frame.control for frame in heard(link, dlc.Frame(0x21, 3 << 1, False, b"d"))] == [1 << 5 | 1]
    heard(link, dlc.Frame(0x21, 1 << 1, False, b"b"), dlc.Frame(0x21, 2 << 1, False, b"c"))
    assert link.messages() == [b"a", b"b", b"c"]


def test_class_b_holds_back_while_the_handset_is_not_ready():
    link = up_b()
    heard(link, dlc.Frame(0x23, RNR, False, b""))
    assert link.send(b"x", 0) == []
    assert [frame.control for frame in heard(link, dlc.Frame(0x23, 1, False, b""))] == [0]


def test_a_busy_handset_is_polled_and_given_up():
    link = up_b()
    link.send(b"x", 0)
    heard(link, dlc.Frame(0x23, RNR, False, b""))
    polls = 0
    while link.due() is not None:
        polls += len(link.tick(link.due()))
    assert polls == dlc.TRIES and link.failed


def test_a_command_with_p_is_answered_with_f():
    link = up_b()
    assert [frame.control for frame in heard(link, dlc.Frame(0x21, 1 | FINAL, False, b""))] == [1 | FINAL]


FRAMES = st.builds(dlc.Frame, st.integers(0, 255), st.integers(0, 255), st.booleans(), st.binary(max_size=63))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(FRAMES, st.just("send"), st.just("tick"), st.just("resume")), max_size=40), st.booleans())
def test_any_frames_in_any_order_break_no_link(steps, class_b):
    link = up_b() if class_b else dlc.Link()
    now = 0
    for step in steps:
        now += 400_000
        if step == "send":
            out = link.send(b"hello", now)
        elif step == "tick":
            out = link.tick(now)
        else:
            out = link.resume(now) if step == "resume" else link.receive(step, now)
        assert all(len(one) == 5 for one in out)
        assert len(link._queue) <= 64 and link._sent <= link.window
        if link.due() is not None and link.due() <= now:
            link.tick(now)
            assert link.due() is None or link.due() > now


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_class_b_brings_every_message_over_a_line_that_loses_frames(messages, chance):
    """Two ends of our own, one with the flags of a handset; each frame is lost with a chance of one in four."""
    base, far = up_b(), Far()
    now, got, down = 0, [], []
    for message in messages:
        down += base.send(message, now)
    for _ in range(400):
        up = [answer for frame in sent(base, down) if chance.random() > 0.25 for answer in far.take(frame)]
        got += far.messages()
        down = [one for frame in up if chance.random() > 0.25 for one in base.receive(frame, now)]
        if base.idle() or base.failed:
            break
        if not down:
            now = base.due()
            down = base.tick(now)
    assert base.failed or got == messages


class Far:
    """A handset that only receives."""

    def __init__(self):
        self.next, self.message, self.done = 0, b"", []

    def take(self, frame):
        if frame.control & 1:
            return []
        if frame.control >> 1 & 7 == self.next:
            self.next = (self.next + 1) % 8
            self.message += frame.information
            if not frame.more:
                self.done.append(self.message)
                self.message = b""
        return [dlc.Frame(0x23, self.next << 5 | 1, False, b"")]

    def messages(self):
        done, self.done = self.done, []
        return done
