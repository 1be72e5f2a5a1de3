"""`-device dsp,...` of `gatesim run` and `gatesim call`."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
import tty

import pytest

from tests.cli.gatesim import ROOT, command, inside, refused
from tests.present import need_programs
from tools import target

PATIENCE = 40


@pytest.fixture(scope="module")
def image():
    need_programs(*target.PROGRAMS)
    target.build(what="m7-board.elf")
    return target.BUILD / "m7-board.elf"


def told(capsys, *words):
    """What a usage error says."""
    done = inside(capsys, *words)
    assert refused(done), done.stderr
    return done.stderr


def alive(number):
    try:
        with open(f"/proc/{number}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children(number):
    """The processes below one, from /proc."""
    with open(f"/proc/{number}/task/{number}/children") as file:
        return [int(word) for word in file.read().split()]


@pytest.mark.parametrize(("device", "words"), [
    ("dsp", "the port is missing"),
    ("dsp,port=", "the port is missing"),
    ("dsp,speed=9", "dsp,port=PORT"),
    ("dsp,port=/dev/no-such-port", "no such port; is the cable in?"),
    ("dsp,port=qemu:mps2-an385", "QEMU's boards are qemu:mps2-an386 and qemu:mps2-an500"),
    ("dsp,port=qemu:mps2-an500,image=/nowhere/none.elf", "no such image; `make target` builds it"),
    ("dsp,port=qemu:mps2-an500,gdb=here", "'here' is no whole number"),
    ("dsp,port=qemu:mps2-an500,baud=9600", "baud= goes with a real port"),
    ("dsp,port=qemu:mps2-an500,icount=5", "icount is on or off"),
    ("dsp,port=/dev/null,icount=on", "icount= goes with port=qemu:"),
    ("dsp,port=/dev/null,gdb=1234", "gdb= goes with port=qemu:"),
    ("dsp,port=/dev/null", "is no serial line"),
    ("dsp,port=socket://127.0.0.1:1", "nobody listens there"),
    ("dsp,port=/dev/null,trace=/nowhere/at/all", "cannot write /nowhere/at/all"),
])
@pytest.mark.parametrize("verb", ["run", "call"])
def test_a_dsp_that_cannot_be_had_is_a_usage_error(verb, device, words, capsys):
    assert words in told(capsys, verb, "-device", device)


def test_a_base_has_one_dsp(capsys):
    assert "a base has one DSP" in told(capsys, "run", "-device", "dsp,port=/dev/null", "-device", "dsp,port=/dev/zero")


def test_a_call_takes_no_other_device(capsys):
    assert "a call takes a DSP only" in told(capsys, "call", "-device", "handset,ipei=1")


def test_a_port_where_nobody_answers_is_a_usage_error(capsys):
    master, slave = pty.openpty()
    tty.setraw(slave)
    try:
        text = told(capsys, "run", "-device", "dsp,port=" + os.ttyname(slave))
        assert "nothing answers" in text and "gatesim flash" in text
    finally:
        os.close(master)
        os.close(slave)


def test_a_call_through_a_board_is_as_good_as_one_through_the_emulated_chip(image, capsys):
    words = ("call", "--seconds", 4, "--json")
    plain = json.loads(inside(capsys, *words).stdout)
    done = inside(capsys, *words, "-device", f"dsp,port=qemu:mps2-an500,image={image},icount=on")
    assert done.returncode == 0, done.stderr + done.stdout
    through = json.loads(done.stdout)
    assert all(value >= 0.95 for value in through["correlation"].values())
    assert through["call"]["codec"] == plain["call"]["codec"]
    assert ["board mps2-an500", "instructions a frame"] in [
        [name, text.partition(" ")[2]] for name, text in through["table"]]
    assert through["echo"]["erle"] > plain["echo"]["erle"] - 3


def test_interrupted_a_run_leaves_no_emulator(image):
    if shutil.which("qemu-system-arm") is None:
        pytest.skip("no qemu-system-arm here")
    process = subprocess.Popen(
        [*command("run", "-M", "ip1203", "-serial", "none", "-net", "none", "-device",
                  f"dsp,port=qemu:mps2-an500,image={image}")],
        cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        deadline = time.monotonic() + PATIENCE
        while not (emulators := children(process.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1)
        assert process.poll() is None and all(map(alive, emulators))
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
        assert "Traceback" not in process.stderr.read()
        assert not any(map(alive, emulators))
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_the_module_is_imported_by_no_other_command():
    """Python's start-up is short: what only `-device dsp` needs waits until it is named."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", "import sim.commands.run, sim.commands.call"],
                          cwd=ROOT, capture_output=True, text=True, check=True)
    assert "sim.dsp_device" not in done.stderr and "construct" not in done.stderr
