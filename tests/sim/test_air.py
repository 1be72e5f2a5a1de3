"""Who hears whom, with stations that only note what they hear."""

import numpy as np
import pytest

from sim.air import FRAME, SCAN, Air, Beacon, Sent
from sim.time import Time

FIELD = bytes.fromhex("6e902243a307")
B = bytes(range(40))


class Talker:
    """Sends what it is given in each frame, and notes what it hears."""

    def __init__(self, air, position, fixed, ears=(), sends=()):
        self.sends = list(sends)
        self.heard = []
        self.ended = 0
        self.changes = 0
        self.beacon = None
        self._air = air
        air.add(self, position, fixed)
        air.tune(self, list(ears))

    def transmit(self, frame):
        return self.sends

    def receive(self, frame, heard):
        self.heard.append((frame, heard))

    def frame_over(self, frame):
        self.ended += 1

    def system_changed(self):
        self.changes += 1

    def beacon_now(self):
        return self.beacon


@pytest.fixture
def air():
    time = Time()
    air = Air(time, seed=3)
    air.time = time
    return air


def test_a_burst_arrives_whole_with_its_level(air):
    base = Talker(air, (0, 0), True, sends=[Sent(2, 5, FIELD, B)])
    handset = Talker(air, (10, 0), False, [(2, 5)])
    air.key_up(base)
    air.time.run(FRAME)
    (frame, heard), = handset.heard
    assert (frame, heard.field, heard.b) == (1, FIELD, B)
    assert heard.rssi == pytest.approx(24 - 68)


@pytest.mark.parametrize("ear", [(3, 5), (2, 6)])
def test_nobody_hears_another_slot_or_carrier(air, ear):
    base = Talker(air, (0, 0), True, sends=[Sent(2, 5, FIELD, B)])
    handset = Talker(air, (10, 0), False, [ear])
    air.key_up(base)
    air.time.run(FRAME)
    assert handset.heard == []


def test_bases_do_not_hear_bases(air):
    base = Talker(air, (0, 0), True, sends=[Sent(2, 5, FIELD, B)])
    other = Talker(air, (10, 0), True, [(2, 5)])
    air.key_up(base)
    air.time.run(FRAME)
    assert other.heard == []


def test_handsets_are_heard_in_the_same_frame_after_the_base(air):
    base = Talker(air, (0, 0), True, [(14, 5)], [Sent(2, 5, FIELD, B)])
    handset = Talker(air, (10, 0), False, [(2, 5)])
    handset.transmit = lambda frame: [Sent(14, 5, FIELD, b)] if (b := handset.heard[-1][1].b) else []
    air.key_up(base)
    air.key_up(handset)
    air.time.run(FRAME)
    assert base.heard[0][1].b == B


def test_below_the_sensitivity_bursts_are_noticed_but_bad(air):
    base = Talker(air, (0, 0), True, sends=[Sent(2, 5, FIELD, B)])
    handset = Talker(air, (280, 0), False, [(2, 5)])
    air.key_up(base)
    air.time.run(100 * FRAME)
    assert len(handset.heard) == 100
    assert all(heard.field is None for _, heard in handset.heard)
    assert air.counts["weak"] == air.counts["bad_a"] == 100


def test_far_away_nothing_is_noticed(air):
    base = Talker(air, (0, 0), True, sends=[Sent(2, 5, FIELD, B)])
    handset = Talker(air, (1000, 0), False, [(2, 5)])
    air.key_up(base)
    air.time.run(FRAME)
    assert handset.heard == []


def test_the_strongest_wins_only_by_ten_decibels(air):
    near = Talker(air, (0, 0), True, sends=[Sent(2, 5, FIELD, B)])
    far = Talker(air, (100, 0), True, sends=[Sent(2, 5, bytes(6), B)])
    beside = Talker(air, (10, 0), False, [(2, 5)])
    between = Talker(air, (45, 0), False, [(2, 5)])
    for base in (near, far):
        air.key_up(base)
    air.time.run(FRAME)
    assert [heard.field for _, heard in beside.heard] == [FIELD]
    assert [heard.field for _, heard in between.heard] == [None]
    assert air.counts["collided"] == 1


def test_a_scanning_base_hears_each_carrier_once_in_ten_frames(air):
    base = Talker(air, (0, 0), True, [(14, SCAN)])
    handset = Talker(air, (10, 0), False, sends=[Sent(14, 5, FIELD, B)])
    air.key_up(handset)
    air.time.run(30 * FRAME)
    assert [frame for frame, _ in base.heard] == [5, 15, 25]


def test_frames_run_only_while_somebody_is_on_the_air(air):
    base = Talker(air, (0, 0), True)
    air.key_up(base)
    air.time.run(10 * FRAME)
    air.key_down(base)
    air.time.run(1000 * FRAME)
    assert base.ended == 10
    assert air.frames <= 11
    assert air.time.next() is None


def test_beacons_are_computed_strongest_first_and_end_with_the_range(air):
    near, far = Talker(air, (0, 0), True), Talker(air, (50, 0), True)
    for carrier, base in enumerate((near, far)):
        base.beacon = Beacon(0, carrier, (FIELD,), frozenset((0,)))
    handset = Talker(air, (10, 0), False)
    assert [beacon.carrier for _, beacon in air.beacons(handset)] == [0, 1]
    air.move(handset, (45, 0))
    assert handset.changes == 1
    assert [beacon.carrier for _, beacon in air.beacons(handset)] == [1, 0]
    air.move(handset, (5000, 0))
    assert air.beacons(handset) == []


def test_a_base_that_moves_tells_every_handset(air):
    base = Talker(air, (0, 0), True)
    handsets = [Talker(air, (place, 0), False) for place in range(3)]
    air.move(base, (5, 5))
    assert [handset.changes for handset in handsets] == [1, 1, 1]
    assert air.position(base) == (5, 5)


def test_channels_show_the_louder_slot_of_each_pair(air):
    base = Talker(air, (0, 0), True, sends=[Sent(2, 5, FIELD, B)])
    other = Talker(air, (12, 0), False, sends=[Sent(14, 5, FIELD, B)])
    handset = Talker(air, (10, 0), False)
    air.key_up(base)
    air.key_up(other)
    air.time.run(FRAME)
    levels = air.channels(handset)
    assert levels[2, 5] == air.level(handset, other)
    assert np.count_nonzero(levels > levels.min()) == 1
