"""`gatesim console`: any line that pyserial opens, with and without a descriptor."""

import io
import os
import pty
import re
import select
import socket
import subprocess
import threading
import time

import pytest
import serial
import serial.rfc2217

from hal.frames import Frame, encode
from hal.link import BEAT
from sim.commands.console import prompt
from sim.line import LineLost, open_line
from sim.screen import Screen
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
        assert b"connected; Ctrl-] leaves, Ctrl-T ? for help" in said
        os.close(slave)
        os.close(master)


def test_a_board_behind_a_tcp_port_is_reached_by_its_printed_address():
    with Running("-net", "none", "-serial", "tcp:127.0.0.1:0") as board:
        assert board.port().startswith("socket://127.0.0.1:")
        done = gatesim("console", board.port(), input="mod cmd LED state\n")
        assert done.stdout.endswith("no-ethernet\nIP1203> ")


def test_hexadecimal_shows_sixteen_octets_a_line_with_offset_and_text(typed, capsys):
    typed("0123456789abcdefgh\x00\n")
    done = inside(capsys, "console", "loop://", "--quiet-after", "0.05", "--hex")
    assert done.stdout.splitlines() == [
        "00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef",
        "00000010  67 68 00 0d                                      gh.."]


def test_a_file_is_sent_line_by_line_and_the_log_is_continued(capsys, tmp_path):
    (tmp_path / "script").write_text("one\ntwo\n")
    for _ in range(2):
        done = inside(capsys, "console", "loop://", "--quiet-after", "0.05", "--send", tmp_path / "script",
                      "--log", tmp_path / "log")
    assert (done.returncode, done.stdout) == (0, "one\rtwo\r")
    assert (tmp_path / "log").read_bytes() == b"one\rtwo\rone\rtwo\r"
    assert refused(inside(capsys, "console", "loop://", "--send", tmp_path / "absent"), "cannot read", "absent")


def test_the_time_of_day_stands_before_each_line(typed, capsys):
    typed("one\n")
    done = inside(capsys, "console", "loop://", "--quiet-after", "0.05", "--timestamps", "wall")
    assert re.fullmatch(r"\[\d\d:\d\d:\d\d\.\d\d\d\] one\r", done.stdout)


@pytest.mark.parametrize(("said", "whether"), [
    (b"\r\nIP1203> ", True), (b">>> ", True), (b">>> if x:\r\n... ", True), (b"UPY-UNIX> ", True),
    (b"a > b\r\n", False), (b"IP1203> config show\r\n", False), (b"", False), (b"IP1203>", False),
    (b"x" * 60 + b"> ", False),
])
def test_a_prompt_is_a_short_word_at_the_end(said, whether):
    assert prompt(said) is whether


def test_after_a_prompt_an_answer_is_waited_for_and_a_prompt_ends_it_at_once(tmp_path, capsys):
    """A board that needs longer than the silence that ends an answer without a prompt."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "line"))
        server.listen()
        heard = []

        def serve():
            client, _ = server.accept()
            client.sendall(b"slow> ")
            while typed := client.recv(100):
                heard.append(typed)
                time.sleep(0.4)
                client.sendall(b"answer\r\nslow> ")

        threading.Thread(target=serve, daemon=True).start()
        (tmp_path / "script").write_text("one\ntwo\n")
        done = inside(capsys, "console", f"unix:{tmp_path / 'line'}", "--quiet-after", "0.2", "--send",
                      tmp_path / "script")
    assert done.stdout == "slow> answer\r\nslow> answer\r\nslow> "
    assert heard == [b"one\r", b"two\r"]


def frame(kind, body=b""):
    return encode(Frame(kind, 1, 0, 0, 0, body))


def test_frames_of_a_link_are_shown_one_a_line_with_what_is_damaged(capsysbinary):
    screen = Screen(view="frames")
    screen.show(frame(BEAT) + frame(BEAT)[:4], "< ")
    screen.show(frame(BEAT)[4:] + b"\x05noise\x00" + b"x" * 2000, "< ")
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert lines[:2] == ["< beat seq=1 ack=0 expect=0 credit=0"] * 2
    assert lines[2].startswith("< damaged: 6 octets, 05 6e")
    assert lines[3].startswith("< no frame: 78 78")


class Keys:
    """A session at a terminal, with a far end that echoes."""

    def __init__(self, path):
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen()
        self.master, self.slave = pty.openpty()
        self.session = subprocess.Popen(command("console", f"unix:{path}"), cwd=ROOT, stdin=self.slave,
                                        stdout=self.slave, stderr=self.slave)
        self.far = self.server.accept()[0]
        self.far.settimeout(10)
        self.said = b""
        self.until(b"Ctrl-T ? for help")

    def until(self, text):
        limit = time.monotonic() + 20
        while text not in self.said:
            assert select.select([self.master], [], [], max(0, limit - time.monotonic()))[0], self.said
            self.said += os.read(self.master, 1024)

    def type(self, keys):
        os.write(self.master, keys)


@pytest.fixture
def keys(tmp_path):
    one = Keys(tmp_path / "line")
    time.sleep(0.2)
    yield one
    one.session.kill()
    one.session.wait()
    for number in (one.master, one.slave):
        os.close(number)


def test_the_escape_key_turns_views_sends_files_and_itself(keys, tmp_path):
    (tmp_path / "script").write_text("sent line\n")
    keys.type(b"\x14?")
    keys.until(b"send a file, line by line")
    keys.type(b"\x14h")
    keys.until(b"hexadecimal on")
    keys.far.sendall(b"0123456789abcdef")
    keys.until(b"00000000  30 31")
    keys.type(b"\x14h\x14t")
    keys.until(b"time stamps on")
    keys.far.sendall(b"hello\r\n")
    keys.until(b"] hello\r\n")
    keys.type(b"a\x14\x14\x14\x1db")
    assert keys.far.recv(100) == b"a\x14\x1db"
    keys.type(b"\x14s")
    keys.until(b"file to send: ")
    keys.type(str(tmp_path / "scripX").encode() + b"\x7ft\r")
    assert keys.far.recv(100) == b"sent line\r"
    keys.type(b"\x14s")
    time.sleep(0.5)
    keys.type(b"/absent\r")
    keys.until(b"cannot read /absent")
    keys.type(b"\x14q")
    assert keys.session.wait(10) == 0
