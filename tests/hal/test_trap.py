"""Ctrl-C on a MicroPython board's console: a key of the line, or the way out of the firmware."""

import random

import pytest

from hal.ports.serial import AGAIN, QUIET, Trap

START = 5_000_000


def leaves(*pieces):
    """Which octet ends the firmware, from 1 on, or 0; each piece is (microseconds since the one before, octets)."""
    trap, now, count = Trap(), START, 0
    for after, data in pieces:
        now += after
        for octet in data:
            count += 1
            if trap.leaves(bytes([octet]), now):
                return count
    return 0


@pytest.mark.parametrize("pieces", [
    [(0, b"\r\x03")],
    [(0, b"\r"), (1000, b"\x03")],
    [(0, b"\x03\x03")],
    [(0, b"\x03"), (QUIET + 1, b"\x03")],
    [(0, b"config show\r"), (QUIET + 1, b"\r\x03")],
])
def test_tools_and_people_get_out(pieces):
    assert leaves(*pieces)


@pytest.mark.parametrize("sent", [b"\r\x03\r\x01", b"\r\x03\x03", b"\x03\x03\x01print(1)\x04"])
def test_what_tools_send_right_behind_it_is_not_taken(sent):
    assert leaves((0, sent)) == 2


@pytest.mark.parametrize("pieces", [
    [(0, b"\x03")],
    [(0, b"\x03"), (AGAIN + 1, b"\x03")],
    [(0, b"a\x03")],
    [(0, b"\x03a"), (QUIET + 1, b"\x03")],
    [(0, b"\x03"), (QUIET + 1, b"a"), (QUIET + 1, b"\x03")],
    [(0, b"config show\r\x03")],
    [(0, b"config show"), (QUIET - 1, b"\r\x03")],
    [(0, b"\r")],
    [(0, b"\r\r\r")],
    [(0, b"")],
])
def test_everything_else_is_for_the_console(pieces):
    assert not leaves(*pieces)


def test_noise_without_pauses_never_gets_out():
    chance = random.Random(1)
    trap, now = Trap(), START
    trap.leaves(b"x", now)
    for _ in range(40_000):
        now += chance.randrange(QUIET)
        assert not trap.leaves(bytes([chance.choice(b"\x03\r")]), now)
