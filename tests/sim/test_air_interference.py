"""Bursts that disturb one another: level, time and carrier decide which part of whom is hurt."""

import pytest

from sim.air import LONG
from tests.sim.air_rig import OTHER, Rig

FRAMES = 200


@pytest.fixture
def rig():
    return Rig()


def shares(end):
    """Of its frames: those with a good A-field, those with a good B-field."""
    counts = end.counts
    return counts["good"] / FRAMES, counts["b_good"] / FRAMES


def test_below_the_sensitivity_most_bursts_are_bad(rig):
    _, near = rig.call(handset_at=(90, 0), slot=2)
    _, far = rig.call(handset_at=(280, 0), slot=4)
    rig.frames(FRAMES)
    assert shares(near) == (1.0, 1.0)
    assert shares(far)[0] < 0.1
    assert rig.air.counts["weak"] == 2 * FRAMES
    assert far.rssi == -87


def test_at_the_sensitivity_one_bit_in_a_thousand_is_wrong(rig):
    # 24 dBm - 38 dB - 30 log10(d) = -83 dBm
    _, handset = rig.call(handset_at=(10 ** (69 / 30), 0))
    rig.frames(FRAMES)
    assert shares(handset)[0] == pytest.approx(0.999 ** 64, abs=0.06)


def test_far_away_nothing_is_noticed(rig):
    _, handset = rig.call(handset_at=(1000, 0))
    rig.frames(5)
    assert rig.air.counts["heard"] == 0
    assert handset.bad == 5


@pytest.mark.parametrize(("distance", "least", "most"), [(14, 0.0, 0.05), (30, 0.97, 1.0)])
def test_the_stronger_is_received_if_it_is_ten_decibels_stronger(rig, distance, least, most):
    _, near = rig.call((0, 0), (10, 0))
    there = rig.base((10 + distance, 0), follow=near.station)
    rig.end(there, 2, 5, OTHER)
    rig.frames(FRAMES)
    assert least <= shares(near)[0] <= most
    assert rig.air.counts["collided"] == FRAMES if most < 1 else True


def test_two_calls_on_one_channel_hurt_one_another(rig):
    _, here = rig.call((0, 0), (10, 0))
    _, there = rig.call((25, 0), (14, 0), follow=here.station, rfpi=OTHER)
    rig.frames(FRAMES)
    assert shares(here)[0] < 0.5 and shares(there)[0] < 0.5


@pytest.mark.parametrize(("apart", "works"), [(1, False), (2, True), (3, True)])
def test_an_adjacent_carrier_counts_less_the_farther_it_is(rig, apart, works):
    # Wanted -71 dBm, the other -44 dBm: 27 dB more than 23 dB of selectivity and 10 dB of capture allow.
    _, here = rig.call((0, 0), (80, 0))
    other = rig.base((90, 0), follow=here.station)
    rig.end(other, 2, 5 - apart, OTHER)
    rig.frames(FRAMES)
    assert (shares(here)[0] > 0.9) is works


def test_another_slot_disturbs_nobody(rig):
    _, here = rig.call((0, 0), (10, 0))
    other = rig.base((11, 0), follow=here.station)
    rig.end(other, 3, 5, OTHER)
    rig.frames(FRAMES)
    assert shares(here) == (1.0, 1.0)


@pytest.mark.parametrize(("shift", "a_hurt", "b_hurt"), [(20, True, True), (-85, False, True), (-430, False, False),
                                                         (380, True, True), (405, False, False)])
def test_only_the_part_that_is_overlapped_is_hurt(rig, shift, a_hurt, b_hurt):
    _, here = rig.call((0, 0), (40, 0))
    other = rig.base((42, 0))
    rig.air.clock(other).ppm = 0
    rig.air.clock(other).set(shift=shift, frames=0)
    rig.end(other, 2, 5, OTHER)
    rig.frames(FRAMES)
    a, b = shares(here)
    assert (a < 0.5, b < 0.5) == (a_hurt, b_hurt)


@pytest.mark.parametrize("shift", [-300, -421])
def test_torn_bursts_are_counted_and_make_q1_invite_though_every_a_field_is_right(rig, shift):
    """The other's burst covers the end of the B-field, or the Z-field alone."""
    base, here = rig.call((0, 0), (40, 0))
    other = rig.base((41, 0))
    rig.air.clock(other).ppm = 0
    rig.air.clock(other).set(shift=shift, frames=0)
    rig.end(other, 2, 5, OTHER)
    rig.frames(10)
    assert not base.q1
    rig.frames(90)
    assert (here.bad, base.torn) == (0, 0) and here.torn > 70
    assert base.q1 and not here.q1
    for end in rig.air.stations.find(other).ends[:]:
        end.close()
    rig.frames(100)
    assert here.torn == 0 and not base.q1


def test_a_collision_at_the_very_end_is_seen_in_the_z_field(rig):
    _, here = rig.call((0, 0), (40, 0))
    other = rig.base((41, 0))
    rig.air.clock(other).ppm = 0
    rig.air.clock(other).set(shift=-421, frames=0)
    rig.end(other, 2, 5, OTHER)
    rig.frames(FRAMES)
    assert shares(here) == (1.0, 1.0)
    assert here.counts["sliding"] > FRAMES / 2
    assert rig.air.counts["slid"] == here.counts["sliding"]


def test_bases_that_are_not_in_step_slide_past_one_another(rig):
    _, here = rig.call((0, 0), (40, 0))
    other = rig.base((42, 0))
    clock = rig.air.clock(other)
    clock.ppm = 50
    clock.set(shift=-470, frames=0)
    rig.end(other, 2, 5, OTHER)
    hurt = []
    for _ in range(20):
        before = here.counts
        rig.frames(100)
        after = here.counts
        hurt.append((after["bad"] - before["bad"], after["b_missing"] - before["b_missing"]))
    # 57.6 bits a second: free, then its B-field, then both, then the A-field, then free again.
    assert hurt[0] == hurt[-1] == (0, 0)
    assert max(a for a, _ in hurt) > 80
    assert next(at for at, (_, b) in enumerate(hurt) if b > 50) < next(at for at, (a, _) in enumerate(hurt) if a > 50)


def test_a_dummy_bearer_hurts_the_a_field_only(rig):
    _, here = rig.call((0, 0), (40, 0))
    other = rig.base((35, 0), follow=here.station)
    rig.beacon(other, 2, 5, OTHER)
    rig.frames(FRAMES)
    assert here.bad == 100
    clock = rig.air.clock(other)
    clock.ppm = 0
    clock.set(shift=-200, frames=0)
    rig.frames(FRAMES)
    assert here.bad == 0
    assert here.counts["b_missing"] > FRAMES


def test_a_jammer_on_the_carrier_hurts_until_it_is_quiet(rig):
    _, here = rig.call((0, 0), (40, 0))
    jammer = rig.base((42, 0))
    mark = rig.air.emit(jammer, 5)
    rig.frames(100)
    assert here.bad > 95
    rig.air.quieten(mark)
    rig.air.quieten(mark)
    rig.frames(100)
    assert here.bad == 0


def test_a_long_slot_carries_eighty_octets_and_blocks_the_next_slot(rig):
    base, handset = rig.call((0, 0), (40, 0), kind=LONG)
    base.put_b(bytes(range(80)))
    rig.frames(1)
    assert handset.take_b() == bytes(range(80))
    _, beside = rig.call((41, 0), (60, 0), slot=3, follow=base.station, rfpi=OTHER)
    rig.frames(FRAMES)
    assert beside.bad > 95 or handset.counts["b_missing"] > FRAMES / 2


def test_a_full_slot_does_not_understand_a_long_one(rig):
    base = rig.base()
    handset = rig.handset(base)
    rig.end(base, 2, 5, kind=LONG)
    short = rig.end(handset, 14, 5)
    rig.frames(3)
    assert (short.bad, short.take_b()) == (0, None)


def test_a_handset_that_is_not_in_step_hears_nothing(rig):
    _, handset = rig.call()
    rig.air.clock(handset.station).follow(None)
    rig.air.clock(handset.station).set(shift=100)
    rig.frames(5)
    assert handset.bad == 5


def test_equal_seeds_give_equal_runs():
    def run(seed):
        rig = Rig(seed)
        _, here = rig.call((0, 0), (180, 0))
        rig.call((25, 0), (14, 0), rfpi=OTHER)
        rig.frames(300)
        return here.counts, rig.air.counts, here.take_b()

    assert run(5) == run(5)
    assert run(5)[0] != run(6)[0]
