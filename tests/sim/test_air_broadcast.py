"""What is for nobody in particular: pages, requests, beacons, levels."""

import pytest

from tests.sim.air_rig import ASK, PAGE, Rig


@pytest.fixture
def rig():
    return Rig()


def test_a_page_reaches_who_listens_and_who_has_a_bearer(rig):
    base, handset = rig.call()
    other = rig.handset(base.station, (5, 5))
    rig.beacon(base.station, 7, 4)
    rig.air.listen(other, [(7, 4)])
    rig.air.page(base.station, PAGE)
    rig.frames(40)
    assert [(number, heard.field) for number, heard in other.pages] == [(16 + late, PAGE) for late in (0, 2, 4, 6)]
    assert [(number, field[1:]) for number, field, _ in handset.fields] == [(16 + late, PAGE[1:])
                                                                            for late in (0, 2, 4, 6)]


def test_a_traffic_bearer_carries_pages_for_who_listens_there(rig):
    base, _ = rig.call()
    other = rig.handset(base.station, (5, 5))
    rig.beacon(base.station, 7, 4)
    rig.air.listen(other, [(2, 5)])
    rig.air.page(base.station, PAGE, fast=True)
    rig.frames(3)
    assert [(number, heard.slot, heard.field[1:]) for number, heard in other.pages] == [(1, 2, PAGE[1:])]


def test_a_request_is_heard_in_a_free_slot_when_the_scan_reaches_its_carrier(rig):
    base = rig.base()
    rig.beacon(base)
    rig.air.scan(base, True)
    ask = rig.air.end(rig.handset(base), 14, 5)
    for _ in range(30):
        ask.send(ASK)
        rig.frames(1)
    assert [(number, heard.slot, heard.carrier, heard.field[1:]) for number, heard in base.pages] == [
        (number, 14, 5, ASK[1:]) for number in (5, 15, 25)]


def test_a_request_in_a_slot_that_is_taken_is_not_reported(rig):
    base = rig.base()
    rig.beacon(base, 2, 7)
    rig.air.scan(base, True)
    ask = rig.air.end(rig.handset(base), 14, 5)
    for _ in range(10):
        ask.send(ASK)
        rig.frames(1)
    assert base.pages == []


def test_beacons_are_computed_strongest_first_and_end_with_the_range(rig):
    near = rig.base()
    far = rig.base((50, 0))
    rig.beacon(near, 0, 0)
    rig.beacon(far, 0, 1)
    handset = rig.handset(near)
    assert [beacon.station for _, beacon in rig.air.beacons(handset)] == [near, far]
    rig.air.move(handset, (45, 0))
    assert [beacon.station for _, beacon in rig.air.beacons(handset)] == [far, near]
    rig.air.move(handset, (5000, 0))
    assert rig.air.beacons(handset) == []


def test_only_who_is_near_is_told_that_a_base_has_changed(rig):
    base = rig.base()
    near, far = rig.handset(base), rig.handset(base, (5000, 0))
    rig.beacon(base)
    rig.beacon(base)
    rig.air.move(base, (5, 5))
    rig.air.move(near, (11, 0))
    assert (near.changes, far.changes, base.changes) == (3, 0, 1)
    assert rig.air.position(base) == (5, 5)


def test_channels_show_the_louder_slot_of_each_pair_and_what_leaks(rig):
    base = rig.base()
    handset, other = rig.handset(base), rig.handset(base, (12, 0))
    rig.end(base, 2, 5)
    rig.end(other, 14, 5)
    levels = rig.air.channels(handset)
    assert levels[2, 5] == pytest.approx(rig.air.level(handset, other))
    assert levels[2, 5] > levels[2, 4] > levels[2, 3] == levels.min()
    assert (levels[[0, 1, 3, 4]] == levels.min()).all()
