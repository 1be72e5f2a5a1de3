"""Two of our user agents with each other, over a wire that is as bad as UDP may be."""

import pytest

from firmware.call import cause
from firmware.call.leg import Connect, Leg, Media, Release, Setup
from tests.firmware.sip.wire import Wire, described

CALLER, CALLEE = 0, 1
LEG = Leg("SIP", 1)


def calling(wire):
    wire.tell(CALLER, Setup(LEG, "100", "000", "", described(CALLER)))


def test_a_call_is_set_up_held_and_released():
    wire = Wire()
    calling(wire)
    wire.run(1)
    assert wire.heard(CALLER, Connect) == [Connect(LEG, described(CALLEE))]
    wire.tell(CALLER, Media(LEG, described(CALLER, "sendonly")))
    wire.run(1)
    assert wire.heard(CALLEE, Media)[0].media.direction == "sendonly"
    wire.tell(CALLEE, Release(wire.leg(CALLEE), cause.NORMAL))
    wire.run(100)
    assert wire.heard(CALLER, Release) == [Release(LEG, cause.NORMAL)] and wire.idle()


@pytest.mark.parametrize("seed", range(40))
def test_a_third_of_all_datagrams_lost_costs_time_and_no_call(seed):
    wire = Wire(seed, 0.33, (0.001, 0.3))
    calling(wire)
    wire.run(40)
    connected = bool(wire.heard(CALLER, Connect))
    assert connected or wire.ended(CALLER)
    assert len(wire.heard(CALLEE, Setup)) <= 1 and len(wire.heard(CALLER, Connect)) <= 1
    if connected and not wire.ended(CALLER):
        wire.tell(CALLER, Release(LEG, cause.NORMAL))
    wire.run(200)
    assert wire.idle()
    assert not wire.heard(CALLEE, Setup) or wire.ended(CALLEE)


@pytest.mark.parametrize("seed", range(40))
def test_a_call_given_up_at_any_moment_leaves_nothing_on_either_side(seed):
    wire = Wire(seed, 0.2, (0.001, 0.2))
    calling(wire)
    wire.run(wire.random.uniform(0, 2))
    if not wire.ended(CALLER):
        wire.tell(CALLER, Release(LEG, cause.NORMAL))
    wire.run(300)
    assert wire.idle()
    assert not wire.heard(CALLEE, Setup) or wire.ended(CALLEE)


@pytest.mark.parametrize("seed", range(20))
def test_both_sides_that_hang_up_at_once_are_both_free(seed):
    wire = Wire(seed, 0.1, (0.001, 0.05))
    calling(wire)
    wire.run(5)
    for side, leg in ((CALLER, LEG), (CALLEE, wire.leg(CALLEE))):
        wire.tell(side, Release(leg, cause.NORMAL))
    wire.run(200)
    assert wire.idle()


@pytest.mark.parametrize("seed", range(20))
def test_two_holds_that_meet_are_both_answered(seed):
    wire = Wire(seed, 0, (0.01, 0.02))
    calling(wire)
    wire.run(1)
    wire.tell(CALLER, Media(LEG, described(CALLER, "sendonly")))
    wire.tell(CALLEE, Media(wire.leg(CALLEE), described(CALLEE, "inactive")))
    wire.run(20)
    for side in (CALLER, CALLEE):
        assert [one.media.direction for one in wire.heard(side, Media)] == ["inactive"] and not wire.ended(side)
    wire.tell(CALLER, Media(LEG, described(CALLER, "sendrecv")))
    wire.run(20)
    assert [one.media.direction for one in wire.heard(CALLEE, Media)] == ["inactive", "sendrecv"]


def test_a_callee_that_vanishes_is_given_up():
    wire = Wire(loss=1.0)
    calling(wire)
    wire.run(33)
    assert wire.heard(CALLER, Release) and wire.idle()


def test_a_peer_that_vanished_during_a_call_does_not_keep_us():
    wire = Wire()
    calling(wire)
    wire.run(1)
    wire.loss = 1.0
    wire.tell(CALLER, Release(LEG, cause.NORMAL))
    wire.run(70)
    assert not wire.sips[CALLER].agent.legs and not wire.sips[CALLER].agent.layer.clients
