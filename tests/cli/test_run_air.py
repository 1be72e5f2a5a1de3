"""`gatesim run --pcap-air`: the beacon of a base that is on the air, for Wireshark."""

import pytest

from sim.peers.programs import tshark
from tests.cli.gatesim import gatesim, inside, refused
from tests.present import need_programs

ISOLATED = ("-net", "none")
LINES = ("config add GW-DECT MASTER /mode active /sari 31100422072149\n"
         "config add GW-DECT RADIO /master 127.0.0.2\nconfig activate\n")


def run(tmp_path, name, *more):
    script = tmp_path / "lines.txt"
    script.write_text(LINES)
    path = tmp_path / name
    done = gatesim("run", *ISOLATED, "-icount", "-serial", "none", "--script", script, "--until-idle",
                   "--pcap-air", path, *more)
    assert done.returncode == 0, done.stderr
    return path


def test_the_capture_is_the_same_again_to_the_octet(tmp_path):
    one, other = (run(tmp_path, name).read_bytes() for name in ("one", "other"))
    assert one == other
    assert len(one) > 24


@pytest.mark.peer
def test_an_idle_base_is_heard_in_every_frame_and_nothing_is_malformed(tmp_path):
    need_programs("tshark")
    path = run(tmp_path, "air.pcap")
    rows = tshark.fields(path, "dect", "dect.framenumber", "dect.slot", "dect.channel", "dect.afield.rcrc",
                         "dect.afield.tail.Nt", "_ws.malformed")
    frames = [int(one[0]) for one in rows]
    assert frames == [(frames[0] + n) % 16 for n in range(len(frames))]
    assert {one[3:4] + one[5:] for one in rows} == {("1", "")}
    assert {one[4].replace(":", "") for one in rows} == {"", "102243a300"}
    assert len({one[1:3] for one in rows}) == 1


def test_a_file_that_cannot_be_written_is_refused(capsys):
    assert refused(inside(capsys, "run", *ISOLATED, "--pcap-air", "/nowhere/x"), "cannot write /nowhere/x")


def test_a_board_without_radio_has_no_air_to_capture(capsys, tmp_path):
    words = ("run", *ISOLATED, "-M", "upy-unix", "--pcap-air", tmp_path / "x")
    assert refused(inside(capsys, *words), "the UPY-UNIX has no radio")
