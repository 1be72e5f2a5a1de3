"""The published identities of EN 300 175-6 and of article 31."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import identities as names

SARI = "31100422072149"


def test_the_test_sari_is_of_class_b():
    ari = names.parse_ari(SARI)
    assert (ari.length, ari.value) == (31, 0x102243A3)
    assert names.class_b(ari) == (548, 0x3A, 3)
    assert names.print_ari(ari) == SARI


def test_rfpi_of_the_test_sari():
    ari = names.parse_ari(SARI)
    assert names.rfpi(ari, 7, sari=True).hex() == "902243a307"
    assert names.rfpi(ari, 7).hex() == "102243a307"
    assert names.fmid(names.rfpi(ari, 7)) == 0x307


def test_a_wrong_check_digit_is_refused_with_the_right_one():
    with pytest.raises(ValueError, match=SARI):
        names.parse_ari("31100422072145")


@pytest.mark.parametrize("text", ["", "3", "31", "SARI", "3110042207214", "99100422072147", "311004220721499",
                                  "31900422072141", "\u06631100422072149"])
def test_what_is_no_sari_is_refused(text):
    with pytest.raises(ValueError):
        names.parse_ari(text)


def test_a_printed_ipei():
    assert names.parse_ipei("0466003541858") == 0x1234 << 20 | 0x56789
    assert names.print_ipei(0x123456789) == "0466003541858"


@pytest.mark.parametrize("text", ["", "0466003541857", "046600354185", "6553610000000", "*" * 13])
def test_what_is_no_ipei_is_refused(text):
    with pytest.raises(ValueError):
        names.parse_ipei(text)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2 ** 36 - 1))
def test_an_ipei_survives_print_and_parse(ipei):
    assert names.parse_ipei(names.print_ipei(ipei)) == ipei
    assert names.ipei_of(names.ipui_n(ipei)) == ipei


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2 ** 28 - 1), st.integers(1, 4))
def test_an_ari_survives_print_and_parse(value, kind):
    ari = names.Ari(31, kind << 28 | value)
    assert names.parse_ari(names.print_ari(ari)) == ari


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_parsed_or_refused(text):
    for parse, print_again in ((names.parse_ari, names.print_ari), (names.parse_ipei, names.print_ipei)):
        try:
            parsed = parse(text)
        except ValueError as refusal:
            assert str(refusal)
        else:
            assert parse(print_again(parsed)) == parsed


def test_default_tpui_ends_in_the_low_16_bits_of_the_ipei():
    assert names.default_tpui(0x123456789) == 0xE6789


@pytest.mark.parametrize("ipui", [b"", b"\x01\x23\x45\x67", b"\x11\x23\x45\x67\x89"])
def test_an_ipui_of_another_type_names_nobody(ipui):
    assert names.ipei_of(ipui) is None


@pytest.mark.parametrize("octets, text", [
    ("0123456789", "0466003541858"), ("1000000000003039", "IPUI O 12345"), ("4012345678", "IPUI type 4 12345678"),
    ("f0", "IPUI type 15 0"), ("", "IPUI type 0 0")])
def test_any_ipui_is_printed(octets, text):
    assert names.print_ipui(bytes.fromhex(octets)) == text


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=16))
def test_no_ipui_breaks_its_print(octets):
    assert names.print_ipui(octets)
