"""A whole board whose handsets subscribe with a code: what a reset and a saved configuration keep."""

import asyncio

import pytest

from sim.peers.handset import Audio, Handset
from sim.site import Site
from sim.stage import dect_lines

IPEI, BERT, SARI = "0466003541858", "0466003541869", "31100422072149"


class Board:
    def __init__(self, site):
        self.site = site
        self.machine = site.board("ip1203")
        self.machine.power_on()
        for line in dect_lines(self.machine.net.address, [(IPEI, "201", "Anna")]):
            assert not self.machine.run_line(line).refused()

    def handset(self, ipei=IPEI, **options):
        return Handset(self.site.air, self.site.time, ipei, SARI, audio=Audio(), **options)

    def until(self, condition, seconds=10):
        assert asyncio.run(self.site.until(condition, seconds))


@pytest.fixture
def board():
    with Site(virtual=True) as site:
        yield Board(site)


def test_the_default_site_has_a_code_on_both_sides(board):
    handset = board.handset()
    board.until(lambda: handset.located)
    assert [event.name for event in handset.events] == ["locked", "subscribed", "located"]
    assert board.machine.run_line("mod cmd GW-DECT security").reply.startswith("1 subscribed, 1 passed")


def test_a_reset_keeps_the_keys(board):
    handset = board.handset()
    board.until(lambda: handset.located)
    board.machine.run_line("reset")
    board.until(lambda: board.machine.boots == 2 and not handset.located)
    board.until(lambda: handset.located, 30)
    assert [event.name for event in handset.events].count("subscribed") == 1
    assert board.machine.run_line("mod cmd GW-DECT security").reply.startswith("0 subscribed, 1 passed")


def test_a_saved_configuration_brings_the_keys_with_it(board):
    handset = board.handset()
    board.until(lambda: handset.located)
    saved = board.machine.gateway.saved_config()
    assert f"vars create DECT/UAK/102243a3/123456789 pb {handset.registration.key.hex()}" in saved


def test_a_wrong_code_is_refused_and_stands_in_the_log(board):
    handset = board.handset(ac="9999")
    board.until(lambda: "refused" in [event.name for event in handset.events])
    assert "handset 0466003541858 refused: wrong answer with AC" in "".join(board.machine.gateway.log.lines())
    assert not handset.located


def test_the_code_is_not_shown_in_the_log_and_must_be_digits(board):
    refusal = board.machine.run_line("config change GW-DECT MASTER /ac 12x4")
    assert refusal.refused() and "1 to 8 digits" in refusal.reply and "12x4" not in refusal.reply
    board.machine.run_line("config add GW-DECT MASTER /ac 87654321")
    board.machine.run_line("config activate")
    assert "87654321" not in "".join(board.machine.gateway.log.lines())
