"""Frames of the serial link: the portable code against `construct`, and against noise."""

import random
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.frames import BODY, WIRE, Frame, Reader, decode, encode, stuff, unstuff
from sim.devices import link_frames

octet = st.integers(0, 255)
bodies = st.binary(max_size=BODY) | st.binary(max_size=8).map(lambda part: part * 100) | st.just(bytes(BODY))
frames = st.builds(Frame, octet, octet, octet, octet, octet, bodies)
few = settings(max_examples=200, deadline=None)


@few
@given(st.binary(max_size=1200) | st.integers(240, 1100).map(lambda size: b"x" * size))
def test_what_was_stuffed_has_no_zero_and_comes_back(data):
    stuffed = stuff(data)
    assert 0 not in stuffed
    assert len(stuffed) <= len(data) + len(data) // 254 + 1
    assert unstuff(stuffed) == data


@pytest.mark.parametrize(("data", "stuffed"), [
    ("", "01"), ("00", "01 01"), ("0000", "01 01 01"), ("11220033", "03 11 22 02 33"), ("11000000", "02 11 01 01 01"),
])
def test_stuffing_is_that_of_the_paper(data, stuffed):
    assert stuff(bytes.fromhex(data)) == bytes.fromhex(stuffed)


@few
@given(frames)
def test_a_frame_is_what_construct_makes_of_it(frame):
    built = link_frames.Header.build({**frame._asdict(), "length": None})
    wire = stuff(built + struct.pack("<I", zlib.crc32(built))) + b"\x00"
    assert encode(frame) == wire
    assert len(wire) <= WIRE
    assert decode(wire[:-1]) == frame


@few
@given(st.lists(frames, max_size=5), st.integers(1, 50))
def test_frames_come_out_whole_however_the_octets_arrive(sent, size):
    wire = b"".join(encode(frame) for frame in sent)
    reader, found = Reader(), []
    for at in range(0, len(wire), size):
        found += reader.feed(wire[at:at + size])
    assert found == sent
    assert reader.damaged == 0


@few
@given(frames, st.data())
def test_a_changed_octet_is_never_a_frame(frame, data):
    wire = bytearray(encode(frame))
    at = data.draw(st.integers(0, len(wire) - 2))
    wire[at] = data.draw(octet.filter(lambda value: value != wire[at]))
    reader = Reader()
    assert reader.feed(bytes(wire)) == []
    assert reader.damaged >= 1


@few
@given(st.binary(max_size=3 * WIRE), frames)
def test_after_noise_and_a_delimiter_the_next_frame_is_read(noise, frame):
    reader = Reader()
    assert reader.feed(noise) == []
    assert reader.feed(b"\x00" + encode(frame)) == [frame]


def test_a_line_without_delimiters_is_not_kept():
    reader = Reader()
    for _ in range(100):
        reader.feed(b"login: " * 100)
    assert len(reader.rest()) < 2 * WIRE
    assert b"login" in reader.noise
    assert reader.damaged > 0


def test_a_million_octets_of_noise_hold_no_frame():
    reader, noise = Reader(), random.Random(1)
    assert reader.feed(noise.randbytes(1_000_000)) == []
    assert reader.damaged > 3000


@pytest.mark.parametrize("data", [b"", b"\x01", stuff(bytes(10)), stuff(bytes(2000)), b"\xff" + bytes([1]) * 20])
def test_what_is_too_short_or_too_long_is_no_frame(data):
    assert decode(data) is None


def test_a_length_that_lies_is_refused_though_the_crc_is_right():
    content = struct.pack("<BBBBBH", 1, 2, 3, 4, 5, 9) + b"body"
    assert decode(stuff(content + struct.pack("<I", zlib.crc32(content)))) is None
