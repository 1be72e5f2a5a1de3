"""sipp's own scenarios against boards: it calls sixteen handsets, and a handset calls it."""

import asyncio

import pytest

from sim.peers.programs.sipp import Sipp
from tests.peers.lab import NOTHING_LEFT

pytestmark = pytest.mark.peer

BOARDS, HANDSETS = 2, 8
CALLS_EACH = 32
"""More than 500 in all."""
PERIOD = 950
"""Milliseconds from call to call of one handset: half a second to page it and to set up its bearer, and
what a handset needs to let go of its bearer before it hears pages again."""


def test_five_hundred_calls_to_the_handsets_of_two_boards_without_a_failure(lab):
    host = lab.site.free_address()
    machines = []
    for _ in range(BOARDS):
        machines.append(lab.board(HANDSETS))
        lab.trunk((host, 5060))

    async def called():
        await lab.located()
        callers = [lab.run(caller(lab, machine, host, number))
                   for number in range(BOARDS * HANDSETS) for machine in machines[number // HANDSETS:][:1]]
        for one in callers:
            await lab.ended(one, 60)
        await lab.site.pass_time(1)
        return callers

    callers = asyncio.run(called())
    assert [one.counts() for one in callers] == [(CALLS_EACH, 0)] * len(callers), [one.errors() for one in callers]
    lab.later()
    assert [lab.left(machine) for machine in machines] == [NOTHING_LEFT] * BOARDS
    assert {handset.call for handset in lab.handsets} == {"idle"}


def caller(lab, machine, host, number):
    return Sipp(lab.folder / str(number), "uac", host, port=5070 + number, target=(machine.net.address, 5060),
                user=str(201 + number), calls=CALLS_EACH, rate=1, period_ms=PERIOD, limit=1)
