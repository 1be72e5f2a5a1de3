"""The firmware onto the MicroPython board, and what its console takes."""

import json
import time

import pytest

from hal.ports import staged
from sim.devboard.keeper import Keeper
from tests.cli.gatesim import gatesim

pytestmark = pytest.mark.bench
ROUNDS = 3


def flash(folder):
    """(seconds of the whole command, its report)."""
    began = time.perf_counter()
    done = gatesim("flash", "--board", "upy-unix", "--folder", folder, "--json")
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - began, json.loads(done.stdout)


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "board"
    Keeper(tmp_path / "board").stop()


def test_the_whole_firmware_is_flashed_and_then_one_file_and_then_none(folder, figure):
    whole, report = flash(folder)
    assert not report["unchanged"]
    assert (folder / "files" / staged.LIST).exists()
    one = min(changed(folder) for _ in range(ROUNDS))
    none = min(flash(folder)[0] for _ in range(ROUNDS))
    figure("gatesim flash: whole firmware onto the VM board", "< 10 s", f"{whole:.1f} s",
           f"{len(report['written'])} files, {report['octets'] / 1024:.0f} KiB")
    figure("gatesim flash: one file changed", "< 2 s", f"{one:.1f} s", f"nothing changed {none:.1f} s")
    assert whole < 10 and one < 2


def changed(folder):
    with (folder / "files" / "firmware" / "led.mpy").open("ab") as file:
        file.write(b"!")
    seconds, report = flash(folder)
    assert report["written"] == ["firmware/led.mpy"]
    return seconds
