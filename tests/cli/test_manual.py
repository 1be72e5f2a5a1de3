"""The manual: every command and option is in the help, and what `gatesim boards` prints."""

import argparse
import json
import subprocess
import sys

import pytest

import boards
from sim.cli import COMMANDS, parser
from tests.cli.gatesim import ROOT, gatesim, inside, refused


def commands(top, words=()):
    """(words, parser) of every command that does something."""
    below = [one for one in top._actions if isinstance(one, argparse._SubParsersAction)]
    if not below:
        yield words, top
    for action in below:
        for name, one in action.choices.items():
            yield from commands(one, (*words, name))


@pytest.mark.parametrize(("words", "manual"), [pytest.param(*one, id=" ".join(one[0])) for one in commands(parser())])
def test_the_help_of_a_command_names_and_explains_every_option(words, manual, capsys):
    done = inside(capsys, *words, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: gatesim {' '.join(words)}")
    for action in manual._actions:
        for option in action.option_strings or [action.metavar]:
            assert option in done.stdout
        assert action.help, action.dest


def test_the_help_of_all_names_every_command(capsys):
    done = inside(capsys, "--help")
    assert done.returncode == 0
    assert "Exit status" in done.stdout
    for name in COMMANDS:
        assert f"\n    {name} " in done.stdout


def test_no_command_or_an_unknown_one_is_a_usage_error(capsys):
    assert refused(inside(capsys), "COMMAND")
    assert refused(inside(capsys, "fly"), "invalid choice: 'fly'")


@pytest.mark.parametrize("words", [("run", "--until"), ("check", "--js", "x"), ("call", "--sec", "3")])
def test_options_are_not_abbreviated(words, capsys):
    assert refused(inside(capsys, *words), "unrecognized arguments")


def test_a_bug_of_ours_is_not_hidden(monkeypatch, capsys):
    monkeypatch.setattr("sim.commands.boards.row", lambda board: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        inside(capsys, "boards")


def test_ctrl_c_anywhere_has_status_130_and_no_traceback(monkeypatch, capsys):
    def interrupted(board):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.commands.boards.row", interrupted)
    done = inside(capsys, "boards")
    assert (done.returncode, done.stderr) == (130, "\n")


def test_the_boards_as_json_are_those_of_the_folder(capsys):
    done = inside(capsys, "boards", "--json")
    rows = json.loads(done.stdout)
    assert done.returncode == 0
    assert [row["name"] for row in rows] == list(boards.NAMES + boards.DEVELOPMENT)
    for row in rows:
        board = boards.load(row["name"])
        assert row["smallest firmware"] == (board.smallest or "any")
        assert row["channels"] == (board.dsp.channels if board.dsp else 0)
        assert row["cells"] == ("none" if not board.radio else "multi" if board.multicell else "single")
        assert row["runs"].startswith("flashed") == (row["name"] in boards.DEVELOPMENT)


def test_the_table_of_boards_has_a_line_for_each_and_no_escape_codes():
    done = gatesim("boards")
    lines = done.stdout.splitlines()
    assert len(lines) == len(boards.NAMES + boards.DEVELOPMENT) + 1
    assert "\x1b" not in done.stdout
    assert [line.split()[0] for line in lines[1:]] == list(boards.NAMES + boards.DEVELOPMENT)


def test_output_into_a_pipe_that_closes_is_no_error():
    line = f"yes config show | head -3000 | {sys.executable} -m sim.cli check - --json | head -1"
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert (done.stdout, done.stderr) == ("{\n", "")
