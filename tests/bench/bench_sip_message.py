"""One INVITE of 1.5 kB with SDP: read with all its typed headers, and built, beside PyPI's sipmessage and aiosipua.

Target: 100 µs at most for ours on CPython.
"""

import aiosipua
import pytest
import sipmessage

from firmware.sip import leg, sdp
from firmware.sip.parser import check, parse

BODY = b"\r\n".join([
    b"v=0", b"o=alice 2890844526 2890844526 IN IP4 192.0.2.101", b"s=-", b"c=IN IP4 192.0.2.101", b"t=0 0",
    b"m=audio 49172 RTP/AVP 8 0 9 18 101 13", b"a=rtpmap:8 PCMA/8000", b"a=rtpmap:0 PCMU/8000",
    b"a=rtpmap:9 G722/8000", b"a=rtpmap:18 G729/8000", b"a=fmtp:18 annexb=no", b"a=rtpmap:101 telephone-event/8000",
    b"a=fmtp:101 0-16", b"a=rtpmap:13 CN/8000", b"a=ptime:20", b"a=sendrecv", b""])
HEAD = (
    "INVITE sip:201@192.0.2.10:5060 SIP/2.0",
    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK87asdks7;rport",
    "Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK77ef4c2312983.1;received=192.0.2.2;rport=5062",
    "Record-Route: <sip:192.0.2.1;lr;ftag=1928301774>", "Record-Route: <sip:192.0.2.3;lr>",
    "Route: <sip:192.0.2.9;lr>", "Max-Forwards: 68",
    'From: "Alice Example" <sip:alice@atlanta.example.com>;tag=1928301774',
    "To: <sip:201@atlanta.example.com>", "Call-ID: a84b4c76e66710.8723648723@pc33.atlanta.example.com",
    "CSeq: 314159 INVITE", 'Contact: "Alice" <sip:alice@192.0.2.101:5062;transport=udp>;expires=3600',
    "User-Agent: Example Softphone 4.2.1 (build 20201)", "Date: Thu, 21 Feb 2002 13:02:03 GMT",
    "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, REFER, NOTIFY, MESSAGE, SUBSCRIBE, INFO, UPDATE, PRACK",
    "Supported: replaces, timer, 100rel, path, outbound", "Session-Expires: 1800;refresher=uac", "Min-SE: 90",
    "Allow-Events: talk, hold, conference, refer, dialog", "Accept: application/sdp, application/dtmf-relay",
    "P-Asserted-Identity: <sip:alice@atlanta.example.com>", "Privacy: none",
    "Content-Type: application/sdp", f"Content-Length: {len(BODY)}")
INVITE = "\r\n".join([*HEAD, "", ""]).encode() + BODY

pytestmark = pytest.mark.bench


def ours():
    message = parse(INVITE)
    assert check(message) is None
    typed = (message.via, message.from_.uri, message.to.uri, message.contacts[0].uri, message.cseq, message.call_id,
             message.max_forwards, message.routes[0].uri, message.record_routes, message.content_type)
    return typed, leg.audio(sdp.parse(message.body))


def with_sipmessage():
    message = sipmessage.Message.parse(INVITE)
    return (message.via, message.from_address, message.to_address, message.contact, message.cseq, message.call_id,
            message.max_forwards, message.route, message.record_route, message.content_type)


def with_aiosipua():
    message = aiosipua.SipMessage.parse(INVITE.decode())
    headers = (message.via, message.from_addr, message.to_addr, message.contact, message.cseq, message.call_id,
               aiosipua.parse_uri(message.from_addr.uri) if isinstance(message.from_addr.uri, str) else None,
               message.get_header("route"), message.get_header("record-route"), message.content_type)
    return headers, aiosipua.parse_sdp(message.body if isinstance(message.body, str) else message.body.decode())


def test_the_message_has_the_size_that_the_target_names():
    assert 1400 <= len(INVITE) <= 1700


@pytest.mark.parametrize("read", [ours, with_sipmessage, with_aiosipua], ids=lambda read: read.__name__)
def test_read_an_invite_with_typed_headers(benchmark, read):
    assert benchmark(read)


@pytest.mark.parametrize(("read", "build"), [(parse, lambda message: message.build()),
                                             (sipmessage.Message.parse, bytes)],
                         ids=["ours", "sipmessage"])
def test_build_an_invite(benchmark, read, build):
    assert benchmark(build, read(INVITE))


def test_read_a_description(benchmark):
    assert benchmark(sdp.parse, BODY).media
