"""Releases order as the vendor means them, and nonsense is told the right form."""

from collections import namedtuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.profile import Profile, Release, parse

Board = namedtuple("Board", ("name", "title", "smallest"))
IP1203 = Board("ip1203", "IP1203", "13r1")
IP1202_4S = Board("ip1202_4s", "IP1202/4s", "13r1sr8")


@pytest.mark.parametrize(("text", "release"), [
    ("13r2sr10", (13, 2, 10)), ("15r1", (15, 1, 0)), ("15r1sr4", (15, 1, 4)), ("V11r1SR3", (11, 1, 3)),
])
def test_a_release_is_read(text, release):
    assert parse(text) == release


def test_releases_order_by_major_minor_and_service():
    texts = ["10r1sr22", "13r1", "13r1sr8", "13r2", "13r2sr10", "14r2sr12", "15r1", "15r1sr4", "16r1"]
    assert sorted(reversed(texts), key=parse) == texts


@pytest.mark.parametrize("text", [
    "", "15", "r1", "15r", "15r1sr", "15r1sr4x", "x15r1", "15.1", "15r1 ", "1²r1", "9999r1"])
def test_nonsense_is_refused_with_the_right_form(text):
    with pytest.raises(ValueError, match="15r1sr4"):
        parse(text)


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 999))
@settings(max_examples=100, deadline=None)
def test_a_release_reads_its_own_text(major, minor, service):
    release = Release(major, minor, service)
    assert parse(release.text()) == release


@given(st.text(max_size=12))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_release_or_a_value_error(text):
    try:
        assert parse(parse(text).text()) == parse(text)
    except ValueError as error:
        assert "15r1sr4" in str(error)


def test_the_default_is_15r1sr4():
    assert Profile().release == (15, 1, 4)


def test_vars_space_grew_with_15r1_on_the_ip1203_only():
    assert Profile("15r1").vars_space(IP1203, 8192) == 8192
    assert Profile("14r2sr12").vars_space(IP1203, 8192) == 4096
    assert Profile("14r2sr12").vars_space(IP1202_4S, 8192) == 8192


def test_a_release_below_a_boards_smallest_is_refused_with_the_reason():
    assert Profile("13r1sr7").refusal(IP1202_4S) == (
        "firmware 13r1sr7 does not run on IP1202/4s: it needs 13r1sr8 or later")
    assert Profile("13r1sr8").refusal(IP1202_4S) is None
    assert Profile("10r1").refusal(Board("x", "X", "")) is None


@pytest.mark.parametrize(("release", "codecs"), [
    ("13r2sr10", ("pcma", "g729", "pcmu")), ("14r2sr12", ("pcma", "g729", "pcmu")), ("15r1", ("pcma", "pcmu")),
    ("15r1sr4", ("pcma", "pcmu")), ("16r1", ("pcma", "pcmu"))])
def test_from_15r1_on_no_call_encodes_g729(release, codecs):
    assert Profile(release).codecs(("pcma", "g729", "pcmu")) == codecs
