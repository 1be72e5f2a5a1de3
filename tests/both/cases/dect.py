"""One handset registers, is called, dials and gets lost; all that GW-DECT asks for, line by line."""

from firmware.call import cause, leg
from firmware.dect import bursts, dlc, identities, mt, nwk
from firmware.dect.joining import Base
from firmware.dect.master import Dect
from firmware.dect.radio_part import RadioPart
from firmware.effects import Do
from hal.radio import Burst, Found, Lost

SARI, IPEI, PMID = "31100422072149", 0x123456789, 0xE6789


class Directory:
    def find(self, attribute, value):
        user = {"e164": "201", "cn": "Zoe", "ipei": identities.print_ipei(IPEI)}
        return user if user.get(attribute) == value else None


class Radio:
    """A controller that hears nothing."""

    bearers, carriers, antennas = 2, 10, 2

    def levels(self):
        return bytes([93]) * 120

    def quality(self, bearer):
        return -60, 0

    def neighbours(self):
        return []


class Portable:
    """A handset's segments by hand."""

    def __init__(self, dect):
        self.dect = dect
        self.now = 0

    def show(self, effects):
        for effect in effects:
            if isinstance(effect, Do):
                print(self.now, effect.method, [one.hex() if isinstance(one, bytes) else one
                                                for one in effect.arguments if not isinstance(one, list)])
            else:
                print(self.now, effect)

    def hear(self, field, bearer=0):
        self.now += 10000
        self.show(self.dect.receive(Burst(bearer, 15, 4, -60, field), self.now))

    def come(self):
        self.number = self.sequence = 0
        self.hear(mt.control(mt.ACCESS_REQUEST, 0x300, PMID, first=True), None)
        self.hear(mt.control(mt.WAIT, 0x300, PMID))

    def say(self, answer, protocol, kind, *elements):
        message = nwk.encode(nwk.Message(answer, 0, protocol, kind, list(elements)))
        self.frame(dlc.Frame(0x91 if not self.number else 0x11, self.number % 2 << 1, False, message))
        self.number += 1

    def ready(self, number):
        self.frame(dlc.Frame(0x13, number << 5 | 1, False, b""))

    def frame(self, frame):
        for segment in dlc.segments(frame, 0):
            self.hear(bursts.pack(self.sequence, segment))
            self.sequence ^= 1

    def rest(self):
        """Let every timer of a call run out."""
        until = self.now + 20000000
        while self.dect.due() <= until:
            self.now = self.dect.due()
            self.show(self.dect.tick(self.now))
        self.now = until


radio = Radio()
base = Base("IP1203", b"\0\x90\x33\0\0\1", "10.0.0.1", (15, 1, 4), True, 2, 2, ())
dect = Dect(Directory(), RadioPart(radio, True), base, None, lambda count: bytes(range(count)))
portable = Portable(dect)
portable.show(dect.start(0))
for sari in ("", "31100422072145", SARI):
    portable.show(dect.configure("MASTER", {"mode": "active", "sari": sari}, ["mode", "sari"], 0))
portable.show(dect.configure("RADIO", {"master": "127.0.0.1"}, ["master"], 0))
print(dect.command("", ["status"], 0))

portable.come()
portable.say(False, nwk.MM, nwk.LOCATE_REQUEST, nwk.portable_ipui(IPEI))
portable.ready(1)
portable.rest()
print(dect.command("", ["users"], 0))

called = leg.Leg("GW-DECT", 1)
portable.show(dect.receive(leg.Setup(called, "201", "030", "Max", leg.Bearer(None, None, False)), portable.now))
portable.come()
portable.say(False, nwk.LCE, nwk.PAGE_RESPONSE, nwk.portable_ipui(IPEI))
portable.ready(1)
portable.say(True, nwk.CC, nwk.ALERTING)
portable.say(True, nwk.CC, nwk.CONNECT)
portable.ready(0)
print(dect.command("", ["status"], 0))
portable.show(dect.receive(Lost(0), portable.now))
portable.show(dect.receive(Found(0), portable.now))
portable.show(dect.receive(leg.Release(called, cause.NORMAL), portable.now))
portable.rest()

portable.come()
portable.say(False, nwk.CC, nwk.SETUP, nwk.portable_ipui(IPEI))
portable.ready(1)
for digit in "12":
    portable.say(False, nwk.CC, nwk.INFO, nwk.octet(nwk.KEYPAD, ord(digit)))
portable.show(dect.tick(portable.now + 5000000))
portable.show(dect.receive(Lost(0), portable.now))
portable.rest()
