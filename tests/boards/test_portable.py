"""What is flashed onto a board is whole: nothing imports at its start what was left out."""

import ast

import pytest

import boards
from tools import portable


def starts_with(source):
    """Modules of ours that a file imports as soon as it is imported itself."""
    for node in ast.parse(source.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in ("firmware", "hal", "boards"):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("name", boards.DEVELOPMENT)
def test_all_that_a_board_imports_at_once_is_on_it(name):
    files = dict(portable.files(name))
    there = {place.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for place in files}
    for place, source in files.items():
        for wanted in starts_with(source):
            assert wanted in there or wanted.rpartition(".")[0] in there, (place, wanted)


def test_a_board_has_its_description_its_start_and_no_parts_that_it_lacks():
    places = [place for place, _ in portable.files("upy-unix")]
    assert {"main.py", "board.py", "firmware/main.py", "hal/ports/micropython.py"} <= set(places)
    assert places == sorted(places)
    absent = ("firmware/dect/", "firmware/fax/", "firmware/dsp/", "firmware/media/", "hal/check/", "hal/link")
    assert [place for place in places if place.startswith(absent)] == []
    whole = [place for place, _ in portable.files("ip1203")]
    assert {"firmware/dect/master.py", "firmware/fax/interface.py", "firmware/media/session.py"} <= set(whole)
