"""What a handset answers a base that is honest, wrong, or false."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.peers.handset import codec, fields, security
from sim.peers.handset.codec import Message
from sim.peers.handset.registration import ACTIONS, MM, Registration

AUTH_REQUEST, AUTH_REPLY, KEY_ALLOCATE, AUTH_REJECT = 0x40, 0x41, 0x42, 0x43
RIGHTS_REQUEST, RIGHTS_ACCEPT, LOCATE_REQUEST = 0x44, 0x45, 0x54
AUTH_TYPE, RAND, RES, RS, REASON = 0x0A, 0x0C, 0x0D, 0x0E, 0x60
NUMBERS = [(RAND, b"\1" * 8), (RS, b"\2" * 8)]
WITH_UAK, WITH_CODE = (AUTH_TYPE, b"\1\x18\0"), (AUTH_TYPE, b"\1\x48\0")


class Rig:
    def __init__(self, ac="9124", key=None):
        self.said, self.told = [], []
        self.registration = Registration(ac, [1], self.said.append, lambda *event: self.told.append(event))
        self.registration.park = "here"
        if key is not None:
            self.registration.keys["here"] = key

    def hear(self, kind, *elements):
        self.registration.receive(Message(MM, kind, list(elements), False, 3))
        return self.said[-1] if self.said else None

    def subscribe(self):
        self.registration.begin([], True)
        return self.hear(KEY_ALLOCATE, *NUMBERS)


@pytest.mark.parametrize("ac, key, subscriptions, kind", [
    ("9124", None, True, RIGHTS_REQUEST), ("9124", None, False, LOCATE_REQUEST), (None, None, True, LOCATE_REQUEST),
    ("9124", bytes(16), True, LOCATE_REQUEST)])
def test_it_subscribes_only_with_a_code_without_a_key_and_where_the_base_takes_it(ac, key, subscriptions, kind):
    assert Rig(ac, key).registration.begin([], subscriptions).type == kind


def test_bit_a44_of_the_capabilities_says_that_a_base_takes_subscriptions():
    def takes(tail):
        said = [codec.a_field(fields.NT, bytes(5)), codec.a_field(fields.QT, bytes.fromhex(tail))]
        return fields.read_base(said).can(fields.ACCESS_RIGHTS)

    assert takes("3000000008")
    assert not takes("3000000007")
    assert not takes("0000000008")


def test_it_takes_the_key_of_a_base_that_proves_the_code():
    rig = Rig()
    request = rig.subscribe()
    assert (request.type, request.answer, request.transaction) == (AUTH_REQUEST, True, 3)
    key = security.code_key("9124")
    assert request.get(RES) == security.answer(key, b"\2" * 8, b"\1" * 8)
    rig.hear(AUTH_REPLY, (RES, security.base_answer(key, b"\2" * 8, request.get(RAND))))
    assert rig.hear(RIGHTS_ACCEPT).type == LOCATE_REQUEST
    assert rig.registration.key == security.base_key(key, b"\2" * 8)
    assert rig.told == [("subscribed", "")]


@pytest.mark.parametrize("elements", [[], [(RES, b"")], [(RES, b"1234")], [(RES, b"12345")]])
def test_a_false_base_that_cannot_prove_the_code_gets_no_subscriber(elements):
    rig = Rig()
    rig.subscribe()
    rig.hear(AUTH_REPLY, *elements)
    rig.hear(RIGHTS_ACCEPT)
    assert rig.registration.key is None
    assert rig.told == [("refused", "the base did not prove the code")]


def test_a_false_base_that_grants_at_once_gets_no_subscriber():
    rig = Rig()
    rig.registration.begin([], True)
    rig.hear(RIGHTS_ACCEPT)
    assert rig.registration.key is None and not rig.registration.located


def test_a_base_gets_one_try_to_prove_the_code():
    rig = Rig()
    request = rig.subscribe()
    rig.hear(AUTH_REPLY, (RES, b"1234"))
    rig.hear(AUTH_REPLY, (RES, security.base_answer(security.code_key("9124"), b"\2" * 8, request.get(RAND))))
    rig.hear(RIGHTS_ACCEPT)
    assert rig.registration.key is None


def test_its_own_numbers_never_repeat():
    rig = Rig()
    assert rig.subscribe().get(RAND) != rig.subscribe().get(RAND)


@pytest.mark.parametrize("kind, key", [(WITH_UAK, bytes(16)), (WITH_CODE, security.code_key("9124"))])
def test_it_answers_with_the_key_that_is_asked_for(kind, key):
    answer = Rig(key=bytes(16)).hear(AUTH_REQUEST, kind, *NUMBERS)
    assert (answer.type, answer.answer) == (AUTH_REPLY, True)
    assert answer.get(RES) == security.answer(key, b"\2" * 8, b"\1" * 8)


@pytest.mark.parametrize("elements", [
    [WITH_UAK, *NUMBERS], [WITH_CODE], [*NUMBERS], [WITH_CODE, NUMBERS[0]], [(AUTH_TYPE, b"\1"), *NUMBERS],
    [(AUTH_TYPE, b"\1\x38\0"), *NUMBERS], [WITH_CODE, NUMBERS[0], (RS, b"\2" * 7)]])
def test_it_declines_what_it_has_no_key_for_or_what_is_not_whole(elements):
    answer = Rig().hear(AUTH_REQUEST, *elements)
    assert (answer.type, answer.get(REASON)) == (AUTH_REJECT, b"\x13")


@pytest.mark.parametrize("ac", ["", "12x4", "123456789", "١٢"])
def test_what_is_no_code_cannot_be_typed_in(ac):
    with pytest.raises(ValueError, match="1 to 8 digits"):
        Rig(ac)


def test_without_a_code_it_declines_key_allocation():
    answer = Rig(ac=None).hear(KEY_ALLOCATE, *NUMBERS)
    assert (answer.type, answer.get(REASON)) == (AUTH_REJECT, b"\x10")


ELEMENTS = st.lists(st.tuples(st.sampled_from([AUTH_TYPE, 0x0B, RAND, RES, RS, REASON, 5]), st.binary(max_size=12)),
                    max_size=6)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(ACTIONS)), ELEMENTS), max_size=8))
def test_no_message_of_a_base_raises_or_gives_it_a_subscriber(messages):
    rig = Rig()
    rig.registration.begin([], True)
    for kind, elements in messages:
        rig.hear(kind, *elements)
    assert rig.registration.key is None
    for message in rig.said:
        assert codec.parse_message(codec.build_message(message)) == message
