"""firmware.http.message: what RFC 9110 and 9112 ask of a server's parser, and bounds for what they leave open."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.http.message import BODY, HEADERS, REQUEST_LINE, Bad, Continue, Parser, Request, answer

HOST = b"Host: x\r\n"


def parse(octets):
    return Parser().feed(octets)


def only(octets):
    found = parse(octets)
    assert len(found) == 1
    return found[0]


def status(octets):
    one = only(octets)
    assert isinstance(one, Bad)
    return one.status


def test_a_request_comes_out_with_its_parts():
    one = only(b"GET /CMD0/mod_cmd.xml?cmd=reset&a=%2F+b&flag&=z HTTP/1.1\r\nHost: d\r\nX-A: 1\r\nx-a:  2 \r\n\r\n")
    assert (one.method, one.version, one.path) == ("GET", (1, 1), "/CMD0/mod_cmd.xml")
    assert one.query == [("cmd", "reset"), ("a", "/ b"), ("flag", None), ("", "z")]
    assert one.header("x-a") == "1, 2" and one.header("x-b") is None


def test_a_plus_sign_in_a_path_stays_one():
    assert only(b"GET /a+b%20c HTTP/1.0\r\n\r\n").path == "/a+b c"


def test_the_absolute_form_is_taken_as_its_path():
    assert only(b"GET http://host/x?y HTTP/1.1\r\n" + HOST + b"\r\n").target == "/x?y"
    assert only(b"GET http://host HTTP/1.1\r\n" + HOST + b"\r\n").target == "/"


def test_bare_line_feeds_and_empty_lines_before_a_request_are_taken():
    one = only(b"\r\n\nGET / HTTP/1.0\n\n")
    assert isinstance(one, Request) and one.path == "/"


def test_requests_on_one_connection_come_out_one_by_one():
    octets = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: x\r\n\r\n"
    parser = Parser()
    found = [one for index in range(len(octets)) for one in parser.feed(octets[index:index + 1])]
    assert [(one.target, one.body) for one in found] == [("/a", b"abc"), ("/b", b"")]
    assert parser.idle


@pytest.mark.parametrize(("version", "connection", "keep"), [
    (b"1.1", b"", True), (b"1.0", b"", False), (b"1.1", b"Connection: Foo, Close\r\n", False),
    (b"1.0", b"Connection: keep-alive\r\n", True), (b"1.2", b"", True),
])
def test_the_connection_is_kept_as_rfc_9112_9_3_says(version, connection, keep):
    assert only(b"GET / HTTP/" + version + b"\r\nHost: x\r\n" + connection + b"\r\n").keep_alive == keep


@pytest.mark.parametrize(("octets", "expected"), [
    (b"GET /\r\n\r\n", 400),
    (b"GET  / HTTP/1.1\r\n\r\n", 400),
    (b"G(T / HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1x\r\n\r\n", 400),
    (b"GET / HTTP/2.0\r\n\r\n", 505),
    (b"GET foo HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n folded\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nX: a\rb\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999999\r\n\r\n", 413),
    (b"PUT / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n", 411),
    (b"PUT / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    (b"PUT / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400),
    (b"PUT / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nExpect: magic\r\n\r\n", 417),
    (b"GET /" + b"a" * REQUEST_LINE + b" HTTP/1.1\r\n\r\n", 414),
    (b"a" * (REQUEST_LINE + 1), 414),
    (b"GET / HTTP/1.1\r\nX: " + b"a" * HEADERS + b"\r\n\r\n", 431),
    (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 101 + b"\r\n", 431),
    (b"PUT / HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % (BODY + 1), 413),
])
def test_what_is_no_acceptable_request_gets_the_status_that_the_rfcs_name(octets, expected):
    assert status(octets) == expected


def test_equal_content_lengths_count_as_one():
    assert only(b"PUT / HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nab").body == b"ab"


def test_a_sender_that_expects_100_continue_hears_of_it_unless_the_body_is_there():
    head = b"PUT / HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    parser = Parser()
    assert [type(one) for one in parser.feed(head)] == [Continue]
    assert [one.body for one in parser.feed(b"ab")] == [b"ab"]
    assert [type(one) for one in parse(head + b"ab")] == [Request]


def test_after_an_error_nothing_more_is_taken():
    parser = Parser()
    assert len(parser.feed(b"x\r\n\r\nGET / HTTP/1.0\r\n\r\n")) == 1
    assert parser.feed(b"GET / HTTP/1.0\r\n\r\n") == [] and parser.held == 0


def test_an_answer_has_a_length_and_no_date():
    octets = answer(404, b"gone", headers=[("Allow", "GET")], keep=False)
    assert octets.startswith(b"HTTP/1.1 404 Not Found\r\nAllow: GET\r\n") and octets.endswith(b"\r\n\r\ngone")
    assert b"Content-Length: 4\r\n" in octets and b"Connection: close\r\n" in octets and b"Date" not in octets
    assert answer(200, b"abc", head=True).endswith(b"Content-Length: 3\r\nCache-Control: no-store\r\n"
                                                   b"Connection: keep-alive\r\n\r\n")


PIECES = st.lists(st.sampled_from([
    b"GET ", b"/", b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", b"Host: x\r\n", b"\r\n", b"\n", b"Content-Length: ", b"7",
    b"\r\n\r\n", b"Expect: 100-continue\r\n", b"Transfer-Encoding: chunked\r\n", b"\x00", b"\xff", b"%zz",
    b"%e2%82", b"a" * 9000]),
    max_size=30).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=400), PIECES), st.randoms(use_true_random=False))
def test_any_octets_in_any_split_give_the_same_and_keep_no_more_than_the_bounds(octets, chance):
    whole = Parser()
    expected = [describe(one) for one in whole.feed(octets)]
    parser, found, at = Parser(), [], 0
    while at < len(octets):
        size = chance.randint(1, 300)
        found += [describe(one) for one in parser.feed(octets[at:at + size])]
        at += size
        assert parser.held <= REQUEST_LINE + HEADERS + BODY + 600
    without = [one for one in found if one != "continue"]
    assert without == [one for one in expected if one != "continue"]


def describe(one):
    if isinstance(one, Request):
        return one.method, one.target, one.path, one.query, one.headers, one.body
    return one.status if isinstance(one, Bad) else "continue"


def test_an_endless_stream_of_noise_is_not_kept():
    parser, chance = Parser(), random.Random(1)
    for _ in range(200):
        parser.feed(chance.randbytes(10_000))
        assert parser.held <= REQUEST_LINE + 10_000
