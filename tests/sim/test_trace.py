import io
import shutil
import struct
import subprocess
import wave

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.devices.uart import Uart
from sim.devices.uart_backends import MemoryBackend
from sim.devices.virtual_net import VirtualNet
from sim.network import VirtualNetwork
from sim.time import Time
from sim.trace import Pcap, Transcript, Wav, checksum

OPTIONS = (b"OPTIONS sip:10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1\r\n"
           b"From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")


def captured(path):
    time = Time()
    network = VirtualNetwork(time)
    a, b = VirtualNet(network, "10.0.0.1"), VirtualNet(network, "10.0.0.2")
    a.bind("sip", 5060)
    b.bind("sip", 5060)
    a.listen("http", 80)
    with Pcap(str(path), start=1_700_000_000) as pcap:
        a.tap = pcap.packet
        a.send("sip", ("10.0.0.2", 5060), OPTIONS)
        time.run(1_000_000)
        theirs = b.connect("call", ("10.0.0.1", 80))
        b.write(theirs, b"GET /CMD0/box_info.xml HTTP/1.1\r\nHost: a\r\n\r\n")
        time.run(2_000_000)
        ours = a.poll()[0].connection
        a.write(ours, b"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + b"x" * 70_000)
        time.run(3_000_000)
    return pcap


def fields(path, *names, options=()):
    arguments = ["tshark", "-r", str(path), *options, "-T", "fields"]
    for name in names:
        arguments += ["-e", name]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@tshark
@pytest.mark.peer
def test_tshark_reads_what_the_tap_saw_and_finds_nothing_malformed(tmp_path):
    path = tmp_path / "x.pcap"
    pcap = captured(path)
    checks = ("-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE")
    rows = fields(path, "frame.time_epoch", "_ws.col.Protocol", "sip.Method", "http.request.uri", "http.response.code",
                  options=checks)
    assert len(rows) == pcap.packets
    assert rows[0][:3] == ["1700000000.000000000", "SIP", "OPTIONS"]
    assert "/CMD0/box_info.xml" in [row[3] for row in rows]
    assert "200" in [row[4] for row in rows]
    bad = "_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0"
    assert fields(path, "frame.number", options=(*checks, "-Y", bad)) == []
    gaps = "tcp.analysis.lost_segment || tcp.analysis.retransmission"
    assert fields(path, "frame.number", options=("-Y", gaps)) == []


def reference(data):
    """RFC 1071, word by word."""
    total = 0
    for (word,) in struct.iter_unpack("!H", data + b"\0" * (len(data) % 2)):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.sampled_from([b"\0\0", b"\xff\xff\0\0", b"\x80\0\x7f\xff"])))
def test_the_checksum_is_that_of_rfc_1071(data):
    assert checksum(data) == reference(data)


def test_a_closed_capture_takes_nothing_more(tmp_path):
    pcap = Pcap(str(tmp_path / "x.pcap"))
    pcap.close()
    pcap.close()
    pcap.packet(0, ("10.0.0.1", 1), ("10.0.0.2", 2), "udp", b"late")
    assert (tmp_path / "x.pcap").stat().st_size == 24


def test_the_transcript_has_a_line_each_with_its_instant_and_direction():
    time, far, file = Time(), MemoryBackend(), io.StringIO()
    uart = Uart(time, far)
    transcript = Transcript(file)
    uart.tap = transcript.tap
    time.run(1_000_000)
    far.send(b"config show\r")
    time.run(2_000_000)
    uart.write(b"ok\r\n\r\nhalf \xff")
    time.run(3_000_000)
    transcript.close()
    assert file.getvalue().splitlines() == [
        "[    1.001041] > config show", "[    2.001041] < ok", "[    2.001041] < half \\xff"]


def test_a_line_end_split_between_two_chunks_is_one_line_end():
    file = io.StringIO()
    transcript = Transcript(file)
    for now, data in enumerate((b"one\r", b"\ntwo\r", b"\n")):
        transcript.tap(now, "out", data)
    transcript.close()
    assert file.getvalue().splitlines() == ["[    0.000000] < one", "[    0.000001] < two"]


def test_a_wav_holds_what_was_put(tmp_path):
    samples = struct.pack("<400h", *range(-200, 200))
    with Wav(str(tmp_path / "x.wav")) as wav:
        wav.put(samples[:300])
        wav.put(samples[300:])
    with wave.open(str(tmp_path / "x.wav")) as made:
        assert (made.getnchannels(), made.getsampwidth(), made.getframerate()) == (1, 2, 8000)
        assert made.readframes(1000) == samples
