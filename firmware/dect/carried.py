"""One MAC connection of a handset: the bearers that carry it, its C_T and its cipher (EN 300 175-3 5.6, 10.5, 10.6).

Two bearers carry it while the handset moves from one to the other (bearer handover, 10.6.2): the controller
sends and takes C_T and B-fields on both. Methods return effects, reports of between.py, and `Freed` for
bearers that are gone; whoever owns the connection removes it when it has no bearers left.
"""

from firmware.dect import bearer, bursts, mt
from firmware.dect.between import Access, Ciphered, Moved, Segment
from firmware.dect.cipher import Confirm, Switch, Switched
from firmware.effects import Do
from firmware.module import earliest

CT_TURN = 2 * bearer.FRAME
"""A C_T segment goes out in every other frame (EN 300 175-3 6.2.2.1)."""

HELD = 64
"""Segments that wait at most while the cipher is being switched."""

T202, N201 = 3_000_000, 15
"""At most so many handovers of a connection in that time (annex A)."""

BOTH = 2_000_000
"""How long a handset may speak on two bearers before the second is taken for somebody else's: our choice; it leaves the
old one within some frames."""

MISSED = bearer.PATIENCE // bearer.FRAME // 2
"""Bad A-fields since a bearer was confirmed, below which its handset is there: a WAIT may be lost, and the
identities behind it the controller keeps to itself."""


class Carried:
    """`cause` is "setup" or "handover"; `bearers` has the newest last, `known` tells whether Access was reported.

    `quality(number)` is that of hal.radio.
    """

    def __init__(self, link, cause, first, quality):
        self.link, self.cause = link, cause
        self._quality = quality
        self.pmid, self.wide = first.pmid, first.wide
        self.bearers = [first]
        self.known = False
        self._carrier = None
        self._switch = Switch()
        self._sequence = self._expected = 0
        self._drained = 0
        self._held = []
        self._window = 0
        self._handovers = 0

    def alive(self):
        """Whether a bearer of it is heard."""
        return any([one.state == bearer.OPEN and not one.silent for one in self.bearers])

    def closing(self):
        return not any([one.state in (bearer.CONFIRMING, bearer.OPEN) for one in self.bearers])

    def receive(self, one, field, now):
        if field.ta in (bursts.MT, bursts.MT_FIRST):
            return self._control(one, mt.read(field.tail), now)
        if field.ta in (bursts.CT0, bursts.CT1):
            return self._established(one) + self._segment(field)
        return []

    def _control(self, one, control, now):
        if isinstance(control, mt.Attributes):
            return self._attributes(one, control)
        if control is None or control.pmid != self.pmid:
            return []
        if isinstance(control, mt.Released):
            return one.free(control.reason)
        if control.kind == mt.ENCRYPTION:
            return self._ciphering(self._switch.heard(control.command, self._drained, now), one, now)
        if control.kind == mt.QUALITY or control.command in (mt.UNCONFIRMED, mt.BEARER_CONFIRM):
            return []
        if one.state != bearer.CONFIRMING:
            # It still waits or asks: our confirmation was lost.
            return [one.control(mt.BEARER_CONFIRM)] if one.state == bearer.OPEN else []
        if control.command != mt.WAIT:
            return one.confirm(now)
        waited = [one.control(mt.WAIT)]
        return waited if self._unagreed(one) else waited + self._established(one)

    def _unagreed(self, one):
        """A new connection on a long slot waits for its attributes; a bearer that joins one has them already."""
        return one.wide and one is self.bearers[0] and not self.known

    def _attributes(self, one, control):
        """Agree to what the bearer is (7.2.5.3.8); a wish for another slot type is answered with ours."""
        if control.command != mt.ATTRIBUTES_REQUEST or one.state not in (bearer.CONFIRMING, bearer.OPEN):
            return []
        slot = mt.LONG_640 if one.wide else mt.FULL_SLOT
        answer = mt.Attributes(mt.ATTRIBUTES_CONFIRM, control.ecn, control.lbn, control.type, control.service, slot,
                               control.cf, control.modulation)
        return [one.say(mt.attributes(answer))] + self._established(one)

    def _established(self, one):
        if one.state != bearer.CONFIRMING:
            return []
        one.established()
        if self.known:
            return self._moved(one)
        self.known = True
        self._carrier = one
        return [Access(self.link, self.pmid, self.cause, one.number, self.wide)]

    def _moved(self, one):
        self._carrier = one
        return [Moved(self.link, one.number)]

    def _segment(self, field):
        # The sequence bit tells a repetition, whose acknowledgement was lost, from the next segment.
        # A bearer that is being released still brings them: the controller tells each once, from either twin.
        if field.ta != self._expected or self.closing():
            return []
        self._expected ^= 1
        return [Segment(self.link, field.tail)]

    def handover_allowed(self, now):
        """Counts the attempts (T202, N201)."""
        if not self._handovers or now - self._window >= T202:
            self._window, self._handovers = now, 0
        self._handovers += 1
        return self._handovers <= N201

    def room(self, now):
        """What makes room for another bearer, or None: an attempt that was not finished goes, or a bearer that is
        not heard, or one that has joined long ago and whose handset did not leave the first."""
        if len(self.bearers) < 2:
            return []
        for one in self.bearers:
            if one is not self._carrier and (one.silent or one.state != bearer.OPEN):
                return one.free(bursts.SETUP_FAILED)
        newest = self.bearers[-1]
        return newest.free(bursts.SETUP_FAILED) if now - newest.opened >= BOTH else None

    def join(self, one, now):
        """A second bearer; it ciphers from its first burst on if the connection does."""
        twin = self._carrier.number if self._carrier else None
        self.bearers.append(one)
        opened = one.open(now, twin)
        if self._switch.key is not None:
            opened.insert(1, Do("radio", "cipher", (one.number, self._switch.key)))
        return opened

    def freed(self, one):
        """A bearer is gone; the connection goes on if it has another."""
        self.bearers.remove(one)
        if one is not self._carrier:
            return []
        self._carrier = None
        for other in self.bearers:
            if other.state == bearer.OPEN:
                return self._moved(other)
        return []

    def lost(self, one, now):
        """One bearer has fallen silent: another that is heard takes over."""
        effects = one.lost(now)
        for other in self.bearers:
            if one is self._carrier and other.state == bearer.OPEN and not other.silent:
                return effects + self._moved(other)
        return effects

    def send(self, segments, now):
        """Number and queue C_T segments of five octets, or hold them while the cipher is being switched."""
        if self._switch.holding():
            self._held += segments[:HELD - len(self._held)]
            return []
        if self._carrier is None:
            return []
        effects = []
        for segment in segments:
            effects.append(self._carrier.say(bursts.pack(self._sequence, segment)))
            self._drained = max(now, self._drained) + CT_TURN
            self._sequence ^= 1
        return effects

    def order_cipher(self, key, now):
        """The handset may now switch to this key, or to none."""
        self._switch.order(key)
        return self._resumed(now)

    def _ciphering(self, happened, one, now):
        effects = []
        for what in happened:
            if isinstance(what, Confirm):
                effects.append(one.control(what.command, mt.ENCRYPTION))
            elif isinstance(what, Switched):
                effects += [Do("radio", "cipher", (each.number, what.key)) for each in self.bearers]
                effects.append(Ciphered(self.link, what.key is not None))
                effects += self._resumed(now)
            else:
                effects += self.release(bursts.CONNECTION, now)
        return effects

    def _resumed(self, now):
        held, self._held = self._held, []
        return self.send(held, now)

    def release(self, reason, now):
        """All bearers, once what is queued has had the time to go out."""
        effects = []
        for one in list(self.bearers):
            effects += one.release(reason, now, self._drained)
        return effects

    def due(self):
        first = self._switch.due()
        for one in self.bearers:
            first = earliest(first, one.due())
        return first

    def tick(self, now):
        effects = []
        if self._carrier is not None:
            effects += self._ciphering(self._switch.tick(now), self._carrier, now)
        for one in list(self.bearers):
            if one.state == bearer.CONFIRMING and one.due() <= now and self._quality(one.number)[1] < MISSED:
                effects += self._established(one)
            effects += one.tick(now)
        return effects
