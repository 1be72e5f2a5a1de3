"""A debugger on the DSP board: symbols, a breakpoint within a call, the way back to main."""

import socket
import subprocess

import pytest

from sim.devboard.keeper import Keeper
from tests.cli.gatesim import ROOT, command, gatesim
from tests.present import need_programs
from tools import target

SCRIPT = """\
set pagination off
set confirm off
target remote :{port}
break gw_ec_process
continue
backtrace
print samples
print sizeof(*ec)
delete
detach
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def board(tmp_path):
    """(its folder, the debugger's port): it waits at its first instruction."""
    need_programs("gdb-multiarch", "qemu-system-arm", "arm-none-eabi-gcc")
    target.board_image("mps2-an500")
    port = free_port()
    done = gatesim("flash", "--board", "mps2-an500", "--folder", tmp_path / "dsp", "--gdb", port)
    assert done.returncode == 0, done.stderr
    yield tmp_path / "dsp", port
    Keeper(tmp_path / "dsp").stop()


def test_gdb_stops_the_board_in_the_canceller_of_a_call_and_finds_the_way_to_main(board, tmp_path):
    folder, port = board
    (tmp_path / "script").write_text(SCRIPT.format(port=port))
    image = target.board_image("mps2-an500")
    with subprocess.Popen(["gdb-multiarch", "-batch", "-nx", "-x", tmp_path / "script", image], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as gdb, \
            subprocess.Popen(command("call", "--from", "sip:phone", "--to", "handset:1", "--seconds", "3",
                                     "-device", f"dsp,port={folder / 'port'}"), cwd=ROOT,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as call:
        try:
            said = gdb.communicate(timeout=60)[0]
        finally:
            gdb.kill()
            call.terminate()
    frames = [line for line in said.splitlines() if line.startswith("#")]
    assert "gw_ec_process (ec=" in frames[0], said
    assert any("gw_bank_run (" in line for line in frames), said
    assert " in main () at board_main.c:" in frames[-1]
    assert "$1 = 80" in said
    assert "detached]" in said
