"""The image of the DSP board on the processors that QEMU emulates, and the lines that lead to it."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time as wall

import pytest

from hal import check
from hal.description import DspPart
from hal.dsp import Settings
from sim.devices.dsp import Dsp
from sim.devices.link_line import LineError
from sim.devices.link_ports import Port
from sim.devices.link_probe import probe
from sim.devices.link_qemu import Qemu
from sim.dsp_device import attach
from sim.pace import Pace
from sim.status import UserError
from sim.time import Time
from tests.target.call_script import Script, same
from tests.target.virtual_board import Silence

CODECS = ("pcma", "pcmu", "g726-32", "g726-32-aal2", "g722")
SPEECH = Settings("pcma", 20, 2, 128, False, False, "g726")
MACHINES = {"mps2-an386": 4, "mps2-an500": 8}
SECOND = 1_000_000


@pytest.fixture
def stack():
    with contextlib.ExitStack() as stack:
        yield stack


def device(machine, images, pace, stack, more=""):
    return attach(f"dsp,port=qemu:{machine},image={images[machine]}{more}", pace, stack)


def in_steps(machine, images, stack, radio, codecs=CODECS):
    """(Time, DspBoard) on virtual time."""
    time = Time()
    attached = device(machine, images, None, stack)
    board = attached.dsp(time, radio, DspPart(8, codecs))
    stack.callback(board.shut)
    time.run(50_000)
    return time, board


@pytest.mark.parametrize(("machine", "channels"), MACHINES.items())
def test_the_image_keeps_the_contract_as_the_emulated_dsp_does(machine, channels, board_images, stack):
    time, board = in_steps(machine, board_images, stack, Silence(), ("pcma", "g722"))
    assert (board.channels, board.codecs, board.report.name) == (channels, ("pcma", "g722"), machine)
    check.check_dsp(board, lambda microseconds: time.run(time.now + microseconds))
    assert board.link.counts.damaged == board.link.counts.lost == 0


@pytest.mark.parametrize("machine", MACHINES)
def test_the_image_gives_the_bits_of_the_emulated_dsp(machine, board_images, stack):
    wanted = Script(Time(50_000))
    wanted.begin(Dsp(wanted.time, wanted, 8, CODECS))
    wanted.time.run_until(lambda: wanted.ended, 10 * SECOND)
    radio = Script(Time())
    radio.time, board = in_steps(machine, board_images, stack, radio)
    radio.begin(board)
    radio.time.run_until(lambda: radio.ended, 10 * SECOND)
    assert len(radio.fields) > 100 and len(radio.packets) > 40 and radio.digits() == ["7"]
    same(wanted, radio)
    assert all(0 <= cost < 25_000_000 for cost in board.ticks.costs) and any(board.ticks.costs)


def test_on_virtual_time_a_board_that_dies_ends_the_run(board_images, stack):
    time = Time()
    attached = device("mps2-an386", board_images, None, stack)
    board = attached.dsp(time, Silence(), DspPart(8, ("pcma",)))
    time.run(50_000)
    board.open(0, SPEECH)
    time.run(time.now + SECOND)
    attached.source.process.kill()
    with pytest.raises(UserError, match=r"line was lost|not answered"):
        time.run(time.now + SECOND)


class Paced:
    """A board by the wall clock, and what it had to say."""

    def __init__(self, images, stack, more=""):
        self.pace = Pace(Time())
        self.loop = asyncio.new_event_loop()
        stack.callback(self.loop.close)
        self.news = []
        self.attached = device("mps2-an500", images, self.pace, stack, more)
        self.board = self.attached.dsp(self.pace.time, Silence(), DspPart(8, ("pcma",)))
        self.board.on_news = lambda text, standing: self.news.append(text)
        stack.callback(self.board.shut)
        assert self.until(lambda: self.board.link.up)

    def until(self, condition, seconds=20):
        limit, held = self.pace.time.now + seconds * SECOND, []

        def over():
            held.append(condition())
            return held[-1] or self.pace.time.now > limit

        self.loop.run_until_complete(self.pace.run(over))
        return held[-1]


def test_by_the_wall_clock_a_channel_runs_and_nobody_waits(board_images, stack, tmp_path):
    paced = Paced(board_images, stack, f",trace={tmp_path / 'trace'}")
    paced.board.open(0, SPEECH)
    packets = []
    assert paced.until(lambda: packets.extend(paced.board.poll()) or len(packets) >= 50)
    instants = [packet.at for packet in packets]
    assert instants == sorted(set(instants)) and all(len(packet.payload) == 160 for packet in packets)
    paced.board.shut()
    stack.close()
    lines = (tmp_path / "trace").read_text().splitlines()
    assert any(" host   open seq=" in line and "codec=0" in line for line in lines)
    assert any(" board  packet seq=" in line and "kind=speech" in line for line in lines)


def test_a_board_that_is_reset_in_mid_call_comes_back_with_its_channels(board_images, stack):
    paced = Paced(board_images, stack)
    paced.board.open(2, SPEECH)
    paced.until(paced.board.poll)
    paced.attached.source.monitor("system_reset")
    assert paced.until(lambda: len(paced.news) >= 2)
    assert "started anew, after a reset; 1 call without speech" in paced.news[0]
    assert "1 channel opened again" in paced.news[1]
    assert paced.until(lambda: [packet for packet in paced.board.poll() if packet.channel == 2])


def test_an_emulator_that_dies_in_mid_call_is_started_again(board_images, stack):
    paced = Paced(board_images, stack)
    paced.board.open(0, SPEECH)
    paced.until(paced.board.poll)
    paced.attached.source.process.kill()
    assert paced.until(lambda: len(paced.news) >= 2)
    assert paced.news[0].startswith("DSP board mps2-an500 is lost: ")
    assert paced.until(paced.board.poll)
    assert paced.board.status(0).missing > 0


def test_a_board_that_stands_still_is_told_and_comes_back(board_images, stack):
    paced = Paced(board_images, stack)
    paced.attached.source.monitor("stop")
    assert paced.until(lambda: paced.news)
    assert "silent for 1 s" in paced.news[0]
    paced.attached.source.monitor("cont")
    assert paced.until(lambda: paced.board.link.up)


def test_nothing_of_the_emulator_is_left(board_images, stack):
    source = device("mps2-an386", board_images, Pace(Time()), stack).source
    number = source.process.pid
    stack.close()
    assert not runs(number)


def test_a_killed_parent_leaves_no_emulator_behind(board_images):
    script = ("import os, sys; from sim.devices.link_qemu import Qemu; q = Qemu('mps2-an386', sys.argv[1]); q.open(); "
              "print(q.process.pid, flush=True); os.kill(os.getpid(), 9)")
    done = subprocess.run(["python3", "-c", script, board_images["mps2-an386"]], stdout=subprocess.PIPE, check=False,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path])})
    number = int(done.stdout)
    deadline = wall.monotonic() + 5
    while wall.monotonic() < deadline and runs(number):
        wall.sleep(0.02)
    assert not runs(number)


def runs(number):
    """Whether the process is there and no zombie that nobody has buried yet."""
    try:
        with open(f"/proc/{number}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_port_that_one_program_has_is_refused_to_the_next(board_images, stack):
    qemu = Qemu("mps2-an386", str(board_images["mps2-an386"]))
    stack.callback(qemu.close)
    wire = qemu.open()
    with pytest.raises(LineError, match="in use by another program"):
        Port(qemu.path).open()
    wire.close()
    Port(qemu.path).open().close()


def test_an_image_that_is_none_is_told(tmp_path, board_images):
    with pytest.raises(LineError, match="no such image; `make target`"):
        Qemu("mps2-an500", str(tmp_path / "none.elf")).open()
    (tmp_path / "text.elf").write_bytes(os.urandom(8 << 20))
    with pytest.raises(LineError, match=r"the other side has closed|nothing answers"):
        wire = Qemu("mps2-an500", str(tmp_path / "text.elf")).open()
        probe(wire, "text.elf", 300_000)


def test_a_debugger_gets_in(board_images, stack):
    device("mps2-an500", board_images, Pace(Time()), stack, ",gdb=17333")
    with socket.create_connection(("127.0.0.1", 17333), timeout=5) as debugger:
        debugger.sendall(b"+$?#3f")
        answer = b""
        while b"#" not in answer:
            answer += debugger.recv(100)
    assert b"$T" in answer


def test_a_debugger_port_that_is_taken_is_said_so(board_images):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LineError, match=f"port {port} for gdb: Address already in use"):
            Qemu("mps2-an500", str(board_images["mps2-an500"]), gdb=port).open()
