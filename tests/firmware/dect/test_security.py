"""DSAA on both sides against the published vectors, and against each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import security
from sim.peers.handset import security as portable

ZERO = bytes(8)
AC = bytes.fromhex("ffff9124")
UAK = bytes.fromhex("93638b457afd40fa585feb6030d572a2")
KEYS = st.binary(min_size=16, max_size=16)
VALUES = st.binary(min_size=8, max_size=8)


def test_an_authentication_code_is_filled_with_ones():
    assert security.authentication_code("9124") == AC
    assert security.authentication_code("12345678") == bytes.fromhex("12345678")
    assert portable.code_key("9124") == security.b1(AC) == AC * 4


@pytest.mark.parametrize("wrong", ["", "123456789", "12a4", "*1", "١٢"])
def test_anything_else_is_no_authentication_code(wrong):
    with pytest.raises(ValueError, match="1 to 8 digits"):
        security.authentication_code(wrong)


def test_published_vectors_of_the_authentication_of_a_handset_with_its_ac():
    session = security.a11(security.b1(AC), ZERO)
    assert session.hex() == "39c921efd057ea50f2f541ca9a7fd808"
    dck, res1 = security.a12(session, bytes.fromhex("d01ff9e211680421"))
    assert (dck.hex(), res1.hex()) == ("bb9a6a40cb2f8414", "f28cf911")


def test_published_vectors_of_the_authentication_of_a_base_and_of_key_allocation():
    session = security.a21(security.b1(AC), ZERO)
    assert session == UAK
    assert security.a22(session, bytes.fromhex("a03ff2c523d00842")).hex() == "eeba4db9"


def test_published_vectors_of_the_authentication_of_a_handset_with_its_uak():
    session = security.a11(security.b1(UAK), ZERO)
    assert session.hex() == "d871b75e89c63976d23e9805daa68a45"
    dck, res1 = security.a12(session, bytes.fromhex("9b114f2554518859"))
    assert (dck.hex(), res1.hex()) == ("8560dc324ea49f37", "961b3a9f")


def test_published_vectors_hold_for_the_handset_too():
    key = portable.code_key("9124")
    assert portable.cassable(key, ZERO).hex() == "39c921efd057ea50f2f541ca9a7fd808"
    assert portable.answer(key, ZERO, bytes.fromhex("d01ff9e211680421")).hex() == "f28cf911"
    assert portable.cipher_key(key, ZERO, bytes.fromhex("d01ff9e211680421")).hex() == "bb9a6a40cb2f8414"
    assert portable.base_key(key, ZERO) == UAK
    assert portable.base_answer(key, ZERO, bytes.fromhex("a03ff2c523d00842")).hex() == "eeba4db9"
    assert portable.answer(UAK, ZERO, bytes.fromhex("9b114f2554518859")).hex() == "961b3a9f"
    assert portable.cipher_key(UAK, ZERO, bytes.fromhex("9b114f2554518859")).hex() == "8560dc324ea49f37"


@settings(max_examples=200, deadline=None)
@given(KEYS, VALUES)
def test_both_sides_compute_the_same_dsaa(key, value):
    assert security.dsaa(key, value) == portable.cassable(key, value)


@settings(max_examples=100, deadline=None)
@given(KEYS, VALUES, VALUES)
def test_both_sides_compute_the_same_answers_and_keys(key, rs, rand):
    dck, res1 = security.a12(security.a11(key, rs), rand)
    assert (dck, res1) == (portable.cipher_key(key, rs, rand), portable.answer(key, rs, rand))
    assert security.a21(key, rs) == portable.base_key(key, rs)
    assert security.a22(security.a21(key, rs), rand) == portable.base_answer(key, rs, rand)


def test_the_s_box_is_a_permutation():
    assert sorted(security.S_BOX) == list(range(256))
