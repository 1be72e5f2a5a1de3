"""Call control of the fixed side: EN 300 175-5 9.

One object is one call on one handset. What arrives and what is asked for goes
through `TABLE`; the answers are `Say` (a message for the handset) and, for the
other side of the gateway, `Wanted`, `Ringing`, `Answered`, `Keyed` and `Ended`.
"""

from collections import namedtuple

from firmware.dect import elements, nwk

Say = namedtuple("Say", ("type", "elements"))
Wanted = namedtuple("Wanted", ("digits",))
Ringing = namedtuple("Ringing", ())
Answered = namedtuple("Answered", ())
Keyed = namedtuple("Keyed", ("digits",))
Ended = namedtuple("Ended", ("reason",))
"""The user or a timer ended it, with a RELEASE-REASON; not given for what `release` asked for."""

Over = namedtuple("Over", ())
"""Nothing more will be said: the link may go."""

SECOND = 1_000_000
CC_01, CC_02, CC_03, CC_04 = 20 * SECOND, 36 * SECOND, 20 * SECOND, 100 * SECOND
"""Overlap sending, release, set-up, completion of the call (annex A)."""

INTERDIGIT = 4 * SECOND
"""Digits that pause for so long are complete: our choice, as is "#" for "complete"."""

DIGITS = 64

NULL, INITIATED, OVERLAP, PROCEEDING, DELIVERED = "F00", "F01", "F02", "F03", "F04"
PRESENT, RECEIVED, ACTIVE, RELEASING = "F06", "F07", "F10", "F19"

TIMERS = {OVERLAP: CC_01, PROCEEDING: CC_04, DELIVERED: CC_04, PRESENT: CC_03, RECEIVED: CC_04, RELEASING: CC_02}
"""How long a state may last."""


class Call:
    """`transaction` is its TV; `incoming` is seen from the handset, as in "CC-SETUP to it".

    `wide`: the bearer has long slots, and with them G.722; `negotiates`: the handset sent a codec list.
    """

    def __init__(self, incoming, transaction=0):
        self.incoming = incoming
        self.transaction = transaction
        self.state = NULL
        self.digits = ""
        self.wide = self.negotiates = False
        self._until = None

    def setup(self, said, now):
        """Present a call to the handset, whose link is up."""
        self._enter(PRESENT, now)
        return [Say(nwk.SETUP, said)]

    def receive(self, message, now):
        """A message from the handset; one that the state does not expect is ignored (17.3)."""
        action = TABLE.get((self.state, message.type)) or TABLE.get((None, message.type))
        return action(self, message, now) if action else []

    def alerting(self, now):
        """The far side rings."""
        if self.state != PROCEEDING:
            return []
        self._enter(DELIVERED, now)
        return [Say(nwk.ALERTING, [nwk.octet(nwk.SIGNAL, nwk.RING_BACK)])]

    def connect(self, now):
        """The far side has answered."""
        if self.state not in (PROCEEDING, DELIVERED):
            return []
        self._enter(ACTIVE, now)
        return [Say(nwk.CONNECT, [nwk.octet(nwk.SIGNAL, nwk.TONES_OFF)] + self._codec())]

    def _codec(self):
        return [elements.codec_list(self.wide)] if self.negotiates else []

    def notice(self, said):
        """Tell the user something during the call (9.3.4)."""
        return [Say(nwk.INFO, said)] if self.state in (OVERLAP, PROCEEDING, DELIVERED, RECEIVED, ACTIVE) else []

    def release(self, reason, now):
        """End the call from our side (9.5)."""
        if self.state in (NULL, RELEASING):
            return [] if self.state == RELEASING else self._over()
        self._enter(RELEASING, now)
        return [Say(nwk.RELEASE, [nwk.octet(nwk.RELEASE_REASON, reason)])]

    def gone(self):
        """The link has broken down under the call."""
        ended = [] if self.state in (NULL, RELEASING) else [Ended(nwk.NOT_IN_RANGE)]
        self._enter(NULL, 0)
        return ended

    def due(self):
        return self._until

    def tick(self, now):
        if self._until is None or self._until > now:
            return []
        if self.state == OVERLAP and self.digits:
            return self._dialled(now)
        if self.state == RELEASING:
            return self._farewell([])
        ended = [Ended(nwk.TIMER_EXPIRY)]
        return ended + self.release(nwk.TIMER_EXPIRY, now)

    def _enter(self, state, now):
        self.state = state
        self._until = now + TIMERS[state] if state in TIMERS else None

    def _farewell(self, ended):
        said = [Say(nwk.RELEASE_COM, [])]
        return said + ended + self._over()

    def _over(self):
        self._enter(NULL, 0)
        return [Over()]

    def _initiated(self, message, now):
        self.digits = _dialled(message)
        self.negotiates = bool(elements.codecs(message))
        self._enter(INITIATED, now)
        if self.digits:
            return self._dialled(now)
        self._enter(OVERLAP, now)
        return [Say(nwk.SETUP_ACK, [nwk.octet(nwk.SIGNAL, nwk.DIAL_TONE)])]

    def _overlap(self, message, now):
        self.digits = (self.digits + _dialled(message))[:DIGITS]
        if self.digits.endswith("#") and len(self.digits) > 1 and self.digits[0] not in "*#":
            self.digits = self.digits[:-1]
            return self._dialled(now)
        self._until = now + INTERDIGIT
        return []

    def _dialled(self, now):
        self._enter(PROCEEDING, now)
        return [Say(nwk.CALL_PROC, []), Wanted(self.digits)]

    def _rings(self, message, now):
        self._enter(RECEIVED, now)
        return [Ringing()]

    def _answered(self, message, now):
        self._enter(ACTIVE, now)
        self.negotiates = bool(elements.codecs(message))
        return [Say(nwk.CONNECT_ACK, self._codec()), Answered()]

    def _keyed(self, message, now):
        digits = nwk.digits_of(message).replace(nwk.RECALL, "R")
        return [Keyed(digits)] if digits else []

    def _service(self, message, now):
        """SERVICE-CHANGE (9.6): the slots decide which codec there is, so only that one is accepted."""
        wanted = elements.codecs(message)
        if wanted and wanted[0].id == (elements.G722 if self.wide else elements.G726):
            return [Say(nwk.SERVICE_ACCEPT, [elements.codec_list(self.wide)])]
        return [Say(nwk.SERVICE_REJECT, [])]

    def _released(self, message, now):
        reason = (nwk.element(message, nwk.RELEASE_REASON) or b"\x00")[0]
        ended = [] if self.state == RELEASING else [Ended(self._meant(reason))]
        return self._farewell(ended)

    def _completed(self, message, now):
        ended = [] if self.state == RELEASING else [Ended(nwk.NORMAL)]
        return ended + self._over()

    def _meant(self, reason):
        """Hanging up a ringing handset is a refusal, however the handset words it."""
        return nwk.USER_REJECTION if reason == nwk.NORMAL and self.state in (PRESENT, RECEIVED) else reason


def _dialled(message):
    """Digits of a number: a register recall is none."""
    return nwk.digits_of(message).replace(nwk.RECALL, "")


TABLE = {
    (NULL, nwk.SETUP): Call._initiated,
    (OVERLAP, nwk.INFO): Call._overlap,
    (PROCEEDING, nwk.INFO): Call._keyed,
    (DELIVERED, nwk.INFO): Call._keyed,
    (ACTIVE, nwk.INFO): Call._keyed,
    (ACTIVE, nwk.SERVICE_CHANGE): Call._service,
    (PRESENT, nwk.ALERTING): Call._rings,
    (PRESENT, nwk.CONNECT): Call._answered,
    (RECEIVED, nwk.CONNECT): Call._answered,
    (None, nwk.RELEASE): Call._released,
    (None, nwk.RELEASE_COM): Call._completed,
}
"""What a message does in a state; None stands for every state."""
