"""The bodies of the DSP's messages against `construct`, and what a trace says of them."""

import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from hal import dsp_link
from hal.dsp import Event, Packet, Settings
from hal.frames import Frame, encode
from sim.devices.link_frames import BODIES, show
from sim.devices.link_trace import Trace, described

octet = st.integers(0, 255)
few = settings(max_examples=200, deadline=None)


@few
@given(octet, octet, st.sampled_from((10, 20, 60)), st.integers(0, 2), st.integers(32, 256), st.booleans())
def test_open_is_what_construct_reads(place, codec, packet_ms, ec_type, tail_ms, silence):
    asked = Settings("pcma", packet_ms, ec_type, tail_ms, silence, False, "g726")
    read = BODIES["open"].parse(b"\x05" + dsp_link.open_body(place, codec, asked, 3, 7))
    assert (read.order, read.place, read.codec, read.packet_ms) == (5, place, codec, packet_ms)
    assert (read.ec_type, read.tail_ms, read.silence, list(read.detect)) == (ec_type, tail_ms, silence, [3, 7])


@few
@given(st.integers(0, 65535), st.lists(st.tuples(octet, st.binary(min_size=40, max_size=40)), max_size=16))
def test_ticks_and_tocks_are_what_construct_reads_and_builds(number, fields):
    read = BODIES["tick"].parse(dsp_link.tick_body(number, fields))
    assert (read.number, [(one.place, one.octets) for one in read.fields]) == (number, fields)
    body = BODIES["tock"].build({"number": number, "cost": 77,
                                 "fields": [{"place": place, "octets": octets} for place, octets in fields]})
    assert dsp_link.tock(body) == dsp_link.Tock(number, 77, dict(fields))


@few
@given(octet, st.sampled_from(dsp_link.KINDS), st.integers(0, 2**32 - 1), st.binary(max_size=480))
def test_packets_are_what_construct_builds_and_reads(place, kind, at, payload):
    body = BODIES["packet"].build({"place": place, "kind": kind, "at": at, "payload": payload})
    assert dsp_link.packet(body) == (place, Packet(place & 15, payload, kind, at))
    read = BODIES["play"].parse(dsp_link.play_body(place, payload, kind))
    assert (read.place, str(read.kind), read.payload) == (place, kind, payload)


def test_events_are_what_construct_builds():
    def built(**fields):
        return BODIES["event"].build({"order": 1, "place": 0x21, "source": "network", "value": 0, "name": "", **fields})

    assert dsp_link.event(built(kind="dtmf", value=ord("#"))[1:]) == (0x21, Event(1, "network", "dtmf", "#"))
    assert dsp_link.event(built(kind="dtmf_end", value=150)[1:]) == (0x21, Event(1, "network", "dtmf-end", 150))
    assert dsp_link.event(built(kind="fax", name="cng")[1:]) == (0x21, Event(1, "network", "fax", "cng"))


def test_a_status_is_what_construct_builds():
    figures = {"place": 3, "level_in": -20.5, "level_out": -96.0, "erl": 6.0, "erle": 30.25, "played": 9, "missing": 1,
               "lost": 2, "dropped": 80}
    place, status, lost, dropped = dsp_link.status(BODIES["status"].build(figures))
    assert {"place": place, **status._asdict(), "lost": lost, "dropped": dropped} == figures


def test_a_tone_is_what_construct_reads():
    for name, towards in (("busy", "handset"), ("12#", "network"), (None, "handset")):
        read = BODIES["tone"].parse(b"\x00" + dsp_link.tone_body(7, name, towards))
        assert (read.place, str(read.towards), read.name) == (7, towards, name or "")


def test_a_report_is_what_construct_builds():
    said = {"channels": 8, "features": 3, "tail_ms": 256, "hertz": 25_000_000, "codecs": "pcma,g722", "name": "x"}
    report = dsp_link.report(BODIES["welcome"].build(
        {"version": {"magic": b"GWLK", "major": 1, "minor": 0}, "session": 1, "report": said})[10:])
    assert report == dsp_link.Report(8, 3, 256, 25_000_000, ("pcma", "g722"), "x")


@few
@given(st.binary(max_size=200))
def test_no_body_raises(body):
    for read in (dsp_link.report, dsp_link.tock, dsp_link.packet, dsp_link.event, dsp_link.status):
        read(body)


@few
@given(octet, st.binary(max_size=100))
def test_a_trace_has_words_for_every_frame(kind, body):
    assert show(struct.pack("<BBBBBH", kind, 1, 2, 3, 4, len(body)) + body)


def test_a_trace_tells_time_sender_and_what_was_damaged(tmp_path):
    with (tmp_path / "trace").open("w") as file:
        trace = Trace(file)
        trace.time.run(1_500_000)
        whole = encode(Frame(0x92, 9, 8, 1, 128, b"\x00\x10\x01"))
        trace.add("host", whole[:5])
        trace.add("board", b"\x00\x05noise\x00")
        trace.add("host", whole[5:])
    first, second = (tmp_path / "trace").read_text().splitlines()
    assert first.split()[:3] == ["1.500000", "board", "damaged,"]
    assert second.split()[:3] == ["1.500000", "host", "join"]
    assert "order=0 place=16 joined=True" in second
    assert described(b"\x01").startswith("damaged")
