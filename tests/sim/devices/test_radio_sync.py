"""A base that takes its time from another: Followed, Strayed, and what makes them."""

import pytest

from hal.radio import Followed, Strayed
from sim.devices.radio import Radio
from tests.sim.air_rig import OTHER, RFPI, Rig, handshake

SECOND = 1_000_000
THIRD = bytes.fromhex("102243a302")


class Bench(Rig):
    """A chain: `first` has its own time, `second` and `third` are in reach of one another."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.third = (Radio(self.air, (30.0 * place, 0.0)) for place in range(3))
        for slot, (radio, rfpi) in enumerate(((self.first, RFPI), (self.second, OTHER), (self.third, THIRD))):
            radio.beacon([handshake(rfpi)], slot, slot)

    def seconds(self, count):
        self.time.run(self.time.now + round(count * SECOND))

    def times(self):
        return [(clock.shift, clock.frames, clock.pscn)
                for clock in (self.air.clock(radio) for radio in (self.first, self.second, self.third))]


@pytest.fixture
def rig():
    return Bench()


def chained(rig):
    rig.second.follow(RFPI)
    rig.seconds(3)
    rig.third.follow(OTHER)
    rig.seconds(3)
    assert (rig.second.poll(), rig.third.poll()) == ([Followed(RFPI)], [Followed(OTHER)])


def test_a_chain_of_bases_has_one_time(rig):
    assert len(set(rig.times())) == 3
    chained(rig)
    assert len(set(rig.times())) == 1
    rig.seconds(3600)
    assert len(set(rig.times())) == 1
    assert (rig.third.followed, rig.first.followed) == (OTHER, None)


def test_following_costs_nothing_while_nothing_happens(rig):
    chained(rig)
    assert rig.time.next() is None


def test_a_base_that_is_not_there_is_followed_when_it_appears(rig):
    rig.first.beacon([])
    rig.second.follow(RFPI)
    rig.seconds(10)
    assert rig.second.poll() == []
    rig.first.beacon([handshake()], 0, 0)
    rig.seconds(3)
    assert rig.second.poll() == [Followed(RFPI)]


def test_a_source_that_falls_silent_is_strayed_from_and_followed_again(rig):
    chained(rig)
    rig.first.beacon([])
    rig.seconds(100)
    assert rig.second.poll() == [Strayed(RFPI, "signal")]
    assert rig.third.poll() == []
    assert rig.times()[1] == rig.times()[2]
    rig.first.beacon([handshake()], 0, 0)
    rig.seconds(3)
    assert rig.second.poll() == [Followed(RFPI)]


def test_on_its_own_crystal_it_drifts_and_a_long_way_back_is_a_jump_for_the_next(rig):
    chained(rig)
    rig.first.beacon([])
    rig.seconds(600)
    rig.first.beacon([handshake()], 0, 0)
    rig.seconds(5)
    assert rig.second.poll() == [Strayed(RFPI, "signal"), Followed(RFPI)]
    assert rig.third.poll() == [Strayed(OTHER, "frame")]
    assert rig.third.followed is None


def test_a_source_that_loses_its_power_is_gone_and_comes_back_as_another_time(rig):
    chained(rig)
    rig.first.reset()
    rig.seconds(30)
    assert rig.second.poll() == [Strayed(RFPI, "signal")]
    rig.first.beacon([handshake()], 0, 0)
    rig.seconds(3)
    assert rig.second.poll() == [Strayed(RFPI, "frame")]
    rig.second.follow(RFPI)
    rig.seconds(3)
    assert rig.second.poll() == [Followed(RFPI)]


def test_a_short_way_back_is_no_jump(rig):
    chained(rig)
    rig.first.beacon([])
    rig.seconds(20)
    rig.first.beacon([handshake()], 0, 0)
    rig.seconds(5)
    assert rig.second.poll() == [Strayed(RFPI, "signal"), Followed(RFPI)]
    assert rig.third.poll() == []
    assert len(set(rig.times())) == 1


def test_out_of_reach_is_signal_as_well(rig):
    chained(rig)
    rig.second.move(2000, 0)
    rig.seconds(3)
    assert rig.second.poll() == [Strayed(RFPI, "signal")]


@pytest.mark.parametrize(("put", "why"), [({"frames": 7}, "frame"), ({"shift": 2000}, "frame"), ({"pscn": 4}, "pscn")])
def test_a_source_that_jumps_is_no_longer_followed(rig, put, why):
    chained(rig)
    rig.air.clock(rig.first).set(**put)
    rig.seconds(3)
    assert rig.second.poll() == [Strayed(RFPI, why)]
    assert rig.third.poll() == []
    rig.seconds(100)
    assert rig.second.poll() == []
    assert rig.times()[1] == rig.times()[2] != rig.times()[0]


def test_a_multiframe_number_that_jumps_is_told_apart(rig):
    chained(rig)
    clock = rig.air.clock(rig.first)
    clock.set(frames=clock.frames + 16 * 5)
    rig.seconds(3)
    # The PSCN goes on with the count of frames: only the number of the multiframe is another.
    assert rig.second.poll() == [Strayed(RFPI, "multiframe")]


def test_another_number_of_carriers_ends_it(rig):
    chained(rig)
    rig.first.carriers = 5
    rig.first.beacon([handshake()], 1, 0)
    rig.seconds(3)
    assert rig.second.poll() == [Strayed(RFPI, "carriers")]


def test_two_do_not_follow_one_another(rig):
    chained(rig)
    rig.first.follow(OTHER)
    rig.seconds(10)
    assert rig.first.poll() == []


def test_to_follow_nobody_keeps_the_time_and_tells_nothing(rig):
    chained(rig)
    rig.second.follow(None)
    assert rig.times()[0] == rig.times()[1]
    rig.seconds(3600)
    assert rig.second.poll() == []
    assert rig.times()[0] != rig.times()[1] == rig.times()[2]


def test_asked_again_it_says_so_again(rig):
    chained(rig)
    rig.second.follow(RFPI)
    rig.seconds(3)
    assert rig.second.poll() == [Followed(RFPI)]


def test_a_power_cut_at_the_source_is_noticed(rig):
    chained(rig)
    rig.first.reset()
    rig.seconds(5)
    rig.first.beacon([handshake()], 0, 0)
    rig.seconds(5)
    assert rig.second.poll()[0].rfpi == RFPI
    assert rig.second.followed is None or rig.times()[0] == rig.times()[1]
