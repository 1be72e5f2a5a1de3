"""LAPC frames and a link, against published frames and the handset's own link."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import dlc
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


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(min_size=5, max_size=5), max_size=40))
def test_a_link_takes_any_segments(segments):
    link = dlc.Link()
    for segment in segments:
        assert all(len(one) == 5 for one in link.receive(segment))
        assert all(len(message) <= dlc.LONGEST for message in link.messages())


def exchange(fixed, handset, down, up):
    """Carry segments both ways until nobody has any; what each side got."""
    at_base, at_handset = [], []
    while down or up:
        segments, down = down, []
        for segment in segments:
            more, messages = handset.receive(segment)
            up += more
            at_handset += messages
        segments, up = up, []
        for segment in segments:
            down += fixed.receive(segment)
            at_base += fixed.messages()
    return at_base, at_handset


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=4),
       st.lists(st.binary(min_size=1, max_size=200), max_size=4))
def test_messages_of_any_length_cross_in_order_between_two_implementations(ups, downs):
    fixed, handset = dlc.Link(), portable.Link()
    up = [segment for message in ups for segment in handset.send(message)]
    at_base, at_handset = exchange(fixed, handset, [], up)
    down = [segment for message in downs for segment in fixed.send(message)]
    more_base, more_handset = exchange(fixed, handset, down, [])
    assert at_base + more_base == ups
    assert at_handset + more_handset == downs
    assert fixed.idle() and handset.idle


def test_a_repeated_frame_is_acknowledged_but_not_taken_twice():
    link = dlc.Link()
    first = dlc.encode(dlc.Frame(0x91, 0, False, b"\x05\x54"))
    for segment in (first[:5], first[5:]):
        link.receive(segment)
    assert link.messages() == [b"\x05\x54"]
    again = dlc.encode(dlc.Frame(0x11, 0, False, b"\x05\x54"))
    reply = [link.receive(segment) for segment in (again[:5], again[5:])][-1]
    assert link.messages() == []
    assert dlc.decode(b"".join(reply)).control == 0x21
