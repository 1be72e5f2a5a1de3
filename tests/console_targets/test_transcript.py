"""The lines of article 31 have the same answers wherever the firmware runs: `pytest --target emu|upy|qemu`."""

import pathlib
import re

from sim.line import open_line
from tools.flash.repl import Repl

HERE = pathlib.Path(__file__).resolve().parent
SCRIPT = HERE.parents[1] / "examples" / "article-31.txt"
AFTERWARDS = ("config show", "mod cmd CMD0 box-info", "config change CMD0 /name", "nonsense", "mod cmd NOBODY help")
"""What the restart kept, and what no board knows."""


def lines():
    for line in [*SCRIPT.read_text().splitlines(), *AFTERWARDS]:
        if line and not line.startswith("#"):
            yield line


def transcript(port):
    """What stands on a terminal, with the board's title as BOARD."""
    text = []
    with open_line(port) as line:
        console = Repl(line)
        line.write(b"\r")
        title, _ = console.prompt(10)
        for typed in lines():
            line.write(typed.encode() + b"\r")
            again, said = console.prompt(20)
            assert again == title
            text.append(said)
    return neutral("".join(text), title)


def neutral(text, title):
    """Without what is the board's own: its title and MAC address, and what MicroPython says of a reset."""
    text = text.replace("\r\n", "\n").replace("MPY: soft reboot\n", "").replace(title, "BOARD")
    return re.sub(r"[0-9a-f]{2}([:-]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}", "MAC", text)


def test_the_lines_of_article_31_have_the_same_answers_on_every_target(port):
    said = transcript(port)
    wanted = (HERE / "article-31.transcript").read_text()
    assert said.splitlines() == wanted.splitlines()


def test_the_answers_are_those_of_a_board_that_took_every_line():
    wanted = (HERE / "article-31.transcript").read_text()
    assert wanted.count("\nok\n") >= 16
    assert "BOARD 15r1sr4 main" in wanted
