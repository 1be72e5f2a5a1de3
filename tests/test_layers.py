"""Who may import whom (the table of the design), read from the syntax trees."""

import ast
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
ISLANDS = {"sip", "dect", "fax", "media"}
NOT_ON_A_BOARD = {
    "typing", "enum", "dataclasses", "functools", "itertools", "logging", "threading", "contextlib", "abc", "asyncio",
    "socket", "datetime", "copy", "string", "pathlib", "subprocess", "base64", "hmac", "bisect", "traceback",
}
BOARD_DATA = (["hal", "description"], ["boards", "common"], ["boards", "development"])
HOUSES = ("firmware", "hal", "boards", "sim", "tools")


def sources():
    for house in HOUSES:
        yield from sorted((ROOT / house).rglob("*.py"))


def imported(path):
    """Each imported module as a dotted name; `from a import b` gives a.b, and a itself is its prefix."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wrong(path, name):
    """Why `path` may not import `name`, or None."""
    here, there = path.relative_to(ROOT).with_suffix("").parts, name.split(".")
    house, target = here[0], there[0]
    if house == "hal" and (target in HOUSES and target != "hal"):
        return "hal imports hal only"
    if target == "machine" and here[:2] != ("hal", "ports"):
        return "only hal.ports knows `machine`"
    if house == "boards" and target in HOUSES and there[:2] not in BOARD_DATA:
        return "a board is data: it imports hal.description"
    if house == "firmware":
        return wrong_in_firmware(here, there)
    if house == "sim":
        return wrong_in_sim(here, there)
    if house == "tools" and target == "firmware":
        return "tools work from outside the firmware"
    return None


def wrong_in_firmware(here, there):
    if there[0] in ("sim", "tools", "boards"):
        return "firmware imports hal and itself"
    if there[0] in NOT_ON_A_BOARD:
        return "a board does not have it"
    if here[1] in ISLANDS and there[0] == "firmware" and there[1] in ISLANDS - {here[1]}:
        return "sip, dect, fax and media meet in call"
    if there[:2] == ["firmware", "main"] and here != ("firmware", "start"):
        return "in firmware, only what a board starts with imports main"
    return None


def wrong_in_sim(here, there):
    if here[1] == "peers" and there[0] == "firmware":
        return "a codec shared by both ends hides its own bugs"
    if there[:2] == ["firmware", "main"] and here != ("sim", "machine"):
        return "sim.machine alone imports firmware.main"
    open_rooms = (["firmware", "dsp"], ["firmware", "main"])
    if there[0] == "firmware" and there[:2] not in open_rooms and here != ("sim", "machine"):
        return "sim sees of firmware its dsp only"
    return None


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path):
    assert [(name, wrong(path, name)) for name in imported(path) if wrong(path, name)] == []


@pytest.mark.parametrize(("path", "name"), [
    ("firmware/sip/leg.py", "firmware.dect.leg.Leg"),
    ("firmware/loop.py", "asyncio"),
    ("firmware/loop.py", "sim.time.Time"),
    ("hal/flash.py", "firmware.effects"),
    ("hal/flash.py", "machine"),
    ("boards/ip1203.py", "firmware.profile"),
    ("sim/peers/phone.py", "firmware.sip.message"),
    ("sim/cli.py", "firmware.main.start"),
    ("tools/bench.py", "firmware.main"),
])
def test_the_check_itself_refuses_what_it_must(path, name):
    assert wrong(ROOT / path, name)
