"""Attacks that somebody would think of, on a base with a call up."""

import tracemalloc

import numpy as np
import pytest

from sim.peers.handset import codec, fields
from sim.peers.handset.codec import Message
from sim.peers.phone_call import CONNECTED
from sim.site import Site
from tests.sim.hostile.rogue import Rogue
from tests.sim.hostile.stage import ANNA, FMID, FRAME, Stage
from tests.sim.hostile.strategies import ANNAS, OWN


@pytest.fixture
def stage():
    with Site(virtual=True) as site:
        yield Stage(site).begin()


@pytest.fixture
def rogue(stage):
    return Rogue(stage)


def free_slot(stage):
    """One that neither Anna nor the dummy bearer is in or next to."""
    taken = {end.slot for end in stage.machine.radio.ends.values()} | {stage.part.dummy()[0]}
    return next(slot for slot in range(2, 12) if slot not in taken)


@pytest.mark.parametrize("encryption", [False, True])
def test_a_stranger_who_takes_a_second_bearer_of_a_call_neither_spoils_it_nor_holds_the_handset(encryption):
    with Site(virtual=True) as site:
        stage = Stage(site, encryption).begin()
        rogue, slot = Rogue(stage), free_slot(stage)
        assert rogue.set_up(slot, codec.BEARER_HANDOVER, ANNAS)
        rogue.ends[slot].play(np.random.default_rng(1).integers(0, 256, (300, 40), np.uint8), True)
        stage.pass_time(3)
        assert len(stage.machine.radio.ends) == 2
        assert stage.anna.radio.connection.hand_over()
        stage.pass_time(1)
        assert [event.name for event in stage.anna.events][-1] == "bearer handover"
        rogue.leave()
        stage.unharmed()


def test_a_release_in_her_name_on_another_bearer_ends_that_bearer_only(stage, rogue):
    slot = free_slot(stage)
    assert rogue.set_up(slot)
    for pmid in (ANNAS, OWN):
        rogue.say(slot, codec.released(1, pmid))
    stage.pass_time(0.2)
    stage.unharmed(1)


def test_a_new_connection_in_her_name_is_refused_while_she_is_heard(stage, rogue):
    assert not rogue.set_up(free_slot(stage), pmid=ANNAS)
    assert stage.counts["refused"] == 1
    rogue.leave()
    stage.unharmed(3)


class Flood:
    """A request in each slot of each frame, each in another name."""

    def __init__(self, stage, rogue):
        self.stage, self.rogue, self.sent = stage, rogue, 0

    def run(self, frames):
        for _ in range(frames):
            self.stage.time.run((self.stage.time.now // FRAME + 1) * FRAME + FRAME // 2)
            self.rogue.leave()
            for slot in range(12):
                self.sent += 1
                name = 0xE0000 | self.sent & 0xFFFF
                self.rogue.attempt(slot, fields.request(codec.ACCESS_REQUEST, FMID, name, False))
        self.rogue.leave()


def test_a_flood_of_requests_is_counted_and_forgotten(stage, rogue):
    flood = Flood(stage, rogue)
    flood.run(300)
    lines = len(stage.gateway.log.lines())
    flood.run(700)
    counts = stage.counts
    assert counts["setups"] > 2000 and counts["floods"] > 1500 and counts["refused"] >= counts["floods"]
    assert len(stage.gateway.log.lines()) - lines <= 1
    assert "access requests refused" in stage.log()
    stage.unharmed(5)


def test_a_flood_takes_no_more_memory_the_longer_it_lasts(stage, rogue):
    flood = Flood(stage, rogue)
    flood.run(200)
    tracemalloc.start()
    try:
        flood.run(100)
        first = held()
        flood.run(200)
        assert held() - first < 16_384
    finally:
        tracemalloc.stop()
    stage.unharmed(5)


def held():
    """Octets that the firmware has."""
    found = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/firmware/*")])
    return sum(one.size for one in found.statistics("filename"))


def test_who_calls_right_after_a_flood_gets_through(stage, rogue):
    bert = stage.handset()
    stage.until(lambda: bert.located and len(stage.machine.radio.ends) == 1)
    Flood(stage, rogue).run(300)
    bert.auto_answer = 100_000
    call = stage.ring("202")
    stage.until(lambda: call.state == CONNECTED and bert.call == "talking", 8)
    bert.hang_up()
    stage.until(lambda: bert.call == "idle")
    stage.unharmed()


def test_a_clone_of_a_handset_in_a_call_is_noticed_and_does_not_end_it(stage):
    clone = stage.handset(ANNA, (0.0, 20.0), ac="9999")
    stage.pass_time(30)
    assert not clone.located
    assert stage.counts["gate failed"] >= 1 and "wrong answer with AC" in stage.log()
    assert stage.counts["gate clones"] >= 1 and "is on two links" in stage.log()
    clone.switch_off()
    stage.unharmed()


def test_a_clone_with_the_key_itself_does_not_take_the_call(stage):
    """Its IPEI, UAK and PMID are hers: nobody can tell them apart but by the call that she has."""
    clone = stage.handset(ANNA, (0.0, 20.0))
    clone.registration.keys.update(stage.anna.registration.keys)
    stage.pass_time(10)
    clone.dial("300")
    stage.pass_time(10)
    assert clone.call != "talking"
    clone.switch_off()
    stage.unharmed()


def recorded(stage, handset, action):
    """C_T segments that a handset sends until `action` returns, as they are on the air."""
    sent = []

    def tapped(now, number, burst):
        kind = burst.field[0] >> 5
        if burst.station is handset and kind in (0, 1) and (not sent or sent[-1][0] != kind):
            sent.append((kind, burst.field[1:6]))

    stage.air.tap(tapped)
    action()
    stage.air.untap(tapped)
    return [octets for _, octets in sent]


@pytest.mark.parametrize("subscribes", [True, False], ids=["subscription", "registration"])
def test_an_answer_to_another_challenge_is_no_proof(stage, rogue, subscribes):
    """Everything that Bert said while he subscribed or registered is said again, RES1 included."""
    bert = stage.handset()

    def registered():
        stage.until(lambda: bert.located and len(stage.machine.radio.ends) == 1)

    def registers_anew():
        bert.registration.located = False
        bert.locate()
        registered()

    segments = recorded(stage, bert, registered)
    if not subscribes:
        segments = recorded(stage, bert, registers_anew)
    bert.switch_off()
    passed, failed = stage.counts["gate passed"], stage.counts["gate failed"]
    assert passed == (3 if subscribes else 4)
    slot = free_slot(stage)
    assert rogue.set_up(slot, pmid=0xE678A if subscribes else 0x0678A)
    for octets in segments:
        rogue.segment(slot, octets)
    stage.pass_time(12)
    assert (stage.counts["gate passed"], stage.counts["gate failed"]) == (passed, failed + 1)
    assert "wrong answer with {}".format("AC" if subscribes else "UAK") in stage.log()
    rogue.leave()
    stage.unharmed()


BERTS = (0x05, b"\x80\xA8\x01\x23\x45\x67\x8A")
CLAIMS = {"locates": Message(5, 0x54, [BERTS]), "answers a page": Message(0, 0x71, [BERTS]),
          "subscribes": Message(5, 0x44, [BERTS]), "dials": Message(3, 0x05, [BERTS, (0xE0, b"\x80")])}


@pytest.mark.parametrize("claim", list(CLAIMS))
@pytest.mark.parametrize("before", [True, False], ids=["before the call", "during the call"])
def test_a_stranger_who_claims_to_be_bert_does_not_keep_his_calls_from_him(stage, rogue, claim, before):
    bert = stage.handset()
    stage.until(lambda: bert.located and len(stage.machine.radio.ends) == 1)
    slot = free_slot(stage)
    assert rogue.set_up(slot)
    if before:
        rogue.message(slot, codec.build_message(CLAIMS[claim]))
    call = stage.ring("202")
    if not before:
        rogue.message(slot, codec.build_message(CLAIMS[claim]))
    stage.until(lambda: bert.call == "ringing", 4)
    bert.answer()
    stage.until(lambda: call.state == CONNECTED and bert.call == "talking", 4)
    rogue.leave()
    call.hang_up()
    stage.unharmed()


def test_a_stranger_cannot_take_leave_for_bert_nor_take_his_number(stage, rogue):
    bert = stage.handset()
    stage.until(lambda: bert.located and len(stage.machine.radio.ends) == 1)
    slot = free_slot(stage)
    assert rogue.set_up(slot)
    for kind in (0x56, 0x48, 0x5D, 0x59):
        rogue.message(slot, codec.build_message(Message(5, kind, [BERTS], kind in (0x5D, 0x59))))
    stage.pass_time(12)
    calls = stage.gateway.dect.calls
    assert calls.locations.known(0x12345678A) and calls.gate.keys.of(0x12345678A) == bert.registration.key
    bert.auto_answer = 100_000
    call = stage.ring("202")
    stage.until(lambda: call.state == CONNECTED and bert.call == "talking", 8)
    call.hang_up()
    rogue.leave()
    stage.unharmed()


def test_who_takes_all_bearers_and_says_nothing_loses_them(stage, rogue):
    pmids = iter(range(0xE2000, 0xE2100))
    taken = [slot for slot in range(12) if slot not in {end.slot for end in stage.machine.radio.ends.values()}
             and rogue.set_up(slot, pmid=next(pmids))]
    assert stage.part.mac.busy()
    stage.until(stage.alone, 20)
    assert taken
    rogue.leave()
    stage.unharmed()


def test_strangers_who_are_refused_again_and_again_do_not_fill_the_log(stage, rogue):
    lines, refused = len(stage.gateway.log.lines()), stage.counts["gate refused"]
    slots = [slot for slot in range(12) if slot not in stage.part.mac.slots()][:6]
    for number in range(25):
        for slot in slots:
            rogue.mute(slot)
            rogue.set_up(slot, pmid=0xE3000 + number * 16 + slot)
        for slot in slots:
            somebody = (0x05, b"\x80\xA8" + bytes((0x01, 0x77, 0, number, slot)))
            rogue.message(slot, codec.build_message(Message(5, 0x44, [somebody])))
    assert stage.counts["gate refused"] - refused > 45
    assert len(stage.gateway.log.lines()) - lines < 38
    assert "its IPEI is not entered" in stage.log()
    rogue.leave()
    stage.pass_time(60)
    slot = free_slot(stage)
    assert rogue.set_up(slot)
    rogue.message(slot, codec.build_message(Message(5, 0x44, [(0x05, b"\x80\xA8\x01\x78\0\0\0")])))
    stage.pass_time(1)
    assert " more before" in stage.log()
    rogue.leave()
    stage.unharmed()
