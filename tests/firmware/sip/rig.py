"""A SIP module at a desk: datagrams go in, what it sends comes out parsed, CALL is whoever writes the test."""

from firmware.call.leg import Audio, Codec, Connect, Setup
from firmware.effects import Bind, Send, Tell
from firmware.sip.interface import Sip
from firmware.sip.parser import check, parse
from hal.net import Bound, Datagram
from hal.sip import Limits

SECOND = 1_000_000
LIMITS = Limits(65535, 32, 2048)
US, SERVER, ELSEWHERE = "192.0.2.10", ("192.0.2.1", 5060), ("198.51.100.7", 5060)
MAIN = ("sip", 0)
PCMA = Codec("pcma", 8, 8000)
EVENTS = Codec("telephone-event", 101, 8000)
OURS = Audio(US, 16384, (PCMA,), 20, "sendrecv")
THEIRS = Audio("192.0.2.2", 4000, (PCMA, EVENTS), 20, "sendrecv")
SDP = (b"v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 101\r\n"
       b"a=rtpmap:101 telephone-event/8000\r\n")


class Chance:
    """Octets that never repeat."""

    def __init__(self, seed=0):
        self.count = seed << 16

    def __call__(self, octets):
        self.count += 1
        return (self.count * 0x9E3779B97F4A7C15 % (1 << 8 * octets)).to_bytes(octets, "big")


class Desk:
    """`sent` and `told` collect since they were last taken; `effects` what came back from the last input."""

    def __init__(self, limits=LIMITS, address=US, **options):
        self.now = 0
        self.sip = Sip(address, Chance(len(address)), limits)
        self.sent, self.told, self.other = [], [], []
        self.apply(self.sip.configure("", {"port": 5060}, [], 0))
        if options is not None:
            self.interface("REG1", **{"aor": "201@192.0.2.1", "pwd": "secret", "no_reg": True, **options})

    def interface(self, name, **options):
        values = {key.replace("_", "-"): value for key, value in options.items() if value is not None}
        self.apply(self.sip.configure(name, values, list(values), self.now))

    def apply(self, effects):
        queue = list(effects)
        while queue:
            effect = queue.pop(0)
            if isinstance(effect, Send):
                message = parse(effect.data)
                # These repeat what was wrong with the request.
                assert check(message) is None or message.status in (400, 413, 414, 505, 513), effect.data
                self.sent.append((effect.to, message))
            elif isinstance(effect, Bind):
                queue.extend(self.sip.receive(Bound(effect.key, effect.port), self.now))
            elif isinstance(effect, Tell):
                assert effect.module == "CALL"
                self.told.append(effect.message)
            else:
                self.other.append(effect)

    def datagram(self, data, source=SERVER, key=MAIN):
        self.apply(self.sip.receive(Datagram(key, source, data), self.now))
        return self.take()

    def tell(self, message):
        self.apply(self.sip.receive(message, self.now))
        return self.take()

    def take(self):
        taken, self.sent = self.sent, []
        return [message for _, message in taken]

    def heard(self):
        told, self.told = self.told, []
        return told

    def run(self, seconds):
        """Let time pass; what was sent on the way, as (seconds from now, message)."""
        begun, end, found = self.now, self.now + int(seconds * SECOND), []
        while self.sip.due() is not None and self.sip.due() <= end:
            self.now = max(self.sip.due(), self.now)
            self.apply(self.sip.tick(self.now))
            found.extend(((self.now - begun) / SECOND, message) for message in self.take())
        self.now = end
        return found

    def calls(self):
        return len(self.sip.agent.legs)

    def answered(self, **fields):
        """An incoming call that is up: its leg and our 200."""
        self.datagram(request("INVITE", body=SDP, **fields))
        leg = next(one.leg for one in self.heard() if isinstance(one, Setup))
        ok = self.tell(Connect(leg, OURS))[0]
        assert self.datagram(request("ACK", tag=ok.to.tag, **{**fields, "branch": "z9hG4bKack"})) == []
        return leg, ok


def request(method, number=1, tag="", branch="z9hG4bK1", call="call1", body=b"", uri=f"sip:201@{US}:5060", more=(),
            source="caller", via=SERVER[0], kind="application/sdp", cseq_method=None):
    """A request of the peer's."""
    lines = [f"{method} {uri} SIP/2.0", f"Via: SIP/2.0/UDP {via}:5060;branch={branch}", "Max-Forwards: 70",
             f"From: <sip:100@192.0.2.1>;tag={source}", "To: <sip:201@192.0.2.1>" + (f";tag={tag}" if tag else ""),
             f"Call-ID: {call}", f"CSeq: {number} {cseq_method or method}", "Contact: <sip:100@192.0.2.2:5062>", *more]
    if body:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def reply(to, status, tag="peer", body=b"", more=(), reason="Whatever", contact="<sip:100@192.0.2.2:5062>"):
    """The peer's response to a request of ours."""
    lines = [f"SIP/2.0 {status} {reason}", *(f"Via: {value}" for value in to.all("Via")), f"From: {to.get('From')}"]
    target = to.get("To")
    lines.append(f"To: {target}" + (f";tag={tag}" if tag and ";tag=" not in target else ""))
    lines += [f"Call-ID: {to.call_id}", f"CSeq: {to.get('CSeq')}", f"Contact: {contact}", *more]
    if body:
        lines.append("Content-Type: application/sdp")
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body
