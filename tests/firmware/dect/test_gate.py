"""Authentication by hand: replays, wrong lengths, missing elements, messages out of turn, cloned identities."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.config.store import NoSpace
from firmware.config.vars import Vars
from firmware.dect import identities, nwk, security
from firmware.dect.between import Access
from firmware.dect.connection import Connection
from firmware.dect.gate import Admitted, Closed, Gate
from firmware.dect.keys import ROOT, Unsaved
from firmware.dect.proof import MM_AUTH_1
from firmware.effects import Log

ANNA, BERT = 0x123456789, 0x12345678A
ARI = identities.parse_ari("31100422072149")
NUMBERS = random.Random(5)
UAK = bytes(range(16))
AC = security.b1(security.authentication_code("1234"))


def connection(number=0):
    return Connection(0, Access(number + 1, 0xE0001, "setup", number, False), 0)


class Locations:
    def user(self, ipei):
        return {"cn": "Anna"} if ipei in (ANNA, BERT) else None


class Rig:
    def __init__(self, ac="1234", entropy=NUMBERS.randbytes, store=None, **more):
        self.variables = Vars(Unsaved() if store is None else store)
        self.gate = Gate(Locations(), self.variables, entropy)
        self.gate.configure({"ac": ac, **more})
        self.gate.begin(ARI)
        self.link = connection(0)

    def key(self, ipei=ANNA, uak=UAK):
        self.gate.keys.keep(ipei, uak)
        return self

    def hear(self, kind, *elements, answer=False, protocol=nwk.MM, link=None, now=0):
        message = nwk.decode(nwk.encode(nwk.Message(answer, 1, protocol, kind, list(elements))))
        link = self.link if link is None else link
        if link.ipei is None:
            link.ipei = nwk.ipei_of(message)
        return self.gate.receive(link, message, now)

    def locate(self, ipei=ANNA, link=None):
        return self.hear(nwk.LOCATE_REQUEST, nwk.portable_ipui(ipei), link=link)

    def subscribe(self, ipei=ANNA):
        return self.hear(nwk.ACCESS_RIGHTS_REQUEST, nwk.portable_ipui(ipei), nwk.auth_type(nwk.AC_TYPE))

    def reply(self, res, link=None):
        return self.hear(nwk.AUTH_REPLY, (nwk.RES, res), answer=True, link=link)


def said(happened):
    return [one for one in happened if isinstance(one, nwk.Message)]


def kinds(happened):
    return [message.type for message in said(happened)]


def reason(happened):
    return nwk.element(said(happened)[-1], nwk.REJECT_REASON)[0]


def res1(happened, key=UAK):
    request = said(happened)[-1]
    session = security.a11(key, nwk.element(request, nwk.RS))
    return security.a12(session, nwk.element(request, nwk.RAND))[1]


def refused(happened):
    return Closed() in happened and any(isinstance(one, Log) for one in happened)


def admitted(happened):
    return any(isinstance(one, Admitted) for one in happened)


def test_the_request_names_the_algorithm_the_key_and_two_fresh_numbers():
    first, second = Rig().key().locate(), Rig().key().locate()
    message = said(first)[0]
    assert (message.type, message.answer) == (nwk.AUTH_REQUEST, False)
    assert nwk.encode(message)[:7].hex() == "05400a03011800"
    assert [len(content) for _, content in message.elements] == [3, 8, 8]
    assert message.elements[1:] != said(second)[0].elements[1:]


def test_key_allocation_is_asked_for_with_the_algorithm_and_both_key_numbers():
    message = said(Rig().subscribe())[0]
    assert nwk.encode(message)[:6].hex() == "05420b020188"
    assert [code for code, _ in message.elements] == [nwk.ALLOCATION, nwk.RAND, nwk.RS]


def test_the_right_answer_admits_what_was_asked_for_and_is_good_for_the_link():
    rig = Rig().key()
    assert admitted(rig.reply(res1(rig.locate())))
    assert rig.locate() == [Admitted(nwk.Message(False, 1, nwk.MM, nwk.LOCATE_REQUEST, [nwk.portable_ipui(ANNA)]))]


def test_a_replayed_answer_is_wrong_the_second_time():
    rig = Rig().key()
    answer = res1(rig.locate())
    assert admitted(rig.reply(answer))
    other = connection(1)
    rig.locate(link=other)
    happened = rig.reply(answer, link=other)
    assert refused(happened) and reason(happened) == nwk.AUTH_FAILED
    assert rig.link.trusted == ANNA and other.trusted is None


@pytest.mark.parametrize("elements", [[], [(nwk.RES, b"")], [(nwk.RES, b"\0" * 3)], [(nwk.RES, b"\0" * 5)],
                                      [(nwk.RAND, b"\0" * 4)]])
def test_an_answer_of_another_length_or_none_is_wrong(elements):
    rig = Rig().key()
    rig.locate()
    assert refused(rig.hear(nwk.AUTH_REPLY, *elements, answer=True))


def test_a_handset_that_declines_is_refused():
    rig = Rig().key()
    rig.locate()
    assert refused(rig.hear(nwk.AUTH_REJECT, answer=True))
    rig.subscribe()
    assert refused(rig.hear(nwk.AUTH_REJECT, answer=True))


def test_a_handset_that_declines_is_refused_even_with_the_right_answer():
    rig = Rig().key()
    assert refused(rig.hear(nwk.AUTH_REJECT, (nwk.RES, res1(rig.locate())), answer=True))


@pytest.mark.parametrize("kind", [nwk.AUTH_REQUEST, nwk.AUTH_REPLY, nwk.AUTH_REJECT, nwk.KEY_ALLOCATE])
def test_authentication_that_nobody_asked_for_is_counted_and_nothing_else(kind):
    rig = Rig().key()
    assert said(rig.hear(kind, (nwk.RES, b"1234"), answer=True)) == []
    assert rig.gate.counts["unexpected"] == 1
    assert rig.link.proof is None


def test_what_comes_while_an_answer_is_waited_for_changes_nothing():
    rig = Rig().key()
    answer = res1(rig.locate())
    assert said(rig.locate()) == []
    assert said(rig.hear(nwk.AUTH_REQUEST, (nwk.RES, b"1234"), (nwk.RAND, bytes(8)), answer=True)) == []
    assert said(rig.hear(nwk.AUTH_REPLY, (nwk.RES, answer))) == []
    assert admitted(rig.reply(answer))
    assert rig.gate.counts["unexpected"] == 3


def test_a_link_serves_one_handset():
    rig = Rig().key().key(BERT)
    rig.reply(res1(rig.locate()))
    happened = rig.locate(BERT)
    assert refused(happened) and reason(happened) == nwk.IPUI_NOT_ACCEPTED


@pytest.mark.parametrize("protocol, kind, answer", [
    (nwk.MM, nwk.LOCATE_REQUEST, nwk.LOCATE_REJECT), (nwk.LCE, nwk.PAGE_RESPONSE, nwk.PAGE_REJECT),
    (nwk.CC, nwk.SETUP, nwk.RELEASE_COM)])
def test_a_cloned_ipei_without_the_key_gets_nothing(protocol, kind, answer):
    rig = Rig().key()
    assert kinds(rig.hear(kind, nwk.portable_ipui(ANNA), protocol=protocol)) == [nwk.AUTH_REQUEST]
    happened = rig.reply(b"\1\2\3\4")
    assert refused(happened) and kinds(happened) == [answer]
    assert not admitted(happened)


def test_a_cloned_ipei_cannot_sign_the_handset_off():
    rig = Rig().key()
    assert kinds(rig.hear(nwk.DETACH, nwk.portable_ipui(ANNA))) == [nwk.AUTH_REQUEST]
    happened = rig.reply(b"\1\2\3\4")
    assert refused(happened) and said(happened) == []


def test_a_cloned_ipei_with_a_wrong_code_leaves_the_key_alone():
    rig = Rig().key()
    rig.subscribe()
    happened = rig.hear(nwk.AUTH_REQUEST, (nwk.RAND, bytes(8)), (nwk.RES, b"\0\0\0\0"), answer=True)
    assert kinds(happened) == [nwk.AUTH_REJECT, nwk.ACCESS_RIGHTS_REJECT]
    assert rig.gate.keys.of(ANNA) == UAK


def test_the_base_proves_the_code_as_well():
    rig = Rig()
    happened = rig.subscribe()
    rs, rand = nwk.element(said(happened)[0], nwk.RS), b"\7" * 8
    happened = rig.hear(nwk.AUTH_REQUEST, (nwk.RAND, rand), (nwk.RES, res1(happened, AC)), answer=True)
    assert kinds(happened) == [nwk.AUTH_REPLY, nwk.ACCESS_RIGHTS_ACCEPT]
    uak = security.a21(AC, rs)
    assert nwk.element(said(happened)[0], nwk.RES) == security.a22(uak, rand)
    assert rig.gate.keys.of(ANNA) == uak


@pytest.mark.parametrize("rand", [None, b"", b"\0" * 7, b"\0" * 9])
def test_a_handset_number_of_another_length_is_refused(rand):
    rig = Rig()
    answer = (nwk.RES, res1(rig.subscribe(), AC))
    elements = [answer] if rand is None else [(nwk.RAND, rand), answer]
    assert refused(rig.hear(nwk.AUTH_REQUEST, *elements, answer=True))
    assert rig.gate.keys.of(ANNA) is None


def test_without_an_answer_the_time_limit_refuses():
    rig = Rig().key()
    rig.locate()
    assert rig.link.due() == MM_AUTH_1
    happened = rig.gate.expired(rig.link, MM_AUTH_1)
    assert refused(happened) and reason(happened) == nwk.AUTH_FAILED
    assert rig.link.proof is None


def test_a_call_goes_on_while_its_handset_registers_again():
    rig = Rig(authenticate="registration").key()
    rig.link.call = object()
    rig.locate()
    assert admitted(rig.hear(nwk.RELEASE, protocol=nwk.CC))
    assert rig.link.proof is not None


def test_hanging_up_before_the_key_is_proved_ends_it():
    rig = Rig().key()
    rig.hear(nwk.SETUP, nwk.portable_ipui(ANNA), protocol=nwk.CC)
    happened = rig.hear(nwk.RELEASE, protocol=nwk.CC)
    assert kinds(happened) == [nwk.RELEASE_COM] and Closed() in happened
    assert rig.link.proof is None


def test_a_second_handset_cannot_subscribe_on_the_link_of_the_first():
    rig = Rig().key()
    rig.reply(res1(rig.locate()))
    assert reason(rig.subscribe(BERT)) == nwk.IPUI_NOT_ACCEPTED


def test_a_request_that_does_not_say_who_is_refused():
    assert reason(Rig().hear(nwk.ACCESS_RIGHTS_REQUEST)) == nwk.IPUI_UNKNOWN


def test_without_random_numbers_nobody_is_trusted():
    rig = Rig(entropy=None).key()
    assert refused(rig.locate())
    assert refused(rig.subscribe())


def test_without_a_code_the_ipei_is_enough_and_access_rights_are_granted():
    rig = Rig(ac="")
    assert admitted(rig.locate())
    assert kinds(rig.subscribe()) == [nwk.ACCESS_RIGHTS_ACCEPT]
    assert rig.gate.bits() == ()


def test_a_key_that_somebody_spoiled_by_hand_counts_as_none():
    rig = Rig().key()
    name = rig.variables.read(ROOT)[0].split(" ")[0]
    rig.variables.create(name, "pb", "1234")
    assert reason(rig.locate()) == nwk.IPUI_NOT_ACCEPTED
    rig.variables.create(name, "p", "z" * 32)
    assert reason(rig.locate()) == nwk.IPUI_NOT_ACCEPTED


class Broken(Unsaved):
    broken = False

    def commit(self, data):
        if self.broken:
            raise NoSpace("no room")


def test_flash_that_refuses_to_forget_old_keys_is_logged_and_they_do_not_count():
    store = Broken()
    rig = Rig(store=store).key()
    store.broken = True
    effects = rig.gate.begin(identities.parse_ari("31100422072202"))
    assert [type(effect) for effect in effects] == [Log]
    assert rig.gate.keys.of(ANNA) is None


CODES = st.sampled_from([nwk.AUTH_TYPE, nwk.ALLOCATION, nwk.RAND, nwk.RES, nwk.RS, nwk.PORTABLE_IDENTITY, 0xE2, 0x91])
BODIES = st.one_of(
    st.binary(max_size=40),
    st.lists(st.tuples(CODES, st.integers(0, 12), st.binary(max_size=12)), max_size=6).map(
        lambda parts: b"".join(bytes((code, length)) + content for code, length, content in parts)))
HEADS = st.tuples(st.sampled_from([0x05, 0x85, 0x15, 0x03, 0x83, 0x00]),
                  st.sampled_from([0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x47, 0x54, 0x56, 0x05, 0x4D, 0x5A, 0x71]))
NAMES = st.sampled_from([b"", b"\x05\x07\x80\xA8\x01\x23\x45\x67\x89", b"\x05\x07\x80\xA8\x01\x23\x45\x67\x8A"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(HEADS, NAMES, BODIES), max_size=8))
def test_no_message_raises_and_none_is_believed_without_the_key(messages):
    rig = Rig().key().key(BERT)
    for head, name, body in messages:
        message = nwk.decode(bytes(head) + name + body)
        if rig.link.ipei is None:
            rig.link.ipei = nwk.ipei_of(message)
        happened = rig.gate.receive(rig.link, message, 0)
        assert not [one for one in happened if isinstance(one, Admitted) and one.message.protocol == nwk.MM
                    and one.message.type in (nwk.LOCATE_REQUEST, nwk.DETACH) and not one.message.answer
                    and (nwk.ipei_of(one.message) or rig.link.ipei) in (ANNA, BERT)]
        assert all(nwk.decode(nwk.encode(one)) == one for one in said(happened))
    assert rig.link.trusted is None
    assert (rig.gate.keys.of(ANNA), rig.gate.keys.of(BERT)) == (UAK, UAK)
    assert rig.gate.counts["subscribed"] == rig.gate.counts["passed"] == 0
