"""Bearers and connections of one radio: set-up, release, silence, floods."""

import pytest

from firmware.dect import between, bursts, mt
from firmware.effects import Log
from hal.radio import FULL, LONG, Burst, Found, Lost
from tests.firmware.dect import beacons
from tests.firmware.dect.controller import FMID, Base

PMID, OTHER = 0xE6789, 0xE1234


@pytest.fixture
def base():
    return Base().start()


def free(base):
    """A slot in which nothing is on the air."""
    return next(slot for slot in range(12) if slot not in base.radio.slots())


def test_an_access_request_is_confirmed_in_the_paired_slot(base):
    bearer = base.request(5, PMID)
    assert base.radio.duplex[bearer] == (5, 4, FULL)
    assert base.controls() == [mt.Control(mt.BASIC, mt.BEARER_CONFIRM, FMID, PMID)]
    assert base.of(between.Access) == []


def test_the_handsets_wait_is_answered_and_establishes_the_connection(base):
    bearer = base.request(5, PMID)
    base.say(bearer, PMID)
    assert base.controls()[-1].command == mt.WAIT
    access = base.of(between.Access)
    assert [(one.pmid, one.kind, one.bearer, one.wide) for one in access] == [(PMID, "setup", bearer, False)]
    assert 1 <= access[0].link <= 65535


def test_a_request_that_is_repeated_is_confirmed_again(base):
    bearer = base.request(5, PMID)
    base.hear(bearer, mt.control(mt.ACCESS_REQUEST, FMID, PMID, first=True))
    assert [one.command for one in base.controls(bearer)] == [mt.BEARER_CONFIRM] * 2


def test_a_handset_that_does_not_answer_the_confirmation_loses_the_bearer(base):
    bearer = base.request(5, PMID)
    base.run(0.099)
    assert bearer in base.radio.duplex
    base.run(0.002)
    assert base.radio.duplex == {}
    assert base.of(between.Gone) == []
    assert base.part.counts["failed"] == 1


def test_a_handset_whose_only_wait_was_lost_is_heard_by_its_identities(base):
    base.radio.bad = 2
    bearer = base.request(5, PMID)
    base.run(1)
    assert [one.bearer for one in base.of(between.Access)] == [bearer]
    assert bearer in base.radio.duplex


@pytest.mark.parametrize("command", [mt.WAIT, mt.ACCESS_REQUEST])
def test_a_handset_that_has_missed_the_confirmation_gets_another(base, command):
    bearer, link = base.connect(5, PMID)
    said = len(base.controls(bearer))
    base.say(bearer, PMID, command)
    assert [one.command for one in base.controls(bearer)[said:]] == [mt.BEARER_CONFIRM]
    assert [one.link for one in base.of(between.Access)] == [link]


def test_the_wait_of_another_handset_changes_nothing(base):
    bearer = base.request(5, PMID)
    base.say(bearer, OTHER)
    assert base.of(between.Access) == []


def test_a_request_to_another_base_or_in_a_slot_in_use_is_ignored(base):
    base.connect(5, PMID)
    sent = list(base.radio.sent)
    assert base.request(6, OTHER, fmid=FMID ^ 1) is None
    assert base.request(5, OTHER) is None
    assert base.request(base.radio.dummy[0], OTHER) is None
    assert base.radio.sent == sent


def test_a_long_slot_waits_for_its_attributes(base):
    bearer = base.request(5, PMID, kind=mt.ADVANCED, wide=True)
    assert base.radio.duplex[bearer] == (5, 4, LONG)
    base.say(bearer, PMID, kind=mt.ADVANCED)
    assert base.of(between.Access) == []
    asked = mt.Attributes(mt.ATTRIBUTES_REQUEST, 0, 0, 0, 0, mt.LONG_640, 0, 0)
    base.hear(bearer, mt.attributes(asked))
    base.hear(bearer, mt.attributes(asked))
    assert base.controls(bearer)[-1] == mt.Attributes(mt.ATTRIBUTES_CONFIRM, 0, 0, 0, 0, mt.LONG_640, 0, 0)
    assert [one.wide for one in base.of(between.Access)] == [True]


def test_a_long_slot_that_does_not_fit_is_refused_for_its_slot_type(base):
    base.connect(6, OTHER)
    base.request(5, PMID, kind=mt.ADVANCED, wide=True)
    base.request(11, 0xE0001, kind=mt.ADVANCED, wide=True)
    assert base.reasons() == [bursts.SLOT_TYPE] * 2
    base.run(0.1)
    assert len(base.radio.duplex) == 1


def test_attributes_are_agreed_to_as_the_bearer_is(base):
    bearer = base.request(5, PMID, kind=mt.ADVANCED)
    base.hear(bearer, mt.attributes(mt.Attributes(mt.ATTRIBUTES_REQUEST, 2, 1, 0, 5, mt.LONG_640, 0, 0)))
    assert base.controls(bearer)[-1] == mt.Attributes(mt.ATTRIBUTES_CONFIRM, 2, 1, 0, 5, mt.FULL_SLOT, 0, 0)
    assert [one.wide for one in base.of(between.Access)] == [False]


def test_a_repeated_segment_is_taken_once(base):
    bearer, link = base.connect(5, PMID)
    first, second = bursts.pack(0, b"AAAAA"), bursts.pack(1, b"BBBBB")
    for field in (first, first, second, second, first):
        base.hear(bearer, field)
    assert base.of(between.Segment) == [between.Segment(link, data) for data in (b"AAAAA", b"BBBBB", b"AAAAA")]


def test_segments_go_out_with_alternating_numbers(base):
    bearer, link = base.connect(5, PMID)
    base.order(between.Segments(link, [b"AAAAA", b"BBBBB", b"CCCCC"]))
    sent = [(number, field[0] >> 5, field[1:]) for number, field in base.radio.sent[-3:]]
    assert sent == [(bearer, 0, b"AAAAA"), (bearer, 1, b"BBBBB"), (bearer, 0, b"CCCCC")]


def test_a_dropped_connection_says_so_twice_once_its_queue_has_gone_out(base):
    bearer, link = base.connect(5, PMID)
    base.order(between.Segments(link, [b"AAAAA"] * 5))
    base.order(between.Drop(link, bursts.CONNECTION))
    base.run(0.09)
    assert base.reasons() == []
    base.run(0.02)
    assert base.reasons() == [bursts.CONNECTION]
    base.run(0.02)
    assert base.reasons() == [bursts.CONNECTION] * 2
    assert base.of(between.Gone) == []
    base.run(0.02)
    assert base.of(between.Gone) == [between.Gone(link, bursts.CONNECTION)]
    assert bearer not in base.radio.duplex


@pytest.mark.parametrize("dropped", [False, True])
def test_a_release_from_the_handset_frees_at_once(base, dropped):
    bearer, link = base.connect(5, PMID)
    if dropped:
        base.order(between.Drop(link, bursts.CONNECTION))
    base.hear(bearer, mt.release(bursts.BEARER, PMID))
    assert base.of(between.Gone) == [between.Gone(link, bursts.BEARER)]
    assert base.radio.duplex == {}


def test_silence_releases_after_t201_unless_it_ends(base):
    bearer, link = base.connect(5, PMID)
    base.event(Lost(bearer))
    base.run(3.9)
    base.event(Found(bearer))
    base.run(6)
    assert base.of(between.Gone) == []
    base.event(Lost(bearer))
    base.run(3.9)
    assert base.of(between.Gone) == []
    base.run(0.2)
    assert base.of(between.Gone) == [between.Gone(link, bursts.LOST_HANDSHAKE)]
    assert base.reasons() == [bursts.LOST_HANDSHAKE] * 2


def test_silence_during_set_up_frees_at_once(base):
    bearer = base.request(5, PMID)
    base.event(Lost(bearer))
    assert base.radio.duplex == {}


def test_a_pmid_that_is_connected_is_refused_and_its_call_goes_on(base):
    bearer, _ = base.connect(5, PMID)
    base.request(6, PMID)
    base.run(0.1)
    assert base.reasons() == [bursts.DUPLICATE] * 2
    assert list(base.radio.duplex) == [bearer]
    assert base.of(between.Gone) == []


def test_a_handset_that_was_lost_may_come_again(base):
    bearer, link = base.connect(5, PMID)
    base.event(Lost(bearer))
    base.connect(6, PMID)
    assert base.of(between.Gone) == [between.Gone(link, bursts.LOST_HANDSHAKE)]
    assert [one.link for one in base.of(between.Access)] == [link, link + 1]
    assert len(base.radio.duplex) == 1


@pytest.mark.parametrize("pmid", [0, 0xC1234, 0xD1234])
def test_a_pmid_that_cannot_be_a_handsets_is_unacceptable(base, pmid):
    base.request(5, pmid)
    base.run(0.1)
    assert base.reasons() == [bursts.UNACCEPTABLE] * 2
    assert base.radio.duplex == {}


def test_a_full_base_is_silent_and_says_that_it_is_busy():
    base = Base(bearers=2).start()
    base.connect(5, PMID)
    base.connect(6, OTHER)
    assert base.request(7, 0xE0001) is None
    notes = [beacons.note(field[1:]) for field in base.radio.fields if field[0] >> 5 == bursts.PT]
    assert bursts.status(True) in notes
    assert sorted([5, 6, base.radio.dummy[0]]) in [
        beacons.blind_slots(note) for note in notes if note.kind == bursts.BLIND]


def test_a_flood_of_requests_leaves_calls_and_room_for_others():
    base = Base(bearers=11).start()
    calls = [base.connect(slot, 0xE0100 + slot) for slot in (10, 11)]
    for turn in range(500):
        base.request(turn % 10, 0xE1000 + turn)
        assert len(base.radio.duplex) <= 2 + 6 + 2
        if turn % 5 == 0:
            base.run(0.01)
    assert base.part.counts["floods"] >= 100
    assert bursts.BASE_BUSY in base.reasons()
    assert len([effect for effect in base.effects if isinstance(effect, Log) and "refused" in effect.text]) == 1
    base.run(0.5)
    assert sorted(base.radio.duplex) == sorted(bearer for bearer, _ in calls)
    assert base.of(between.Gone) == []
    base.connect(free(base), PMID)
    assert base.of(between.Access)[-1].pmid == PMID


def test_a_controller_that_refuses_ends_that_connection_only(base):
    kept, _ = base.connect(4, OTHER)
    base.radio.send = lambda bearer, field: (_ for _ in ()).throw(ValueError("full")) if bearer != kept else None
    base.request(5, PMID)
    assert list(base.radio.duplex) == [kept]
    assert base.of(between.Access)[-1].pmid == OTHER


def test_links_are_numbered_one_after_the_other(base):
    numbers = []
    for turn in range(4):
        bearer, link = base.connect(5, PMID + turn)
        base.hear(bearer, mt.release(bursts.BEARER, PMID + turn))
        numbers.append(link)
    assert numbers == list(range(numbers[0], numbers[0] + 4))


def test_bursts_of_wrong_length_are_nothing(base):
    base.event(Burst(None, 15, 3, -60, b"abc"))
    base.event(Burst(3, 15, 3, -60, b""))
    assert base.radio.sent == []


def test_a_handset_may_release_the_bearer_that_it_was_refused_on(base):
    bearer = base.request(5, 0xC0001)
    base.hear(bearer, mt.control(mt.WAIT, FMID, 0xC0001))
    base.hear(bearer, mt.release(bursts.BEARER, PMID))
    assert bearer in base.radio.duplex
    base.hear(bearer, mt.release(bursts.BEARER, 0xC0001))
    assert base.radio.duplex == {}
    assert base.of(between.Gone) == []


def test_link_numbers_begin_again_and_pass_by_those_in_use():
    base = Base(entropy=lambda length: (65533).to_bytes(2, "big")).start()
    first = [base.connect(slot, PMID + slot)[1] for slot in (4, 5, 6)]
    assert first == [65534, 65535, 1]
    base.part.mac._link = 65534
    assert base.connect(7, PMID + 7)[1] == 2


def test_orders_for_a_link_that_is_no_more_do_nothing(base):
    for order in (between.Segments(9, [b"AAAAA"]), between.Cipher(9, None), between.Drop(9, 2)):
        base.order(order)
    base.event(Lost(3))
    base.event(Found(3))
    assert base.radio.sent == []
    assert base.of(between.Gone) == []
