"""Call control, state by state, against the table of EN 300 175-5 9."""

import pytest

from firmware.dect import cc, elements, nwk

MESSAGES = (nwk.ALERTING, nwk.CALL_PROC, nwk.SETUP, nwk.CONNECT, nwk.SETUP_ACK, nwk.CONNECT_ACK, nwk.RELEASE,
            nwk.RELEASE_COM, nwk.INFO, nwk.SERVICE_CHANGE, 0x60, 0xFF)


def heard(kind, *elements):
    return nwk.Message(False, 0, nwk.CC, kind, list(elements))


def ringing():
    call = cc.Call(True)
    call.setup([], 0)
    call.receive(heard(nwk.ALERTING), 0)
    return call


def dialled(digits=b"201"):
    call = cc.Call(False)
    call.receive(heard(nwk.SETUP, (nwk.MULTI_KEYPAD, digits)), 0)
    return call


def test_an_incoming_call_rings_is_answered_and_acknowledged():
    call = cc.Call(True)
    assert call.setup([(1, b"")], 0) == [cc.Say(nwk.SETUP, [(1, b"")])]
    assert call.receive(heard(nwk.ALERTING), 1) == [cc.Ringing()]
    assert call.receive(heard(nwk.CONNECT), 2) == [cc.Say(nwk.CONNECT_ACK, []), cc.Answered()]
    assert (call.state, call.due()) == (cc.ACTIVE, None)


def test_digits_in_the_setup_are_a_whole_number():
    call = cc.Call(False)
    assert call.receive(heard(nwk.SETUP, (nwk.CALLED_NUMBER, b"\x80201")), 0) == [
        cc.Say(nwk.CALL_PROC, []), cc.Wanted("201")]


def test_digits_one_by_one_are_complete_after_a_pause():
    call = cc.Call(False)
    assert call.receive(heard(nwk.SETUP), 0)[0].type == nwk.SETUP_ACK
    for digit in b"201":
        assert call.receive(heard(nwk.INFO, (nwk.KEYPAD, bytes((digit,)))), 1_000_000) == []
    assert call.tick(1_000_000 + cc.INTERDIGIT - 1) == []
    assert call.tick(1_000_000 + cc.INTERDIGIT) == [cc.Say(nwk.CALL_PROC, []), cc.Wanted("201")]


def test_a_hash_completes_a_number_but_not_a_service_code():
    call = cc.Call(False)
    call.receive(heard(nwk.SETUP), 0)
    assert cc.Wanted("201") in call.receive(heard(nwk.INFO, (nwk.MULTI_KEYPAD, b"201#")), 0)
    call = cc.Call(False)
    call.receive(heard(nwk.SETUP), 0)
    assert call.receive(heard(nwk.INFO, (nwk.MULTI_KEYPAD, b"*21*30#")), 0) == []
    assert call.digits == "*21*30#"


def test_dial_tone_that_nobody_uses_ends_after_cc_01():
    call = cc.Call(False)
    call.receive(heard(nwk.SETUP), 0)
    assert call.tick(cc.CC_01) == [
        cc.Ended(nwk.TIMER_EXPIRY), cc.Say(nwk.RELEASE, [(nwk.RELEASE_REASON, bytes((nwk.TIMER_EXPIRY,)))])]


def test_the_far_side_rings_and_answers():
    call = dialled()
    assert call.alerting(0)[0].type == nwk.ALERTING
    assert call.connect(0)[0].type == nwk.CONNECT
    assert call.state == cc.ACTIVE
    assert call.receive(heard(nwk.INFO, (nwk.KEYPAD, b"5")), 0) == [cc.Keyed("5")]


@pytest.mark.parametrize(("make", "reason", "meant"), [
    (ringing, nwk.NORMAL, nwk.USER_REJECTION), (ringing, nwk.USER_BUSY, nwk.USER_BUSY),
    (dialled, nwk.NORMAL, nwk.NORMAL)])
def test_what_a_handsets_release_means(make, reason, meant):
    call = make()
    assert call.receive(heard(nwk.RELEASE, (nwk.RELEASE_REASON, bytes((reason,)))), 0) == [
        cc.Say(nwk.RELEASE_COM, []), cc.Ended(meant), cc.Over()]
    assert call.due() is None


def test_our_release_waits_for_its_answer_and_then_cc_02():
    call = dialled()
    assert call.release(nwk.USER_BUSY, 0) == [cc.Say(nwk.RELEASE, [(nwk.RELEASE_REASON, b"\x14")])]
    assert call.release(nwk.USER_BUSY, 0) == []
    assert call.tick(cc.CC_02) == [cc.Say(nwk.RELEASE_COM, []), cc.Over()]
    call = dialled()
    call.release(nwk.NORMAL, 0)
    assert call.receive(heard(nwk.RELEASE_COM), 1) == [cc.Over()]


def test_a_broken_link_ends_a_call_once():
    call = ringing()
    assert call.gone() == [cc.Ended(nwk.NOT_IN_RANGE)]
    assert call.gone() == []


@pytest.mark.parametrize("kind", MESSAGES)
@pytest.mark.parametrize("state", [cc.NULL, cc.INITIATED, cc.OVERLAP, cc.PROCEEDING, cc.DELIVERED, cc.PRESENT,
                                   cc.RECEIVED, cc.ACTIVE, cc.RELEASING])
def test_no_message_in_any_state_breaks_call_control(state, kind):
    call = cc.Call(True)
    call._enter(state, 0)
    call.receive(heard(kind), 0)
    permitted = (state, kind) in cc.TABLE or (None, kind) in cc.TABLE
    assert permitted or call.state == state
    assert (call.due() is not None) == (call.state in cc.TIMERS)


def test_every_timer_ends_its_state():
    for state in cc.TIMERS:
        call = cc.Call(True)
        call._enter(state, 0)
        assert call.tick(call.due() - 1) == []
        assert call.tick(call.due()) != []
        assert call.state != state


def test_the_register_recall_is_the_key_r():
    call = dialled()
    call.connect(0)
    assert call.receive(heard(nwk.INFO, (nwk.KEYPAD, b"\x15")), 0) == [cc.Keyed("R")]
    assert call.receive(heard(nwk.INFO, (nwk.MULTI_KEYPAD, b"\x152")), 0) == [cc.Keyed("R2")]


def test_a_register_recall_is_no_digit_of_a_number():
    call = cc.Call(False)
    assert cc.Wanted("201") in call.receive(heard(nwk.SETUP, (nwk.MULTI_KEYPAD, b"2\x1501")), 0)


@pytest.mark.parametrize("wide", [True, False])
def test_the_codec_of_the_slot_is_told_to_who_sent_a_list(wide):
    call = cc.Call(False)
    call.wide = wide
    call.receive(heard(nwk.SETUP, (nwk.MULTI_KEYPAD, b"201"), elements.codec_list(True, more=True)), 0)
    assert elements.codec_list(wide) in call.connect(0)[0].elements
    plain = dialled()
    plain.wide = wide
    assert nwk.CODEC_LIST not in [code for code, _ in plain.connect(0)[0].elements]


@pytest.mark.parametrize(("wide", "wanted", "answer"), [
    (True, True, nwk.SERVICE_ACCEPT), (True, False, nwk.SERVICE_REJECT), (False, False, nwk.SERVICE_ACCEPT),
    (False, None, nwk.SERVICE_REJECT)])
def test_a_change_of_service_to_what_there_is(wide, wanted, answer):
    call = dialled()
    call.connect(0)
    call.wide = wide
    said = [] if wanted is None else [elements.codec_list(wanted)]
    assert [one.type for one in call.receive(heard(nwk.SERVICE_CHANGE, *said), 0)] == [answer]


@pytest.mark.parametrize("state", [cc.NULL, cc.INITIATED, cc.PRESENT, cc.RELEASING])
def test_a_notice_waits_for_no_call_that_is_not_there(state):
    call = cc.Call(True)
    call._enter(state, 0)
    assert call.notice([]) == []
