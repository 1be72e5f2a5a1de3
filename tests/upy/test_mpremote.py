"""MicroPython's own tool beside ours: mpremote on a board whose firmware is running."""

import importlib.util
import shutil
import subprocess
import sys

import pytest

from sim.devboard.relay import Board
from sim.line import open_line
from tests.present import lacking
from tools.flash.repl import Repl


@pytest.fixture
def board(image, tmp_path):
    if importlib.util.find_spec("mpremote") is None:
        lacking("not here: mpremote")
    shutil.copytree(image, tmp_path / "files")
    (tmp_path / "files" / "board.txt").write_text("address 127.0.0.248\n")
    with Board(tmp_path / "files") as one:
        prompt(one)
        yield one


def prompt(board):
    with open_line(board.path) as line:
        line.write(b"\r")
        return Repl(line).prompt(10)[0]


def mpremote(board, *words):
    done = subprocess.run([sys.executable, "-m", "mpremote", "connect", board.path, *words], input="", text=True,
                          capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_gets_in_looks_and_the_firmware_starts_again(board):
    assert mpremote(board, "exec", "print(6 * 7)").strip() == "42"
    assert "board.mpy" in mpremote(board, "fs", "ls")
    with open_line(board.path) as line:
        line.write(b"\x04")
        assert Repl(line).prompt(10)[0] == "UPY-UNIX"
    assert mpremote(board, "exec", "print(7 * 7)").strip() == "49"
