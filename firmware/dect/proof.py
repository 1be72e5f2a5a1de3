"""Procedures of the base with a handset: who it is, proof of its key, ciphering (EN 300 175-5 13.2, 13.3, 13.6, 13.8).

Each sends one message, waits for one answer, and has a time limit. `then` is
the request of the handset that waits for the outcome.
"""

from collections import namedtuple

from firmware.dect import elements, nwk, security

MM_AUTH_1 = 10_000_000
"""<MM_auth.1>, and <MM_key.1>, <MM_ident.1>, <MM_cipher.1> (annex A)."""

Outcome = namedtuple("Outcome", ("passed", "replies", "uak", "dck"))
"""`replies` are (type, elements) to be sent first; `uak` is a key that was allocated, `dck` a cipher key, or None."""

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
        """(whether RES1 is what the key gives, the DCK of the same run)."""
        dck, expected = security.a12(security.a11(self._key, self._rs), self._rand)
        return nwk.element(message, nwk.RES) == expected, dck


class Authentication(Proof):
    """Of a handset, with its UAK (13.3.1)."""

    def begin(self):
        return nwk.AUTH_REQUEST, [nwk.auth_type(nwk.UAK_TYPE)] + self._numbers()

    def receive(self, message):
        """An `Outcome`, or None if the message is no answer to this."""
        if not message.answer or message.type not in (nwk.AUTH_REPLY, nwk.AUTH_REJECT):
            return None
        right, dck = self._right(message)
        passed = message.type == nwk.AUTH_REPLY and right
        return Outcome(passed, [], None, dck if passed else None)


class KeyAllocation(Proof):
    """Of both sides with the AC, which leaves a UAK in both (13.6)."""

    def begin(self):
        return nwk.KEY_ALLOCATE, [nwk.allocation()] + self._numbers()

    def receive(self, message):
        """As `Authentication.receive`."""
        if not message.answer or message.type not in (nwk.AUTH_REQUEST, nwk.AUTH_REJECT):
            return None
        if message.type == nwk.AUTH_REJECT:
            return Outcome(False, [], None, None)
        rand = nwk.sized(message, nwk.RAND, security.RANDOM)
        if rand is None or not self._right(message)[0]:
            return Outcome(False, [(nwk.AUTH_REJECT, [FAILED])], None, None)
        uak = security.a21(self._key, self._rs)
        return Outcome(True, [(nwk.AUTH_REPLY, [(nwk.RES, security.a22(uak, rand))])], uak, None)


class Waiting:
    """A procedure without a key."""

    def __init__(self, ipei, then, now):
        self.ipei = ipei
        self.then = then
        self.until = now + MM_AUTH_1


class Ciphering(Waiting):
    """The handset is asked to start ciphering; that it runs is reported by the MAC (13.8)."""

    def begin(self):
        return nwk.CIPHER_REQUEST, [elements.cipher_info()]

    def receive(self, message):
        return Outcome(False, [], None, None) if message.type == nwk.CIPHER_REJECT else None


class Identification(Waiting):
    """A handset that did not name itself is asked for its IPUI (13.2.1)."""

    def begin(self):
        return nwk.IDENTITY_REQUEST, [elements.identity_type()]

    def receive(self, message):
        if message.type != nwk.IDENTITY_REPLY:
            return None
        self.ipei = nwk.ipei_of(message)
        return Outcome(self.ipei is not None, [], None, None)


def of_base(message, uak, entropy):
    """The answer (type, elements) to a handset that wants the base to prove the UAK (13.3.2)."""
    kind = nwk.sized(message, nwk.AUTH_TYPE, 3)
    rand = nwk.sized(message, nwk.RAND, security.RANDOM)
    if uak is None or rand is None or entropy is None or kind is None or kind[1] >> 4 != nwk.UAK_TYPE:
        return nwk.AUTH_REJECT, [nwk.octet(nwk.REJECT_REASON, nwk.NO_KEY)]
    rs = entropy(security.RANDOM)
    session = security.a21(security.b1(uak), rs)
    return nwk.AUTH_REPLY, [(nwk.RES, security.a22(session, rand)), (nwk.RS, rs)]
