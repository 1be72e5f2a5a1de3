"""What radios report of handsets to the master part: segments, frames with any message, links that come and go.

python tests/fuzz/fuzz_dect.py -max_total_time=60 fuzz-corpus/dect
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from firmware.call import leg
from firmware.dect import dlc, identities
from firmware.dect.between import Access, Ciphered, Gone, Moved, Segment, Segments, To
from firmware.dect.calls import Calls

IPEI = 0x123456789
ARI = identities.parse_ari("31100422072149")
SETUP = bytes.fromhex("0305050780a801234567892c03323031")
LOCATE = bytes.fromhex("0554050780a80123456789")

CONNECTED = b"\x00\x05\x00"
"""A set-up of link 1 at radio 0 with a PMID that needs no signature."""


def framed(message):
    return b"\x01" + bytes((len(message),)) + message


SEEDS = (
    b"\x00" + CONNECTED + framed(LOCATE) + b"\x02\x10" + b"\x05\x40" + framed(b"\x83\x01") + b"\x06\x40",
    b"\x01" + CONNECTED + framed(LOCATE) + framed(bytes.fromhex("85410d0401020304")) + b"\x02\xff",
    b"\x00" + CONNECTED + framed(LOCATE) + framed(SETUP) + b"\x00\x0e\x01" + b"\x04\x01\x00\x00" + b"\x06\x02",
    b"\x02" + CONNECTED + framed(SETUP) + b"\x03\x01\x91\x00\xFD\x07\x07\x00" + b"\x07" + b"\x04\x01\x02\x00",
)


class Directory:
    def find(self, attribute, value):
        user = {"cn": "Zoe", "h323": "zoe", "e164": "201", "ipei": identities.print_ipei(IPEI)}
        return user if user.get(attribute) == value else None


class Octets:
    """`data` taken one by one; zero behind its end."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def next(self, count=1):
        piece = self.data[self.at:self.at + count]
        self.at += count
        return piece + bytes(count - len(piece))


class Base:
    def __init__(self, configured):
        self.calls = Calls("GW-DECT", Directory(), None, lambda count: bytes(range(count)))
        self.calls.configure(configured)
        self.now, self.ours = 0, 0
        self.take(self.calls.begin(ARI))

    def take(self, effects):
        for effect in effects:
            if isinstance(effect, To) and isinstance(effect.order, Segments):
                assert effect.order.segments and all(len(one) == 5 for one in effect.order.segments)

    def report(self, octets, report):
        self.take(self.calls.report(octets.next()[0] & 1, report, self.now))

    def link(self, octets):
        return octets.next()[0] & 3

    def access(self, octets):
        what = octets.next()[0]
        kind = "handover" if what & 8 else "setup"
        self.ours = 0
        self.report(octets, Access(what & 3, 0xE1234 if what & 4 else 0x06789, kind, 1, bool(what & 16)))

    def message(self, octets):
        """A frame whose number and checksum are right."""
        information = octets.next(octets.next()[0] & 63)
        frame = dlc.Frame(0x11, self.ours << 1, False, information)
        self.ours ^= 1
        for signature in (0, 0x6789):
            for piece in dlc.segments(frame, signature):
                for radio in (0, 1):
                    self.take(self.calls.report(radio, Segment(1, piece), self.now))

    def segment(self, octets):
        self.report(octets, Segment(self.link(octets), octets.next(5)))

    def event(self, octets):
        link, kind = self.link(octets), octets.next()[0] & 3
        self.report(octets, (Gone(link, 2), Moved(link, 3), Ciphered(link, True), Ciphered(link, False))[kind])

    def wait(self, octets):
        self.now += octets.next()[0] * 50_000
        due = self.calls.due()
        if due is not None and due <= self.now:
            self.take(self.calls.tick(self.now))
            assert self.calls.due() is None or self.calls.due() > due

    def ring(self, octets):
        name = leg.Leg("GW-DECT", octets.next()[0])
        self.take(self.calls.receive(leg.Setup(name, "201", "1", "", None), self.now))

    def release(self, octets):
        name = leg.Leg("GW-DECT", octets.next()[0])
        self.take(self.calls.receive(leg.Release(name, 16), self.now))

    def text(self, octets):
        if self.calls.locations.known(IPEI):
            self.take(self.calls.sms("201", "hello", "", self.now))


STEPS = (Base.access, Base.message, Base.wait, Base.segment, Base.event, Base.ring, Base.release, Base.text)


def target(data):
    """The first octet chooses the configuration; no report may raise, and all must end when time goes by."""
    octets = Octets(data)
    base = Base(({}, {"ac": "1234"}, {"ac": "1234", "encryption": "on", "wideband": True})[octets.next()[0] % 3])
    while octets.at < len(data):
        STEPS[octets.next()[0] & 7](base, octets)
    for number in range(256):
        base.take(base.calls.receive(leg.Release(leg.Leg("GW-DECT", number), 16), base.now))
    for _ in range(2000):
        due = base.calls.due()
        if due is None:
            break
        base.now = max(base.now, due)
        base.take(base.calls.tick(base.now))
    held = [airleg for airleg in base.calls.legs if airleg.call.incoming]
    assert not held and all(one.call is not None for one in base.calls.links.connections)


if __name__ == "__main__":
    from tests.fuzz.run import run
    run(target, SEEDS, "firmware")
