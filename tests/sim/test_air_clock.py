"""Clocks: shift, counts, drift, following and jumps."""

import pytest

from sim.air.clock import Clock
from sim.air.frames import COUNT, FRAME, FRAME_BITS
from sim.time import Time
from tests.sim.air_rig import Rig

SECOND = 1_000_000


@pytest.fixture
def time():
    return Time()


def later(time, seconds):
    time.run(time.now + round(seconds * SECOND))


def test_the_first_base_has_the_frame_of_the_simulation():
    rig = Rig()
    handset = rig.handset(None)
    clock, other = rig.air.clock(rig.base()), rig.air.clock(rig.base())
    rig.frames(37)
    assert (clock.shift, clock.frames, clock.pscn, clock.ppm) == (0, 37, 7, 0.0)
    assert (other.shift, other.frames) != (0, 37)
    assert 0 < abs(other.ppm) <= 5
    assert rig.air.clock(handset).source is None


def test_clocks_come_from_the_seed():
    def clocks(seed):
        rig = Rig(seed)
        return [(clock.ppm, clock.shift, clock.frames) for clock in (rig.air.clock(rig.base()) for _ in range(3))]

    assert clocks(1) == clocks(1)
    assert clocks(1)[1:] != clocks(2)[1:]


def test_a_crystal_that_is_fast_gains_bits_and_at_last_a_frame(time):
    clock = Clock(time, ppm=10.0)
    later(time, 100)
    assert clock.shift == 1152
    later(time, 900)
    assert (clock.shift, clock.frames) == (0, 1000 * SECOND // FRAME + 1)


def test_counts_go_round(time):
    clock = Clock(time, ahead=(COUNT - 1) * FRAME_BITS)
    assert clock.frames == COUNT - 1
    assert clock.multiframe == (1 << 24) - 1
    later(time, 0.01)
    assert (clock.frames, clock.multiframe) == (0, 0)


def test_who_follows_has_the_same_time_and_keeps_it_when_it_stops(time):
    source, clock = Clock(time, 5.0, 123_456_789.0, 3), Clock(time, -5.0, 42.0)
    clock.follow(source)
    later(time, 50)
    assert (clock.shift, clock.frames, clock.pscn) == (source.shift, source.frames, source.pscn)
    clock.follow(None)
    assert clock.shift == source.shift
    later(time, 10)
    assert clock.against(source) == (-115, 0, 0)


def test_following_in_a_ring_is_refused(time):
    one, two, three = (Clock(time) for _ in range(3))
    two.follow(one)
    three.follow(two)
    with pytest.raises(ValueError):
        one.follow(three)
    assert three.root() is one


@pytest.mark.parametrize(("put", "why"), [({"shift": 100}, "frame"), ({"frames": 5}, "frame"),
                                          ({"frames": 160}, "multiframe"), ({"pscn": 5}, "pscn")])
def test_who_follows_notices_when_the_source_is_put(time, put, why):
    source, clock, behind = (Clock(time) for _ in range(3))
    clock.follow(source)
    behind.follow(clock)
    jumps = []
    clock.on_jump = jumps.append
    behind.on_jump = lambda why: jumps.append(("behind", why))
    source.set(**put)
    assert jumps == [why]
    assert clock.source is None
    assert (clock.shift, clock.frames, clock.pscn) == (0, 0, 0)
    assert behind.source is clock


def test_a_source_that_takes_over_another_time_jumps_for_who_follows_it(time):
    other, source, clock = Clock(time, ahead=5000.0), Clock(time), Clock(time)
    clock.follow(source)
    jumps = []
    clock.on_jump = jumps.append
    source.follow(other)
    assert jumps == ["frame"]


def test_a_clock_that_is_pulled_by_less_than_half_a_slot_takes_its_followers_along(time):
    other, source, clock = Clock(time, ahead=200.0), Clock(time), Clock(time)
    clock.follow(source)
    source.follow(other)
    assert clock.source is source
    assert clock.shift == 200


def test_a_source_that_is_put_to_where_it_is_does_not_jump(time):
    other, source, clock = Clock(time, ahead=3.0), Clock(time), Clock(time)
    clock.follow(source)
    source.set(shift=0)
    source.follow(other)
    assert clock.source is source


def test_how_far_one_is_ahead_of_another(time):
    here, there = Clock(time, ahead=100.0, scan=2), Clock(time, ahead=33 * FRAME_BITS + 5000.0, scan=4)
    assert there.against(here) == (4900, 33, (33 + 2) % 10)
    shift, frames, _ = here.against(there)
    assert (shift, frames) == (-4900, COUNT - 33)
