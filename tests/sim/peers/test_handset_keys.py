"""Keys, display, models, text messages: what the user of a handset has."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.peers.handset import models
from sim.peers.handset.codec import Message
from sim.peers.handset.menu import KEYS
from tests.sim.peers.handset_rig import CLMS, RFPI, Rig

ADMIN = (">", "*", "<", "<", "*", "<")
TEXT = 0x77


def make(model="IP65", **options):
    return Rig(beacon={}, model=model, **options).located()


def test_the_idle_screen_shows_the_name_and_no_system_where_there_is_none():
    rig = Rig(name="Anna")
    assert rig.handset.display == ["No System"]
    rig.base.on_air()
    rig.located()
    assert rig.handset.display == ["Anna"]
    rig.handset.switch_off()
    assert rig.handset.display == []


def test_service_codes_show_the_device_and_its_identity():
    rig = make("IP64", name="Anna")
    rig.handset.keys("*#34#")
    assert rig.handset.display[0] == "IP64"
    rig.handset.key("end")
    rig.handset.keys("*#06#")
    assert rig.handset.display[:2] == ["IPEI", "0466003541858"]


@pytest.mark.parametrize("model, shows", [("IP65", True), ("IP64", False), ("IP63", False), ("d83 Talker", False)])
def test_the_site_survey_is_behind_a_code_on_the_ip65_only(model, shows):
    rig = make(model)
    rig.handset.keys("*#77#")
    assert (RFPI.hex() in rig.handset.display[0]) == shows


def test_a_site_survey_lists_level_errors_and_place_of_every_base():
    rig = make()
    one = rig.handset.survey()[0]
    assert (one.rfpi, one.fer, one.slot, one.ours) == (RFPI.hex(), 0, 0, True)
    assert one.rssi < -30


def to_call_time(handset):
    for key in ("menu", "ok", "v", "v", "ok"):
        handset.key(key)


def test_the_hidden_menu_opens_by_its_keys_in_the_call_time_screen():
    handset = make().handset
    to_call_time(handset)
    assert handset.display[0] == "Call time"
    for key in ADMIN:
        handset.key(key)
    assert handset.menu.path == ["Admin menu"]
    handset.key("ok")
    assert "IPEI 0466003541858" in handset.menu.whole()


def test_the_hidden_menu_stays_hidden_elsewhere_and_for_other_keys():
    handset = make().handset
    for key in ADMIN:
        handset.key(key)
    assert handset.menu.path == []
    handset.key("end")
    to_call_time(handset)
    for key in (">", "*", "<", "*", "<", "<"):
        handset.key(key)
    assert handset.menu.path[-1] == "Call time"


def test_the_administrator_can_reset_to_factory_settings():
    rig = make()
    handset = rig.handset
    handset.registration.keys[handset.registration.park] = bytes(16)
    handset.book.add("Zoe", "1")
    to_call_time(handset)
    for key in (*ADMIN, "^", "ok"):
        handset.key(key)
    assert not handset.book.entries and handset.registration.key is None
    assert "factory reset" in rig.names()


def test_digits_and_the_call_key_dial():
    rig = make()
    rig.base.answers[3, 5] = [Message(3, 7, [], True)]
    rig.handset.keys("201")
    assert rig.handset.display == ["201"]
    rig.handset.key("call")
    rig.until(lambda: rig.handset.call == "talking")
    assert rig.base.messages[-1].get(0x2C) == b"201"
    rig.handset.key("end")
    assert rig.handset.call == "ending"


def test_what_is_no_key_is_refused():
    with pytest.raises(ValueError, match="a key is one of"):
        make().handset.key("turbo")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(KEYS)), max_size=40))
def test_any_keys_leave_a_display_that_fits(keys):
    handset = make().handset
    lines, columns = handset.model.screen
    for key in keys:
        handset.key(key)
        assert len(handset.display) <= lines
        assert all(len(line) <= columns for line in handset.display)


@pytest.mark.parametrize("digits, asked", [("201", True), ("20*", False), ("#1", False), ("", False), ("Zoe", False)])
def test_the_phone_book_of_the_system_is_searched_by_digits_only(digits, asked):
    rig = make()
    assert rig.handset.book.search(digits) == asked


def test_a_text_message_arrives_is_confirmed_shown_and_read():
    rig = make()
    pieces = [(TEXT, b"\xc0" + "Grüße ".encode()), (TEXT, b"\xc0aus Halle")]
    rig.base.answers[0, 0x71] = [Message(CLMS, 1, [(0x6C, b"\x00\x80" + b"300"), *pieces])]
    rig.base.page(0x6789)
    rig.until(lambda: rig.handset.messages.inbox)
    sms = rig.handset.messages.inbox[0]
    assert (sms.number, sms.text, sms.state) == ("300", "Grüße aus Halle", "new")
    rig.run(1)
    answer = rig.base.messages[-1]
    assert (answer.protocol, answer.type, answer.answer, answer.get(0x60)) == (CLMS, 1, True, None)
    assert rig.handset.display[1] == "1 new messages"
    press(rig.handset, "menu v v ok")
    assert rig.handset.display == ["Messages", ">*300: Grüße aus Halle"]
    press(rig.handset, "ok")
    assert rig.handset.display == ["Message", "300: Grüße aus Halle"]
    press(rig.handset, "end")
    assert (len(rig.handset.display), rig.handset.messages.inbox[0].state) == (1, "read")
    rig.handset.messages.all[0] = sms
    assert rig.handset.messages.read().text == "Grüße aus Halle"
    assert rig.handset.messages.read() is None
    rig.until(lambda: rig.handset.status.slot is None, 5)


def test_a_small_display_scrolls_to_what_is_marked_and_to_the_end_of_what_is_longer():
    handset = make("IP61").handset
    press(handset, "menu ok v v ok > * < < * <")
    press(handset, "v v v")
    assert handset.display[-1] == ">Fault log"
    press(handset, "^ ^ ok")
    assert handset.display[:2] == ["DECT link", "PARK 31100422072149"]
    press(handset, "v v v v v v v")
    assert handset.display[-1].startswith("MFN")
    press(handset, "^ ^ ^")
    assert handset.display[1].startswith("PARK")


def press(handset, keys):
    for key in keys.split():
        handset.key(key)


def test_a_model_without_messages_says_so():
    rig = make("d83 Talker")
    rig.base.answers[0, 0x71] = [Message(CLMS, 1, [(TEXT, b"\xc0hello")])]
    rig.base.page(0x6789)
    rig.until(lambda: rig.base.types(CLMS))
    assert rig.base.messages[-1].get(0x60) == b"\x6f"
    assert not rig.handset.messages.inbox
    assert not rig.handset.sms("1", "no")


@pytest.mark.parametrize("elements, state, event", [
    ([], "sent", "message sent"), ([(0x60, b"\x02")], "failed", "message failed")])
def test_a_text_message_goes_out_in_pieces_and_its_fate_is_known(elements, state, event):
    rig = make()
    rig.base.answers[CLMS, 1] = [Message(CLMS, 1, elements, True)]
    text = "x" * 130
    assert rig.handset.sms("302", text)
    rig.until(lambda: rig.handset.messages.all[-1].state != "sending")
    sent = rig.base.messages[-1]
    assert b"".join(content[1:] for code, content in sent.elements if code == TEXT).decode() == text
    assert sent.get(0x70) == b"\x80302"
    assert rig.handset.messages.all[-1].state == state
    assert event in rig.names()


def test_a_message_without_an_answer_has_failed():
    rig = make()
    rig.handset.sms("302", "hello")
    rig.run(1)
    rig.base.release()
    rig.until(lambda: rig.handset.messages.all[-1].state == "failed")


@pytest.mark.parametrize("name, sms, bluetooth, wired, alarm", [
    ("IP61", False, False, False, False), ("IP63", True, True, False, False), ("IP64", False, False, True, False),
    ("IP65", True, True, True, False), ("d83 Talker", False, False, False, False),
    ("d83 Messenger", True, False, False, False), ("d83 Protector", True, False, False, True)])
def test_models_have_the_features_of_the_article(name, sms, bluetooth, wired, alarm):
    model = models.find(name.lower().replace(" ", "-"))
    assert (model.sms, model.bluetooth, model.wired, model.alarm) == (sms, bluetooth, wired, alarm)
    assert model.cap


def test_every_model_has_an_identity_of_its_own_and_says_what_it_is_on_the_air():
    identities = [model.identity for model in models.MODELS.values()]
    assert len(set(identities)) == len(identities) == 12
    for model in models.MODELS.values():
        assert bool(model.capability[-1] & 1) == (model.name not in ("IP50", "IP52", "IP54", "IP55", "IP56"))


def test_there_is_no_other_model():
    with pytest.raises(ValueError, match="IP65"):
        models.find("IP200")


def test_headsets_are_those_of_the_article():
    assert len(models.BLUETOOTH_HEADSETS) == 16
    ip63, ip64, ip65 = (models.find(name) for name in ("IP63", "IP64", "IP65"))
    assert models.headset(ip65, "Jabra STEALTH") == ""
    assert models.headset(ip65, "Plantronics ML20") is None
    assert models.headset(ip63, "Plantronics ML20") == ""
    assert "CTI" in models.headset(ip63, "Plantronics Voyager Legend UC")
    assert models.headset(ip64, "Jabra STEALTH") is None
    assert "adapter" in models.headset(ip64, "50-00060-30")


def test_they_are_approved_in_the_eu_and_efta_only():
    assert {"DE", "CH", "NO"} <= models.APPROVED
    assert not {"US", "GB", "CN"} & models.APPROVED
    assert len(models.APPROVED) == 31


def test_a_base_may_take_the_subscription_away():
    rig = make()
    rig.handset.registration.keys[rig.handset.registration.park] = bytes(16)
    rig.base.answers[0, 0x71] = [Message(5, 0x48, [])]
    rig.base.page(0x6789)
    rig.until(lambda: "unsubscribed" in rig.names(), 3)
    rig.run(1)
    assert rig.handset.registration.key is None
    assert rig.base.messages[-1].type == 0x49


def test_switched_off_by_its_key_it_takes_leave_first():
    rig = make()
    rig.handset.turn_off()
    rig.until(lambda: rig.handset.lock == "off", 3)
    assert rig.base.messages[-1].type == 0x56


def test_a_temporary_identity_is_confirmed_and_used_from_the_next_link_on():
    rig = Rig()
    rig.base.answers[5, 0x54] = [Message(5, 0x55, [(0x07, b"\x5f"), (0x05, b"\xa0\x94\x00\x12\x34")], True)]
    rig.base.on_air()
    rig.until(lambda: 0x5D in rig.base.types(5))
    rig.freed()
    rig.base.page(0x6789)
    rig.run(1)
    assert rig.handset.status.slot is None
    rig.base.page(0x1234)
    rig.until(lambda: rig.handset.status.slot is not None, 3)
    assert rig.handset.radio.connection.pmid == 0x01234


def test_it_asks_the_base_to_prove_itself():
    from sim.peers.handset import security

    for key, event in ((bytes(16), "base proved"), (bytes(15) + b"\1", "base false")):
        rig = make()
        rig.handset.registration.keys[rig.handset.registration.park] = bytes(16)

        def answer(request, key=key):
            rs = b"\7" * 8
            return Message(5, 0x41, [(0x0D, security.base_answer(key, rs, request.get(0x0C))), (0x0E, rs)], True)

        rig.base.answers[5, 0x40] = [answer]
        rig.dial()
        assert rig.handset.check_base()
        rig.until(lambda rig=rig, event=event: event in rig.names(), 2)
