"""One duplex bearer of the fixed side: EN 300 175-3 10.5 (set-up), 10.7 (release), 11 (T201).

Basic connections only: no handover, no attributes, no encryption yet. Methods
return `Do` effects for the radio and, among them, what happened: `Established`,
`Segment` and `Freed`.
"""

from collections import namedtuple

from firmware.dect import bursts
from firmware.effects import Do

FRAME = 10_000
T201 = 5_000_000
"""Without the other side's handshake (EN 300 175-3 annex A), counted from the controller's `Lost`."""

CT_TURN = 2 * FRAME
"""A C_T segment goes out in every other frame (6.2.2.1)."""

Established = namedtuple("Established", ("bearer",))
Segment = namedtuple("Segment", ("bearer", "data"))
Freed = namedtuple("Freed", ("bearer", "reason"))

IDLE, CONFIRMING, OPEN, RELEASING = "idle", "confirming", "established", "releasing"


class Bearer:
    """`pmid` is the handset's MAC name while a bearer is set up, `slot` that in which we send."""

    def __init__(self, number):
        self.number = number
        self._reset()

    def _reset(self):
        self.state = IDLE
        self.pmid = self.slot = self.carrier = None
        self.lost_at = self._step_at = None
        self._reason = 0
        self._sequence = 0
        self._expected = 0
        self._drained = 0
        self._releases = 0

    def request(self, burst, control, now):
        """Take an ACCESS_REQUEST that was heard in a free slot, and confirm it in the paired one."""
        self._reset()
        self.state = CONFIRMING
        self.slot, self.carrier, self.pmid = burst.slot - 12, burst.carrier, control.pmid
        return [Do("radio", "open", (self.number, self.slot, self.carrier)),
                self._queue(bursts.control(bursts.BEARER_CONFIRM, control.fmid, control.pmid), FRAME, now)]

    def receive(self, data, now):
        field = bursts.unpack(data)
        if field is None or self.state == IDLE:
            return []
        if field.ta in (bursts.MT, bursts.MT_FIRST):
            return self._control(bursts.read_control(field.tail), now)
        if field.ta in (bursts.CT0, bursts.CT1):
            return self._established() + self._segment(field)
        return []

    def _control(self, control, now):
        if control is None or control.pmid != self.pmid:
            return []
        if isinstance(control, bursts.Released):
            return self._free(control.reason)
        if self.state != CONFIRMING or control.command != bursts.WAIT:
            return []
        effects = [self._queue(bursts.control(bursts.WAIT, control.fmid, control.pmid), FRAME, now)]
        return effects + self._established()

    def _established(self):
        if self.state != CONFIRMING:
            return []
        self.state = OPEN
        return [Established(self.number)]

    def _segment(self, field):
        # The sequence bit tells a repetition, whose acknowledgement was lost, from the next segment.
        if field.ta != self._expected or self.state != OPEN:
            return []
        self._expected ^= 1
        return [Segment(self.number, field.tail)]

    def send(self, segments, now):
        """Queue C_T segments of five octets."""
        if self.state not in (CONFIRMING, OPEN):
            return []
        effects = []
        for segment in segments:
            effects.append(self._queue(bursts.pack(self._sequence, segment), CT_TURN, now))
            self._sequence ^= 1
        return effects

    def _queue(self, field, turn, now):
        self._drained = max(now, self._drained) + turn
        return Do("radio", "send", (self.number, field))

    def lost(self, now):
        """The controller hears nothing: give up at once during set-up, else when T201 has run."""
        if self.state == CONFIRMING:
            return self._free(bursts.LOST_SIGNAL)
        if self.state == OPEN and self.lost_at is None:
            self.lost_at = now + T201
        return []

    def found(self):
        self.lost_at = None

    def release(self, reason, now):
        """RELEASE goes out twice, two frames apart; then the bearer is free (10.7.2.1)."""
        if self.state in (IDLE, RELEASING):
            return []
        self.state = RELEASING
        self.lost_at = None
        self._reason = reason
        self._releases = 2
        return self._release(now)

    def _release(self, now):
        if not self._releases:
            return self._free(self._reason)
        self._releases -= 1
        effect = self._queue(bursts.release(self._reason, self.pmid), FRAME, now)
        self._step_at = self._drained + FRAME
        return [effect]

    def _free(self, reason):
        number = self.number
        self._reset()
        return [Do("radio", "close", (number,)), Freed(number, reason)]

    def refused(self):
        """The controller did not open or send: nothing is on the air."""
        return self._free(bursts.BEARER) if self.state != IDLE else []

    def due(self):
        return self._step_at if self._step_at is not None else self.lost_at

    def tick(self, now):
        if self._step_at is not None and self._step_at <= now:
            self._step_at = None
            return self._release(now)
        if self.lost_at is not None and self.lost_at <= now:
            return self.release(bursts.LOST_HANDSHAKE, now)
        return []
