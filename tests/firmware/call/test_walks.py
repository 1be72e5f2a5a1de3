"""Random walks through calls, features and handovers with sides that behave: what is held is what is in use."""

import random

import pytest

from firmware.call.leg import Alerting, Connect, Digits, Leg, Media, Release, Setup
from tests.firmware.call.rig import OFFER
from tests.firmware.call.system import System, bearer

KEYS = ("R", "R0", "R1", "R2", "R2", "R3", "R4", "RR", "7#", "7", "R7#", "RR8#")


class Walk:
    """Sides that keep to the protocol: one answer to each offer, nothing after a release."""

    def __init__(self, seed, slow):
        self.chance = random.Random(seed)
        self.system = System(radios=(1, 2, 3), channels=2, seed=seed)
        self.system.slow = slow
        self.system.call.configure("", {"conference": "800"}, ["conference"], 0)
        self.legs, self.owed, self.read, self.numbers = {}, [], {"sip": 0, "dect": 0}, 0

    def listen(self):
        """Take in what the sides were told."""
        for name in ("sip", "dect"):
            told = getattr(self.system, name).told
            for one in told[self.read[name]:]:
                self._heard(one)
            self.read[name] = len(told)

    def _heard(self, one):
        if isinstance(one, Setup):
            self.legs[one.leg] = "asked"
        elif isinstance(one, Release):
            assert self.legs.pop(one.leg, None), f"{one} for a leg that is not there"
        elif isinstance(one, Connect):
            assert self.legs[one.leg] == "asking"
            self.legs[one.leg] = "up"
        elif isinstance(one, Media) and one.leg.module == "SIP":
            self._offered(one)
        else:
            assert one.leg in self.legs, f"{one} for a leg that is not there"

    def _offered(self, one):
        assert self.legs[one.leg] == "up"
        if one.leg in self.waits:
            self.waits.remove(one.leg)
        elif one.media is not None:
            assert one.leg not in self.owed, "two offers at a time"
            self.owed.append(one.leg)

    waits: list = []

    def tell(self, message):
        self.system.tell(message)
        self.listen()

    def step(self):
        getattr(self, self.chance.choice((
            "call", "dial", "answer", "answer", "agree", "agree", "agree", "keys", "keys", "move", "move", "hang_up",
            "offer", "wait", "deliver", "deliver", "deliver", "lose")))()
        self.listen()

    def _pick(self, module, *states):
        legs = [leg for leg in sorted(self.legs) if leg.module == module and self.legs[leg] in states]
        return self.chance.choice(legs) if legs else None

    def _bearer(self):
        return bearer(self.chance.choice((0, 1, 2, 3)), self.chance.randrange(8), self.chance.random() < 0.2)

    def call(self):
        self.numbers += 2
        leg = Leg("SIP", self.numbers)
        self.legs[leg] = "asking"
        offer = OFFER if self.chance.random() < 0.9 else None
        self.tell(Setup(leg, str(self.chance.randrange(201, 206)), "100", "Carl", offer))

    def dial(self):
        self.numbers += 2
        leg, number = Leg("GW-DECT", self.numbers), str(self.chance.randrange(201, 206))
        if any(line.user == number for line in self.system.call.lines.all()):
            return
        self.legs[leg] = "asking"
        self.tell(Setup(leg, self.chance.choice(("", "0711")), number, "Anna", self._bearer()))

    def answer(self):
        module = self.chance.choice(("SIP", "GW-DECT"))
        leg = self._pick(module, "asked")
        if leg is None:
            return
        media = OFFER if module == "SIP" else self._bearer()
        if self.chance.random() < 0.5:
            self.tell(Alerting(leg, None if module == "SIP" else media))
        if leg in self.legs:
            self.legs[leg] = "up"
            self.tell(Connect(leg, media))

    def agree(self):
        if not self.owed:
            return
        leg = self.owed.pop(self.chance.randrange(len(self.owed)))
        port = 0 if self.chance.random() < 0.1 else 40000 + 2 * self.chance.randrange(9)
        if leg in self.legs:
            self.tell(Media(leg, OFFER._replace(port=port)))

    def keys(self):
        leg = self._pick("GW-DECT", "up", "asking")
        if leg is not None:
            self.tell(Digits(leg, self.chance.choice(KEYS)))

    def move(self):
        leg = self._pick("GW-DECT", "up", "asking")
        if leg is not None:
            self.tell(Media(leg, self._bearer()))

    def offer(self):
        leg = self._pick("SIP", "up")
        if leg is not None and leg not in self.owed and leg not in self.waits:
            self.waits = [*self.waits, leg]
            self.tell(Media(leg, OFFER._replace(direction=self.chance.choice(("sendrecv", "sendonly")))))

    def hang_up(self):
        leg = self._pick(self.chance.choice(("SIP", "GW-DECT")), "up", "asking", "asked")
        if leg is not None:
            del self.legs[leg]
            self.tell(Release(leg, 16))

    def wait(self):
        self.system.run(self.system.now + self.chance.randrange(1, 7000000))

    def deliver(self):
        self.system.deliver()

    def lose(self):
        if self.chance.random() < 0.02 and len(self.system.radios) > 1:
            self.system.gone(self.chance.choice(sorted(self.system.radios)))

    def check(self):
        """Each line has at most one channel, two while it moves; nobody holds any that is no line."""
        call = self.system.call
        lines = call.lines.all()
        for place in call.places.all():
            for number, holder in enumerate(place.channels.holders):
                assert holder is None or (holder in lines and (
                    (holder.place is place and holder.channel == number) or holder.leaving == (place, number)))
        for one in call.sessions.values():
            assert one.number in call.calls
        for line in lines:
            assert line.calls and (line.active is None or line.active in line.calls)
            assert line.leg in self.legs

    def end(self):
        self.system.slow = False
        self.system.deliver()
        self.listen()
        while self.legs:
            leg = min(self.legs)
            del self.legs[leg]
            self.tell(Release(leg, 16))


@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_a_walk_leaves_nothing_behind(seed, slow):
    walk = Walk(seed, slow)
    for _ in range(400):
        walk.step()
        if not slow:
            walk.check()
    walk.end()
    assert walk.system.all_at_rest()
