"""Procedures by which a handset proves its key: EN 300 175-5 13.3 and 13.6.

Each sends one message, waits for one answer, and has a time limit. `then` is
the request of the handset that waits for the outcome.
"""

from collections import namedtuple

from firmware.dect import nwk, security

MM_AUTH_1 = 10_000_000
"""<MM_auth.1>, and <MM_key.1> (annex A)."""

Outcome = namedtuple("Outcome", ("passed", "replies", "uak"))
"""`replies` are (type, elements) to be sent first; `uak` is a key that was allocated, or None."""

FAILED = nwk.octet(nwk.REJECT_REASON, nwk.AUTH_FAILED)


class Proof:
    """`entropy(n)` gives n random octets: every run has numbers of its own, so no answer fits twice."""

    def __init__(self, ipei, key, then, entropy, now):
        self.ipei = ipei
        self.then = then
        self.until = now + MM_AUTH_1
        self._key = key
        self._rand, self._rs = entropy(security.RANDOM), entropy(security.RANDOM)

    def _numbers(self):
        return [(nwk.RAND, self._rand), (nwk.RS, self._rs)]

    def _right(self, message):
        """Whether RES1 is what the key gives."""
        _, expected = security.a12(security.a11(self._key, self._rs), self._rand)
        return nwk.element(message, nwk.RES) == expected


class Authentication(Proof):
    """Of a handset, with its UAK (13.3.1)."""

    def begin(self):
        return nwk.AUTH_REQUEST, [nwk.auth_type(nwk.UAK_TYPE)] + self._numbers()

    def receive(self, message):
        """An `Outcome`, or None if the message is no answer to this."""
        if not message.answer or message.type not in (nwk.AUTH_REPLY, nwk.AUTH_REJECT):
            return None
        return Outcome(message.type == nwk.AUTH_REPLY and self._right(message), [], None)


class KeyAllocation(Proof):
    """Of both sides with the AC, which leaves a UAK in both (13.6)."""

    def begin(self):
        return nwk.KEY_ALLOCATE, [nwk.allocation()] + self._numbers()

    def receive(self, message):
        """As `Authentication.receive`."""
        if not message.answer or message.type not in (nwk.AUTH_REQUEST, nwk.AUTH_REJECT):
            return None
        if message.type == nwk.AUTH_REJECT:
            return Outcome(False, [], None)
        rand = nwk.sized(message, nwk.RAND, security.RANDOM)
        if rand is None or not self._right(message):
            return Outcome(False, [(nwk.AUTH_REJECT, [FAILED])], None)
        uak = security.a21(self._key, self._rs)
        return Outcome(True, [(nwk.AUTH_REPLY, [(nwk.RES, security.a22(uak, rand))])], uak)
