"""A master's Door and radios' Callers on a wire that may lose, double and delay datagrams."""

import heapq
import random

from firmware.call.leg import Elsewhere
from firmware.dect import trunk, trunk_codec
from firmware.dect.trunk_caller import Caller
from firmware.dect.trunk_door import Door, Heard, Joined, Parted, Turned
from firmware.effects import Send

SECOND = 1_000_000
MASTER = "10.0.0.1"
NOBODY = trunk_codec.Wishes(None, None, True, None)


def facts(number=2, role="radio", title="IP1203", release=(15, 1, 4), multicell=True):
    return trunk_codec.Facts(
        role, bytes([0, 0x90, 0x33, 0, 0, number]), f"radio {number}", title, release, multicell, 11, 8,
        ("pcma", "pcmu"), NOBODY)


class Wire:
    """`callers` by host. `lost` of 100 datagrams vanish, `twice` arrive twice; each takes up to `delay` more than
    1 ms. `seen` is every datagram, as (from, to, octets)."""

    def __init__(self, key=b"secret", lost=0, twice=0, delay=0, seed=1):
        self.random = random.Random(seed)
        self.now = 0
        self.lost, self.twice, self.delay = lost, twice, delay
        self.why = None
        self.door = Door(key, self.random.randbytes, lambda facts, host: self.why)
        self.callers = {}
        self.at_door, self.at_caller = [], []
        self.seen, self.cut = [], set()
        self._flying, self._count = [], 0

    def caller(self, host="10.0.0.2", key=b"secret", hosts=(MASTER,), said=None):
        caller = Caller(key, self.random.randbytes, hosts, lambda: said or facts(int(host.split(".")[-1])), self.now)
        self.callers[host] = caller
        return caller

    def carry(self, host, effects):
        for effect in effects:
            if isinstance(effect, Send):
                self.put((host, trunk.PORT), effect.to, effect.data)
            else:
                (self.at_door if host == MASTER else self.at_caller).append(effect)

    def put(self, source, to, data):
        self.seen.append((source, to, data))
        if self.cut & {source[0], to[0]} or self.random.randrange(100) < self.lost:
            return
        for _ in range(2 if self.random.randrange(100) < self.twice else 1):
            self._count += 1
            at = self.now + 1000 + self.random.randrange(self.delay + 1)
            heapq.heappush(self._flying, (at, self._count, source, to, data))

    def deliver(self, source, to, data):
        if to[0] == MASTER:
            self.carry(MASTER, self.door.receive(source, data, self.now) + self.door.flush(self.now))
        elif to[0] in self.callers:
            caller = self.callers[to[0]]
            self.carry(to[0], caller.receive(source, data, self.now) + caller.flush(self.now))

    def due(self):
        instants = [self.door.due(), *[caller.due() for caller in self.callers.values()],
                    self._flying[0][0] if self._flying else None]
        return min((instant for instant in instants if instant is not None), default=None)

    def _is_due(self, side):
        due = side.due()
        return due is not None and due <= self.now

    def run(self, seconds):
        until = self.now + round(seconds * SECOND)
        while (due := self.due()) is not None and due <= until:
            self.now = max(self.now, due)
            while self._flying and self._flying[0][0] <= self.now:
                _, _, source, to, data = heapq.heappop(self._flying)
                self.deliver(source, to, data)
            if self._is_due(self.door):
                self.carry(MASTER, self.door.tick(self.now))
            for host, caller in self.callers.items():
                if self._is_due(caller):
                    self.carry(host, caller.tick(self.now))
        self.now = until

    def up(self, octets, host="10.0.0.2"):
        """CALL's octets from a radio."""
        self.callers[host].session.send(trunk_codec.encode(Elsewhere(0, octets)))
        self.carry(host, self.callers[host].flush(self.now))

    def down(self, octets, peer=0):
        self.door.peers[peer].session.send(trunk_codec.encode(Elsewhere(0, octets)))
        self.carry(MASTER, self.door.flush(self.now))

    def heard(self, side):
        return [one.message.octets for one in side if isinstance(one, Heard) and isinstance(one.message, Elsewhere)]


def of(kind, outcomes):
    return [one for one in outcomes if isinstance(one, kind)]


def joined(**options):
    wire = Wire(**options)
    wire.caller()
    wire.run(0.1)
    assert of(Joined, wire.at_door) and of(Joined, wire.at_caller)
    return wire


__all__ = ["MASTER", "SECOND", "Parted", "Turned", "Wire", "facts", "joined", "of"]
