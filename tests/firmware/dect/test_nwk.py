"""Network layer messages, against the handset's codec and by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import identities, nwk
from sim.peers.handset import codec

IPEI = 0x123456789


def test_the_header_is_flag_transaction_protocol_type():
    message = nwk.Message(True, 0, nwk.CC, nwk.ALERTING, [])
    assert nwk.encode(message).hex() == "8301"
    assert nwk.decode(bytes.fromhex("8301")) == message


def test_a_register_recall_is_one_keypad_octet():
    message = nwk.decode(bytes.fromhex("037be915"))
    assert message.elements == [(nwk.KEYPAD, b"\x15")]
    assert nwk.digits_of(message) == "\x15"


def test_identity_elements_of_the_test_system():
    code, content = nwk.fixed_ari(identities.parse_ari("31100422072149"))
    assert (code, content.hex()) == (nwk.FIXED_IDENTITY, "80a0102243a3")
    code, content = nwk.portable_ipui(IPEI)
    assert (code, content.hex()) == (nwk.PORTABLE_IDENTITY, "80a80123456789")


def test_a_handset_reads_our_setup_and_we_read_it_back():
    elements = [nwk.portable_ipui(IPEI), nwk.octet(nwk.SIGNAL, nwk.RING), nwk.number(nwk.CALLING_NUMBER, "0301234"),
                nwk.name("Zoë")]
    octets = nwk.encode(nwk.Message(False, 0, nwk.CC, nwk.SETUP, elements))
    read = codec.parse_message(octets)
    assert read.elements == elements
    assert codec.NAMED_NUMBER.parse(read.get(nwk.CALLING_NUMBER)).digits == b"0301234"
    assert nwk.ipei_of(nwk.decode(octets)) == IPEI


def test_digits_come_from_keypads_and_the_called_number_in_order():
    message = nwk.Message(False, 0, nwk.CC, nwk.SETUP, [
        (nwk.CALLED_NUMBER, b"\x8012"), (nwk.KEYPAD, b"3"), (nwk.MULTI_KEYPAD, b"45#\x00\xff")])
    assert nwk.digits_of(message) == "12345#"


@pytest.mark.parametrize("octets", ["03052c0531", "0305e4", "03052c"])
def test_an_element_that_is_cut_short_is_left_out(octets):
    assert nwk.decode(bytes.fromhex(octets)).elements == []


def test_a_message_of_one_octet_is_none():
    assert nwk.decode(b"\x03") is None
    assert nwk.decode(b"") is None


def test_a_message_with_a_thousand_elements_is_bounded():
    assert len(nwk.decode(b"\x03\x05" + b"\xE9\x31" * 1000).elements) == nwk.ELEMENTS


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=600))
def test_any_octets_are_decoded_without_a_raise(octets):
    message = nwk.decode(octets)
    assert (message is None) == (len(octets) < 2)
    if message is not None:
        assert nwk.digits_of(message).isascii()
        assert nwk.ipei_of(message) is None or nwk.ipei_of(message) < 1 << 36
        assert len(message.elements) <= nwk.ELEMENTS


CODES = st.one_of(st.integers(0, 0x7F).map(lambda code: (code, st.binary(max_size=20))),
                  st.integers(0xE0, 0xEF).map(lambda code: (code, st.binary(min_size=1, max_size=1))),
                  st.integers(0x80, 0xDF).map(lambda code: (code, st.just(b""))))
ELEMENTS = st.lists(CODES.flatmap(lambda one: st.tuples(st.just(one[0]), one[1])), max_size=20)


@settings(max_examples=200, deadline=None)
@given(st.booleans(), st.integers(0, 7), st.integers(0, 15), st.integers(0, 255), ELEMENTS)
def test_both_codecs_agree_on_every_message(answer, transaction, protocol, kind, elements):
    message = nwk.Message(answer, transaction, protocol, kind, elements)
    octets = nwk.encode(message)
    assert nwk.decode(octets) == message
    theirs = codec.Message(protocol, kind, elements, answer, transaction)
    assert codec.parse_message(octets) == theirs
    assert codec.build_message(theirs) == octets


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([nwk.RAND, nwk.RS, nwk.RES, nwk.AUTH_TYPE]), st.integers(0, 16))
def test_a_sized_element_has_that_size_or_is_none(octets, code, length):
    message = nwk.decode(b"\x05\x40" + octets)
    content = nwk.sized(message, code, length)
    assert content is None or (len(content) == length and content == nwk.element(message, code))


def test_authentication_elements_name_algorithm_and_key():
    assert nwk.auth_type(nwk.UAK_TYPE) == (0x0A, b"\x01\x18\x00")
    assert nwk.auth_type(nwk.AC_TYPE) == (0x0A, b"\x01\x48\x00")
    assert nwk.allocation() == (0x0B, b"\x01\x88")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_a_name_that_is_too_long_ends_with_a_whole_character(text):
    shown = nwk.name(text)[1][1:]
    assert len(shown) <= 48 and text.startswith(shown.decode())
    assert len(shown) > 44 or shown.decode() == text
