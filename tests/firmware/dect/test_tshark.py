"""Wireshark reads what goes over the air during a call: bursts (ethertype 0x2323, dect.md 6), and messages where its
release has dissectors for these."""

import subprocess

import pytest

from sim.burstlog import BurstLog
from sim.peers.programs import tshark
from tests.firmware.dect import lapc
from tests.present import need_programs

ANNA = "0466003541858"
FIELDS = ("dect.afield.rcrc", "dect.bfield.xcrc", "dect.afield.head.TA", "dect.afield.head.BA",
          "dect.afield.tail.Nt", "_ws.malformed", "dect.afield.tail.Mt.BasicConCtrl", "dect.afield.tail.Mt.Mh.pmid")
NO_B_FIELD = 7


def call(rig, log=None):
    """The bursts of a handset's first sign of life and of a call to it."""
    bursts = []
    rig.air.tap(lambda now, number, burst: bursts.append(burst))
    if log is not None:
        rig.air.tap(log.burst)
    handset = rig.handset(ANNA)
    rig.until(lambda: handset.located)
    rig.run(2)
    rig.talk(handset)
    rig.run(0.2)
    handset.hang_up()
    rig.run(8)
    return bursts


@pytest.mark.peer
def test_every_burst_of_a_call_is_well_formed_to_wireshark(rig, tmp_path):
    need_programs("tshark")
    with BurstLog(str(tmp_path / "air.pcap")) as log:
        bursts = call(rig, log)
    rows = [dict(zip(FIELDS, row, strict=True)) for row in tshark.fields(tmp_path / "air.pcap", "frame", *FIELDS)]
    assert len(rows) == len(bursts) > 100
    assert {(row["dect.afield.rcrc"], row["_ws.malformed"]) for row in rows} == {("1", "")}
    spoken = [row for row in rows if int(row["dect.afield.head.BA"], 0) != NO_B_FIELD]
    assert spoken
    assert {row["dect.bfield.xcrc"] for row in spoken} == {"1"}
    assert {row["dect.afield.tail.Nt"].replace(":", "") for row in rows} == {"", "102243a300"}
    # ACCESS_REQUEST, BEARER_CONFIRM and RELEASE are among them.
    assert {row["dect.afield.tail.Mt.BasicConCtrl"] for row in rows} >= {"0", "4", "15"}


def need_dissectors():
    """Later releases of Wireshark than 4.0 have dissectors for DLC and NWK."""
    need_programs("tshark")
    known = subprocess.run(["tshark", "-G", "protocols"], capture_output=True, text=True, check=True).stdout
    if "\tdect_nwk" not in known:
        version = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True).stdout
        pytest.skip(f"{version.splitlines()[0]} has no dissector for the messages of DECT")


@pytest.mark.peer
def test_every_message_of_a_call_is_well_formed_to_wireshark(rig, tmp_path):
    need_dissectors()
    links = lapc.frames(call(rig))
    assert len(links) >= 4
    for number, link in enumerate(links):
        path = tmp_path / f"{number}.pcap"
        lapc.capture(path, link)
        told = subprocess.run(["tshark", *lapc.DLC, "-r", path, "-T", "fields", "-e", "_ws.malformed", "-e",
                               "frame.protocols"], capture_output=True, text=True, check=True).stdout.splitlines()
        assert len(told) == len(link)
        assert [one for one in told if not one.startswith("\t")] == []
        assert any("dect_nwk" in one for one in told)


def test_messages_are_found_in_the_bursts_of_a_call(rig):
    """So that the test above has something to read wherever it runs."""
    links = lapc.frames(call(rig))
    assert len(links) >= 4
    # Address with the reserved bit set; SAPI 0; contents that fit.
    assert all(frame[0] & 0x0D == 1 for link in links for frame in link)
    first = {frame[3:5] for link in links for frame in link if frame[2] >> 2 > 1}
    protocols = {one[0] & 15 for one in first}
    # Link control (a page's answer), call control, mobility.
    assert protocols == {0, 3, 5}
