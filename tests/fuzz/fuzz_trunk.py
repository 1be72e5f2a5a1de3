"""The trunk between master and radio: datagrams of anybody, and messages of a side that has the key.

python tests/fuzz/fuzz_trunk.py -max_total_time=60 fuzz-corpus/trunk
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from firmware.dect import trunk, trunk_codec
from firmware.dect.trunk_caller import Caller
from firmware.dect.trunk_door import Door
from firmware.effects import Send

MASTER, RADIO, OTHER = ("10.0.0.1", trunk.PORT), ("10.0.0.2", trunk.PORT), ("10.0.0.3", 7)
FACTS = trunk_codec.Facts("radio", bytes(6), "Hall", "IP1203", (15, 1, 4), True, 11, 8, ("pcma",),
                          trunk_codec.Wishes(None, None, True, None))
HELLO = b"DT\1\1" + bytes(16)

SEEDS = (
    b"\x00\x00" + bytes((len(HELLO),)) + HELLO + b"\x01\x28DT\1\6" + bytes(36) + b"\x02\x14DT\1\5" + bytes(16),
    b"\x03\x20\x15\x01\x03\x00\x01\x00\x00\x00\x02\x01\xc4\x00\x00\x03abcabcde\xb0\x09" + bytes(8),
    b"\x04\x0c\x01\x10\x22\x43\xa3\x00\x00\x00\x01\x05\x02\x24" + b"\x04\x03\x24\x01a",
    b"\x04" + bytes((len(trunk_codec.encode(FACTS)),)) + trunk_codec.encode(FACTS) + b"\x05\xff\x05\xff",
)


class Pair:
    """A master and a radio that has joined it."""

    def __init__(self):
        self.now, self.drawn = 0, 0
        self.door = Door(b"key", self.draw, lambda facts, host: None)
        self.caller = Caller(b"key", self.draw, (MASTER[0],), lambda: FACTS, 0)
        self.carry(RADIO, self.caller.tick(0))
        assert self.joined()

    def draw(self, count):
        self.drawn += 1
        return (self.drawn.to_bytes(4, "big") * (count // 4 + 1))[:count]

    def joined(self):
        return self.caller.open and [peer.open for peer in self.door.peers] == [True]

    def carry(self, source, effects):
        for effect in effects:
            if isinstance(effect, Send) and effect.to in (MASTER, RADIO):
                self.deliver(source, effect.to, effect.data)

    def deliver(self, source, to, data):
        side = self.door if to == MASTER else self.caller
        self.carry(to, side.receive(source, data, self.now) + side.flush(self.now))

    def say(self, up, octets):
        """What a side that has the key may send."""
        session = self.caller.session if up else self.door.peers[0].session if self.door.peers else None
        if session is not None and session.lost is None:
            session.send(octets)
            self.carry(RADIO if up else MASTER, (self.caller if up else self.door).flush(self.now))

    def wait(self, octets):
        until = self.now + sum(octets) * 100_000
        while True:
            due = min([one for one in (self.door.due(), self.caller.due()) if one is not None])
            if due > until:
                break
            self.now = max(self.now, due)
            for side, address in ((self.caller, RADIO), (self.door, MASTER)):
                if side.due() is not None and side.due() <= self.now:
                    self.carry(address, side.tick(self.now))
        self.now = until


def target(data):
    """Steps of a kind, a length and octets. Without the key nobody ends the session."""
    pair, at, keyed = Pair(), 0, False
    while at + 2 <= len(data):
        kind, octets = data[at] % 6, data[at + 2:at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
        if kind < 3:
            for to in (MASTER, RADIO):
                pair.deliver((MASTER, RADIO, OTHER)[kind], to, octets)
        elif kind < 5:
            keyed = True
            pair.say(kind == 3, octets)
        else:
            pair.wait(octets)
    assert keyed or pair.joined()
    message = trunk_codec.decode(data)
    assert message is None or trunk_codec.decode(trunk_codec.encode(message)) == message


if __name__ == "__main__":
    from tests.fuzz.run import run
    run(target, SEEDS, "firmware")
