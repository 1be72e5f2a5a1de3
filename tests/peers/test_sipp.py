"""sipp's own scenarios: it calls thirty-two handsets on four boards, and a handset calls it."""

import asyncio

import pytest

from sim.peers.programs.sipp import Sipp
from tests.bench.sip_rig import Rig
from tests.peers.lab import NOTHING_LEFT

pytestmark = pytest.mark.peer

BOARDS, HANDSETS = 4, 8
CALLS_EACH = 16
"""More than 500 in all."""
PERIOD = 1700
"""Milliseconds from call to call of one handset: it takes half a second to page it and to set up its bearer, more
while others set up theirs, and for a moment after a call it has its bearer still and hears no page."""
STAGGER = PERIOD / 1000 / HANDSETS / BOARDS


def test_five_hundred_calls_to_the_handsets_of_four_boards_without_a_failure(lab):
    host = lab.site.free_address()
    machines = []
    for _ in range(BOARDS):
        machines.append(lab.board(HANDSETS))
        lab.trunk((host, 5060))

    async def called():
        await lab.located()
        callers = []
        for number in range(BOARDS * HANDSETS):
            callers.append(lab.run(Sipp(
                lab.folder / str(number), "uac", host, port=5070 + number, limit=1, rate=1, period_ms=PERIOD,
                target=(machines[number // HANDSETS].net.address, 5060), user=str(201 + number), calls=CALLS_EACH)))
            await lab.site.pass_time(STAGGER)
        for one in callers:
            await lab.ended(one, 60)
        await lab.site.pass_time(0.5)
        return callers

    callers = asyncio.run(called())
    assert [one.counts() for one in callers] == [(CALLS_EACH, 0)] * len(callers), [one.errors() for one in callers]
    lab.later()
    assert [lab.left(machine) for machine in machines] == [NOTHING_LEFT] * BOARDS
    assert {handset.call for handset in lab.handsets} == {"idle"}


def test_a_handset_calls_sipp_which_answers(lab):
    lab.board()
    (handset,) = lab.handsets
    uas = lab.run(Sipp(lab.folder / "uas", "uas", lab.site.free_address(), calls=3))
    lab.trunk((uas.host, uas.port))

    async def calling():
        await lab.located()
        for _ in range(3):
            await lab.happens(lambda: handset.status.slot is None)
            assert handset.dial("300")
            await lab.happens(lambda: handset.call == "talking")
            handset.hang_up()
            await lab.happens(lambda: handset.call == "idle")
        return await lab.ended(uas, 10)

    assert asyncio.run(calling()) == 0
    assert uas.counts() == (3, 0), uas.errors()
    lab.later()
    assert lab.left() == NOTHING_LEFT


def test_the_sip_module_calls_sipp_five_hundred_times_without_a_failure(lab):
    uas = lab.run(Sipp(lab.folder, "uas", lab.site.free_address(), calls=500))
    rig = Rig(lab.site.net(), lab.site.time, server=(uas.host, uas.port))

    async def calling():
        rig.call(500, per_second=250)
        return await lab.ended(uas, 20)

    assert asyncio.run(calling()) == 0
    assert uas.counts() == (500, 0), uas.errors()
    assert (rig.exchange.answered, rig.exchange.failed) == (500, 0)
    lab.later()
    assert rig.left() == "0 calls, 0 client and 0 server transactions"


def test_sipp_calls_the_sip_module_five_hundred_times_without_a_failure(lab):
    rig = Rig(lab.site.net(), lab.site.time)
    uac = lab.run(Sipp(lab.folder, "uac", lab.site.free_address(), target=(rig.net.address, 5060), calls=500, rate=250))
    assert asyncio.run(lab.ended(uac, 20)) == 0
    assert uac.counts() == (500, 0), uac.errors()
    asyncio.run(lab.site.pass_time(0.1))
    lab.later()
    assert rig.left() == "0 calls, 0 client and 0 server transactions"
