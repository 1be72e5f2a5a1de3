"""The capture of the air: its layout, and what Wireshark's DECT dissector reads in it (dect.md 6)."""

import re
import struct
import subprocess

import numpy as np
import pytest
from construct import Byte, Bytes, Const, GreedyBytes, Int16ub, Struct

from sim.air import bits
from sim.air.frames import Reception, Tapped
from sim.burstlog import BurstLog, scaled
from sim.peers.programs import tshark
from tests.present import need_programs

IDENTITY = bytes.fromhex("902243a307")
ALONE, WITH_SPEECH, LONG_SLOT = 0x6E, 0x60, 0x6A
"""Headers of an identity (TA 3): BA 7 no B-field, 0 speech, 5 a long slot of 640 bits."""
RECEIVERS = ("one", "another")

PACKET = Struct("destination" / Bytes(6), "source" / Bytes(6), Const(b"\x23\x23"), "direction" / Byte,
                "carrier" / Byte, "slot" / Int16ub, "frame" / Byte, "rssi" / Byte, "preamble" / Bytes(3),
                "sync" / Bytes(2), "field" / Bytes(8), "b" / GreedyBytes)


def row(octets):
    return np.frombuffer(octets, np.uint8)[None]


def field(header):
    octets = bytes((header,)) + IDENTITY
    return octets + int(bits.r_crc(row(octets))[0]).to_bytes(2, "big")


def burst(frame=0, direction=0, slot=2, speech=bytes(range(40)), heard=((True, True),), **changed):
    """A burst as a controller sends it; `heard` holds a_ok and x_ok of those who receive it."""
    b = x = None
    if speech is not None:
        b = bits.scramble(row(speech), frame)
        x = int(bits.x_crc(b)[0])
    receptions = tuple(Reception(RECEIVERS[n], -60 - n, *one) for n, one in enumerate(heard))
    made = Tapped(direction, 3, slot, frame, slot * 480, "sender", field(ALONE if b is None else WITH_SPEECH),
                  None if b is None else b.tobytes(), x,
                  receptions)
    return made._replace(**changed)


def log(path, *bursts):
    with BurstLog(str(path)) as out:
        for frame, one in bursts:
            out.burst(10_000 * frame, frame, one)
    return path


def packets(path):
    """(microseconds, packet) of each in the file."""
    data = path.read_bytes()
    assert struct.unpack_from("<IHHiIII", data) == (0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    at = 24
    while at < len(data):
        seconds, microseconds, length, _ = struct.unpack_from("<IIII", data, at)
        yield seconds * 1_000_000 + microseconds, PACKET.parse(data[at + 16:at + 16 + length])
        at += 16 + length


def test_a_packet_has_the_dissector_s_layout(tmp_path):
    sent = burst(frame=21, slot=7)
    ((_, one),) = packets(log(tmp_path / "x", (0, sent)))
    assert (one.direction, one.carrier, one.slot, one.frame) == (0, 3, 7, 5)
    assert (one.preamble, one.sync) == (b"\xAA\xAA\xAA", b"\xE9\x8A")
    assert (one.field, one.b) == (sent.field, sent.b + bytes((sent.x << 4,)))


def test_a_handset_s_sync_word_is_the_inverse(tmp_path):
    ((_, one),) = packets(log(tmp_path / "x", (0, burst(direction=1, slot=14))))
    assert (one.direction, one.preamble, one.sync) == (1, b"\x55\x55\x55", b"\x16\x75")


def test_bursts_of_a_frame_come_in_the_order_of_their_instants(tmp_path):
    path = log(tmp_path / "x", (1, burst(slot=14)), (1, burst(slot=2)), (2, burst(slot=0)), (2, burst(slot=23)))
    assert [(when, one.slot) for when, one in packets(path)] == [
        (10_833, 2), (15_833, 14), (20_000, 0), (29_583, 23)]


def test_stations_have_addresses_of_their_own(tmp_path):
    path = log(tmp_path / "x", (0, burst()), (1, burst(heard=())), (2, burst(station=RECEIVERS[0], heard=())))
    (_, first), (_, second), (_, third) = packets(path)
    assert first.source == second.source != first.destination == third.source
    assert second.destination == bytes(6)
    assert first.source[0] == 2


@pytest.mark.parametrize(("level", "octet"), [(-93, 0), (-33, 255), (-63, 128), (-120, 0), (0, 255)])
def test_the_level_is_on_the_receiver_s_scale(level, octet):
    assert scaled(Reception(None, level, True, True)) == octet


def test_the_loudest_receiver_says_how_a_burst_came(tmp_path):
    path = log(tmp_path / "x", (0, burst(heard=((True, True), (False, False)))),
               (1, burst(heard=((False, True), (True, True)))))
    (_, good), (_, bad) = packets(path)
    assert good.field == field(WITH_SPEECH) != bad.field
    assert good.rssi == bad.rssi == scaled(Reception(None, -60, True, True))


def test_after_the_end_nothing_is_written(tmp_path):
    out = BurstLog(str(tmp_path / "x"))
    out.burst(0, 0, burst())
    out.close()
    out.close()
    out.burst(10_000, 1, burst())
    assert (out.packets, len(list(packets(tmp_path / "x")))) == (1, 1)


def test_the_same_bursts_give_the_same_file(tmp_path):
    torn = [(frame, burst(frame, heard=((frame % 2 == 0, frame % 3 == 0),))) for frame in range(20)]
    assert log(tmp_path / "a", *torn).read_bytes() == log(tmp_path / "b", *torn).read_bytes()


@pytest.mark.peer
def test_wireshark_finds_every_check_sum_right_or_wrong_as_the_air_says(tmp_path):
    need_programs("tshark")
    random = np.random.default_rng(2)
    told = [(bool(a), bool(x)) for a, x in random.integers(0, 2, (200, 2))]
    bursts = [burst(frame % 16, frame % 2, speech=random.integers(0, 256, 40, np.uint8).tobytes(), heard=(one,))
              for frame, one in enumerate(told)]
    path = log(tmp_path / "air.pcap", *enumerate(bursts))
    rows = tshark.fields(path, "dect", "dect.afield.rcrc", "dect.bfield.xcrc", "_ws.malformed")
    assert rows == [(str(int(a)), str(int(x)), "") for a, x in told]


@pytest.mark.peer
def test_wireshark_reads_the_identity_the_carrier_and_the_slot(tmp_path):
    need_programs("tshark")
    path = log(tmp_path / "air.pcap", (0, burst()), (1, burst(1, direction=1, slot=14, speech=None)),
               (2, burst(2, speech=None, heard=())))
    rows = tshark.fields(path, "dect", "dect.afield.tail.Nt", "dect.channel", "dect.slot", "dect.framenumber",
                         "dect.afield.rcrc", "dect.bfield.xcrc", "_ws.malformed")
    identity = [one[0].replace(":", "") for one in rows]
    assert identity == ["902243a307"] * 3
    assert [one[1:] for one in rows] == [("3", "2", "0", "1", "1", ""), ("3", "14", "1", "1", "", ""),
                                         ("3", "2", "2", "1", "", "")]


@pytest.mark.peer
@pytest.mark.parametrize("frame", range(8))
def test_wireshark_s_descrambler_gives_back_what_was_said(tmp_path, frame):
    need_programs("tshark")
    speech = np.random.default_rng(frame).integers(0, 256, 40, np.uint8).tobytes()
    path = log(tmp_path / "air.pcap", (0, burst(frame, speech=speech)))
    tree = subprocess.run(["tshark", "-r", path, "-V"], capture_output=True, check=True, text=True).stdout
    listed = re.findall(r"Framenumber (\d)/\d+\n((?: +Data: [0-9a-f ]+\n)+)", tree)
    read = {int(number): bytes.fromhex(re.sub("Data:|\\s", "", lines)) for number, lines in listed}
    assert sorted(read) == list(range(8))
    assert read[frame] == speech
    assert all(other != speech for number, other in read.items() if number != frame)


@pytest.mark.peer
def test_a_long_slot_is_well_formed_and_its_field_is_read(tmp_path):
    """The dissector knows no long slots: it takes octet 40 for the X-field, so what it says of that means nothing."""
    need_programs("tshark")
    path = log(tmp_path / "air.pcap", (0, burst(speech=bytes(range(80)), field=field(LONG_SLOT))))
    rows = tshark.fields(path, "dect", "dect.afield.rcrc", "dect.afield.head.BA", "_ws.malformed")
    assert rows == [("1", "5", "")]
