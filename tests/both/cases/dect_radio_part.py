"""A radio part on a controller of three lines: set-up, handover, cipher, floods, synchronisation."""

from firmware.dect import between, bursts, mt
from firmware.dect.radio_part import RadioPart
from firmware.effects import Do
from hal.radio import Burst, Followed, Lost, Neighbour, Strayed

RFPI, LEADER, PMID = bytes((0x10, 0x22, 0x43, 0xA3, 7)), bytes((0x10, 0x22, 0x43, 0xA3, 0)), 0xE6789


class Controller:
    bearers, carriers, antennas = 8, 10, 2
    others = [Neighbour(LEADER, 3, 2, -60, 3, 0, 0, 0)]

    def levels(self):
        return bytes([93]) * 120

    def quality(self, bearer):
        return -60, 100

    def neighbours(self):
        return self.others


class Base:
    def __init__(self):
        self.part = RadioPart(Controller(), True, lambda length: bytes(length - 1) + b"\x51")
        self.now = 0

    def show(self, effects):
        for effect in effects:
            if isinstance(effect, Do):
                shown = [[field.hex() for field in one[::4]] if isinstance(one, list) else
                         one.hex() if isinstance(one, bytes) else one for one in effect.arguments]
                print(self.now, effect.method, shown)
            else:
                print(self.now, effect)

    def hear(self, field, bearer=None, slot=17):
        self.now += 10000
        self.show(self.part.receive(Burst(bearer, slot, 4, -60, field), self.now))

    def order(self, order):
        self.show(self.part.order(order, self.now))

    def event(self, event):
        self.show(self.part.receive(event, self.now))

    def run(self, seconds):
        end = self.now + int(seconds * 1000000)
        while self.part.due() is not None and self.part.due() <= end:
            self.now = self.part.due()
            self.show(self.part.tick(self.now))
        self.now = end


def control(command, kind=mt.BASIC, first=False, pmid=PMID):
    return mt.control(command, 0x307, pmid, kind, first)


base = Base()
base.order(between.Radiate(RFPI, (36,), between.Sync(LEADER, None, 1), ()))
base.event(Followed(LEADER))
base.hear(control(mt.ACCESS_REQUEST, first=True))
base.hear(control(mt.WAIT), 0)
link = base.part.mac.connections[0].link
base.order(between.Segments(link, [b"AAAAA", b"BBBBB"]))
base.order(between.Cipher(link, bytes(range(8))))
base.hear(control(mt.START_REQUEST, mt.ENCRYPTION), 0)
base.run(0.05)
base.hear(control(mt.START_GRANT, mt.ENCRYPTION), 0)
base.hear(bursts.pack(0, b"abcde"), 0)
base.hear(control(mt.BEARER_HANDOVER, first=True), None, 22)
base.hear(control(mt.WAIT), 1, 22)
base.hear(mt.release(bursts.HANDED_OVER, PMID), 0)
base.hear(control(mt.ACCESS_REQUEST, first=True), None, 15)
for number in range(9):
    base.hear(control(mt.ACCESS_REQUEST, mt.ADVANCED, True, 0xE0000 + number), None, 12 + number)
base.run(11)
base.event(Lost(1))
base.run(6)
base.event(Strayed(LEADER, "pscn"))
base.event(Followed(LEADER))
base.event(Strayed(LEADER, "signal"))
Controller.others = []
base.run(600)
base.order(between.Silence())
print(sorted(base.part.counts.items()), base.part.due())
