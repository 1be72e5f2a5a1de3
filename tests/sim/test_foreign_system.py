"""A second system with our SARI beside ours (article 31: they disturb one another), and a jammed band."""

import asyncio

import pytest

from sim.air.foreign import ForeignBase
from sim.air.jammer import Jammer
from sim.callrun import ipei
from sim.peers.handset import Handset
from sim.site import Site
from sim.stage import dect_lines

SARI = "31100422072149"


@pytest.fixture
def site():
    with Site(virtual=True, seed=2) as made:
        yield made


def base_and_handset(site, position):
    board = site.board("ip1203")
    board.power_on()
    for line in dect_lines(board.net.address, [(ipei(1), "201", "Anna")]):
        assert not board.run_line(line).refused()
    return board, Handset(site.air, site.time, ipei(1), SARI, position=position)


def wait(site, condition, seconds):
    return asyncio.run(site.until(condition, seconds))


def test_a_handset_beside_a_foreign_base_of_our_sari_asks_there_in_vain(site):
    foreign = ForeignBase(site.air, (60.0, 0.0), SARI)
    foreign.start()
    _, handset = base_and_handset(site, (50.0, 0.0))
    assert not wait(site, lambda: handset.located, 20)
    assert foreign.requests > 0
    foreign.stop()
    assert wait(site, lambda: handset.located, 60)


def test_a_handset_beside_our_base_does_not_care(site):
    foreign = ForeignBase(site.air, (60.0, 0.0), SARI)
    foreign.start()
    _, handset = base_and_handset(site, (5.0, 0.0))
    assert wait(site, lambda: handset.located, 20)
    assert foreign.requests == 0


def test_a_jammed_band_keeps_a_handset_away_as_long_as_it_lasts(site):
    _, handset = base_and_handset(site, (5.0, 0.0))
    jammer = Jammer(site.air, site.time, (4.0, 0.0))
    jammer.start(seconds=30)
    assert not wait(site, lambda: handset.located, 29)
    assert wait(site, lambda: handset.located, 60)
