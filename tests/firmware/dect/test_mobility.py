"""Registration and what goes with it, between the master part and handsets: TPUI, models, keys, ciphering, texts."""

import pytest

from firmware.call import leg
from firmware.call.users import Absent, Changed, Present
from firmware.config.store import StoreError
from firmware.dect import dlc, elements, guesses, identities, lce, nwk, security
from firmware.dect.between import Access, Drop, Kept, Located, Segment, To
from firmware.effects import Clear, Raise, Tell
from tests.firmware.dect.portable import ANNA, ARI, BERT, CARL, Room

AC = {"ac": "1234"}


@pytest.fixture
def room():
    return Room()


@pytest.fixture
def locked():
    return Room(**AC)


def subscribed(room, ipei=ANNA, **options):
    handset = room.portable(ipei, **options)
    handset.subscribe()
    room.run(5)
    assert room.calls.locations.known(ipei)
    return handset


def reason(handset):
    return nwk.element(handset.last(), nwk.REJECT_REASON)[0]


def test_sip_hears_of_a_handset_once_and_of_its_going(room):
    handset = room.portable(located=True)
    handset.locate()
    room.run(4)
    assert room.other == [Located(ANNA, 0), Tell("SIP", Present("anna", "anna", "201", ""))]
    handset.say(nwk.MM, nwk.DETACH, *handset.me())
    room.run(2)
    assert room.other[2:] == [Located(ANNA, None), Tell("SIP", Absent("anna"))]
    assert room.calls.links.connections == []


def test_a_handset_that_registers_elsewhere_is_told_on_but_not_to_sip(room):
    handset = room.portable(located=True)
    handset.connect(radio=2)
    handset.locate()
    room.run(4)
    assert room.other[2:] == [Located(ANNA, 2)]


def test_a_user_that_is_removed_is_absent(room):
    room.portable(located=True)
    room.directory.users.pop(0)
    room.call(Changed())
    assert room.other[-1] == Tell("SIP", Absent("anna"))
    assert room.calls.locations.handsets == []


def test_a_handset_that_is_another_user_now_is_told_to_sip_and_stays(room):
    room.portable(located=True)
    room.directory.users[0] = {**room.directory.users[0], "h323": "zoe", "e164": "333"}
    room.call(Changed())
    room.call(Changed())
    assert room.other[-2:] == [Tell("SIP", Absent("anna")), Tell("SIP", Present("zoe", "zoe", "333", ""))]
    assert room.calls.locations.known(ANNA)


def test_a_tpui_counts_from_its_acknowledgement_on(room):
    old = room.portable()
    old.acks = False
    old.locate()
    room.run(4)
    assert room.calls.locations.of(ANNA).tpui == identities.default_tpui(ANNA)
    old.acks = True
    old.locate()
    room.run(4)
    assert room.calls.locations.of(ANNA).tpui == ANNA & 0xFFFF


def test_links_of_a_handset_with_a_tpui_are_signed(room):
    handset = room.portable(located=True)
    room.ring()
    room.run(1)
    assert handset.link.signature == ANNA & 0xFFFF
    assert room.of(leg.Alerting)


def test_equal_numbers_get_different_tpuis(room):
    twin = ANNA + (1 << 16)
    room.directory.users.append({"ipei": identities.print_ipei(twin), "h323": "t"})
    one, other = room.portable(ANNA, located=True), room.portable(twin, located=True)
    assert one.tpui & 0xFFFF != other.tpui & 0xFFFF


def test_a_handset_of_another_kind_of_identity_is_refused_and_named(locked):
    handset = locked.portable()
    private = nwk.PORTABLE_IDENTITY, b"\x80\xC0" + bytes.fromhex("1000000000003039")
    handset.say(nwk.MM, nwk.ACCESS_RIGHTS_REQUEST, private)
    locked.run(1)
    assert reason(handset) == nwk.IPUI_UNKNOWN and "IPUI O 12345" in locked.logged[-1]


def test_an_ipei_that_nobody_entered_is_refused(room):
    handset = room.portable(CARL)
    handset.locate()
    room.run(2)
    assert reason(handset) == nwk.IPUI_UNKNOWN and handset.mac is None


def says(code, profiles=0x83, emc=0x02A1):
    model = [] if code is None else [(nwk.MODEL, emc.to_bytes(2, "big") + bytes((code,)))]
    return [*model, (nwk.TERMINAL_CAPABILITY, bytes((0x25, 0x90, profiles)))]


@pytest.mark.parametrize("code, profiles, emc, why", [
    (50, 0x82, 0x02A1, "IP50 has GAP but no CAP"), (56, 0x83, 0x02A1, "IP56 has GAP but no CAP"),
    (64, 0x82, 0x02A1, "IP64 has GAP but no CAP"), (64, 0x83, 0x0001, "another make"),
    (None, 0x83, 0, "another make"), (99, 0x83, 0x02A1, "another make")])
def test_old_and_foreign_handsets_are_refused_for_their_reason(room, locked, code, profiles, emc, why):
    for where in (room, locked):
        handset = where.portable(says=says(code, profiles, emc))
        handset.locate() if where is room else handset.subscribe()
        where.run(2)
        assert reason(handset) == nwk.INCOMPATIBLE
        assert why in where.logged[-1] and not where.calls.locations.handsets


@pytest.mark.parametrize("code, emc", [(61, 0x02A1), (63, 0x02A1), (64, 0x02A1), (65, 0x02A1), (83, 0x02A2)])
def test_handsets_of_the_list_are_taken(room, code, emc):
    room.portable(says=says(code, 0x83, emc), located=True)
    assert room.calls.locations.of(ANNA).model is not None


def test_subscription_and_calls_with_keys_over_whole_links(locked):
    handset = subscribed(locked)
    assert locked.calls.gate.keys.of(ANNA) == handset.uak
    assert Kept(ANNA, handset.uak) in locked.other
    locked.ring()
    locked.run(2)
    assert len(locked.of(leg.Alerting)) == 1
    assert locked.calls.gate.counts["passed"] == 2


def test_too_many_wrong_codes_lock_one_handset_and_then_all(locked):
    handset = locked.portable(ac="1")
    for _ in range(guesses.ONE):
        handset.subscribe()
        locked.run(3)
    assert reason(handset) == nwk.AUTH_FAILED
    handset.ac = "1234"
    handset.subscribe()
    locked.run(3)
    assert reason(handset) == nwk.OVERLOAD and handset.uak is None
    subscribed(locked, BERT)
    locked.run(600)
    handset.subscribe()
    locked.run(5)
    assert handset.uak is not None


def test_guesses_in_all_raise_an_alarm_that_ends_by_itself():
    taken = guesses.Guesses()
    effects = [effect for number in range(guesses.ALL + 5) for effect in taken.wrong(number, number)]
    assert [type(effect) for effect in effects] == [Raise]
    assert taken.locked(10 ** 6, 100) is not None
    assert taken.tick(taken.due() - 1) == []
    assert taken.tick(taken.due()) == [Clear(guesses.GUESSING)]
    assert taken.due() is None and taken.locked(10 ** 6, guesses.WINDOW + 100) is None


def test_the_base_proves_itself_to_a_handset(locked):
    handset = subscribed(locked)
    handset.say(nwk.LCE, nwk.PAGE_RESPONSE, *handset.me())
    handset.say(nwk.MM, nwk.AUTH_REQUEST, nwk.auth_type(nwk.UAK_TYPE), (nwk.RAND, b"12345678"))
    locked.run(2)
    reply = next(one for one in handset.heard if one.type == nwk.AUTH_REPLY and nwk.element(one, nwk.RS))
    session = security.a21(security.b1(handset.uak), nwk.element(reply, nwk.RS))
    assert nwk.element(reply, nwk.RES) == security.a22(session, b"12345678")


@pytest.mark.parametrize("elements_", [[], [nwk.auth_type(nwk.AC_TYPE), (nwk.RAND, bytes(8))],
                                       [nwk.auth_type(nwk.UAK_TYPE), (nwk.RAND, bytes(7))]])
def test_the_base_does_not_prove_itself_to_anybody(locked, elements_):
    handset = locked.portable()
    handset.say(nwk.MM, nwk.AUTH_REQUEST, *handset.me(), *elements_)
    locked.run(1)
    assert (handset.last().type, reason(handset)) == (nwk.AUTH_REJECT, nwk.NO_KEY)


def ciphered(**more):
    return Room(ac="1234", encryption="on", **more)


def test_calls_are_ciphered_with_the_key_of_the_proof():
    room = ciphered()
    handset = subscribed(room)
    assert room.keys == {}
    room.ring()
    room.run(2)
    assert len(room.of(leg.Alerting)) == 1
    assert list(room.keys.values()) == [handset.dck]
    assert (nwk.MM, nwk.CIPHER_REQUEST) in handset.kinds()
    assert room.calls.links.connections[0].ciphered


def test_a_ciphered_call_goes_on_ciphered_at_another_radio():
    room = ciphered()
    handset = subscribed(room)
    room.ring()
    room.run(2)
    handset.connect(radio=1, kind="handover")
    assert room.of(leg.Media) == []
    room.run(1)
    assert room.keys[handset.mac] == handset.dck and room.calls.links.connections[0].ciphered
    assert room.of(leg.Media)[0].media.radio == 1


def test_a_stranger_who_hands_over_a_ciphered_call_gets_nothing():
    room = ciphered()
    handset = subscribed(room)
    room.ring()
    room.run(2)
    room.report(2, Access(99, handset.pmid, "handover", 0, False))
    for segment in dlc.segments(dlc.Frame(0x91, 0, False, b"\x83\x4D"), handset.link.signature):
        room.report(2, Segment(99, segment))
    room.run(3.9)
    assert To(2, Drop(99, 3)) not in room.orders
    room.run(0.2)
    assert To(2, Drop(99, 3)) in room.orders
    assert room.of(leg.Media) == [] and room.of(leg.Release) == []
    assert room.calls.links.counts["refused"] == 1 and room.calls.links.connections[0].radio == 0


@pytest.mark.parametrize("ciphers", [True, False])
def test_the_old_radio_may_go_before_the_new_one_is_ciphered(ciphers):
    room = ciphered()
    handset = subscribed(room)
    room.ring()
    room.run(2)
    old, handset.ciphers = handset.mac, ciphers
    handset.connect(radio=1, kind="handover")
    room.gone(old, 4)
    room.run(5)
    assert bool(room.of(leg.Media)) == ciphers and bool(room.of(leg.Release)) != ciphers
    assert len(room.calls.links.connections) == (1 if ciphers else 0)


@pytest.mark.parametrize("refuses", [True, False])
def test_without_ciphering_there_is_no_call(refuses):
    room = ciphered()
    handset = subscribed(room)
    handset.ciphers = False
    if not refuses:
        handset._5_4c = lambda message: None
    handset.dial("300")
    room.run(12)
    assert room.of(leg.Setup) == [] and handset.mac is None
    assert handset.last().type == nwk.RELEASE_COM


def test_a_handset_may_suggest_ciphering(locked):
    handset = subscribed(locked)
    handset.dial("300")
    locked.run(2)
    handset.say(nwk.MM, nwk.CIPHER_SUGGEST, elements.cipher_info())
    locked.run(1)
    assert locked.keys[handset.mac] == handset.dck
    handset.say(nwk.MM, nwk.CIPHER_SUGGEST, elements.cipher_info(), transaction=1)
    locked.run(1)
    assert handset.last().type == nwk.CIPHER_REJECT


def test_a_handset_that_does_not_name_itself_is_asked(room):
    handset = room.portable(located=True)
    handset.say(nwk.CC, nwk.SETUP, (nwk.MULTI_KEYPAD, b"300"))
    room.run(2)
    assert (nwk.MM, nwk.IDENTITY_REQUEST) in handset.kinds()
    assert room.of(leg.Setup)[0].calling == "201"


def test_a_handset_that_will_not_name_itself_gets_nothing(room):
    handset = room.portable(located=True)
    handset.mute = True
    handset.say(nwk.CC, nwk.SETUP, (nwk.MULTI_KEYPAD, b"300"))
    room.run(12)
    assert room.of(leg.Setup) == [] and handset.mac is None


def test_a_handset_is_known_by_its_tpui(room):
    handset = room.portable(located=True)
    handset.say(nwk.CC, nwk.SETUP, nwk.portable_tpui(handset.tpui), (nwk.MULTI_KEYPAD, b"300"))
    room.run(2)
    assert (nwk.MM, nwk.IDENTITY_REQUEST) not in handset.kinds() and room.of(leg.Setup)


def test_information_about_the_location_area(room):
    handset = room.portable()
    handset.say(nwk.MM, nwk.INFO_REQUEST, *handset.me(), (nwk.INFO_TYPE, b"\x89"))
    handset.say(nwk.MM, nwk.INFO_REQUEST, *handset.me(), (nwk.INFO_TYPE, b"\x81"), transaction=1)
    room.run(1)
    assert [message.type for message in handset.heard] == [nwk.INFO_ACCEPT, nwk.INFO_REJECT]


def test_a_handset_ends_its_subscription_with_its_key_only(locked):
    handset = subscribed(locked)
    thief = locked.portable(ANNA)
    thief.uak = bytes(16)
    thief.say(nwk.MM, nwk.TERMINATE_REQUEST, *thief.me())
    locked.run(2)
    assert thief.last().type == nwk.TERMINATE_REJECT and locked.calls.gate.keys.of(ANNA) is not None
    handset.say(nwk.MM, nwk.TERMINATE_REQUEST, *handset.me())
    locked.run(2)
    assert handset.last().type == nwk.TERMINATE_ACCEPT
    assert locked.calls.gate.keys.of(ANNA) is None and locked.calls.locations.handsets == []
    assert Kept(ANNA, None) in locked.other


def test_flash_that_refuses_keeps_the_subscription(locked):
    handset = subscribed(locked)
    locked.flash.full = True
    handset.say(nwk.MM, nwk.TERMINATE_REQUEST, *handset.me())
    locked.run(2)
    assert (handset.last().type, reason(handset)) == (nwk.TERMINATE_REJECT, nwk.NO_MEMORY)
    with pytest.raises(StoreError):
        locked.calls.unsubscribe(ANNA, locked.now)


def test_unsubscribe_tells_the_handset_on_the_air(locked):
    handset = subscribed(locked)
    locked.apply(locked.calls.unsubscribe(ANNA, locked.now))
    assert locked.calls.gate.keys.of(ANNA) is None and locked.calls.locations.handsets == []
    locked.run(3)
    assert handset.uak is None and handset.mac is None
    assert "knows" in locked.logged[-1]
    with pytest.raises(LookupError):
        locked.calls.unsubscribe(ANNA, locked.now)


def test_unsubscribing_a_handset_that_is_off_is_logged(locked):
    handset = subscribed(locked)
    handset.mute = True
    locked.apply(locked.calls.unsubscribe(ANNA, locked.now))
    locked.run(13)
    assert "does not know" in locked.logged[-1] and locked.calls.due() is None


def texts(handset):
    return [elements.text_of(one) for one in handset.heard if (one.protocol, one.answer) == (nwk.CLMS, False)]


def test_a_text_from_the_console_reaches_a_handset(room):
    handset = room.portable(located=True)
    words = "Grüße " * 20
    room.apply(room.calls.sms("201", words, "", room.now))
    room.run(3)
    assert texts(handset) == [words] and handset.mac is None
    assert "has a text" in room.logged[-1]
    room.apply(room.calls.sms(identities.print_ipei(ANNA), "again", "100", room.now))
    room.run(3)
    assert texts(handset)[1] == "again"


@pytest.mark.parametrize("to, words, error", [
    ("999", "x", LookupError), ("202", "x", LookupError), ("201", "", ValueError), ("201", "x" * 161, ValueError)])
def test_texts_that_cannot_be(room, to, words, error):
    room.portable(located=True)
    with pytest.raises(error):
        room.calls.sms(to, words, "", room.now)


def test_a_text_from_handset_to_handset(room):
    anna, bert = room.portable(located=True), room.portable(BERT, located=True)
    anna.say(nwk.CLMS, nwk.VARIABLE, *anna.me(), nwk.number(nwk.CALLED_NUMBER, "202"), *elements.text("lunch?"))
    room.run(3)
    assert texts(bert) == ["lunch?"]
    assert elements.number_of(bert.heard[-1], nwk.CALLING_NUMBER) == "201"
    assert anna.last().answer and nwk.element(anna.last(), nwk.REJECT_REASON) is None
    assert anna.mac is None and bert.mac is None


def test_a_text_for_nobody_is_kept_for_the_console_and_one_for_who_is_off_is_refused(room):
    anna = room.portable(located=True)
    for called in ("77", "202"):
        anna.say(nwk.CLMS, nwk.VARIABLE, *anna.me(), nwk.number(nwk.CALLED_NUMBER, called), *elements.text("hi"))
        room.run(3)
    assert room.calls.texts.messages == [("201", "77", "hi"), ("201", "202", "hi")]
    assert reason(anna) == nwk.IPUI_UNKNOWN


def test_texts_need_the_key_too(locked):
    handset = subscribed(locked)
    handset.uak = bytes(16)
    handset.say(nwk.CLMS, nwk.VARIABLE, *handset.me(), nwk.number(nwk.CALLED_NUMBER, "77"), *elements.text("hi"))
    locked.run(3)
    assert locked.calls.texts.messages == [] and reason(handset) == nwk.AUTH_FAILED


def test_a_second_handset_of_one_ipei_is_noticed_and_the_first_keeps_its_call(room):
    first = room.portable(located=True)
    room.ring()
    room.run(1)
    second = room.portable()
    second.dial("300")
    room.run(2)
    assert second.mac is None and nwk.element(second.last(), nwk.RELEASE_REASON)[0] == nwk.USER_BUSY
    assert room.calls.gate.counts["clones"] == 1 and "on two links" in room.logged[-1]
    assert first.mac is not None and not room.of(leg.Release)


def test_a_handset_that_comes_back_replaces_its_dead_link(room):
    first = room.portable(located=True)
    first.say(nwk.MM, nwk.INFO_REQUEST, *first.me())
    room.run(0.5)
    dead = first.mac
    second = room.portable()
    second.locate()
    room.run(1)
    assert To(dead[0], Drop(dead[1], 2)) in room.orders
    assert (nwk.MM, nwk.LOCATE_ACCEPT) in second.kinds()


def test_a_standby_begins_with_what_it_was_told(locked):
    handset = subscribed(locked)
    other = Room(**AC)
    other.apply(other.calls.stop(0))
    other.calls.restore(Located(ANNA, 1))
    other.calls.restore(Kept(ANNA, handset.uak))
    other.calls.restore(Kept(BERT, b"k" * 16))
    other.calls.restore(Kept(BERT, None))
    other.apply(other.calls.begin(ARI))
    assert other.calls.gate.keys.handsets() == [ANNA] and other.calls.locations.known(ANNA)
    assert Tell("SIP", Present("anna", "anna", "201", "")) in other.other


@pytest.mark.parametrize("kind", [nwk.LOCATE_REQUEST, nwk.TERMINATE_REQUEST, nwk.DETACH])
def test_an_answer_flag_does_not_open_the_gate(locked, kind):
    subscribed(locked)
    thief = locked.portable(ANNA)
    thief.uak = bytes(16)
    thief.say(nwk.MM, kind, *thief.me(), answer=True)
    locked.run(3)
    assert locked.calls.gate.counts["failed"] == 1
    assert locked.calls.gate.keys.of(ANNA) is not None and locked.calls.locations.known(ANNA)


def test_handsets_register_anew_when_something_else_is_asked_of_them(room):
    anna, bert = room.portable(located=True), room.portable(BERT, located=True)
    room.apply(room.calls.configure(AC))
    assert room.calls.locations.handsets == []
    room.run(8)
    assert sorted(room.calls.locations.handsets) == [ANNA, BERT]
    assert room.calls.gate.keys.of(ANNA) == anna.uak and room.calls.gate.keys.of(BERT) == bert.uak
    assert room.calls.due() is None


def test_a_second_stranger_does_no_better_when_the_handset_has_gone():
    room = ciphered()
    handset = subscribed(room)
    room.ring()
    room.run(2)
    room.report(1, Access(98, handset.pmid, "handover", 0, False))
    room.gone(handset.mac, 7)
    room.report(2, Access(99, handset.pmid, "handover", 0, False))
    assert To(1, Drop(98, 3)) in room.orders
    room.run(20)
    assert room.of(leg.Media) == [] and len(room.of(leg.Release)) == 1


@pytest.mark.parametrize("values", [{}, AC, {**AC, "encryption": "on"}])
def test_a_text_reaches_a_handset_during_its_call(values):
    room = Room(**values)
    handset = subscribed(room) if values else room.portable(located=True)
    handset.dial("300")
    room.run(2)
    name = room.of(leg.Setup)[0].leg
    room.call(leg.Connect(name, None))
    room.apply(room.calls.sms("201", "one", "", room.now))
    room.apply(room.calls.sms("201", "two", "", room.now))
    room.run(3)
    assert texts(handset) == ["one", "two"] and room.paged == []
    assert room.of(leg.Release) == [] and room.calls.busy() == 1


def test_a_text_for_who_dials_just_then_comes_on_that_link(room):
    handset = room.portable(located=True)
    handset.mute = True
    room.apply(room.calls.sms("201", "one", "", room.now))
    room.run(1)
    handset.mute = False
    handset.dial("300")
    room.run(2)
    assert texts(handset) == ["one"] and len(room.of(leg.Setup)) == 1


def test_texts_that_pile_up_are_turned_away(room):
    handset = room.portable(located=True)
    handset.mute = True
    for number in range(80):
        room.apply(room.calls.sms("201", str(number), "", room.now))
    assert len([text for text in room.logged if "could not" in text]) == 80 - lce.LIMIT
    handset.mute = False
    room.run(60)
    assert texts(handset)[:3] == ["0", "1", "2"]
    assert room.calls.due() is None and room.calls.links.connections == []
