"""The relay: what a user at the serial line of a MicroPython board sees, the VM behind a pty shows."""

import time

import pytest
import serial

from sim.devboard.relay import Board
from tests.present import need_vm

RAW = b"raw REPL; CTRL-B to exit\r\n>"
PYTHON = b">>> "
LOOP = 'print("main runs")\nwhile True:\n    pass\n'


class User:
    def __init__(self, path):
        self.line = serial.Serial(path, timeout=0.05)
        self.got = b""

    def type(self, data):
        self.line.write(data)

    def until(self, ending, seconds=10):
        """All that came up to `ending`, which has to be the end."""
        limit = time.monotonic() + seconds
        while not self.got.endswith(ending):
            self.got += self.line.read(4096)
            assert time.monotonic() < limit, self.got
        said, self.got = self.got, b""
        return said

    def ask(self, data, ending):
        self.type(data)
        return self.until(ending)


@pytest.fixture
def user(tmp_path):
    """Makes the board of tmp_path with a main.py, and the user at its line."""
    need_vm()
    boards = []

    def at(main="", **files):
        for name, text in {"main": main, **files}.items():
            (tmp_path / f"{name}.py").write_text(text)
        boards.append(Board(tmp_path))
        boards[-1].__enter__()
        here = User(boards[-1].path)
        here.board = boards[-1]
        return here

    yield at
    for one in boards:
        one.__exit__()


def test_main_runs_at_power_on_and_the_repl_follows_with_its_names(user):
    one = user("x = 6\nprint('main runs')\n")
    assert b"main runs" in one.until(PYTHON)
    assert one.ask(b"x * 7\r", PYTHON).endswith(b"42\n>>> ")


def test_ctrl_c_stops_main_and_ctrl_d_starts_it_again(user):
    one = user(LOOP)
    one.until(b"main runs\n")
    assert b"KeyboardInterrupt" in one.ask(b"\x03", PYTHON)
    said = one.ask(b"\x04", b"main runs\n")
    assert b"MPY: soft reboot\r\nmain runs" in said


def test_ctrl_d_in_the_raw_repl_gives_a_raw_repl_in_which_main_has_not_run(user):
    one = user("x = 1\nprint('main runs')\n", boot="b = 2\n")
    one.until(PYTHON)
    one.ask(b"\x01", RAW)
    assert one.ask(b"\x04", RAW) == b"OK\r\nMPY: soft reboot\r\n" + RAW
    assert one.ask(b"print('x' in globals(), b)\x04", b"\x04>") == b"OKFalse 2\n\x04\x04>"
    assert one.ask(b"\x02", PYTHON).endswith(b'Type "help()" for more information.\r\n>>> ')
    assert b"soft reboot\r\nmain runs" in one.ask(b"\x04", PYTHON)


@pytest.mark.parametrize("code", [b"while True: pass\n", b"import time\nwhile True: time.sleep(1)\n",
                                  b"import sys\nsys.stdin.read(1)\n"])
def test_ctrl_c_stops_what_runs_from_raw_paste(user, code):
    one = user()
    one.until(PYTHON)
    one.ask(b"\x01", RAW)
    assert one.ask(b"\x05A\x01", b"\x01")[:2] == b"R\x01"
    one.ask(code + b"\x04", b"\x04")
    time.sleep(0.05)
    assert b"KeyboardInterrupt" in one.ask(b"\x03", b"\x04>")
    assert one.ask(b"print(5)\x04", b"\x04>") == b"OK5\n\x04\x04>"


def test_ctrl_c_in_the_repl_is_a_key_and_ends_nothing(user):
    one = user("y = 3\n")
    one.until(PYTHON)
    one.ask(b"\x03\x03\x03", b">>> \r\n>>> \r\n>>> ")
    assert one.ask(b"y\r", PYTHON) == b"y\r\n3\n>>> "


def test_a_program_that_wants_ctrl_c_as_a_character_gets_it(user):
    one = user("import micropython, sys\nmicropython.kbd_intr(-1)\nprint('ready')\n"
               "print(sys.stdin.buffer.read(3))\n")
    one.until(b"ready\n")
    assert b"b'a\\x03b'" in one.ask(b"a\x03b", PYTHON)


@pytest.mark.parametrize("main", ["import sys\nsys.exit()\n", "import machine\nmachine.soft_reset()\n"])
def test_a_reset_out_of_main_boots_again(user, main):
    one = user("print('main runs')\nimport sys\nif sys.stdin.buffer.read(1) == b'r':\n    "
               + main.replace("\n", "\n    ") + "pass\n")
    one.until(b"main runs\n")
    assert b"MPY: soft reboot\r\nmain runs" in one.ask(b"r", b"main runs\n")
    assert one.ask(b"q", PYTHON)


def test_a_main_that_resets_at_once_can_still_be_stopped(user, tmp_path):
    one = user("import sys\nprint('again')\nsys.exit()\n")
    time.sleep(0.5)
    (tmp_path / "main.py").write_text("")
    assert one.until(PYTHON)


def test_an_exception_in_main_is_shown_and_the_repl_follows(user):
    assert b"ZeroDivisionError" in user("1 / 0\n").until(PYTHON)


def test_the_folder_is_the_whole_file_system(user, tmp_path):
    one = user()
    one.until(PYTHON)
    assert b"['boot.py', 'main.py']" in one.ask(b"import os; sorted(os.listdir('/') + ['boot.py'])\r", PYTHON)
    assert b"ENOENT" in one.ask(b"open('/etc/passwd')\r", PYTHON)
    one.ask(b"open('/new', 'w').close()\r", PYTHON)
    assert (tmp_path / "new").exists()


def test_the_heap_is_that_of_a_board(user):
    one = user()
    one.until(PYTHON)
    said = one.ask(b"import gc; gc.mem_free() + gc.mem_alloc()\r", PYTHON)
    assert 480 * 1024 < int(said.splitlines()[1]) <= 512 * 1024


def test_power_that_is_cut_and_comes_back_boots_without_a_word_of_a_reboot(user):
    one = user(LOOP)
    one.until(b"main runs\n")
    one.board.cut()
    assert one.until(b"main runs\n") == b"main runs\n"


def test_octets_for_a_program_that_does_not_read_do_not_stop_the_line(user):
    one = user(LOOP)
    one.until(b"main runs\n")
    one.type(b"x" * 20_000 + b"\x03")
    said = one.until(b"x" * 100)
    assert b"KeyboardInterrupt" in said
    assert one.ask(b"\x03", PYTHON)


def test_a_user_who_does_not_read_loses_the_oldest_only(user):
    one = user("print('begin')\nfor n in range(40000):\n    print('line', n)\nprint('end')\n")
    time.sleep(1)
    said = one.until(PYTHON)
    assert b"line 39999\nend\n" in said
