"""The master part with a real handset over MAC and air: what two implementations have to agree on."""

import pytest

from firmware.call import cause, leg

ANNA, BERT, SARI = "0466003541858", "0466003541869", "31100422072149"


def located(rig, ipei=ANNA, **options):
    handset = rig.handset(ipei, ac=options.pop("ac", "1234"), **options)
    rig.until(lambda: handset.located)
    rig.until(lambda: not rig.radio.ends)
    return handset


def names(handset):
    return [event.name for event in handset.events]


@pytest.mark.parametrize("model", ["IP61", "IP63", "IP64", "IP65", "d83 Talker", "d83 Protector"])
def test_models_that_are_taken(make_rig, model):
    rig = make_rig().configure(ac="1234")
    located(rig, model=model)
    assert f"({model})" in rig.dect.command("", ["users"], 0)[0]


@pytest.mark.parametrize("model", ["IP50", "IP52", "IP54", "IP55", "IP56"])
def test_old_models_are_refused_for_their_want_of_cap(make_rig, model):
    rig = make_rig().configure(ac="1234")
    handset = rig.handset(ANNA, ac="1234", model=model)
    rig.until(lambda: "refused" in names(handset))
    assert any(model + " has GAP but no CAP" in line for line in rig.log.lines())
    assert not rig.dect.calls.locations.handsets


def test_the_second_registration_uses_the_tpui(make_rig):
    rig = make_rig().configure(ac="1234")
    located(rig)
    handset = rig.dect.calls.locations.of(0x123456789)
    assert handset.tpui == 0x6789
    rig.ring()
    rig.until(lambda: rig.call.of(leg.Alerting))
    assert rig.dect.calls.links.connections[0].dlc.signature == 0x6789


def test_an_encrypted_call_in(make_rig):
    rig = make_rig().configure(ac="1234", encryption="on")
    handset = located(rig)
    rig.talk(handset)
    assert rig.dect.calls.links.connections[0].ciphered and handset.status.ciphered
    handset.keypad("5")
    rig.until(lambda: rig.call.of(leg.Digits))


def test_an_encrypted_call_out(make_rig):
    rig = make_rig().configure(ac="1234", encryption="on")
    handset = located(rig)
    assert handset.dial("300")
    rig.until(lambda: rig.call.of(leg.Setup))
    assert rig.dect.calls.links.connections[0].ciphered
    rig.say(leg.Connect(rig.call.of(leg.Setup)[0].leg, None))
    rig.until(lambda: handset.call == "talking")


def test_a_wide_band_call_in(make_rig):
    rig = make_rig().configure(ac="1234", wideband=True)
    handset = located(rig, wideband=True)
    rig.talk(handset)
    assert rig.call.of(leg.Connect)[0].media.wide and handset.status.wide


def test_the_handset_checks_the_base(make_rig):
    rig = make_rig().configure(ac="1234")
    handset = located(rig)
    rig.talk(handset)
    assert handset.check_base()
    rig.until(lambda: "base proved" in names(handset))
    assert rig.dect.calls.gate.counts["proved"] == 1


def test_the_handset_suggests_ciphering(make_rig):
    rig = make_rig().configure(ac="1234")
    handset = located(rig)
    rig.talk(handset)
    assert handset.cipher()
    rig.until(lambda: rig.dect.calls.links.connections[0].ciphered)


def test_a_text_reaches_the_handset_and_one_comes_back(make_rig):
    rig = make_rig().configure(ac="1234")
    anna, bert = located(rig), located(rig, BERT, position=(0.0, 9.0))
    rig.loop.apply(rig.dect, rig.dect.command("", ["sms", "201", "hello", "there"], rig.time.now)[1], rig.time.now)
    rig.arm()
    rig.until(lambda: "message" in names(anna))
    rig.until(lambda: any("has a text" in line for line in rig.log.lines()) and not rig.radio.ends)
    assert anna.sms("202", "lunch?")
    rig.until(lambda: "message" in names(bert) and "message sent" in names(anna))


def test_a_text_reaches_a_handset_that_talks(make_rig):
    rig = make_rig().configure(ac="1234", encryption="on")
    handset = located(rig)
    rig.talk(handset)
    rig.loop.apply(rig.dect, rig.dect.command("", ["sms", ANNA, "call me"], rig.time.now)[1], rig.time.now)
    rig.arm()
    rig.until(lambda: "message" in names(handset))
    rig.until(lambda: any("has a text" in line for line in rig.log.lines()))
    assert handset.call == "talking"


def test_both_sides_end_a_subscription_on_the_air(make_rig):
    rig = make_rig().configure(ac="1234")
    anna, bert = located(rig), located(rig, BERT, position=(0.0, 9.0))
    rig.loop.apply(rig.dect, rig.dect.command("", ["unsubscribe", ANNA], rig.time.now)[1], rig.time.now)
    rig.arm()
    rig.until(lambda: anna.registration.key is None)
    assert bert.unsubscribe()
    rig.until(lambda: rig.dect.calls.gate.keys.handsets() == [])


def test_a_waiting_caller_and_the_register_recall(make_rig):
    rig = make_rig().configure(ac="1234")
    handset = located(rig)
    name = rig.talk(handset)
    rig.say(leg.Notice(name, "waiting", "0309", "Yan"))
    rig.until(lambda: handset.waiting is not None)
    assert handset.waiting == ("0309", "Yan")
    handset.keypad("R")
    handset.keypad("2")
    rig.until(lambda: "".join(one.digits for one in rig.call.of(leg.Digits)) == "R2")


def test_a_handset_that_takes_its_leave_is_absent(make_rig):
    rig = make_rig().configure(ac="1234")
    handset = located(rig)
    handset.turn_off()
    rig.until(lambda: not rig.dect.calls.locations.handsets)
    rig.ring()
    assert rig.call.of(leg.Release)[0].cause == cause.ABSENT
