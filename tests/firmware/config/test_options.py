"""Words become options, and percent escapes become text, whatever is typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.config.options import OptionError, decode, encode, parse, split


@pytest.mark.parametrize(("word", "text"), [
    ("Nico%20Mobile", "Nico Mobile"), ("Signing+request", "Signing request"), ("1%2b2", "1+2"),
    ("100%", "100%"), ("%zz%4", "%zz%4"), ("%c3%BC", "ü"), ("M%fcller", "Müller"), ("ü%c3%bc", "üü"),
    ("%25%32%30", "%20"), ("", ""), ("%2f", "/"),
])
def test_a_word_is_decoded_once(word, text):
    assert decode(word) == text


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_an_encoded_text_is_one_word_that_decodes_to_it(text):
    word = encode(text)
    assert decode(word) == text
    assert word.isascii()
    assert not word.startswith("/")
    assert split(word) == ([word] if text else [])


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_decoding_never_raises(word):
    assert isinstance(decode(word), str)


def test_options_keep_their_order_and_urls_stand_as_they_are():
    words = split("/hs-param-url http://192.0.2.1/a/b.xml\t/Trace  /x %2fetc")
    assert parse(words) == [("hs-param-url", "http://192.0.2.1/a/b.xml"), ("trace", None), ("x", "/etc")]


def test_words_that_are_decoded_already_are_not_decoded_again():
    assert parse(["/always", "vars%20read 1+1"], encoded=False) == [("always", "vars%20read 1+1")]


@pytest.mark.parametrize(("words", "hint"), [
    (["x"], "begins with /"), (["/"], "needs a name"), (["/x", "a", "b"], "%20"), (["/x/y"], "%2f"),
    (["/ü"], "letters"), (["/" + "x" * 65], "64 characters"),
])
def test_words_that_are_no_options_are_refused_with_the_right_form(words, hint):
    with pytest.raises(OptionError, match=hint):
        parse(words)
