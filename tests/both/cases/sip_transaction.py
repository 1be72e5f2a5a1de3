"""A module SIP in virtual time: registration with digest, timers of a lost INVITE, a call that comes and is held."""

from firmware.call.leg import Alerting, Audio, Codec, Connect, Leg, Media, Release, Setup
from firmware.effects import Bind, Clear, Log, Raise, Send, Tell
from firmware.sip.interface import Sip
from firmware.sip.parser import check, parse
from hal.net import Bound, Datagram

MAIN = ("sip", 0)
SERVER = ("192.0.2.1", 5060)
OURS = Audio("192.0.2.10", 16384, (Codec("pcma", 8, 8000),), 20, "sendrecv")
SDP = (b"v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n")


class Chance:
    def __init__(self):
        self.count = 0

    def __call__(self, octets):
        self.count += 1
        return bytes([(self.count * 37 + index * 11) & 255 for index in range(octets)])


class Desk:
    def __init__(self):
        self.sip = Sip("192.0.2.10", Chance())
        self.now = 0
        self.last = None

    def show(self, effects):
        for effect in effects:
            if isinstance(effect, Send):
                self.last = parse(effect.data)
                print(self.now, effect.to, effect.data)
                assert check(self.last) is None
            elif isinstance(effect, Tell):
                print(self.now, "CALL", tuple(effect.message))
            elif isinstance(effect, (Log, Raise, Clear, Bind)):
                print(self.now, tuple(effect))
            if isinstance(effect, Bind):
                self.show(self.sip.receive(Bound(effect.key, effect.port), self.now))

    def datagram(self, text, body=b""):
        lines = text.strip().split("\n")
        lines.append("Content-Length: {}".format(len(body)))
        data = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
        self.show(self.sip.receive(Datagram(MAIN, SERVER, data), self.now))

    def reply(self, status, more="", body=b""):
        last = self.last
        fields = [name + ": " + last.get(name) for name in ("Via", "From", "To", "Call-ID", "CSeq")]
        self.datagram("SIP/2.0 {} Any\n{}\n{}".format(status, "\n".join(fields), more), body)

    def request(self, method, number, tag="", branch="z9hG4bKa", body=b""):
        self.datagram("{0} sip:201@192.0.2.10 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch={1};rport\n"
                      "From: <sip:100@192.0.2.1>;tag=c\nTo: <sip:201@192.0.2.1>{2}\nCall-ID: c\nCSeq: {3} {0}\n"
                      "Contact: <sip:100@192.0.2.2>\nContent-Type: application/sdp".format(
                          method, branch, tag and ";tag=" + tag, number), body)

    def run(self, seconds):
        end = self.now + seconds * 1000000
        while self.sip.due() is not None and self.sip.due() <= end:
            self.now = self.sip.due()
            self.show(self.sip.tick(self.now))
        self.now = end


desk = Desk()
desk.show(desk.sip.configure("", {"port": 5060}, [], 0))
desk.show(desk.sip.configure("REG1", {"aor": "201@192.0.2.1", "pwd": "secret", "interval": 600}, [], 0))
desk.reply(401, 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=MD5')
desk.reply(200, "Contact: <sip:201@192.0.2.10:5060>;expires=400")
desk.show(desk.sip.receive(Setup(Leg("SIP", 1), "300", "201", "Anna", OURS), desk.now))
desk.run(40)
desk.request("INVITE", 1, body=SDP)
desk.show(desk.sip.receive(Alerting(Leg("SIP", 2), None), desk.now))
desk.show(desk.sip.receive(Connect(Leg("SIP", 2), OURS), desk.now))
tag = desk.last.to.tag
desk.run(2)
desk.request("ACK", 1, tag, "z9hG4bKb")
desk.request("INVITE", 2, tag, "z9hG4bKc", SDP + b"a=sendonly\r\n")
desk.show(desk.sip.receive(Media(Leg("SIP", 2), Audio(OURS[0], OURS[1], OURS[2], OURS[3], "recvonly")), desk.now))
desk.request("ACK", 2, tag, "z9hG4bKd")
desk.show(desk.sip.receive(Release(Leg("SIP", 2), 16), desk.now))
desk.run(60)
print(desk.sip.command("", ["calls"], desk.now)[0], desk.sip.command("", ["info"], desk.now)[0])
