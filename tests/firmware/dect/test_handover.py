"""A handset moves from bearer to bearer and from base to base; its cipher goes with it."""

import pytest

from firmware.dect import between, bursts, mt
from hal.radio import LONG, Lost
from tests.firmware.dect.controller import FMID, Base

PMID, KEY = 0xE6789, bytes(range(8))


@pytest.fixture
def base():
    return Base().start()


def moved(base, slot=8, pmid=PMID):
    bearer = base.request(slot, pmid, mt.BEARER_HANDOVER)
    base.say(bearer, pmid)
    return bearer


def switch(base, bearer, start=True):
    offset = mt.START_REQUEST if start else mt.STOP_REQUEST
    base.say(bearer, PMID, mt.START_REQUEST + offset, mt.ENCRYPTION)
    base.run(0.05)
    base.say(bearer, PMID, mt.START_GRANT + offset, mt.ENCRYPTION)


def ciphered(base, slot=5):
    bearer, link = base.connect(slot, PMID)
    base.order(between.Cipher(link, KEY))
    switch(base, bearer)
    return bearer, link


def test_a_handover_opens_a_twin_and_the_handset_releases_the_old_bearer(base):
    old, link = base.connect(5, PMID)
    new = base.request(8, PMID, mt.BEARER_HANDOVER)
    assert base.radio.twins[new] == old
    assert base.controls(new)[0].command == mt.BEARER_CONFIRM
    assert base.of(between.Moved) == []
    base.say(new, PMID)
    assert base.of(between.Moved) == [between.Moved(link, new)]
    base.hear(old, mt.release(bursts.HANDED_OVER, PMID))
    assert list(base.radio.duplex) == [new]
    assert base.of(between.Gone) == []
    assert base.part.counts["handovers"] == 1


def test_segments_keep_their_numbers_over_a_handover(base):
    old, link = base.connect(5, PMID)
    base.order(between.Segments(link, [b"AAAAA"]))
    base.hear(old, bursts.pack(0, b"11111"))
    new = moved(base)
    base.hear(new, bursts.pack(0, b"11111"))
    base.hear(new, bursts.pack(1, b"22222"))
    base.order(between.Segments(link, [b"BBBBB"]))
    assert [one.data for one in base.of(between.Segment)] == [b"11111", b"22222"]
    assert base.radio.sent[-1] == (new, bursts.pack(1, b"BBBBB"))


def test_a_handover_that_is_not_answered_leaves_the_old_bearer_alone(base):
    old, _ = base.connect(5, PMID)
    base.request(8, PMID, mt.BEARER_HANDOVER)
    base.run(1)
    assert list(base.radio.duplex) == [old]
    assert base.of(between.Moved) == base.of(between.Gone) == []


def test_the_old_bearer_takes_over_again_when_the_new_one_falls_silent(base):
    old, link = base.connect(5, PMID)
    new = moved(base)
    base.event(Lost(new))
    assert base.of(between.Moved)[-1] == between.Moved(link, old)
    base.run(6)
    assert list(base.radio.duplex) == [old]


def test_a_third_bearer_is_refused_while_both_are_heard(base):
    old, _ = base.connect(5, PMID)
    new = moved(base)
    base.request(9, PMID, mt.BEARER_HANDOVER)
    assert base.reasons() == [bursts.SETUP_FAILED]
    base.run(0.1)
    assert sorted(base.radio.duplex) == sorted([old, new])


@pytest.mark.parametrize("answered", [False, True])
def test_a_third_bearer_takes_the_place_of_one_that_came_to_nothing(base, answered):
    _, link = base.connect(5, PMID)
    new = base.request(8, PMID, mt.BEARER_HANDOVER)
    if answered:
        base.say(new, PMID)
        base.event(Lost(new))
    newest = base.request(9, PMID, mt.BEARER_HANDOVER)
    base.say(newest, PMID)
    assert sorted(slot for slot, _, _ in base.radio.duplex.values()) == [5, 9]
    assert base.of(between.Moved)[-1] == between.Moved(link, newest)
    assert base.radio.refused == []


def test_a_handover_of_nobodys_connection_is_refused(base):
    base.request(8, PMID, mt.BEARER_HANDOVER)
    assert base.reasons() == [bursts.SETUP_FAILED]
    base.run(0.1)
    assert base.radio.duplex == {}


def test_a_handset_may_try_fifteen_handovers_in_three_seconds(base):
    base.connect(5, PMID)
    for turn in range(15):
        assert base.request(7 + turn % 2, PMID, mt.BEARER_HANDOVER) is not None
        base.run(0.11)
    base.request(9, PMID, mt.BEARER_HANDOVER)
    assert base.reasons() == [bursts.SETUP_FAILED]
    base.run(3)
    base.request(9, PMID, mt.BEARER_HANDOVER)
    assert base.reasons() == [bursts.SETUP_FAILED] * 2
    assert base.controls()[-1].command == mt.BEARER_CONFIRM


def test_a_wide_connection_moves_to_long_slots_only(base):
    first = base.request(4, PMID, kind=mt.ADVANCED, wide=True)
    base.hear(first, mt.attributes(mt.Attributes(mt.ATTRIBUTES_REQUEST, 0, 0, 0, 0, mt.LONG_640, 0, 0)))
    base.request(8, PMID, mt.BEARER_HANDOVER)
    assert base.reasons() == [bursts.SLOT_TYPE]
    base.run(0.1)
    second = base.request(8, PMID, mt.BEARER_HANDOVER, kind=mt.ADVANCED, wide=True)
    assert base.radio.duplex[second] == (8, 4, LONG)
    base.say(second, PMID, kind=mt.ADVANCED)
    assert base.of(between.Moved)[-1].bearer == second


def test_a_connection_from_another_base_is_reported_as_a_handover(base):
    bearer = base.request(5, PMID, mt.CONNECTION_HANDOVER)
    base.say(bearer, PMID)
    assert [(one.kind, one.bearer) for one in base.of(between.Access)] == [("handover", bearer)]


def test_a_single_cell_base_takes_over_no_connection_but_moves_its_own():
    base = Base(multicell=False).start()
    base.request(5, PMID, mt.CONNECTION_HANDOVER)
    assert base.reasons() == [bursts.SETUP_FAILED]
    base.run(0.1)
    _, link = base.connect(5, PMID)
    assert base.of(between.Moved) == []
    new = moved(base)
    assert base.of(between.Moved) == [between.Moved(link, new)]


def test_the_cipher_is_switched_when_the_handset_grants_it(base):
    bearer, link = base.connect(5, PMID)
    base.order(between.Cipher(link, KEY))
    base.say(bearer, PMID, mt.START_REQUEST, mt.ENCRYPTION)
    assert base.controls(bearer)[-1] == mt.Control(mt.ENCRYPTION, mt.START_CONFIRM, FMID, PMID)
    assert base.radio.keys[bearer] is None
    base.say(bearer, PMID, mt.START_GRANT, mt.ENCRYPTION)
    assert base.radio.keys[bearer] == KEY
    assert base.of(between.Ciphered) == [between.Ciphered(link, True)]


def test_the_cipher_is_stopped_the_same_way(base):
    bearer, link = ciphered(base)
    base.order(between.Cipher(link, None))
    switch(base, bearer, start=False)
    assert base.radio.keys[bearer] is None
    assert base.of(between.Ciphered)[-1] == between.Ciphered(link, False)


def test_no_segment_goes_out_between_confirmation_and_grant(base):
    bearer, link = base.connect(5, PMID)
    base.order(between.Cipher(link, KEY))
    base.say(bearer, PMID, mt.START_REQUEST, mt.ENCRYPTION)
    base.order(between.Segments(link, [b"AAAAA"]))
    assert base.segments() == []
    base.say(bearer, PMID, mt.START_GRANT, mt.ENCRYPTION)
    assert base.segments() == [b"AAAAA"]


def test_segments_that_are_queued_go_out_before_the_confirmation(base):
    bearer, link = base.connect(5, PMID)
    base.order(between.Segments(link, [b"AAAAA"]))
    base.order(between.Cipher(link, KEY))
    base.say(bearer, PMID, mt.START_REQUEST, mt.ENCRYPTION)
    assert base.controls(bearer)[-1].command == mt.WAIT
    base.run(0.02)
    assert base.controls(bearer)[-1] == mt.Control(mt.ENCRYPTION, mt.START_CONFIRM, FMID, PMID)


def test_a_request_without_an_order_is_not_confirmed(base):
    bearer, link = base.connect(5, PMID)
    said = base.controls()
    base.say(bearer, PMID, mt.START_REQUEST, mt.ENCRYPTION)
    base.say(bearer, PMID, mt.START_GRANT, mt.ENCRYPTION)
    base.run(1)
    assert base.controls() == said
    base.order(between.Cipher(link, KEY))
    base.say(bearer, PMID, mt.START_GRANT, mt.ENCRYPTION)
    assert base.radio.keys[bearer] is None


def test_a_confirmation_is_repeated_five_times_and_then_the_connection_released(base):
    bearer, link = base.connect(5, PMID)
    base.order(between.Cipher(link, KEY))
    base.say(bearer, PMID, mt.START_REQUEST, mt.ENCRYPTION)
    base.run(0.2)
    confirmed = mt.Control(mt.ENCRYPTION, mt.START_CONFIRM, FMID, PMID)
    assert base.controls(bearer).count(confirmed) == 5
    assert base.of(between.Gone) == [between.Gone(link, bursts.CONNECTION)]


def test_a_new_bearer_of_a_ciphered_connection_ciphers_from_the_start(base):
    ciphered(base)
    new = base.request(8, PMID, mt.BEARER_HANDOVER)
    assert base.radio.keys[new] == KEY


def test_a_connection_handed_over_is_ciphered_when_the_master_has_given_its_key(base):
    bearer = base.request(5, PMID, mt.CONNECTION_HANDOVER)
    base.say(bearer, PMID)
    link = base.of(between.Access)[-1].link
    base.say(bearer, PMID, mt.START_REQUEST, mt.ENCRYPTION)
    base.order(between.Cipher(link, KEY))
    switch(base, bearer)
    assert base.radio.keys[bearer] == KEY
    assert base.of(between.Ciphered) == [between.Ciphered(link, True)]


def test_the_old_bearer_carries_on_when_the_handset_releases_the_new_one(base):
    old, link = base.connect(5, PMID)
    new = moved(base)
    base.hear(new, mt.release(bursts.BEARER, PMID))
    assert base.of(between.Moved)[-1] == between.Moved(link, old)
    assert list(base.radio.duplex) == [old]
    base.order(between.Segments(link, [b"AAAAA"]))
    assert base.radio.sent[-1] == (old, bursts.pack(0, b"AAAAA"))


def test_quality_control_and_the_bases_own_commands_are_passed_over(base):
    bearer, _ = base.connect(5, PMID)
    said = base.controls()
    for command in (0, 3, 4):
        base.say(bearer, PMID, command, mt.QUALITY)
    base.say(bearer, PMID, mt.BEARER_CONFIRM)
    base.hear(bearer, mt.attributes(mt.Attributes(mt.ATTRIBUTES_CONFIRM, 0, 0, 0, 0, mt.FULL_SLOT, 0, 0)))
    assert base.controls() == said
