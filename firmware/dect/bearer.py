"""One duplex bearer of the fixed side: its set-up (EN 300 175-3 10.5), release (10.7) and silence (T201).

Methods return effects for the radio, and `Freed` when the bearer is no more.
"""

from collections import namedtuple

from firmware.dect import bursts, mt
from firmware.effects import Do
from firmware.module import earliest
from hal.radio import FULL, LONG

FRAME = 10_000
T201, NOTICED = 5_000_000, 1_000_000
"""Without the other side's handshake (EN 300 175-3 annex A); so much of it has gone when the controller says `Lost`."""

PATIENCE = 10 * FRAME
"""How long a confirmed handset may leave us without an answer: our choice, it answers in the next frame."""

RELEASE_TURN = 2 * FRAME
"""RELEASE goes out twice, two frames apart; then the bearer is free (10.7.2.1)."""

Freed = namedtuple("Freed", ("bearer", "reason"))

CONFIRMING, OPEN, RELEASING, FREE = "confirming", "established", "releasing", "free"


class Bearer:
    """`pmid` is the handset's MAC name, `kind` mt.BASIC or mt.ADVANCED, `slot` that in which we send."""

    def __init__(self, number, slot, carrier, control, wide=False):
        self.number, self.slot, self.carrier = number, slot, carrier
        self.kind, self.fmid, self.pmid = control.kind, control.fmid, control.pmid
        self.wide = wide
        self.state = CONFIRMING
        self.silent = False
        self.opened = 0
        self._until = self._step_at = None
        self._reason = self._releases = 0

    def slots(self):
        return (self.slot, self.slot + 1) if self.wide else (self.slot,)

    def open(self, now, twin=None):
        """On the air, with the answer to the request that was heard in the paired slot."""
        self.opened = now
        where = (self.number, self.slot, self.carrier, LONG if self.wide else FULL)
        return [Do("radio", "open", where if twin is None else where + (twin,))] + self.confirm(now)

    def confirm(self, now):
        self._until = now + PATIENCE
        return [self.control(mt.BEARER_CONFIRM)]

    def control(self, command, kind=None):
        kind = self.kind if kind is None else kind
        return self.say(mt.control(command, self.fmid, self.pmid, kind))

    def say(self, field):
        return Do("radio", "send", (self.number, field))

    def established(self):
        self.state = OPEN
        self._until = None

    def lost(self, now):
        """The controller hears nothing any more: T201 runs, while a bearer that is being set up is given up at once."""
        if self.state == CONFIRMING:
            return self.free(bursts.LOST_SIGNAL)
        if self.state == OPEN and not self.silent:
            self.silent = True
            self._until = now + T201 - NOTICED
        return []

    def found(self):
        if self.state == OPEN:
            self.silent = False
            self._until = None

    def release(self, reason, now, after=0):
        """Tell the handset, not before the instant `after`, and be free."""
        if self.state in (RELEASING, FREE):
            return []
        self.state, self._until = RELEASING, None
        self._reason, self._releases = reason, 2
        if after > now:
            self._step_at = after
            return []
        return self._release(now)

    def refuse(self, reason, now):
        """A bearer only to say no on."""
        opened = self.open(now)[:1]
        return opened + self.release(reason, now)

    def _release(self, now):
        if not self._releases:
            return self.free(self._reason)
        self._releases -= 1
        self._step_at = now + RELEASE_TURN
        return [self.say(mt.release(self._reason, self.pmid, self.kind))]

    def free(self, reason):
        """At once, and without a word."""
        if self.state == FREE:
            return []
        self.state = FREE
        self._until = self._step_at = None
        return [Do("radio", "close", (self.number,)), Freed(self, reason)]

    def due(self):
        return earliest(self._until, self._step_at)

    def tick(self, now):
        if self._step_at is not None and self._step_at <= now:
            self._step_at = None
            return self._release(now)
        if self._until is not None and self._until <= now:
            if self.state == CONFIRMING:
                return self.free(bursts.SETUP_FAILED)
            return self.release(bursts.LOST_HANDSHAKE, now)
        return []
