"""`gatesim console`: any line that pyserial opens, with and without a descriptor."""

import io
import os
import pty
import select
import socket
import subprocess
import threading
import time

import pytest
import serial
import serial.rfc2217

from sim.line import LineLost, open_line
from tests.cli.gatesim import ROOT, Running, command, gatesim, inside, refused


class Access:
    """A board's console behind RFC 2217, as a terminal server offers it; answers each line with itself in capitals."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = serial.serial_for_url("loop://", timeout=0)
        self.port.rts = True
        self.address = "rfc2217://127.0.0.1:{}".format(self.server.getsockname()[1])
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def write(self, data):
        self.client.sendall(data)

    def _serve(self):
        self.client, _ = self.server.accept()
        manager = serial.rfc2217.PortManager(self.port, self)
        with self.client:
            while data := self.client.recv(1024):
                typed = b"".join(manager.filter(data))
                if typed:
                    self.client.sendall(b"".join(manager.escape(typed.upper())))


@pytest.fixture
def typed(monkeypatch):
    """Text that stands on standard input."""
    def give(text):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return give


@pytest.mark.filterwarnings("ignore:set(Daemon|Name).. is deprecated")
def test_a_line_behind_rfc2217_is_read_and_written(typed, capsys):
    access = Access()
    typed("config show\n")
    done = inside(capsys, "console", access.address, "--quiet-after", "0.3")
    assert (done.returncode, done.stdout) == (0, "CONFIG SHOW\r")


def test_a_port_without_a_descriptor_is_polled(typed, capsys):
    typed("one\ntwo\n")
    done = inside(capsys, "console", "loop://", "--quiet-after", "0.05")
    assert (done.returncode, done.stdout) == (0, "one\rtwo\r")


def test_what_the_board_says_goes_to_the_log_too_and_lines_get_a_time(typed, capsys, tmp_path):
    typed("one\n")
    done = inside(capsys, "console", "loop://", "--quiet-after", "0.05", "--log", tmp_path / "log", "--timestamps")
    assert done.stdout.startswith("[    0.")
    assert done.stdout.endswith("] one\r")
    assert (tmp_path / "log").read_bytes() == done.stdout.encode()


@pytest.mark.parametrize(("words", "parts"), [
    (("/dev/absent",), ("cannot open /dev/absent",)),
    (("unix:/nowhere",), ("cannot open unix:/nowhere: No such file",)),
    (("socket://127.0.0.1:1",), ("cannot open socket://127.0.0.1:1",)),
    (("nonsense://x",), ("cannot open nonsense://x",)),
    (("loop://", "--log", "/nowhere/log"), ("cannot write the log /nowhere/log",)),
    (("loop://", "--baud", "fast"), ("invalid int",)),
    ((), ("PORT",)),
])
def test_usage_errors_have_status_2(words, parts, capsys):
    assert refused(inside(capsys, "console", *words), *parts)


def test_a_far_end_that_goes_ends_the_session_with_status_1(typed, capsys, tmp_path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "line"))
        server.listen()

        def serve():
            client, _ = server.accept()
            client.sendall(b"hello\r\n")
            client.close()

        threading.Thread(target=serve, daemon=True).start()
        typed("config show\n" * 3)
        done = inside(capsys, "console", f"unix:{tmp_path / 'line'}")
    assert done.returncode == 1
    assert done.stdout.strip() == "hello"
    assert f"unix:{tmp_path / 'line'}: " in done.stderr


def test_a_line_with_a_descriptor_sends_more_than_its_buffers_hold_and_notices_the_end():
    master, slave = pty.openpty()
    line = open_line(os.ttyname(slave))
    got = bytearray()

    def read():
        while len(got) < 200_000:
            got.extend(os.read(master, 65536))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    with line:
        line.write(b"x" * 200_000)
        reader.join(10)
        assert len(got) == 200_000
        assert line.read() == b""
        assert line.wait(0) == (False, False)
        os.close(slave)
        os.close(master)
        with pytest.raises(LineLost):
            line.read()


def test_on_a_terminal_keys_go_to_the_board_and_the_escape_key_leaves(tmp_path):
    with Running("-net", "none", "-serial", f"unix:{tmp_path / 'line'}") as board:
        board.port()
        master, slave = pty.openpty()
        session = subprocess.Popen(command("console", f"unix:{tmp_path / 'line'}"), cwd=ROOT, stdin=slave, stdout=slave,
                                   stderr=slave)
        said = b""
        limit = time.monotonic() + 20
        steps = [(b"IP1203> ", b"mod cmd LED state\r"), (b"no-ethernet\r\nIP1203> ", b"\x1d")]
        while steps:
            assert select.select([master], [], [], limit - time.monotonic())[0], said
            said += os.read(master, 1024)
            if said.endswith(steps[0][0]):
                os.write(master, steps.pop(0)[1])
        assert session.wait(10) == 0
        assert b"connected; Ctrl-] leaves" in said
        os.close(slave)
        os.close(master)


def test_a_board_behind_a_tcp_port_is_reached_by_its_printed_address():
    with Running("-net", "none", "-serial", "tcp:127.0.0.1:0") as board:
        assert board.port().startswith("socket://127.0.0.1:")
        done = gatesim("console", board.port(), input="mod cmd LED state\n")
        assert done.stdout.endswith("no-ethernet\nIP1203> ")
