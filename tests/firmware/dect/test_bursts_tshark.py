"""Wireshark's DECT dissector reads the A-fields of the radio part as we mean them (ethertype 0x2323, dect.md 6)."""

import struct
import subprocess

import pytest

from firmware.dect import bursts, mt, qt
from tests.firmware.dect import beacons
from tests.present import need_programs

RFPI, PMID = bytes.fromhex("102243a307"), 0xE6789
TAIL = "dect.afield.tail."
FIELDS = ("dect.afield.rcrc", "_ws.malformed", "dect.afield.head.TA", "dect.afield.head.BA")


def r_crc(octets):
    """x^16 + x^10 + x^8 + x^7 + x^3 + 1, last bit inverted (dect.md 2)."""
    value = 0
    for octet in octets + b"\0\0":
        for bit in range(7, -1, -1):
            value = value << 1 | octet >> bit & 1
            if value >> 16:
                value ^= 0x10589
    return value ^ 1


def packet(field):
    head = struct.pack(">BBHBB", 0, 4, 2, 8, 0)
    b_field = b"" if field[0] >> 1 & 7 == bursts.NO_B_FIELD else bytes(40)
    return bytes(12) + b"\x23\x23" + head + b"\xaa\xaa\xaa\xe9\x8a" + field + struct.pack(">H", r_crc(field)) \
        + b_field + b"\0"


def dissect(path, fields, *names):
    """What tshark says of each A-field: a dict of those names."""
    need_programs("tshark")
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for at, field in enumerate(fields):
            data = packet(field)
            file.write(struct.pack("<IIII", 0, at, len(data), len(data)) + data)
    names = FIELDS + tuple(TAIL + name for name in names)
    told = subprocess.run(["tshark", "-r", path, "-T", "fields", *[word for name in names for word in ("-e", name)]],
                          capture_output=True, check=True, text=True, timeout=60)
    rows = [dict(zip(names, line.split("\t"), strict=True)) for line in told.stdout.splitlines()]
    assert len(rows) == len(fields)
    for row, field in zip(rows, fields, strict=True):
        assert (row[FIELDS[0]], row[FIELDS[1]], int(row[FIELDS[2]], 0)) == ("1", "", field[0] >> 5)
    return [{name.replace(TAIL, ""): value for name, value in row.items()} for row in rows]


def numbers(row, *names):
    return [int(row[name], 0) if row[name] else None for name in names]


@pytest.mark.peer
def test_a_whole_beacon_is_well_formed(tmp_path):
    fields = qt.beacon(RFPI, 10, (36, 44), 5, 3, (bursts.blind([5, 7]), bursts.status(True)), [0x102243A3])
    rows = dissect(tmp_path / "a.pcap", fields, "Nt", "Qt.Qh", "Pt.SDU", "Pt.InfoType", "Pt.SN", "Pt.CN")
    for row, field in zip(rows, fields, strict=True):
        ta = field[0] >> 5
        if ta == bursts.NT:
            assert row["Nt"].replace(":", "") == RFPI.hex()
        elif ta == bursts.QT:
            assert int(row["Qt.Qh"], 0) == qt.kind(field[1:])
        elif beacons.note(field[1:]).kind == bursts.DUMMY_BEARER:
            assert numbers(row, "Pt.SDU", "Pt.InfoType", "Pt.SN", "Pt.CN") == [0, 5, 5, 3]
        else:
            assert numbers(row, "Pt.SDU", "Pt.InfoType") == [0, beacons.note(field[1:]).kind]


@pytest.mark.peer
def test_static_information_and_the_multiframe_number_are_read_as_we_mean_them(tmp_path):
    static, number = dissect(tmp_path / "a.pcap", [qt.static_information(10, 5, 3), qt.multiframe(0xABCDEF)],
                             "Qt.NR", "Qt.SN", "Qt.SP", "Qt.Esc", "Qt.Txs", "Qt.Mc", "Qt.CN", "Qt.PSCN",
                             "Qt.Mfn.Spare", "Qt.Mfn.Mfn")
    assert numbers(static, "Qt.NR", "Qt.SN", "Qt.SP", "Qt.Esc", "Qt.Txs", "Qt.Mc", "Qt.CN", "Qt.PSCN") \
        == [0, 5, 0, 0, 0, 0, 3, 0]
    assert numbers(number, "Qt.Mfn.Spare") == [qt.MULTIFRAME_MARK]
    assert number["Qt.Mfn.Mfn"].replace(":", "").lower() == "abcdef"


@pytest.mark.peer
def test_every_capability_bit_is_where_wireshark_looks_for_it(tmp_path):
    bits = [name for name in range(12, 48)]
    row, = dissect(tmp_path / "a.pcap", [qt.capabilities((36, 44, 46))], *[f"Qt.Fp.A{bit}" for bit in bits])
    said = [bit for bit in bits if row[f"Qt.Fp.A{bit}"] not in ("0", "")]
    assert said == sorted([*qt.OFFERS, 36, 44, 46])


@pytest.mark.peer
def test_control_has_its_command_and_names(tmp_path):
    commands = [mt.ACCESS_REQUEST, mt.BEARER_HANDOVER, mt.CONNECTION_HANDOVER, mt.BEARER_CONFIRM, mt.WAIT]
    rows = dissect(tmp_path / "a.pcap", [mt.control(command, 0x307, PMID) for command in commands],
                   "Mt.Mh", "Mt.BasicConCtrl", "Mt.Mh.fmid", "Mt.Mh.pmid")
    assert [numbers(row, "Mt.Mh", "Mt.BasicConCtrl", "Mt.Mh.fmid", "Mt.Mh.pmid") for row in rows] \
        == [[0, command, 0x307, PMID] for command in commands]


@pytest.mark.peer
def test_encryption_control_is_told_apart(tmp_path):
    commands = [mt.START_REQUEST, mt.START_CONFIRM, mt.START_GRANT, mt.STOP_REQUEST, mt.STOP_CONFIRM, mt.STOP_GRANT]
    rows = dissect(tmp_path / "a.pcap", [mt.control(command, 0x307, PMID, mt.ENCRYPTION) for command in commands],
                   "Mt.Mh", "Mt.Encr.Cmd1", "Mt.Encr.Cmd2", "Mt.Mh.pmid")
    assert [numbers(row, "Mt.Mh", "Mt.Encr.Cmd1", "Mt.Encr.Cmd2") for row in rows] \
        == [[5, command >> 2, command & 3] for command in commands]
    assert {row["Mt.Mh.pmid"] for row in rows} == {"0x0e6789"}
