"""The air.pcap of a lab with a jammer, a neighbour's system, a far handset and a wide-band call, as Wireshark judges
it: every burst that came through is right, every other wrong, exactly where the air says so."""

import pytest

import sim.lab
from sim.lab.files import Folder
from sim.lab.run import run
from sim.peers.programs import tshark
from tests.present import need_programs

LAB = """\
[lab]
duration = "20s"

[[registrar]]
name = "pbx"

[[board]]
name = "base"
model = "ip1203e"
sari = "31100422072149"
registrar = "pbx"
antennas = ["omni", "omni"]
config = ["config add GW-DECT MASTER /encryption on /wideband", "config activate"]

[[handset]]
name = "near"
board = "base"
position = [8, 0]
wideband = true

[[handset]]
name = "far"
board = "base"
position = [270, 20]

[[jammer]]
name = "noise"
position = [60, 60]
carriers = [1, 3, 5, 7, 9]
on = "9s"
off = "12s"

[[foreign]]
name = "neighbour"
position = [20, 20]
sari = "31200000000048"
calls = 12
on = "1s"

[[phone]]
name = "one"
number = "101"
registrar = "pbx"
codecs = ["g722"]

[[phone]]
name = "two"
number = "102"
registrar = "pbx"

[[step]]
at = "7s"
do = "call"
who = "one"
to = "near"

[[step]]
at = "8s"
do = "call"
who = "two"
to = "far"

[[step]]
after = "near ringing"
do = "answer"
who = "near"

[[step]]
after = "far ringing"
do = "answer"
who = "far"

[[check]]
kind = "counter"
who = "base"
figure = "air.collided"
at_least = 1
"""
FULL = 40
"""Octets of the B-field of a full slot; what Wireshark 4.0 says of longer ones means nothing."""

COLUMNS = ("dect.slot", "dect.channel", "dect.framenumber", "dect.afield.rcrc", "dect.bfield.xcrc",
           "dect.afield.tail.Nt", "_ws.malformed")
BITS_A_MICROSECOND = 1.152


class Watch:
    """What the air says of each burst, in the order of their instants."""

    def __init__(self):
        self.told = []

    def begin(self, stage):
        stage.site.air.tap(self._note)

    def _note(self, now, number, burst):
        loudest = max(burst.heard, key=lambda one: one.rssi, default=None)
        at = now + int(burst.shift / BITS_A_MICROSECOND)
        self.told.append((at, burst, loudest is None or loudest.a_ok, loudest is None or loudest.x_ok))

    def finish(self, result):
        self.told.sort(key=lambda one: one[0])
        return []

    def abandon(self):
        pass


@pytest.mark.peer
def test_wireshark_and_the_air_agree_on_every_burst_of_a_disturbed_lab(tmp_path):
    need_programs("tshark")
    path, watch = tmp_path / "site.toml", Watch()
    path.write_text(LAB)
    result = run(sim.lab.load(path).model, 5, [Folder(tmp_path / "out"), watch])
    assert result.passed, result.failed()
    rows = tshark.fields(tmp_path / "out" / "air.pcap", "dect", *COLUMNS)
    assert len(rows) == len(watch.told) > 2000
    wrong, names, wide = {"a": 0, "x": 0}, set(), 0
    for row, (_, burst, a_ok, x_ok) in zip(rows, watch.told, strict=True):
        slot, carrier, frame, rcrc, xcrc, name, malformed = row
        assert (int(slot), int(carrier), int(frame), malformed) == (
            burst.slot, burst.carrier, burst.number % 16, ""), row
        assert rcrc == str(int(a_ok)), row
        if burst.b is None or len(burst.b) == FULL:
            assert xcrc == ("" if burst.b is None else str(int(x_ok))), row
        if a_ok and name:
            names.add(name.replace(":", ""))
        wrong["a"] += not a_ok
        wrong["x"] += burst.b is not None and len(burst.b) == FULL and not x_ok
        wide += burst.b is not None and len(burst.b) > FULL
    assert wide > 1000
    assert names == {"102243a300", "20000001c8"}
    assert wrong["a"] > 100 and wrong["x"] > 100
    assert len(rows) - wrong["a"] > 1000
