"""A base with an authentication code, and handsets that have the right one, a wrong one, or none."""

import pytest

from firmware.call import cause, leg
from firmware.config.options import OptionError
from firmware.dect import security
from firmware.dect.keys import ROOT

ANNA, BERT, CARL = "0466003541858", "0466003541869", "046600354187*"
IPEI, SARI, OTHER = 0x123456789, "31100422072149", "31100422072202"


@pytest.fixture
def rig(make_rig):
    return make_rig().configure(ac="1234")


def located(rig, ipei=ANNA, ac="1234", **options):
    handset = rig.handset(ipei, ac=ac, **options)
    rig.until(lambda: handset.located)
    rig.until(lambda: not rig.radio.ends)
    return handset


def names(handset):
    return [event.name for event in handset.events]


def refused(rig, handset):
    rig.until(lambda: "refused" in names(handset))
    rig.until(lambda: not rig.radio.ends)
    return next(event.detail for event in handset.events if event.name == "refused")


def uak(rig, ipei=IPEI):
    return rig.dect.calls.gate.keys.of(ipei)


def counts(rig):
    return {name: count for name, count in rig.dect.calls.gate.counts.items() if count}


def test_a_handset_with_the_code_subscribes_and_registers_on_one_link(rig):
    handset = located(rig)
    assert names(handset) == ["locked", "subscribed", "located"]
    assert handset.registration.key == uak(rig)
    assert counts(rig) == {"subscribed": 1, "passed": 1}
    assert rig.dect.calls.locations.known(IPEI)


def test_subscription_and_registration_take_less_than_three_seconds(rig):
    located(rig)
    assert rig.time.now < 3_000_000


def test_the_key_is_what_both_ends_make_of_the_code(rig):
    located(rig)
    assert len(uak(rig)) == security.KEY
    assert uak(rig) != security.b1(security.authentication_code("1234"))


def test_a_wrong_code_is_refused_and_logged(rig):
    handset = rig.handset(ac="1235")
    assert refused(rig, handset) == "10"
    assert handset.registration.key is None and uak(rig) is None
    assert not rig.dect.calls.locations.handsets
    assert counts(rig) == {"failed": 1, "refused": 1}
    assert any("0466003541858 refused: wrong answer with AC" in line for line in rig.log.lines())


def test_the_right_code_after_a_wrong_one_is_taken(rig):
    handset = rig.handset(ac="1235")
    refused(rig, handset)
    handset.subscribe("1234")
    rig.until(lambda: handset.located)
    assert handset.registration.key == uak(rig)


def test_a_handset_without_a_code_and_without_a_key_is_refused(rig):
    handset = rig.handset(ac=None)
    assert refused(rig, handset) == "06"
    assert any("is not subscribed" in line for line in rig.log.lines())


def test_an_ipei_that_nobody_entered_is_refused_whatever_its_code(rig):
    assert refused(rig, rig.handset(CARL, ac="1234")) == "05"
    assert rig.flash.data.count(b"UAK") == 0


def test_a_user_may_have_a_code_of_his_own(rig):
    rig.directory.users[1]["ac"] = "777777"
    bert = located(rig, BERT, ac="777777")
    assert "subscribed" in names(bert)
    rig.directory.users[0]["ac"] = "888888"
    assert refused(rig, rig.handset(ANNA, ac="1234")) == "10"


def test_a_code_of_the_user_that_is_none_refuses_him(rig):
    rig.directory.users[0]["ac"] = "12x4"
    assert refused(rig, rig.handset(ac="1234")) == "10"


def test_a_handset_that_comes_back_proves_its_key_without_a_code(rig):
    handset = located(rig)
    handset.registration.type_in(None)
    handset.switch_off()
    rig.run(1)
    handset.switch_on()
    rig.until(lambda: handset.located)
    assert names(handset).count("subscribed") == 1
    assert counts(rig) == {"subscribed": 1, "passed": 2}


def test_a_wrong_key_is_refused_and_logged(rig):
    handset = located(rig)
    handset.switch_off()
    handset.registration.keys[SARI] = bytes(16)
    handset.switch_on()
    assert refused(rig, handset) == "10"
    assert any("wrong answer with UAK" in line for line in rig.log.lines())


def test_a_call_out_is_made_after_the_key_is_proved(rig):
    handset = located(rig)
    assert handset.dial("300")
    rig.until(lambda: rig.call.of(leg.Setup))
    assert counts(rig) == {"subscribed": 1, "passed": 2}


def test_a_call_out_with_a_wrong_key_never_reaches_the_network(rig):
    handset = located(rig)
    handset.registration.keys[SARI] = bytes(16)
    assert handset.dial("300")
    rig.until(lambda: handset.call == "idle")
    rig.until(lambda: not rig.radio.ends)
    assert handset.events[-1].detail == "released, reason 09"
    assert rig.call.heard == []
    assert rig.dect.calls.legs == []


def test_a_call_in_rings_only_the_handset_that_has_the_key(rig):
    handset = located(rig)
    handset.registration.keys[SARI] = bytes(16)
    name = rig.ring()
    rig.until(lambda: rig.call.of(leg.Release), seconds=30)
    assert rig.call.heard == [leg.Release(name, cause.NO_USER_RESPONDING)]
    assert "ringing" not in names(handset)


def test_a_call_in_with_the_key_is_answered(rig):
    handset = located(rig)
    name = rig.talk(handset)
    assert leg.Connect(name, leg.Bearer(0, 0, False)) in rig.call.heard


def test_hanging_up_while_the_key_is_asked_for_ends_the_call(rig):
    handset = located(rig)
    assert handset.dial("300")
    rig.until(lambda: handset.dialogue.up)
    handset.hang_up()
    rig.until(lambda: not rig.radio.ends)
    rig.run(1)
    assert handset.call == "idle"
    assert rig.dect.calls.legs == []


def test_with_registration_only_a_call_asks_for_nothing(make_rig):
    rig = make_rig().configure(ac="1234", authenticate="registration")
    rig.talk(located(rig))
    assert counts(rig) == {"subscribed": 1, "passed": 1}


def test_with_subscription_switched_off_known_handsets_stay_and_new_ones_are_refused(rig):
    anna = located(rig)
    rig.configure(ac="1234", subscription=False)
    rig.until(lambda: anna.located)
    bert = rig.handset(BERT, ac="1234")
    assert refused(rig, bert) == "06"


def test_a_code_that_is_set_later_makes_every_handset_subscribe(make_rig):
    rig = make_rig().configure()
    handset = located(rig)
    assert "subscribed" not in names(handset)
    rig.configure(ac="1234")
    assert not rig.dect.calls.locations.handsets
    rig.until(lambda: handset.located and "subscribed" in names(handset))


def test_keys_survive_a_reset(rig, make_rig):
    key = located(rig).registration.key
    again = make_rig(flash=rig.flash).configure(ac="1234")
    assert uak(again) == key
    handset = again.handset(ac=None)
    handset.registration.keys[SARI] = key
    again.until(lambda: handset.located)


def test_another_sari_makes_every_handset_subscribe_again(rig):
    handset = located(rig)
    rig.configure(sari=OTHER, ac="1234")
    assert uak(rig) is None and rig.variables.read(ROOT) == []
    rig.run(2)
    assert handset.status.lock == "searching"
    handset.subscribe("1234", park=OTHER)
    rig.until(lambda: handset.located)
    assert rig.flash.data.count(b"UAK") == 1


def test_going_back_to_the_old_sari_does_not_bring_the_old_keys_back(rig):
    handset = located(rig)
    rig.configure(sari=OTHER, ac="1234")
    rig.configure(ac="1234")
    assert refused(rig, handset) == "06"
    handset.subscribe("1234")
    rig.until(lambda: handset.located)


def test_flash_without_room_refuses_a_subscription_and_keeps_the_rest(rig):
    anna = located(rig)
    rig.flash.full = True
    assert refused(rig, rig.handset(BERT, ac="1234")) == "2f"
    rig.talk(anna)
    assert uak(rig) is not None


def test_security_is_counted_on_the_console(rig):
    located(rig)
    refused(rig, rig.handset(BERT, ac="1"))
    text, _ = rig.dect.command("", ["security"], 0)
    assert text == "1 subscribed, 1 passed, 1 failed, 1 refused, 0 unexpected, 0 proved, 0 ciphered, 0 clones\r\n"


def test_a_handset_that_never_answers_is_refused_after_the_time_limit(rig):
    handset = rig.handset(ac="1234")
    handset.registration.receive = lambda message: None
    rig.until(lambda: rig.dect.calls.links.connections and rig.dect.calls.links.connections[0].proof)
    rig.run(9.9)
    assert counts(rig) == {}
    rig.run(0.2)
    assert counts(rig) == {"failed": 1, "refused": 1}
    assert any("refused: no answer with AC" in line for line in rig.log.lines())
    rig.until(lambda: not rig.radio.ends)


def test_a_subscription_can_be_taken_back(rig):
    handset = located(rig)
    assert rig.dect.command("", ["subscriptions"], 0)[0] == "0466003541858 201 Anna (IP65)\r\n"
    assert rig.dect.command("", ["unsubscribe", ANNA], 0)[0] == ""
    assert rig.dect.command("", ["subscriptions"], 0)[0] == rig.dect.command("", ["users"], 0)[0] == ""
    assert rig.variables.read(ROOT) == []
    handset.locate()
    assert refused(rig, handset) == "06"


@pytest.mark.parametrize("words", [[], ["12"], ["0466003541857"], [ANNA]])
def test_taking_back_what_nobody_has_is_an_error(rig, words):
    with pytest.raises(OptionError):
        rig.dect.command("", ["unsubscribe", *words], 0)


def test_attempts_with_a_wrong_code_leave_a_call_alone(rig):
    anna = located(rig)
    name = rig.talk(anna)
    thief = rig.handset(BERT, ac="1")
    for number in range(5):
        rig.until(lambda count=number: names(thief).count("refused") > count)
        thief.subscribe(str(number))
    assert anna.call == "talking"
    assert leg.Connect(name, leg.Bearer(0, 0, False)) in rig.call.heard and not rig.call.of(leg.Release)
    assert counts(rig)["failed"] == 5


def test_a_clone_of_a_handset_that_talks_gets_nothing_and_the_call_stays(rig):
    anna = located(rig)
    rig.talk(anna)
    clone = rig.handset(ANNA, ac=None)
    clone.registration.keys[SARI] = bytes(16)
    assert refused_beside(rig, clone) == "10"
    assert not clone.dial("300") or clone.call == "dialling"
    rig.run(3)
    assert clone.call == "idle" and anna.call == "talking"
    assert not rig.call.of(leg.Setup)
    assert rig.dect.calls.busy() == 1


def refused_beside(rig, handset):
    rig.until(lambda: "refused" in names(handset))
    rig.until(lambda: handset.status.slot is None)
    return next(event.detail for event in handset.events if event.name == "refused")
