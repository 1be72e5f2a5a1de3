"""The board described in docs/boards.md is one that the tools take."""

import pathlib
import re

import boards
from hal.description import region
from tests.tools.flash.fake import Fake, Files
from tools import portable
from tools.flash import board as flashing
from tools.flash import repl
from tools.flash.flasher import Flasher, Wanted
from tools.flash.images import image

ROOT = pathlib.Path(__file__).resolve().parents[2]


def described():
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "boards.md").read_text(), re.DOTALL)
    names: dict = {}
    exec(code, names)
    return names["BOARD"]


def test_the_worked_description_says_all_that_a_board_must():
    board = described()
    assert board.name not in boards.NAMES + boards.DEVELOPMENT
    for name in ("config_a", "config_b", "vars_a", "vars_b", "dir_a", "dir_b"):
        one = region(board, name)
        assert one.at % board.flash.sector == one.size % board.flash.sector == 0
        assert one.at + one.size <= board.flash.size
    assert board.micropython.arch in flashing.ARCHITECTURES
    assert board.title == board.title.upper()


def test_the_worked_description_can_be_flashed(monkeypatch):
    monkeypatch.setattr(repl, "SILENCE", 0.0)
    python = described().micropython
    number = flashing.ARCHITECTURES.index(python.arch)
    chip = Fake(Files(), platform=python.port, mpy=(number << 10) | 6)
    report = Flasher(chip, Wanted("teensy41", python.port, python.arch), [image("main.py", b"")]).run()
    assert report["written"] == ["main.py"]
    assert "firmware/dect/" in portable.left_out(described())
