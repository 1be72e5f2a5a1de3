"""A base and handsets on one air, in virtual time."""

import numpy as np
import pytest

from firmware.call import cause, leg
from sim.peers.handset import Audio, Handset

ANNA, BERT, CARL = "0466003541858", "0466003541869", "046600354187*"


def located(rig, ipei=ANNA, **options):
    handset = rig.handset(ipei, **options)
    rig.until(lambda: handset.located)
    rig.until(lambda: not rig.radio.ends)
    return handset


def test_a_subscribed_handset_locks_and_registers(rig):
    handset = located(rig)
    assert handset.status.rfpi == "102243a300"
    assert rig.dect.calls.locations.known(0x123456789)
    assert [event.name for event in handset.events] == ["locked", "located"]


def test_a_handset_whose_ipei_nobody_entered_is_refused(rig):
    handset = rig.handset(CARL)
    rig.until(lambda: "refused" in [event.name for event in handset.events])
    rig.until(lambda: not rig.radio.ends)
    assert not handset.located
    assert not rig.dect.calls.locations.handsets


def test_a_handset_of_another_system_never_asks(rig):
    handset = Handset(rig.air, rig.time, CARL, "31100422072202")
    rig.run(10)
    assert handset.status.lock == "searching"
    assert handset.events == []


def test_an_incoming_call_rings_shows_the_caller_and_is_answered(rig):
    handset = located(rig)
    name = rig.ring()
    rig.until(lambda: handset.call == "ringing")
    rig.until(lambda: leg.Alerting(name, leg.Bearer(0, 0, False)) in rig.call.heard)
    assert handset.caller == ("0301234", "Zoe")
    handset.answer()
    rig.until(lambda: handset.call == "talking")
    assert leg.Connect(name, leg.Bearer(0, 0, False)) in rig.call.heard


def test_set_up_of_a_call_to_ringing_takes_less_than_a_second(rig):
    handset = located(rig)
    began = rig.time.now
    rig.ring()
    rig.until(lambda: handset.call == "ringing")
    assert rig.time.now - began < 1_000_000


def test_b_fields_arrive_both_ways_bit_by_bit(rig):
    handset = located(rig, audio=Audio())
    rig.talk(handset)
    random = np.random.default_rng(1)
    down = [random.bytes(40) for _ in range(50)]
    up = [random.bytes(40) for _ in range(50)]
    to_play, played, taken = iter(up), [], []
    handset.audio.mouth = lambda: next(to_play, bytes(40))
    handset.audio.speaker = played.append
    for data in down:
        rig.radio.put_b(0, data)
        rig.run(0.01)
        taken.append(rig.radio.take_b(0))
    rig.run(0.01)
    taken.append(rig.radio.take_b(0))
    assert played[:50] == down
    assert taken[1:] == up


def test_speech_played_into_a_looped_bearer_is_heard_again(rig):
    handset = located(rig)
    rig.talk(handset)
    tone = (8000 * np.sin(2 * np.pi * 440 / 8000 * np.arange(8000))).astype(np.int16)
    handset.audio.play(tone)
    for _ in range(100):
        rig.run(0.01)
        taken = rig.radio.take_b(0)
        if taken is not None:
            rig.radio.put_b(0, taken)
    heard = handset.audio.heard().astype(float)
    best = max(np.corrcoef(heard[delay:delay + 6000], tone[:6000])[0, 1] for delay in range(0, 480, 4))
    assert best > 0.98


def test_the_network_ends_a_call(rig):
    handset = located(rig)
    name = rig.talk(handset)
    rig.say(leg.Release(name, cause.NORMAL))
    rig.until(lambda: handset.call == "idle")
    rig.until(lambda: not rig.radio.ends)
    assert handset.events[-1].detail == "released, reason 00"
    assert rig.call.of(leg.Release) == []
    assert rig.dect.calls.legs == []


def test_the_user_ends_a_call(rig):
    handset = located(rig)
    name = rig.talk(handset)
    handset.hang_up()
    rig.until(lambda: not rig.radio.ends)
    assert handset.call == "idle"
    assert rig.call.of(leg.Release) == [leg.Release(name, cause.NORMAL)]


def test_the_user_refuses_a_ringing_call(rig):
    handset = located(rig)
    name = rig.ring()
    rig.until(lambda: handset.call == "ringing")
    handset.hang_up()
    rig.until(lambda: rig.call.of(leg.Release) != [])
    assert rig.call.of(leg.Release) == [leg.Release(name, cause.REJECTED)]


def test_the_caller_gives_up_while_it_rings(rig):
    handset = located(rig)
    name = rig.ring()
    rig.until(lambda: handset.call == "ringing")
    rig.say(leg.Release(name, cause.NORMAL))
    rig.until(lambda: handset.call == "idle")
    rig.until(lambda: not rig.radio.ends)
    assert rig.dect.calls.due() is None


@pytest.mark.parametrize("en_bloc", [True, False])
def test_a_dialled_number_reaches_call_with_the_bearer_and_the_dialling_user(rig, en_bloc):
    handset = located(rig)
    assert handset.dial("0301234", en_bloc)
    rig.until(lambda: rig.call.of(leg.Setup) != [])
    assert rig.call.of(leg.Setup) == [
        leg.Setup(leg.Leg("GW-DECT", 2), "0301234", "201", "Anna", leg.Bearer(0, 0, False))]
    rig.say(leg.Alerting(leg.Leg("GW-DECT", 2), None))
    rig.until(lambda: handset.call == "ringback")
    rig.say(leg.Connect(leg.Leg("GW-DECT", 2), None))
    rig.until(lambda: handset.call == "talking")
    handset.keypad("5#")
    rig.until(lambda: leg.Digits(leg.Leg("GW-DECT", 2), "5#") in rig.call.heard)


def test_a_refused_call_tells_the_handset_why(rig):
    handset = located(rig)
    handset.dial("999")
    rig.until(lambda: rig.call.of(leg.Setup) != [])
    rig.say(leg.Release(leg.Leg("GW-DECT", 2), cause.BUSY))
    rig.until(lambda: handset.call == "idle")
    assert handset.events[-1].detail == "released, reason 14"


def test_a_handset_out_of_range_loses_its_call_after_t201(rig):
    handset = located(rig)
    name = rig.talk(handset)
    rig.run(1)
    gone = rig.time.now
    handset.move(5000, 0)
    rig.until(lambda: rig.call.of(leg.Release) != [])
    assert 5_000_000 <= rig.time.now - gone <= 5_100_000
    assert rig.call.of(leg.Release) == [leg.Release(name, cause.TEMPORARY_FAILURE)]
    rig.until(lambda: not rig.radio.ends)
    assert handset.call == "idle"
    assert handset.status.lock == "searching"


def test_a_handset_that_returns_before_t201_keeps_its_call(rig):
    handset = located(rig)
    rig.talk(handset)
    handset.move(5000, 0)
    rig.run(3)
    handset.move(5, 0)
    rig.run(10)
    assert handset.call == "talking"
    assert rig.call.of(leg.Release) == []


def test_a_handset_that_came_back_registers_again(rig):
    handset = located(rig)
    handset.move(5000, 0)
    rig.run(1)
    assert not handset.located
    handset.move(5, 0)
    rig.until(lambda: handset.located)


@pytest.mark.parametrize("pause", [0, 1])
def test_a_base_that_comes_back_gets_its_handsets_back(rig, pause):
    handset = located(rig)
    rig.configure(mode="off")
    assert handset.status.lock == "searching"
    rig.run(pause)
    assert not rig.dect.calls.locations.handsets
    rig.configure()
    rig.until(lambda: handset.located)
    assert rig.dect.calls.locations.known(0x123456789)


def test_switching_the_master_off_ends_every_call(rig):
    handset = located(rig)
    name = rig.talk(handset)
    rig.configure(mode="off")
    assert rig.call.of(leg.Release) == [leg.Release(name, cause.TEMPORARY_FAILURE)]
    rig.run(10)
    assert handset.call == "idle"
    assert rig.lamp.facts[-1] == ("starting", True)


def test_a_user_who_never_registered_is_absent(rig):
    name = rig.ring()
    assert rig.call.heard == [leg.Release(name, cause.ABSENT)]


def test_a_user_who_answers_no_page_does_not_respond(rig):
    handset = located(rig)
    handset.switch_off()
    began = rig.time.now
    name = rig.ring()
    rig.until(lambda: rig.call.heard != [])
    assert rig.call.heard == [leg.Release(name, cause.NO_USER_RESPONDING)]
    assert rig.time.now - began == 12_000_000


def test_a_user_in_a_call_is_busy(rig):
    handset = located(rig)
    rig.talk(handset)
    name = rig.ring(number=3)
    assert rig.call.of(leg.Release) == [leg.Release(name, cause.BUSY)]


def test_a_call_beyond_the_bearers_is_refused(make_rig):
    rig = make_rig(bearers=1).configure()
    anna, bert = located(rig), located(rig, BERT)
    rig.talk(anna)
    name = rig.ring("202", number=3)
    assert rig.call.of(leg.Release) == [leg.Release(name, cause.NO_CHANNEL)]
    assert bert.dial("7")
    rig.until(lambda: bert.call == "idle")
    assert bert.events[-1].detail == "no bearer"
    anna.hang_up()
    rig.until(lambda: not rig.radio.ends)
    rig.ring("202", number=5)
    rig.until(lambda: bert.call == "ringing")


def test_two_calls_run_side_by_side(rig):
    anna, bert = located(rig), located(rig, BERT, position=(0.0, 8.0))
    rig.talk(anna)
    rig.talk(bert, "bert", 3)
    rig.run(2)
    assert anna.call == bert.call == "talking"
    counters = rig.radio.counters()
    assert all(counters[bearer]["bad"] == 0 for bearer in (0, 1))


def test_all_eight_bearers_can_talk_at_once(rig):
    handsets = []
    for number in range(8):
        psn = 700_000 + number
        body = f"00042{psn:07d}"
        ipei = body + "0123456789*"[sum(place * int(digit) for place, digit in enumerate(body, 1)) % 11]
        rig.directory.users.append({"cn": body, "e164": f"3{number}", "ipei": ipei})
        handsets.append(located(rig, ipei, position=(3.0 * number + 2, 1.0)))
    for number, handset in enumerate(handsets):
        rig.ring(f"3{number}", 2 * number + 1)
        handset.auto_answer = 100_000
    rig.until(lambda: all(handset.call == "talking" for handset in handsets), 30)
    rig.run(1)
    assert len(rig.radio.ends) == 8


def test_an_idle_base_costs_no_frames_and_two_looks_at_the_air_a_minute(rig):
    located(rig)
    rig.run(0.1)
    frames, polls = rig.air.frames, rig.polls
    rig.run(3600)
    assert rig.air.frames == frames
    assert rig.polls - polls <= 120
    assert rig.dect.calls.due() is None


def test_equal_seeds_give_equal_events(make_rig):
    def events():
        rig = make_rig().configure()
        handset = located(rig)
        rig.talk(handset)
        rig.run(1)
        return handset.events, rig.radio.counters(), rig.air.counts

    assert events() == events()
