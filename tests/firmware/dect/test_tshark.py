"""Wireshark's DECT dissector reads what goes over the air during a call (ethertype 0x2323, dect.md 6)."""

import os
import shutil
import struct
import subprocess

import numpy as np
import pytest

from sim.phy import r_crc, x_crc

ANNA = "0466003541858"
FIELDS = ("dect.afield.rcrc", "dect.bfield.xcrc", "dect.afield.head.TA", "dect.afield.head.BA", "dect.afield.head.Q2",
          "dect.afield.tail.Nt", "_ws.malformed", "dect.afield.tail.Mt.BasicConCtrl", "dect.afield.tail.Mt.Mh.pmid",
          "dect.afield.tail.Pt.SDU")


def octets(data):
    return np.frombuffer(data, np.uint8)[None]


def packet(frame, burst):
    """One burst as an Ethernet packet of the kind that the dissector takes."""
    sync = b"\xe9\x8a" if burst.slot < 12 else b"\x16\x75"
    preamble = b"\xaa" * 3 if burst.slot < 12 else b"\x55" * 3
    head = struct.pack(">BBHBB", burst.slot >= 12, burst.carrier, burst.slot, frame % 16, 0)
    field = burst.field + struct.pack(">H", int(r_crc(octets(burst.field))[0]))
    b = burst.b + bytes((int(x_crc(octets(burst.b))[0]) << 4,)) if burst.b is not None else b"\0"
    return bytes(12) + b"\x23\x23" + head + preamble + sync + field + b


def capture(path, bursts):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for now, frame, burst in bursts:
            data = packet(frame, burst)
            file.write(struct.pack("<IIII", now // 1_000_000, now % 1_000_000, len(data), len(data)) + data)


@pytest.mark.peer
def test_every_burst_of_a_call_is_well_formed_to_wireshark(rig, tmp_path):
    tshark = shutil.which("tshark")
    if tshark is None:
        assert os.environ.get("CI") != "true", "CI must have tshark"
        pytest.skip("tshark is not installed")
    bursts = []
    rig.air.tap = lambda *burst: bursts.append(burst)
    handset = rig.handset(ANNA)
    rig.until(lambda: handset.located)
    rig.until(lambda: not rig.radio.duplex)
    rig.talk(handset)
    rig.run(0.2)
    handset.hang_up()
    rig.until(lambda: not rig.radio.duplex)
    capture(tmp_path / "air.pcap", bursts)
    told = subprocess.run([tshark, "-r", tmp_path / "air.pcap", "-T", "fields",
                           *[word for name in FIELDS for word in ("-e", name)]],
                          capture_output=True, check=True, text=True, timeout=60)
    rows = [dict(zip(FIELDS, line.split("\t"), strict=True)) for line in told.stdout.splitlines()]
    assert len(rows) == len(bursts)
    for row, (_, _, burst) in zip(rows, bursts, strict=True):
        assert not row["_ws.malformed"]
        assert row["dect.afield.rcrc"] == "1"
        assert int(row["dect.afield.head.TA"], 0) == burst.field[0] >> 5
        if burst.b is not None:
            assert row["dect.bfield.xcrc"] == "1"
        if burst.field[0] >> 5 == 3:
            assert row["dect.afield.tail.Nt"].replace(":", "") == "102243a300"
    read = {(row["dect.afield.tail.Mt.BasicConCtrl"], row["dect.afield.tail.Mt.Mh.pmid"],
             row["dect.afield.tail.Pt.SDU"]) for row in rows}
    commands = {(command, "0x0e6789", "") for command in ("0", "4", "5", "15")}
    assert read == commands | {("", "", "1"), ("", "", "")}
