"""Octets to messages and back: RFC 3261 7, 18.3, 20, 25; and what is answered to what is wrong."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.sip import headers, uri
from firmware.sip.message import request as new_request
from firmware.sip.message import response as new_response
from firmware.sip.names import COMPACT, KNOWN
from firmware.sip.parser import check, parse
from firmware.sip.uri import Malformed
from tests.firmware.sip import torture
from tests.firmware.sip.rig import SDP, Desk, request
from tests.fuzz import fuzz_sip

GOOD = request("INVITE", body=SDP)


def read(data):
    message = parse(data)
    assert check(message) is None, message.error
    return message


def test_a_request_is_read_whole():
    message = read(GOOD)
    assert (message.method, message.uri, message.request_uri.name) == ("INVITE", "sip:201@192.0.2.10:5060", "201")
    assert (message.via.transport, message.via.host, message.via.port, message.via.branch) == (
        "UDP", "192.0.2.1", 5060, "z9hG4bK1")
    assert (message.from_.tag, message.to.tag, message.call_id) == ("caller", "", "call1")
    assert (message.cseq.number, message.cseq.method, message.max_forwards) == (1, "INVITE", 70)
    assert message.contacts[0].uri.port == 5062
    assert message.content_type[0] == "application/sdp" and message.body == SDP


def test_what_is_built_reads_back_the_same():
    message = read(GOOD)
    again = read(message.build())
    assert (again.fields, again.body, again.uri) == (message.fields, message.body, message.uri)


def test_compact_forms_and_any_case_are_the_full_names():
    for short, name in COMPACT:
        for spelling in (short, short.upper()):
            assert f"{name}" in parse(f"OPTIONS sip:a SIP/2.0\r\n{spelling}: x\r\n\r\n".encode()).fields
    for name in KNOWN:
        for spelling in (name.lower(), name.upper(), name.swapcase()):
            assert name in parse(f"OPTIONS sip:a SIP/2.0\r\n{spelling} : x\r\n\r\n".encode()).fields


def test_headers_of_several_values_are_one_list_however_they_are_written():
    one = read(GOOD.replace(b"Max-F", b"Route: <sip:a,1@b;lr>, \"B, <c>\" <sip:c>\r\nROUTE: <sip:d>\r\nMax-F"))
    assert [route.text for route in one.routes] == ["sip:a,1@b;lr", "sip:c", "sip:d"]
    assert one.routes[1].display == "B, <c>"


def test_a_folded_line_is_one_value():
    message = read(GOOD.replace(b"From: ", b"From:\r\n \t").replace(b">;tag", b">\r\n ;tag"))
    assert message.from_.tag == "caller"


def test_octets_that_are_not_utf8_come_back_as_they_were():
    message = parse(GOOD.replace(b"From: ", b'From: "M\xfcller" '))
    assert check(message) is None and message.from_.display == "Müller"
    assert b'"M\xfcller"' in new_response(message, 200, "x").build()


def test_nothing_can_be_smuggled_into_a_message_by_a_line_end_in_a_value():
    message = new_request("OPTIONS", "sip:a\r\nX: 1", [("Via", "a\nEvil: 1\r\n\r\nbody"), ("To", "b")])
    head, _, body = message.build().partition(b"\r\n\r\n")
    assert body == b"" and [line.split(b":")[0] for line in head.split(b"\r\n")[1:]] == [
        b"Via", b"To", b"Content-Length"]


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\0", b"\0\0\0\0", b"GET / HTTP/1.1\r\n\r\n", b"hello", b" \r\n",
                                  b"\x80\x60" + bytes(40), b"SIP/2.0", b"\r\n" * 40])
def test_what_is_not_sip_is_nothing(data):
    assert parse(data) is None or parse(data).error is not None
    assert Desk().datagram(data) == []


def test_empty_lines_before_a_message_are_skipped():
    assert check(parse(b"\r\n\r\n" + GOOD)) is None


@pytest.mark.parametrize(("change", "status"), [
    ((b"SIP/2.0\r\n", b"SIP/3.0\r\n"), 505), ((b"SIP/2.0\r\n", b"sip/2.0\r\n"), None),
    ((b"Content-Length: ", b"Content-Length: 9"), 400), ((b"Content-Length: ", b"Content-Length: x"), 400),
    ((b"sip:201@", b"sip:" + b"2" * 3000 + b"@"), 414), ((b"Max-Forwards: 70", b"Max-Forwards: 256"), 400),
    ((b"Call-ID: call1\r\n", b""), 400), ((b"Call-ID: call1", b"Call-ID: a b"), 400),
    ((b"CSeq: 1 INVITE", b"CSeq: 1 BYE"), 400), ((b"CSeq: 1 INVITE", b"CSeq: 4294967296 INVITE"), 400),
    ((b"CSeq: 1 INVITE", b"CSeq: INVITE"), 400), ((b"Contact: <sip:100@192.0.2.2:5062>\r\n", b""), 400),
    ((b"Max-Forwards", b"Max Forwards"), 400), ((b"Max-Forwards: ", b"Max-Forwards\n: "), 400),
    ((b"Via: ", b"Via: SIP/1.0/UDP a, "), 400), ((b"Via: SIP/2.0/UDP", b"Via: SIP/2.0"), 400),
    ((b"branch=", b"branch=\"a"), 400), ((b";tag=caller", b";tag=a;tag=b"), 400), ((b"From: <", b"From: "), 400),
    ((b"Max-Forwards", b"Route: \r\nMax-Forwards"), 400), ((b"Max-Forwards", b"Expires: soon\r\nMax-Forwards"), 400),
    ((b"Content-Type: application/sdp", b"Content-Type: sdp"), 400)])
def test_each_fault_has_its_status(change, status):
    data = GOOD.replace(*change)
    assert data != GOOD
    wrong = check(parse(data))
    assert (wrong and wrong[0]) == status


def test_sizes_are_bounded_each_with_its_status():
    huge = new_request("INVITE", "sip:a", [("Via", "x")], b"v" * 40_000)
    assert check(parse(huge.build()))[0] == 413
    assert check(parse(GOOD.replace(b"Max-F", b"X: 1\r\n" * 300 + b"Max-F")))[0] == 513
    assert check(parse(GOOD, 400))[0] == 513
    assert check(parse(GOOD.replace(b"Max-F", b"X: " + b"1" * 60_000 + b"\r\nMax-F"), 50_000))[0] == 513


def test_a_message_too_large_for_the_board_is_answered_513():
    desk = Desk(limits=Desk().sip.agent.limits._replace(message=1000))
    large = GOOD.replace(b"Content-Length", b"X-Filler: " + b"1" * 2000 + b"\r\nContent-Length")
    assert [answer.status for answer in desk.datagram(large)] == [513]


@pytest.mark.parametrize(("text", "parts"), [
    ("sip:a@b", ("sip", "a", "b", None)), ("sips:b:5061", ("sips", None, "b", 5061)),
    ("SIP:a:pw@b.c:1;lr?x=y", ("sip", "a:pw", "b.c", 1)),
    ("sip:[2001:db8::1]:5060", ("sip", None, "2001:db8::1", 5060)),
    ("sip:+49-30;phone-context=x@b", ("sip", "+49-30;phone-context=x", "b", None)),
    ("tel:+4930", ("tel", None, "", None)),
    ("sip:a?b/c;d@e", ("sip", "a?b/c;d", "e", None))])
def test_a_uri_is_read_into_its_parts(text, parts):
    parsed = uri.parse(text)
    assert (parsed.scheme, parsed.user, parsed.host, parsed.port) == parts and parsed.text == text


@pytest.mark.parametrize("text", [
    "", "sip", "sip:", "sip:@b", "sip:a@", "sip:a b@c", "sip:a@b c", "sip:a@b:0", "sip:a@b:65536", "sip:a@b:x",
    "sip:%zz@b", "sip:a%2@b", "sip:a@b;", "sip:a@b;=1", "sip:a@b;x=", "sip:a@b?<x>", "sip:[::1", "sip:[::1]5", "1:x",
    "sip:a@b>", "sip:a\"@b", "sip:a@b@c", "sip:a@b:", "http:a b", "sip:é@b"])
def test_what_is_no_uri_is_malformed(text):
    with pytest.raises(Malformed):
        uri.parse(text)


def test_escaping_a_user_part_and_undoing_it_gives_the_same():
    for text in ("201", "+49 30", "a@b;c?d", "ü#%", "*43#", "a:b"):
        escaped = uri.escape_user(text)
        assert uri.parse(f"sip:{escaped}@x").name == text


@pytest.mark.parametrize(("value", "display", "text", "params"), [
    ('"A \\"B\\"" <sip:a@b>;tag=1', 'A "B"', "sip:a@b", {"tag": "1"}),
    ("<sip:a@b;x=1>;x=2", "", "sip:a@b;x=1", {"x": "2"}),
    ("sip:a@b;tag=1", "", "sip:a@b", {"tag": "1"}), ("Anna B <sip:a@b>", "Anna B", "sip:a@b", {}),
    ('"a<b>;c" <sip:a@b> ; q = 0.5 ;n', "a<b>;c", "sip:a@b", {"q": "0.5", "n": None}),
    ("Müller <sip:a@b>", "Müller", "sip:a@b", {}), ('""<sip:a@b>', "", "sip:a@b", {}),
    ('<sip:a@b>;x="1;2,3"', "", "sip:a@b", {"x": '"1;2,3"'})])
def test_an_address_is_read_into_its_parts(value, display, text, params):
    found = headers.address(value)
    assert (found.display, found.text, found.params) == (display, text, params)


@pytest.mark.parametrize("value", ["", "<", "<>", "<sip:a@b", '"a <sip:a@b>', "sip:a@b,sip:c", "a;b <sip:c>",
                                   "<sip:a@b>x", "<sip:a@b>;;", '"a"sip:a@b', "sip:a@b;"])
def test_what_is_no_address_is_malformed(value):
    with pytest.raises(Malformed):
        headers.address(value)


def test_quoting_and_unquoting_gives_the_same_without_control_characters():
    assert headers.unquote(headers.quote('a "b" \\ c')) == 'a "b" \\ c'
    assert headers.quote("a\r\nb") == '"ab"'


def test_the_fuzz_target_holds_on_its_seeds_and_their_beginnings():
    for seed in fuzz_sip.SEEDS:
        fuzz_sip.target(seed)
        fuzz_sip.target(seed[:len(seed) // 2])


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_octets_are_read_without_harm(data):
    fuzz_sip.target(data)


@given(st.sampled_from([data for _, data, *_ in (*torture.VALID, *torture.INVALID, *torture.APPLICATION)]),
       st.integers(0, 2000), st.binary(max_size=8), st.integers(0, 8))
@settings(max_examples=300, deadline=None)
def test_a_damaged_message_is_read_without_harm(data, at, put, cut):
    at %= len(data)
    fuzz_sip.target(data[:at] + put + data[at + cut:])


@given(st.lists(st.tuples(st.sampled_from(["Via", "To", "From", "Contact", "Route", "CSeq", "Call-ID", "Expires",
                                           "Content-Type", "Retry-After"]), st.text(max_size=30)), max_size=12))
@settings(max_examples=200, deadline=None)
def test_any_header_values_are_read_without_harm(fields):
    fuzz_sip.target(new_request("INVITE", "sip:a@b", fields, b"x").build())
