"""RTP and RTCP on the wire: RFC 3550."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.media import rtcp, rtp


def entropy(count):
    return bytes(range(1, count + 1))


def packet(sequence, timestamp, ssrc=7, payload_type=8):
    return rtp.parse(rtp.build(payload_type, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc, False, b"x"))


def test_a_built_packet_parses_to_the_same_fields():
    data = rtp.build(8, 0xFFFE, 0xFFFFFFF0, 0xDEADBEEF, True, b"payload")
    header = rtp.parse(data)
    assert header[:5] == (8, 0xFFFE, 0xFFFFFFF0, 0xDEADBEEF, True)
    assert data[header.start:header.end] == b"payload"
    assert data[:2] == b"\x80\x88"


def test_contributing_sources_extension_and_padding_are_no_payload():
    head = struct.pack(">BBHII", 0x80 | 0x20 | 0x10 | 2, 0, 1, 2, 3)
    data = head + bytes(8) + struct.pack(">HH", 0xBEDE, 1) + bytes(4) + b"voice" + b"\0\0\3"
    header = rtp.parse(data)
    assert data[header.start:header.end] == b"voice"


@pytest.mark.parametrize("data", [
    b"", b"\x80" * 11, struct.pack(">BBHII", 0x40, 0, 1, 2, 3), struct.pack(">BBHII", 0x8F, 0, 1, 2, 3),
    struct.pack(">BBHII", 0x90, 0, 1, 2, 3) + b"\xbe\xde\xff\xff", struct.pack(">BBHII", 0xA0, 0, 1, 2, 3) + b"\xff",
    struct.pack(">BBHII", 0xA0, 0, 1, 2, 3) + b"\0"])
def test_what_is_no_rtp_is_refused(data):
    assert rtp.parse(data) is None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_any_octets_are_parsed_without_an_exception(data):
    header = rtp.parse(data)
    assert header is None or 12 <= header.start <= header.end <= len(data)
    report = rtcp.parse(data)
    assert report is None or len(data) >= 8


def speak(sender, at, now=0):
    return rtp.parse(sender.send(8, b"a" * 160, at, 20, now))


def test_the_sender_steps_by_one_packet_and_marks_the_first():
    sender = rtp.Sender(8000, entropy)
    first, second = speak(sender, 0), speak(sender, 20)
    assert (first.marker, second.marker) == (True, False)
    assert second.sequence == first.sequence + 1
    assert second.timestamp == first.timestamp + 160


def test_timestamps_are_the_channels_time_on_the_codecs_clock():
    sender = rtp.Sender(48000, entropy)
    assert speak(sender, 60).timestamp - speak(sender, 20).timestamp == 40 * 48


def test_the_first_packet_after_a_pause_has_the_marker_and_its_own_time():
    sender = rtp.Sender(8000, entropy)
    first = speak(sender, 0)
    pause = rtp.parse(sender.pause(13, b"\x40", 20, 40000))
    speech, on = speak(sender, 1000), speak(sender, 1020)
    assert (pause.payload_type, pause.marker, pause.timestamp - first.timestamp) == (13, False, 160)
    assert (speech.marker, speech.timestamp - first.timestamp, on.marker) == (True, 8000, False)
    assert [one.sequence - first.sequence for one in (pause, speech, on)] == [1, 2, 3]
    assert (sender.packets, sender.octets) == (4, 481)


def test_another_channel_goes_on_where_time_is():
    sender = rtp.Sender(8000, entropy)
    first = speak(sender, 0, 20000)
    sender.begin(1000000)
    assert sender.timestamp(1000000) == first.timestamp + 160 + 980 * 8
    again = speak(sender, 0, 1020000)
    assert again.marker and again.timestamp == first.timestamp + 160 + 980 * 8


def test_sender_reports_tell_the_time_of_a_silent_stream():
    sender = rtp.Sender(8000, entropy)
    start = sender.timestamp(5)
    assert sender.timestamp(10**9) == start
    sender.begin(0)
    sender.pause(13, b"\x40", 0, 20000)
    assert sender.timestamp(1020000) == start + 8000


def test_timestamps_wrap():
    sender = rtp.Sender(48000, lambda count: b"\xff" * count)
    assert speak(sender, 0).timestamp == 0xFFFFFFFF and speak(sender, 20).timestamp == 959
    assert sender.timestamp(10**12) < 2**32


def test_losses_are_counted_over_a_sequence_wrap():
    receiver = rtp.Receiver(8000)
    for index in range(100):
        if index % 10 != 5:
            receiver.receive(packet(65500 + index, index * 160), index * 20000)
    assert (receiver.packets, receiver.lost, receiver.expected) == (90, 10, 100)
    assert receiver.fraction_lost() == 25
    assert receiver.fraction_lost() == 0


def test_a_steady_stream_has_no_jitter_and_an_uneven_one_has():
    receiver = rtp.Receiver(8000)
    for index in range(200):
        receiver.receive(packet(index, index * 160), index * 20000)
    assert receiver.jitter == 0
    for index in range(200, 600):
        receiver.receive(packet(index, index * 160), index * 20000 + (index % 2) * 10000)
    # Transit alternates by 80 units: the estimate of RFC 3550 A.8 settles there.
    assert 74 <= receiver.jitter <= 80


def test_a_new_source_begins_anew_and_keeps_what_was_counted():
    receiver = rtp.Receiver(8000)
    receiver.receive(packet(10, 0), 0)
    receiver.receive(packet(12, 320), 40000)
    _, _, anew = receiver.receive(packet(50000, 777, ssrc=8), 60000)
    assert anew
    assert (receiver.packets, receiver.lost, receiver.changes) == (3, 1, 1)


def test_one_stray_sequence_number_is_ignored_and_two_in_a_row_are_a_restart():
    receiver = rtp.Receiver(8000)
    receiver.receive(packet(10, 0), 0)
    assert receiver.receive(packet(30000, 160), 20000) is None
    assert receiver.receive(packet(11, 160), 20000)[2] is False
    assert receiver.receive(packet(40000, 320), 40000) is None
    assert receiver.receive(packet(40001, 480), 60000)[2] is True


def test_a_sender_report_with_its_block_and_bye_survives_the_wire():
    block = rtcp.Block(5, 64, -3, 70000, 12, 0x11112222, 65536)
    data = rtcp.build(9, "1@10.0.0.1", (1600, 10, 1600), block, True, 3500000)
    report = rtcp.parse(data)
    assert len(data) % 4 == 0
    assert report == rtcp.Report(9, rtcp.middle(3500000), block, True)
    assert rtcp.middle(3500000) == 3 << 16 | 0x8000


def test_who_has_sent_nothing_makes_a_receiver_report_with_a_name():
    data = rtcp.build(9, "x", None, None, False, 0)
    assert data[1] == rtcp.RR and data[9] == rtcp.SDES
    assert rtcp.parse(data) == rtcp.Report(9, None, None, False)


def test_a_truncated_compound_packet_is_refused():
    data = rtcp.build(9, "x", (0, 1, 1), None, False, 0)
    assert rtcp.parse(data[:-1]) is None
