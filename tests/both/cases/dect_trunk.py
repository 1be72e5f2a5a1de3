"""A radio joins a master over the trunk, both say something, one datagram is lost, the radio leaves; and a tree."""

from firmware.call.leg import Elsewhere
from firmware.dect import between, identities, synctree, trunk_codec
from firmware.dect.trunk import PORT
from firmware.dect.trunk_caller import Caller
from firmware.dect.trunk_door import Door, Heard, Joined, Parted, Turned
from firmware.effects import Send

MASTER, RADIO = ("10.0.0.1", PORT), ("10.0.0.2", PORT)
WISHES = trunk_codec.Wishes(None, None, True, None)
FACTS = trunk_codec.Facts("radio", b"\0\x90\x33\0\0\2", "Halle", "IP1203", (15, 1, 4), True, 11, 8, ("pcma",), WISHES)


class Chance:
    def __init__(self):
        self.count = 0

    def __call__(self, size):
        self.count += 1
        return bytes([self.count]) * size


def show(now, side, one):
    if isinstance(one, Heard):
        print(now, side, "heard", one.message)
    elif isinstance(one, (Parted, Turned)):
        print(now, side, "parted" if isinstance(one, Parted) else "turned", one.why)
    elif isinstance(one, Joined):
        print(now, side, "joined")


class Wire:
    def __init__(self, key):
        chance = Chance()
        self.now = 0
        self.door = Door(b"secret", chance, lambda facts, host: None)
        self.caller = Caller(key, chance, (MASTER[0],), lambda: FACTS, 0)
        self.lose = 0

    def carry(self, side, effects):
        for one in effects:
            show(self.now, side, one)
            if isinstance(one, Send) and self.lose:
                self.lose -= 1
                print(self.now, side, "lost", len(one.data), one.data.hex()[:8])
            elif isinstance(one, Send) and side == "radio":
                print(self.now, side, one.data.hex())
                self.carry("master", self.door.receive(RADIO, one.data, self.now) + self.door.flush(self.now))
            elif isinstance(one, Send):
                print(self.now, side, one.data.hex())
                self.carry("radio", self.caller.receive(MASTER, one.data, self.now) + self.caller.flush(self.now))

    def tick(self):
        first = [due for due in (self.door.due(), self.caller.due()) if due is not None]
        self.now = max(self.now, min(first))
        self.carry("master", self.door.tick(self.now))
        self.carry("radio", self.caller.tick(self.now))


wire = Wire(b"secret")
wire.tick()
state = between.State(True, "synchronized", b"12345", -60, 3, 2, "PSCN changed", 1, [(b"abcde", -70, 9)])
wire.caller.session.send(trunk_codec.encode(state))
wire.lose = 1
wire.carry("radio", wire.caller.flush(wire.now))
wire.tick()
wire.door.peers[0].session.send(trunk_codec.encode(Elsewhere(None, b"to call")))
wire.carry("master", wire.door.flush(wire.now))
wire.tick()
wire.carry("radio", wire.caller.hang_up("over", wire.now))
print(wire.door.peers)
Wire(b"wrong").tick()

ARI = identities.parse_ari("31100422072149")
NODES = [synctree.Node(rpn, identities.rfpi(ARI, rpn), True, 0, True, None, None, None,
                       {identities.rfpi(ARI, other): (-60 - other, 0) for other in heard})
         for rpn, heard in ((0, (1,)), (1, (0, 2)), (2, (1,)), (3, (2, 1)))]
places = synctree.Tree().assign(NODES)
for rpn in sorted(places):
    print(rpn, places[rpn])
for octets in (b"", b"\x05", b"\x15\x01\x09", b"\x25" + bytes(30), b"\x24\x02\xff\xfe"):
    print(trunk_codec.decode(octets))
