"""A base with a call that nobody may disturb, and how to see that nobody has."""

import asyncio
import gc
from collections import Counter

import numpy as np

from sim.peers.handset import Audio, Handset
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED
from sim.peers.talker import RATE, correlation, speech
from sim.site import Site
from sim.stage import dect_lines

SARI = "31100422072149"
RFPI = bytes.fromhex("102243a300")
FMID = 0x300
ANNA, BERT = "0466003541858", "0466003541869"
USERS = [(ANNA, "201", "Anna"), (BERT, "202", "Bert")]
SAID = speech(120, seed=3)
SECOND = 1_000_000
FRAME = 10_000
ENOUGH = 0.9
"""Correlation of what Anna says with what the phone records: undisturbed it is 0.97."""

RINGS = frozenset({"Line", "Alarm", "Event", "Entry"})
"""Kinds of object that a log or a journal keeps, so many at most."""


class Stage:
    """Anna, 5 m from an IP1203, talks to a phone; Bert is a user too. `encryption`: calls are ciphered."""

    def __init__(self, site: Site, encryption: bool = False, lines=()):
        self.site, self.time, self.air = site, site.time, site.air
        self.machine = site.board("ip1203")
        self.machine.power_on()
        self.phone = Phone(site.time, site.net(), "phone", auto_answer=0.3)
        outside = self.phone.sockets.address
        self.say(*dect_lines(self.machine.net.address, USERS),
                 f"config change SIP REG1 /no-reg /accept-anywhere /aor x@{outside} /proxy {outside}:5060",
                 *lines, *(["config add GW-DECT MASTER /encryption on"] if encryption else []), "config activate")
        self.anna = self.handset(ANNA, (5.0, 0.0))
        self.anna.auto_answer = 100_000

    def say(self, *lines):
        for line in lines:
            assert not self.machine.run_line(line).refused(), line

    def handset(self, ipei=BERT, position=(0.0, 8.0), **options):
        return Handset(self.air, self.time, ipei, SARI, position=position, audio=Audio(echo_loss_db=None), **options)

    def until(self, condition, seconds=20.0):
        assert asyncio.run(self.site.until(condition, seconds))

    def pass_time(self, seconds):
        asyncio.run(self.site.pass_time(seconds))

    def begin(self):
        """The call is up, Anna speaks, and what is there without an attack has been counted."""
        self.anna.audio.play(SAID)
        self.until(lambda: self.anna.located and not self.machine.radio.ends)
        self.call = self.ring("201")
        self.until(lambda: self.call.state == CONNECTED and self.anna.call == "talking")
        self.pass_time(1)
        self.before = self.objects()
        return self

    def ring(self, number):
        return self.phone.call(f"sip:{number}@{self.machine.net.address}")

    # What can be seen.

    @property
    def gateway(self):
        return self.machine.gateway

    @property
    def part(self):
        """The radio part."""
        return self.gateway.dect.home.part

    @property
    def counts(self):
        """Of radio, links and gate, together."""
        calls = self.gateway.dect.calls
        parts = {"": self.part.counts, "link ": calls.links.counts, "gate ": calls.gate.counts}
        return {start + name: value for start, counts in parts.items() for name, value in counts.items()}

    def log(self):
        return "\n".join(self.gateway.log.lines())

    def objects(self):
        """How many of each kind the firmware has: what is left behind by an attack shows here."""
        gc.collect()
        kinds = [type(one) for one in gc.get_objects()]
        return Counter(kind.__name__ for kind in kinds
                       if str(kind.__module__).startswith("firmware") and kind.__name__ not in RINGS)

    def correlation(self):
        heard = self.call.record
        return correlation(SAID[:len(heard)], heard, segment=0.5)

    def gap(self, floor=30):
        """Seconds of the longest stretch without any sound, what is pause in the speech included."""
        loud = np.flatnonzero(np.abs(self.call.record.astype(int)) > floor)
        return float(np.max(np.diff(loud))) / RATE

    def left(self):
        """What there is more of than before; jitter buffers and the like breathe, and Bert may have registered."""
        more = self.objects() - self.before
        return {kind: count for kind, count in more.items() if count > 1}

    # What must hold.

    def alone(self):
        """Whether only Anna's bearer and link are left."""
        mac, links = self.part.mac, self.gateway.dect.calls.links
        held = (self.machine.radio.ends, mac.connections, links.connections)
        return [len(one) for one in held] == [1, 1, 1] and not mac.refusals and self.gateway.calls.speaking() == 1

    def unharmed(self, seconds=45):
        """The call goes on and was heard all the time, bearers are free again, nothing is left behind."""
        assert self.anna.call == "talking" and self.call.state == CONNECTED
        self.until(self.alone, seconds)
        self.pass_time(1)
        assert self.correlation() > ENOUGH
        if self.left():
            # What SIP remembers of other calls (RFC 3261 17, timer J and its like).
            self.pass_time(35)
        assert not self.left()
        assert self.gateway.log.used <= self.gateway.log.size
