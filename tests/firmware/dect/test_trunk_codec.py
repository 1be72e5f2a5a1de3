"""The octets of the trunk's messages: back and forth, and for any octets."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call.leg import Elsewhere
from firmware.dect import between as b
from firmware.dect import trunk_codec as codec
from firmware.dect.identities import Ari

DOCUMENT = Path(__file__).parents[3] / "docs/dect-system.md"
OCTET, LINK = st.integers(0, 255), st.integers(1, 65535)
RFPI, MAC = st.binary(min_size=5, max_size=5), st.binary(min_size=6, max_size=6)
SOME_RFPI = st.none() | RFPI
TEXT = st.text(max_size=16)
RSSI, FER = st.integers(-128, 0), st.integers(0, 100)
SYNC = st.builds(b.Sync, SOME_RFPI, SOME_RFPI, st.none() | OCTET)
ARI = st.builds(Ari, st.integers(31, 36), st.integers(0, (1 << 36) - 1))
IPEI = st.integers(0, (1 << 36) - 1)
WISHES = st.builds(codec.Wishes, SOME_RFPI, SOME_RFPI, st.booleans(), st.none() | OCTET)
MESSAGES = st.one_of(
    st.builds(b.Radiate, RFPI, st.lists(OCTET, max_size=40).map(tuple), SYNC, st.lists(ARI, max_size=3).map(tuple)),
    st.builds(b.Silence), SYNC, st.builds(b.Page, st.binary(min_size=6, max_size=6), st.booleans()),
    st.builds(b.Segments, LINK, st.lists(st.binary(min_size=5, max_size=5), max_size=30)),
    st.builds(b.Cipher, LINK, st.none() | st.binary(min_size=8, max_size=8)), st.builds(b.Drop, LINK, OCTET),
    st.builds(b.Access, LINK, st.integers(0, 0xFFFFF), st.sampled_from(["setup", "handover"]), OCTET, st.booleans()),
    st.builds(b.Moved, LINK, OCTET), st.builds(b.Segment, LINK, st.binary(min_size=5, max_size=5)),
    st.builds(b.Ciphered, LINK, st.booleans()), st.builds(b.Gone, LINK, OCTET),
    st.builds(b.State, st.booleans(), st.sampled_from(codec.SYNC), SOME_RFPI, RSSI, FER,
              st.integers(0, 0xFFFFFFFF), TEXT, OCTET, st.lists(st.tuples(RFPI, RSSI, FER), max_size=16)),
    st.builds(Elsewhere, st.none(), st.binary(max_size=1099)),
    st.builds(b.Kept, IPEI, st.none() | st.binary(min_size=16, max_size=16)),
    st.builds(b.Located, IPEI, st.none() | OCTET), st.builds(codec.Numbered, MAC, OCTET), st.builds(codec.Copied),
    st.builds(codec.Leave, TEXT),
    st.builds(codec.Guest, IPEI, st.lists(st.tuples(TEXT, TEXT), max_size=7).map(tuple)),
    st.builds(codec.Facts, st.sampled_from(codec.ROLES), MAC, TEXT, TEXT, st.tuples(OCTET, OCTET, OCTET),
              st.booleans(), OCTET, OCTET, st.lists(TEXT, max_size=8).map(tuple), WISHES))


@settings(max_examples=400, deadline=None)
@given(MESSAGES)
def test_every_message_comes_back_as_it_was(message):
    assert codec.decode(codec.encode(message)) == message


@settings(max_examples=200, deadline=None)
@given(MESSAGES)
def test_every_message_fits_a_frame(message):
    assert len(codec.encode(message)) <= codec.LONGEST


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=60))
def test_any_octets_are_a_message_or_none(octets):
    message = codec.decode(octets)
    assert message is None or codec.decode(codec.encode(message)) == message


@settings(max_examples=300, deadline=None)
@given(MESSAGES, st.integers(0, 1100))
def test_a_message_cut_short_or_with_more_behind_it_is_another_or_none(message, at):
    octets = codec.encode(message)
    assert codec.decode(octets[:at % len(octets)]) != message
    assert codec.decode(octets + b"\0") != message


def test_all_messages_between_master_and_radio_have_a_code():
    kinds = {value for value in vars(b).values() if isinstance(value, type) and issubclass(value, tuple)}
    assert kinds - {b.To, b.From} <= {kind for _, kind, _, _ in codec.CODES}
    codes = [code for code, *_ in codec.CODES]
    assert len(codes) == len(set(codes))


def test_the_document_lists_every_message_with_its_code():
    rows = [line.split("|")[1:3] for line in DOCUMENT.read_text().split("### Messages")[1].split("\n")
            if line.startswith("| ") and line.split("|")[1].strip().isdigit()]
    assert {(int(code), name.strip()) for code, name in rows} == {
        (code, kind.__name__) for code, kind, *_ in codec.CODES}


def test_a_state_that_measured_nothing_can_be_sent():
    state = b.State(True, "master", None, None, None, 0, None, 0, ())
    assert codec.decode(codec.encode(state)) == b.State(True, "master", None, -128, 0, 0, "", 0, [])


def test_a_long_text_is_cut_between_characters():
    assert codec.decode(codec.encode(codec.Leave("ä" * 90))) == codec.Leave("ä" * 64)
    assert codec.decode(codec.encode(codec.Leave("a" + "ä" * 90))) == codec.Leave("a" + "ä" * 63)


def test_what_is_no_message_of_the_trunk_is_an_error_of_the_caller():
    with pytest.raises(KeyError):
        codec.encode("text")
