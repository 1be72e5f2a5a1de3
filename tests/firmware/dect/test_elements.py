"""Information elements with an inside, by hand and with anything in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import elements, models, nwk


def message(*said):
    return nwk.Message(False, 0, nwk.MM, nwk.LOCATE_REQUEST, list(said))


def test_the_codec_list_of_the_reference():
    code, content = elements.codec_list(True, more=True)
    assert bytes((code, len(content))) + content == bytes.fromhex("7C07900300010200 84".replace(" ", ""))
    assert elements.codecs(message((code, content))) == [(elements.G722, elements.LONG), (elements.G726, elements.FULL)]


def test_one_codec_is_the_choice():
    assert elements.codecs(message(elements.codec_list(True))) == [(elements.G722, elements.LONG)]
    assert elements.codecs(message(elements.codec_list(False))) == [(elements.G726, elements.FULL)]


@pytest.mark.parametrize("content, gap, cap", [
    ("259083", True, True), ("259082", True, False), ("8183", True, True), ("2590", False, False), ("", False, False)])
def test_profiles_are_in_the_second_group(content, gap, cap):
    said = elements.terminal(message((nwk.TERMINAL_CAPABILITY, bytes.fromhex(content))))
    assert said == (gap, cap)


def test_a_handset_without_capabilities_says_nothing():
    assert elements.terminal(message()) is None and elements.model(message()) is None
    assert models.objection(message()) is None


def test_models_have_names():
    assert models.name(elements.model(message((nwk.MODEL, b"\x02\xA1\x41")))) == "IP65"
    assert models.name(None) is None and models.name(elements.Model(0, 0)) is None


@pytest.mark.parametrize("words", ["hello", "x" * 160, "Grüße 😀 " * 15])
def test_a_text_of_several_elements_is_put_together(words):
    pieces = elements.text(words)
    assert all(len(content) <= elements.TEXT + 1 for _, content in pieces)
    assert elements.text_of(message(*pieces)) == words


def test_a_text_that_is_not_utf_8_keeps_what_is_ascii():
    assert elements.text_of(message((nwk.IWU_TO_IWU, b"\xC0a\xFFb"))) == "ab"
    assert elements.text_of(message((nwk.IWU_TO_IWU, b"\x00ab"))) is None


@pytest.mark.parametrize("code", [nwk.CALLING_NUMBER, nwk.CALLED_NUMBER])
def test_numbers_survive(code):
    assert elements.number_of(message(nwk.number(code, "0301234")), code) == "0301234"


def test_a_tpui_survives():
    assert elements.tpui_of(message(nwk.portable_ipui(1), nwk.portable_tpui(0x06789))) == 0x06789


CODES = st.sampled_from([nwk.TERMINAL_CAPABILITY, nwk.MODEL, nwk.CODEC_LIST, nwk.IWU_TO_IWU, nwk.CALLED_NUMBER,
                         nwk.PORTABLE_IDENTITY, nwk.INFO_TYPE, nwk.AUTH_TYPE])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(CODES, st.binary(max_size=40)), max_size=6))
def test_readers_take_anything(said):
    heard = message(*said)
    assert elements.terminal(heard) is None or len(elements.terminal(heard)) == 2
    assert elements.model(heard) is None or 0 <= elements.model(heard).emc < 1 << 16
    assert len(elements.codecs(heard)) <= elements.MOST
    assert elements.text_of(heard) is None or isinstance(elements.text_of(heard), str)
    assert elements.number_of(heard, nwk.CALLED_NUMBER).isascii()
    assert elements.tpui_of(heard) is None or elements.tpui_of(heard) < 1 << 20
    assert all(kind < 128 for kind in elements.info_types(heard))
    assert models.objection(heard) is None or models.objection(heard)
    assert nwk.ipei_of(heard) is None or nwk.ipei_of(heard) < 1 << 36
