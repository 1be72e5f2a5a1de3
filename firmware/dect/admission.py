"""Who gets a bearer: access and handover requests, and refusals (EN 300 175-3 10.5, 10.6).

A request costs us a bearer for a moment, a refusal too, and whoever wants can send
any number of them: how many wait for an answer at once is bounded.
"""

from firmware.dect import bearer, bursts, mt
from firmware.effects import INFO, Log

HALF_OPEN, REFUSING = 6, 2
"""Set-ups that are not answered yet, and refusals being said, at the same time: our choice; a dozen handsets that a
page calls together ask within ten frames, and each waits for one or two."""

COMPLAINT = 60_000_000
"""Between two log lines about refusals."""

REQUESTS = (mt.ACCESS_REQUEST, mt.BEARER_HANDOVER, mt.CONNECTION_HANDOVER)

GROUPS = (0xC, 0xD)
"""First digits of TPUIs that name many handsets (EN 300 175-6 6.3.1): nobody's PMID."""


class Admission:
    """The door of a `Mac`."""

    def __init__(self, mac):
        self._mac = mac
        self._complained_at = None

    def request(self, burst, field, now):
        """Effects for an A-field that came in where no bearer is open; `Freed` may be among them."""
        control = mt.read(field.tail) if field.ta in (bursts.MT, bursts.MT_FIRST) else None
        if not isinstance(control, mt.Control) or control.kind not in (mt.BASIC, mt.ADVANCED):
            return []
        slot, mac = burst.slot - 12, self._mac
        if control.command not in REQUESTS or control.fmid != mac.fmid or not 0 <= slot < 12 or slot in mac.slots():
            return []
        mac.counts["setups"] += 1
        wide = field.ba == bursts.LONG_SLOT
        if control.command == mt.BEARER_HANDOVER:
            return self._handover(burst, control, wide, now)
        return self._setup(burst, control, wide, now)

    def _setup(self, burst, control, wide, now):
        effects = []
        for other in self._mac.named(control.pmid):
            if control.command == mt.ACCESS_REQUEST and not other.alive():
                # We no longer hear the handset that asks anew: it has lost the old connection.
                effects += self._mac.abandon(other, bursts.LOST_HANDSHAKE)
        reason = self._objection(burst, control, wide)
        one = self._bearer(burst, control, wide and reason is None)
        if reason is not None or one is None:
            return effects + self._refuse(one, reason, now)
        self._mac.carry("setup" if control.command == mt.ACCESS_REQUEST else "handover", one)
        return effects + one.open(now)

    def _objection(self, burst, control, wide):
        """The reason to refuse a connection with, or None."""
        mac = self._mac
        if not control.pmid or control.pmid >> 16 in GROUPS:
            return bursts.UNACCEPTABLE
        if control.command == mt.CONNECTION_HANDOVER and not mac.multicell:
            return bursts.SETUP_FAILED
        if len([one for one in mac.connections if not one.known]) >= HALF_OPEN:
            mac.counts["floods"] += 1
            return bursts.BASE_BUSY
        named = mac.named(control.pmid)
        # A handset may come back to the base that it had the connection with, unless it is still heard there.
        again = control.command == mt.CONNECTION_HANDOVER and len(named) == 1 and not named[0].alive()
        if named and not again:
            return bursts.DUPLICATE
        return None if self._fits(burst.slot - 12, wide) else bursts.SLOT_TYPE

    def _handover(self, burst, control, wide, now):
        """A second bearer, of the same slot type, for a connection that we have."""
        named = [one for one in self._mac.named(control.pmid) if one.known]
        if not named or not named[-1].handover_allowed(now):
            return self._refuse(self._bearer(burst, control, False), bursts.SETUP_FAILED, now)
        connection = named[-1]
        if connection.wide != wide or not self._fits(burst.slot - 12, wide):
            return self._refuse(self._bearer(burst, control, False), bursts.SLOT_TYPE, now)
        room = connection.room(now)
        if room is None:
            return self._refuse(self._bearer(burst, control, False), bursts.SETUP_FAILED, now)
        effects = self._mac.settle(room)
        one = self._bearer(burst, control, wide)
        return effects + (self._refuse(None, None, now) if one is None else connection.join(one, now))

    def _refuse(self, one, reason, now):
        """Say no where a bearer is left to say it on; to a flood not even that."""
        self._mac.counts["refused"] += 1
        effects = self._complain(now)
        if one is None or reason is None or len(self._mac.refusals) >= REFUSING:
            return effects
        self._mac.refusals.append(one)
        return effects + one.refuse(reason, now)

    def _complain(self, now):
        if self._complained_at is not None and now - self._complained_at < COMPLAINT:
            return []
        self._complained_at = now
        counts = self._mac.counts
        return [Log(INFO, "{} of {} access requests refused, {} of them in floods".format(
            counts["refused"], counts["setups"], counts["floods"]))]

    def _fits(self, slot, wide):
        """A long slot takes up the next one as well."""
        return not wide or (slot < 11 and slot + 1 not in self._mac.slots())

    def _bearer(self, burst, control, wide):
        number = self._mac.unused()
        return None if number is None else bearer.Bearer(number, burst.slot - 12, burst.carrier, control, wide)
