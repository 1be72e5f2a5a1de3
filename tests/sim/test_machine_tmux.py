"""What a whole system says in which frame, over set-up, ciphering, both handovers and release: the T-MUX of EN 300
175-3 6.2.2, and how often system information comes."""

import itertools
from collections import Counter

import pytest

from sim.air.jammer import Jammer
from sim.site import Site
from tests.sim.corridor import APART, Corridor

NT, QT, MT, PT, MT_FIRST = 3, 4, 6, 7, 7
CT = (0, 1)
BASIC, ADVANCED, ENCRYPTION = 0, 1, 5
ACCESS, HANDOVER, OTHER_BASE, CONFIRM, WAIT, RELEASE = 0, 1, 2, 4, 5, 15
ANY_FRAME = {(BASIC, ACCESS), (BASIC, HANDOVER), (BASIC, OTHER_BASE), (BASIC, CONFIRM), (BASIC, WAIT), (BASIC, RELEASE)}
"""Requests for a bearer, the answers to them while it is being set up, and releases."""

STATIC, CAPABILITIES, EXTENDED, MULTIFRAME = 0, 3, 4, 6
EVERY = 8
"""Multiframes in which each kind of system information comes at least once (7.2.3)."""


@pytest.fixture(scope="module")
def bursts():
    with Site(virtual=True) as site:
        corridor = Corridor(site, "config add GW-DECT MASTER /encryption on")
        corridor.until(lambda: not corridor.handset.radio.connection.busy, 20)
        said = []
        site.air.tap(lambda now, number, burst: said.append((number, burst)), idle=True)
        corridor.call()
        corridor.handset.walk([(APART, 1.0)], speed=5.0)
        corridor.until(lambda: corridor.calls.active() and corridor.calls.active()[0]["radio"] == 1, 60)
        corridor.pass_time(4)
        Jammer(site.air, site.time, (APART + 3, 2.0), [corridor.handset.radio.connection.bearer.carrier]).start(1.5)
        corridor.pass_time(4)
        assert {"bearer handover", "connection handover"} <= {one.name for one in corridor.handset.events}
        corridor.handset.hang_up()
        corridor.pass_time(3)
        return [burst for _, burst in said]


def ta(burst):
    return burst.field[0] >> 5


def control(burst):
    """(kind, command) of an M_T, else None."""
    if ta(burst) == MT or (burst.direction == 1 and ta(burst) == MT_FIRST):
        return burst.field[1] >> 4, burst.field[1] & 15
    return None


def test_every_burst_of_a_base_is_in_its_frame(bursts):
    wrong = Counter()
    for burst in bursts:
        if burst.direction or control(burst) in ANY_FRAME:
            continue
        frame, what = burst.number % 16, ta(burst)
        if frame == 8:
            right = what == QT
        elif frame == 14:
            right = what == NT
        elif frame % 2 == 0:
            right = what in (PT, NT)
        else:
            right = what in (*CT, MT, NT)
        if not right:
            wrong[frame, what, control(burst)] += 1
    assert not wrong


def test_every_burst_of_a_handset_is_in_its_frame(bursts):
    wrong = Counter()
    for burst in bursts:
        if not burst.direction or control(burst) in ANY_FRAME:
            continue
        if ta(burst) not in ((*CT, MT, NT) if burst.number % 2 == 0 else (NT,)):
            wrong[burst.number % 16, ta(burst), control(burst)] += 1
    assert not wrong


def test_both_sides_have_said_all_that_there_is_to_say(bursts):
    for direction, wanted in ((0, {(BASIC, CONFIRM), (BASIC, WAIT), (ENCRYPTION, 1)}),
                              (1, {(BASIC, ACCESS), (BASIC, HANDOVER), (BASIC, OTHER_BASE), (BASIC, WAIT),
                                   (BASIC, RELEASE), (ENCRYPTION, 0), (ENCRYPTION, 2)})):
        assert {control(burst) for burst in bursts if burst.direction == direction} >= wanted


def test_a_release_is_said_twice_two_frames_apart(bursts):
    said = {}
    for burst in bursts:
        if control(burst) == (BASIC, RELEASE):
            said.setdefault((burst.station, burst.slot, burst.carrier), []).append(burst.number)
    assert said
    for numbers in said.values():
        assert all(later - earlier == 2 or later - earlier > 100
                   for earlier, later in itertools.pairwise(numbers))


def test_each_kind_of_system_information_comes_every_eight_multiframes_and_numbers_are_right(bursts):
    last = {}
    for burst in bursts:
        if burst.direction or ta(burst) != QT:
            continue
        kind, multiframe = burst.field[1] >> 4, burst.number >> 4
        for wanted in (STATIC, CAPABILITIES, MULTIFRAME):
            name = burst.station, wanted
            if kind == wanted:
                last[name] = multiframe
            assert multiframe - last.setdefault(name, multiframe) <= EVERY
        if kind == MULTIFRAME:
            assert int.from_bytes(burst.field[3:6], "big") == multiframe
        elif kind == STATIC:
            assert (burst.field[1] & 15, burst.field[4]) == (burst.slot, burst.carrier)
    assert len({station for station, _ in last}) == 2
