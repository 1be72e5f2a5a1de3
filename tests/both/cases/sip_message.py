"""SIP messages, URIs, headers and SDP: what is read, what is refused, what is built."""

from firmware.sip import headers, leg, sdp, uri
from firmware.sip.message import response
from firmware.sip.parser import check, parse

INVITE = b"""INVITE sip:201@192.0.2.10 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport
v: SIP / 2.0 / TCP  spindle.example.com ;
 branch = z9hG4bK9ikj8
Max-Forwards: 0068
f: "M\xc3\xbcller \\"B\\"" <sip:+49%2030@example.com>;tag=98
To: caller<sip:201@example.com>
i: a@b
CSeq: 0009
  INVITE
Record-Route: <sip:192.0.2.1;lr>, <sip:192.0.2.2;lr>
m: "Quoted" <sip:j@192.0.2.2:5070;transport=udp>;q=0.33, <sip:k@192.0.2.3>
Odd: ;;,,
c: application/sdp
l: 135

v=0
o=- 1 1 IN IP4 192.0.2.2
s=-
c=IN IP4 192.0.2.2
t=0 0
m=audio 4000 RTP/AVP 8 96 101
a=rtpmap:96 opus/48000/2
a=sendonly
m=video 5000 RTP/AVP 31
"""
HEAD, _, BODY = INVITE.partition(b"\n\n")
BODY = BODY.replace(b"\n", b"\r\n")
GOOD = HEAD.replace(b"135", str(len(BODY)).encode()).replace(b"\n", b"\r\n") + b"\r\n\r\n" + BODY

message = parse(GOOD)
print(check(message), message.method, message.uri, message.via.host, message.via.branch)
print(message.from_.display, message.from_.uri.name, message.from_.tag, message.to.display, message.max_forwards)
print(message.cseq.number, message.cseq.method, message.call_id, message.content_type[0], message.get("odd"))
print([one.text for one in message.contacts], [one.text for one in message.record_routes])
print(response(message, 200, "ours").build())
audio = leg.audio(sdp.parse(message.body))
print(audio.host, audio.port, [tuple(codec) for codec in audio.codecs], audio.packet_ms, audio.direction)
print(leg.Description(5, "192.0.2.10").answer(sdp.parse(message.body), audio))

FAULTS = (
    (b"SIP/2.0\r\nVia", b"SIP/7.0\r\nVia"), (b"INVITE\r\nRec", b"BYE\r\nRec"), (b"l: ", b"l: 9"), (b"l: ", b"l: -"),
    (b"sip:201@192.0.2.10", b"<sip:201@192.0.2.10>"), (b"sip:201@192.0.2.10 ", b"sip:201@192.0.2.10  "),
    (b"sip:201@192", b"sip:" + b"2" * 3000 + b"@192"), (b"i: a@b\r\n", b""), (b"To: caller<", b"To: cal,ler<"),
    (b"M\xc3\xbcller", b"M\xfcller"), (b';tag=98', b';tag="98'), (b"Max-Forwards: 0068", b"Max-Forwards: 256"),
    (b"Odd", b"O dd"), (b"Odd", b"Odd\rX"), (b"%2030", b"%2 30"),
)
for old, new in FAULTS:
    wrong = parse(GOOD.replace(old, new, 1))
    print(new[:24], wrong and check(wrong))
for data in (b"", b"\r\n\r\n", b"\0\xff", b"GET / HTTP/1.1\r\n\r\n", b"SIP/2.0 99 No\r\n\r\n", GOOD[:300]):
    wrong = parse(data)
    print(data[:12], wrong and check(wrong))
for text in ("sip:a:b@[::1]:5;lr?x=y", "sip:%zz@b", "tel:+49", "sip:a@b:99999", "sip:a?b/c;d@e", "x"):
    try:
        found = uri.parse(text)
        print(text, found.scheme, found.user, found.host, found.port, sorted(found.params))
    except uri.Malformed as problem:
        print(text, problem.status, problem.reason)
print(headers.quote('a "b"\r\n\\'), uri.escape_user("ü #1"), headers.split('"a,b" <c,d>, e'))
