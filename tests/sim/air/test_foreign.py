"""Bases of somebody else's, and a jammer: what they do to what others hear."""

import numpy as np
import pytest

from sim.air import FLOOR, Air
from sim.air.foreign import AlienSystem, ForeignBase, beacon_fields, rfpi
from sim.air.jammer import Jammer
from sim.time import Time
from tests.sim.air.bearer import Bearer

SARI = "31100422072149"
SECOND = 1_000_000


class Ear:
    """A station that only listens."""

    def __init__(self, air, position=(0.0, 0.0), fixed=False):
        self.changes = 0
        air.add(self, position, fixed=fixed)

    def heard(self, heard):
        pass

    def system_changed(self):
        self.changes += 1


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def air(time):
    return Air(time, seed=5)


@pytest.fixture
def bearer():
    return Bearer(5.0)


def test_the_identity_is_made_of_the_sari_and_a_number():
    assert rfpi(SARI, 7).hex() == "102243a307"


def test_a_wrong_sari_is_refused():
    with pytest.raises(ValueError, match="check digit"):
        rfpi("31100422072148", 0)


def test_a_base_with_our_sari_is_taken_for_one_of_ours(air, time):
    ear = Ear(air)
    foreign = ForeignBase(air, (10.0, 0.0), SARI, number=200)
    assert air.beacons(ear) == []
    foreign.start()
    ((level, beacon),) = air.beacons(ear)
    assert level == 24 - 68
    assert beacon.fields[0][1:].hex() == "102243a3c8"
    foreign.stop()
    foreign.stop()
    assert air.beacons(ear) == []
    assert ear.changes == 2


def test_what_it_says_is_its_identity_and_its_system():
    fields = beacon_fields(rfpi(SARI, 1))
    assert len(fields) == 48
    assert [field[0] for field in fields].count(0x8E) == 3
    kinds = [fields[16 * turn + 8][1] >> 4 for turn in range(3)]
    assert kinds == [0, 3, 6]
    able = int.from_bytes(fields[24][1:], "big")
    assert able & 1 << 47 - 33
    assert not able & 1 << 47 - 44


def test_the_alien_s_calls_are_where_ours_cannot_be(air, time):
    ear = Ear(air)
    alien = AlienSystem(air, time, (10.0, 0.0), "31100422072149", calls=5, hold=10.0)
    assert (air.channels(ear) <= FLOOR).all()
    alien.start()
    alien.start()
    first = air.channels(ear) > -60
    # A call out of step with us takes up two slots.
    assert 6 <= first.sum() <= 12
    time.run(60 * SECOND)
    later = air.channels(ear) > -60
    assert 6 <= later.sum() <= 12
    assert (first != later).any()
    alien.stop()
    time.run(120 * SECOND)
    assert (air.channels(ear) <= FLOOR).all()


def test_the_same_seed_gives_the_same_calls():
    seen = []
    for _ in range(2):
        time = Time()
        air = Air(time, seed=5)
        ear = Ear(air)
        AlienSystem(air, time, (10.0, 0.0), SARI, seed=3).start()
        time.run(200 * SECOND)
        seen.append(air.channels(ear))
    assert np.array_equal(*seen)


def test_a_jammer_on_the_carrier_spoils_every_burst_as_long_as_it_is_on(bearer):
    (base, handset), time = bearer.ends, bearer.time
    jammer = Jammer(bearer.air, time, (5.0, 1.0), carriers=[3])
    time.run(SECOND)
    assert (base.silent, handset.silent) == (0, 0)
    jammer.start(seconds=0.5)
    time.run(time.now + 400_000)
    assert jammer.on
    assert min(base.silent, handset.silent) >= 38
    time.run(time.now + SECOND)
    assert not jammer.on
    assert (base.silent, handset.silent) == (0, 0)


def test_a_jammer_two_carriers_away_does_no_harm(bearer):
    base, handset = bearer.ends
    Jammer(bearer.air, bearer.time, (5.0, 5.0), carriers=[5]).start()
    bearer.time.run(SECOND)
    assert (base.bad, handset.bad) == (0, 0)


def test_a_jammer_far_away_does_no_harm(bearer):
    base, handset = bearer.ends
    Jammer(bearer.air, bearer.time, (2000.0, 0.0)).start()
    bearer.time.run(SECOND)
    assert (base.bad, handset.bad) == (0, 0)


def test_a_jammer_of_some_slots_leaves_the_others(air, time):
    ear = Ear(air, fixed=True)
    Jammer(air, time, (5.0, 0.0), carriers=[2], slots=[0, 14]).start()
    loud = air.channels(ear)[:, 2] > -60
    assert 2 <= loud.sum() <= 4
    assert (air.channels(ear)[:, 6] <= FLOOR).all()


def test_stop_and_start_as_often_as_one_likes(air, time):
    jammer = Jammer(air, time, (5.0, 0.0), carriers=[1])
    jammer.stop()
    jammer.start()
    jammer.start(seconds=1.0)
    jammer.start()
    time.run(5 * SECOND)
    assert jammer.on
    jammer.stop()
    jammer.stop()
    assert not jammer.on


@pytest.mark.parametrize(("more", "words"), [({"carriers": [10]}, "no carrier 10"), ({"slots": [-1]}, "no slot -1")])
def test_what_does_not_exist_cannot_be_jammed(air, time, more, words):
    with pytest.raises(ValueError, match=words):
        Jammer(air, time, (0.0, 0.0), **more)


def test_who_is_told_when_a_jammer_comes_goes_and_walks_off(air, time):
    ear = Ear(air)
    jammer = Jammer(air, time, (5.0, 0.0), carriers=[1])
    jammer.start()
    assert ear.changes == 1
    air.move(jammer, (500.0, 0.0))
    assert ear.changes == 2
    air.move(jammer, (5.0, 0.0))
    jammer.stop()
    assert ear.changes == 4


def test_an_alien_s_calls_move_with_its_base(air, time):
    ear = Ear(air)
    alien = AlienSystem(air, time, (10.0, 0.0), SARI)
    alien.start()
    air.move(alien.base, (50_000.0, 0.0))
    assert (air.channels(ear) <= FLOOR).all()
