"""Two SIP modules on a wire in virtual time that loses, delays and reorders; CALL is a list of what each was told."""

import heapq
import random

from firmware.call.leg import Audio, Codec, Connect, Media, Release, Setup
from firmware.effects import Bind, Send, Tell
from firmware.sip.interface import Sip
from hal.net import Bound, Datagram
from hal.sip import Limits
from tests.firmware.sip.rig import SECOND, Chance

ADDRESSES = ("192.0.2.10", "192.0.2.20")


def described(side, direction="sendrecv"):
    return Audio(ADDRESSES[side], 16384, (Codec("pcma", 8, 8000),), 20, direction)


class Wire:
    """`told[side]` is what CALL was told there. A Setup is answered by itself with Connect, a Media with Media."""

    def __init__(self, seed=0, loss=0.0, delay=(0.005, 0.005)):
        self.random = random.Random(seed)
        self.loss, self.delay = loss, delay
        self.now, self.count = 0, 0
        self.flying = []
        self.told = ([], [])
        self.offering = [False, False]
        self.sips = tuple(Sip(address, Chance(seed * 2 + side + 1), Limits(65535, 8, 1024))
                          for side, address in enumerate(ADDRESSES))
        for side in (0, 1):
            sip = self.sips[side]
            self.apply(side, sip.configure("", {"port": 5060}, [], 0))
            self.apply(side, sip.configure("REG1", {"aor": f"{side}00@{ADDRESSES[1 - side]}", "no-reg": True}, [], 0))

    def apply(self, side, effects):
        queue = list(effects)
        while queue:
            effect = queue.pop(0)
            if isinstance(effect, Bind):
                queue.extend(self.sips[side].receive(Bound(effect.key, effect.port), self.now))
            elif isinstance(effect, Send):
                self._fly(side, effect)
            elif isinstance(effect, Tell):
                self.told[side].append(effect.message)
                queue.extend(self._call(side, effect.message))

    def _fly(self, side, effect):
        if effect.to[0] != ADDRESSES[1 - side] or self.random.random() < self.loss:
            return
        self.count += 1
        when = self.now + int(self.random.uniform(*self.delay) * SECOND)
        heapq.heappush(self.flying, (when, self.count, 1 - side, effect.data))

    def _call(self, side, message):
        if isinstance(message, Setup):
            return self.sips[side].receive(Connect(message.leg, described(side)), self.now)
        if isinstance(message, Media) and not self.offering[side]:
            return self.sips[side].receive(Media(message.leg, described(side)), self.now)
        self.offering[side] = self.offering[side] and not isinstance(message, Media)
        return []

    def tell(self, side, message):
        self.offering[side] = isinstance(message, Media)
        self.apply(side, self.sips[side].receive(message, self.now))

    def run(self, seconds):
        end = self.now + int(seconds * SECOND)
        while True:
            instants = [sip.due() for sip in self.sips] + [self.flying[0][0] if self.flying else None]
            first = min((one for one in instants if one is not None), default=None)
            if first is None or first > end:
                break
            self.now = max(self.now, first)
            while self.flying and self.flying[0][0] <= self.now:
                _, _, side, data = heapq.heappop(self.flying)
                source = (ADDRESSES[1 - side], 5060)
                self.apply(side, self.sips[side].receive(Datagram(("sip", 0), source, data), self.now))
            for side in (0, 1):
                self.apply(side, self.sips[side].tick(self.now))
        self.now = end

    def heard(self, side, kind):
        return [one for one in self.told[side] if isinstance(one, kind)]

    def leg(self, side):
        return self.heard(side, Setup)[0].leg

    def idle(self):
        return all(not sip.agent.legs and not sip.agent.dialogs and not sip.agent.layer.clients
                   and not sip.agent.layer.servers and sip.due() is None for sip in self.sips)

    def ended(self, side):
        return bool(self.heard(side, Release))
