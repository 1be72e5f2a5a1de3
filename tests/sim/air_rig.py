"""Stations that only note what they hear, and bearers between them."""

from sim.air import FRAME, Air, Beacon
from sim.time import Time

RFPI = bytes.fromhex("102243a300")
OTHER = bytes.fromhex("102243a301")
MT = bytes.fromhex("c00400e6789a")
ASK = bytes.fromhex("e00300e6789a")
PAGE = bytes.fromhex("ee1367891000")
CT = [bytes((number << 5,)) + b"AAAAA" for number in (0, 1)]
B = bytes(range(40))


def handshake(rfpi=RFPI):
    return b"\x60" + rfpi


class Talker:
    """A station."""

    def __init__(self, air, position, fixed, follow=None):
        self.pages = []
        self.changes = 0
        self.air = air
        air.add(self, position, fixed)
        if follow is not None:
            air.clock(self).follow(follow)

    def heard(self, heard):
        self.pages.append((self.air.number, heard))

    def system_changed(self):
        self.changes += 1


class Rig:
    """`frames` lets time pass; `pair` opens both ends of a bearer whose sides know one another."""

    def __init__(self, seed=3, **options):
        self.time = Time()
        self.air = Air(self.time, seed=seed, **options)

    def base(self, position=(0, 0), follow=None):
        return Talker(self.air, position, True, follow)

    def handset(self, base, position=(10, 0)):
        return Talker(self.air, position, False, base)

    def beacon(self, base, slot=0, carrier=0, rfpi=RFPI):
        self.air.beacon(base, Beacon(slot, carrier, (b"\x6e" + rfpi,)))

    def end(self, station, slot, carrier, rfpi=RFPI, kind="full"):
        """On the air with its handshake; `fields` and `silences` note what it tells."""
        end = self.air.end(station, slot, carrier, kind)
        end.cycle, end.expect = [handshake(rfpi)], rfpi
        end.fields, end.silences = [], []
        end.on_field = lambda field, rssi: end.fields.append((self.air.number, field, rssi))
        end.on_silence = lambda lost: end.silences.append((self.air.number, lost))
        return end

    def pair(self, base, handset, slot=2, carrier=5, rfpi=RFPI, kind="full"):
        return self.end(base, slot, carrier, rfpi, kind), self.end(handset, slot + 12, carrier, rfpi, kind)

    def call(self, base_at=(0, 0), handset_at=(10, 0), slot=2, carrier=5, follow=None, rfpi=RFPI, kind="full"):
        base = self.base(base_at, follow)
        return self.pair(base, self.handset(base, handset_at), slot, carrier, rfpi, kind)

    def frames(self, count=1):
        self.time.run(self.time.now + count * FRAME)
