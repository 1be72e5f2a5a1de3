"""`gatesim flash` onto a real MicroPython behind the relay, with its cable and its supply cut."""

import contextlib
import os
import pathlib
import shutil
import socket
import threading

import pytest
import serial
import serial.rfc2217

from sim.devboard.relay import Board
from sim.line import LineLost, open_line
from sim.status import UserError
from tests.present import need_vm
from tools.flash import repl
from tools.flash.flasher import Flasher, NotRunning, Wanted
from tools.flash.images import compiled, image
from tools.flash.repl import FlashError, Repl

ROOT = pathlib.Path(__file__).resolve().parents[3]
WANTED = Wanted("upy-unix", "linux", "x64")
MAIN = """\
import staged
if staged.finish():
    raise SystemExit
import a, b, deep.c
import sys
while True:
    print("\\nV%d%d%d> " % (a.V, b.V, deep.c.V), end="")
    sys.stdin.read(1)
"""


@pytest.fixture(scope="module", autouse=True)
def vm():
    need_vm()


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    """{number: Images}: three modules that have to be of one release."""
    folder = tmp_path_factory.mktemp("sources")
    made = {}
    for number in (1, 2):
        files = [("main.py", MAIN), ("staged.py", (ROOT / "hal/ports/staged.py").read_text()),
                 ("deep/__init__.py", ""), ("deep/c.py", f"V = {number}\nN = '{'filler' * 700}{number}'\n")]
        files += [(name + ".py", f"V = {number}\n") for name in ("a", "b")]
        sources = []
        for path, text in files:
            source = folder / f"{number}-{path.replace('/', '-')}"
            source.write_text(text)
            sources.append((path, source))
        made[number] = compiled(sources)
    return made


PASTE = b"\x05A\x01"
DECISION = b"decide('gatesim.next')"


class Cut:
    """A line whose cable goes after so many octets in both directions; below zero, so many behind the decision.

    Counted from the first code on: how often Ctrl-C is repeated before depends on how busy the machine is.
    """

    def __init__(self, line, position=None):
        self.line, self.position, self.passed = line, position, 0
        self.counting = False

    def _part(self, data):
        self.counting = self.counting or data.startswith(PASTE)
        if not self.counting:
            return data
        if self.position is not None and self.position >= 0:
            data = data[:max(0, self.position - self.passed)]
        elif self.position is not None and DECISION in data:
            self.position = self.passed + len(data) - self.position
        self.passed += len(data)
        return data

    def _alive(self):
        if self.position is not None and 0 <= self.position <= self.passed:
            raise LineLost("the cable is out")

    def wait(self, seconds=None, other=None):
        self._alive()
        return self.line.wait(seconds, other)

    def read(self):
        self._alive()
        return self._part(self.line.read())

    def write(self, data, seconds=None):
        self._alive()
        self.line.write(self._part(data), seconds)
        self._alive()


def flash(port, images, position=None):
    with open_line(str(port)) as line:
        cut = Cut(line, position)
        return Flasher(cut, WANTED, images).run(), cut.passed


def prompt(port):
    """The title at the console's prompt. Python's own may stand before it, from before a reset that is under way."""
    with open_line(str(port)) as line:
        line.write(b"\r")
        repl = Repl(line)
        return repl.prompt(10)[0] or repl.prompt(10)[0]


@pytest.fixture
def board(tmp_path):
    with Board(tmp_path) as one:
        yield one


def test_a_board_is_flashed_and_flashed_again(board, releases):
    report, _ = flash(board.path, releases[1])
    assert (report["prompt"], report["unchanged"]) == ("V111", 0)
    report, _ = flash(board.path, releases[2])
    assert (report["prompt"], sorted(report["written"])) == ("V222", ["a.mpy", "b.mpy", "deep/c.mpy"])
    assert flash(board.path, releases[2])[0]["octets"] == 0


@pytest.mark.parametrize("supply", ["stays on", "is cut too"])
def test_the_cable_may_go_anywhere_and_the_board_boots_the_old_or_the_new(releases, tmp_path, supply):
    (tmp_path / "old").mkdir()
    with Board(tmp_path / "old") as one:
        flash(one.path, releases[1])
        shutil.copytree(tmp_path / "old", tmp_path / "counted")
    with Board(tmp_path / "counted") as one:
        _, total = flash(one.path, releases[2])
    seen = []
    # What comes before is the same as on any board: the last two thirds write.
    for number, position in enumerate([*range(total // 3, total * 9 // 10, total // 10), -1, -20, -60]):
        shutil.copytree(tmp_path / "old", tmp_path / str(number))
        with Board(tmp_path / str(number)) as one:
            with pytest.raises(LineLost):
                flash(one.path, releases[2], position)
            if supply == "is cut too":
                one.cut()
                seen.append(prompt(one.path))
                assert seen[-1] in ("V111", "V222")
            assert flash(one.path, releases[2])[0]["prompt"] == "V222"
    assert not [path for path in tmp_path.rglob("*.gwnew")]
    if seen:
        assert seen[0] == "V111" and seen[-1] == "V222"


def test_a_firmware_that_fails_is_named_and_the_next_run_mends_it(board, releases):
    broken = [one if one.path != "main.py" else image("main.py", b"import nothing_at_all\n") for one in releases[1]]
    with pytest.raises(NotRunning, match="ImportError: no module named 'nothing_at_all'"):
        flash(board.path, broken)
    assert flash(board.path, releases[1])[0]["prompt"] == "V111"


def test_a_real_file_system_that_is_full_is_said_and_keeps_the_old(tmp_path, releases):
    """littlefs on a block device of 128 KiB, as boot.py of a board mounts it."""
    (tmp_path / "boot.py").write_text(LITTLEFS)
    filler = [image("filler.bin", os.urandom(50_000))]
    with Board(tmp_path) as one:
        assert flash(one.path, releases[1] + filler)[0]["prompt"] == "V111"
        with pytest.raises(UserError, match="file system is full: "):
            flash(one.path, releases[2] + [image("filler.bin", os.urandom(50_000))])
        one.cut()
        assert prompt(one.path) == "V111"
        assert flash(one.path, releases[2])[0]["prompt"] == "V222"


LITTLEFS = """\
import vfs, os
class Chip:
    SIZE, COUNT = 4096, 32
    def __init__(self):
        self.name = "chip"
        try:
            os.stat(self.name)
        except OSError:
            with open(self.name, "wb") as f:
                f.write(b"\\xff" * (self.SIZE * self.COUNT))
        self.file = open(self.name, "r+b")
    def readblocks(self, n, buf, off=0):
        self.file.seek(n * self.SIZE + off)
        self.file.readinto(buf)
    def writeblocks(self, n, buf, off=0):
        self.file.seek(n * self.SIZE + off)
        self.file.write(buf)
    def ioctl(self, op, arg):
        if op == 4:
            return self.COUNT
        if op == 5:
            return self.SIZE
        return 0
_chip = Chip()
try:
    _fs = vfs.VfsLfs2(_chip)
except OSError:
    vfs.VfsLfs2.mkfs(_chip)
    _fs = vfs.VfsLfs2(_chip)
vfs.umount("/")
vfs.mount(_fs, "/")
os.chdir("/")
"""


class Wires(serial.Serial):
    """A pty has no modem lines."""

    rts = dtr = True
    cts = dsr = ri = cd = False


class Server:
    """A TCP server that carries octets to and from a board's pty; with `manager`, as RFC 2217 has it."""

    def __init__(self, path, manager=False):
        self.port = Wires(path, timeout=0.005)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.manager = manager
        scheme = "rfc2217" if manager else "socket"
        self.address = "{}://127.0.0.1:{}".format(scheme, self.socket.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def write(self, data):
        self.client.sendall(data)

    def _serve(self):
        self.client, _ = self.socket.accept()
        manager = serial.rfc2217.PortManager(self.port, self) if self.manager else None
        threading.Thread(target=self._back, args=(manager,), daemon=True).start()
        with contextlib.suppress(OSError):
            while data := self.client.recv(4096):
                self.port.write(b"".join(manager.filter(data)) if manager else data)

    def _back(self, manager):
        with contextlib.suppress(OSError):
            while True:
                data = self.port.read(4096)
                if data:
                    self.client.sendall(b"".join(manager.escape(data)) if manager else data)


@pytest.mark.parametrize("manager", [False, True], ids=["socket://", "rfc2217://"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_board_behind_a_terminal_server_is_flashed(board, releases, manager):
    report, _ = flash(Server(board.path, manager).address, releases[1])
    assert report["prompt"] == "V111"


def test_two_hosts_on_one_port_are_told(board):
    with open_line(board.path), pytest.raises(UserError, match="another program has it open; end that one first"):
        open_line(board.path)
    with open_line(board.path):
        pass


def test_a_board_that_goes_dead_is_noticed(board, releases, monkeypatch):
    monkeypatch.setattr(repl, "ANSWER", 0.2)
    monkeypatch.setattr(repl, "WORK", 0.5)
    with open_line(board.path) as line:
        board._vm.process.send_signal(19)
        with pytest.raises(FlashError, match="but the board is silent"):
            Flasher(line, WANTED, releases[1]).run()
        board._vm.process.send_signal(18)
