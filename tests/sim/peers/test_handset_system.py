"""The handset and the firmware's base, which share no code, understand one another."""

import numpy as np
import pytest

from firmware.call import leg
from sim.peers import spandsp
from sim.peers.handset import models
from sim.peers.handset.codec import Message
from tests.firmware.dect.conftest import BERT, Rig
from tests.sim.peers.handset_rig import tone


def located(rig, **options):
    handset = rig.handset(**options)
    rig.until(lambda: handset.located)
    rig.until(lambda: handset.status.slot is None)
    return handset


def names(handset):
    return [event.name for event in handset.events]


@pytest.fixture
def secure():
    return Rig().configure(encryption="on", subscription="on", ac="0000")


def test_a_call_is_ciphered_and_the_base_proves_its_key(secure):
    anna = located(secure)
    assert names(anna)[:3] == ["locked", "subscribed", "located"]
    secure.talk(anna)
    assert anna.status.ciphered
    assert anna.check_base()
    secure.until(lambda: "base proved" in names(anna), 3)
    anna.keypad("R1")
    secure.run(2)
    assert [one.digits for one in secure.call.of(leg.Digits)] == ["R", "1"]


def test_a_ciphered_call_changes_its_channel_without_a_lost_field(secure):
    anna = located(secure)
    secure.talk(anna)
    secure.run(0.5)
    assert anna.radio.connection.hand_over()
    secure.until(lambda: "bearer handover" in names(anna), 3)
    secure.run(1)
    assert anna.status.ciphered
    assert anna.audio.missing == 0
    assert len(secure.call.of(leg.Media)) == 1


def test_speech_from_the_base_is_heard_without_a_gap_through_a_bearer_handover():
    rig = Rig().configure()
    anna = located(rig)
    rig.talk(anna)
    codes = spandsp.G726().encode(tone(4.0))
    fields = [codes[at:at + 40] for at in range(0, len(codes), 40)]

    def frame():
        for bearer in range(8):
            if fields:
                rig.radio.put_b(bearer, fields[0])
        del fields[:1]

    rig.air.on_frame(frame)
    rig.run(1)
    anna.radio.connection.hand_over()
    rig.run(2.5)
    assert "bearer handover" in names(anna)
    heard = anna.audio.heard()[8000:24000].astype(float).reshape(-1, 80)
    assert ((heard ** 2).mean(axis=1) > 1e6).all()


def test_a_text_goes_from_handset_to_handset(secure):
    anna, bert = located(secure), located(secure, ipei=BERT)
    assert anna.sms("202", "Grüße aus Halle")
    secure.until(lambda: bert.messages.inbox, 20)
    assert (bert.messages.inbox[0].number, bert.messages.inbox[0].text) == ("201", "Grüße aus Halle")
    secure.until(lambda: anna.messages.all[-1].state == "sent", 10)


def test_a_wideband_handset_has_a_long_slot_and_the_call_is_told_so():
    rig = Rig().configure(wideband=True)
    anna = located(rig, wideband=True)
    assert anna.dial("5")
    rig.until(lambda: rig.call.of(leg.Setup))
    assert rig.call.of(leg.Setup)[0].media.wide
    assert anna.status.wide


@pytest.mark.parametrize("name", ["IP50", "IP56"])
def test_an_old_handset_is_refused_because_it_has_no_cap(name):
    rig = Rig().configure()
    old = rig.handset(model=name)
    rig.run(4)
    assert not old.located and "refused" in names(old)
    assert any("CAP" in line for line in rig.log.lines())


def test_the_handset_of_another_make_is_refused(monkeypatch):
    monkeypatch.setitem(models.MODELS, "Other", models.Model("Other", 1, emc=0x0300))
    rig = Rig().configure()
    other = rig.handset(model="Other")
    rig.run(4)
    assert not other.located and "refused" in names(other)


@pytest.mark.parametrize("name", ["IP61", "IP63", "IP64", "IP65", "d83 Talker", "d83 Messenger", "d83 Protector"])
def test_a_handset_of_the_article_is_taken(name):
    rig = Rig().configure()
    assert located(rig, model=name).status.model == name


def test_a_jammed_channel_is_left_while_the_call_goes_on():
    rig = Rig().configure()
    anna = located(rig)
    rig.talk(anna)
    rig.run(1)
    carrier = anna.status.carrier
    jammer = rig.handset(ipei=BERT, position=(2.0, 2.0), name="jammer")
    jammer.switch_off()
    rig.air.emit(jammer, carrier)
    rig.until(lambda: "bearer handover" in names(anna), 6)
    rig.run(2)
    assert anna.call == "talking" and anna.status.carrier != carrier


def test_a_handset_whose_subscription_is_taken_away_on_the_air_forgets_its_key(secure):
    anna = located(secure)
    assert anna.registration.key is not None
    anna._message(Message(5, 0x48, []))
    assert anna.registration.key is None
    assert "unsubscribed" in names(anna)


def test_call_after_call_is_handed_over_and_leaves_nothing_behind():
    rig = Rig().configure()
    anna = located(rig)
    for _ in range(5):
        rig.talk(anna)
        anna.radio.connection.hand_over()
        rig.run(2)
        anna.hang_up()
        rig.until(lambda: anna.status.slot is None)
        rig.run(1)
    assert names(anna).count("bearer handover") == 5
    assert anna.audio.missing == 0
    assert np.isclose(anna.calls.total / 1e6, 10, atol=1.5)


def test_a_handset_gives_its_subscription_up_and_takes_leave(secure):
    anna = located(secure)
    anna.unsubscribe()
    secure.until(lambda: "unsubscribed" in names(anna), 10)
    assert anna.registration.key is None
    bert = located(secure, ipei=BERT)
    bert.turn_off()
    secure.until(lambda: bert.lock == "off", 3)
    secure.ring("202")
    secure.until(lambda: secure.call.of(leg.Release), 5)


def test_the_base_takes_a_subscription_away_over_the_air(secure):
    anna = located(secure)
    _, effects = secure.dect.command("", ["unsubscribe", anna.ipei], secure.time.now)
    secure.loop.apply(secure.dect, effects, secure.time.now)
    secure.arm()
    secure.until(lambda: "unsubscribed" in names(anna), 10)
    assert anna.registration.key is None


def test_a_notice_of_the_network_shows_who_waits_and_then_whom_one_talks_to():
    rig = Rig().configure()
    anna = located(rig)
    name = rig.talk(anna)
    rig.say(leg.Notice(name, "waiting", "555", "Carl"))
    rig.until(lambda: anna.waiting is not None, 3)
    assert anna.waiting == ("555", "Carl")
    assert "Waiting: Carl" in anna.display
    rig.say(leg.Notice(name, None, "555", "Carl"))
    rig.until(lambda: anna.waiting is None, 3)
    assert anna.caller == ("555", "Carl")
    assert anna.display[1] == "Carl 555"
