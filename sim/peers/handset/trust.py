"""How a handset proves its key, has the base prove it, and comes to a cipher key: EN 300 175-5 13.3, 13.6 and 13.8."""

from collections.abc import Callable

import numpy as np

from sim.peers.handset import security
from sim.peers.handset.codec import Message

MM = 5
AUTH_REQUEST, AUTH_REPLY, KEY_ALLOCATE, AUTH_REJECT = 0x40, 0x41, 0x42, 0x43
CIPHER_REQUEST, CIPHER_SUGGEST, CIPHER_REJECT = 0x4C, 0x4E, 0x4F
AUTH_TYPE, RAND, RES, RS, CIPHER_INFO, REJECT_REASON = 0x0A, 0x0C, 0x0D, 0x0E, 0x19, 0x60
UAK, AC = 1, 4
"""Kinds of key."""

FAILED, NO_KEY, NO_CIPHER = b"\x10", b"\x13", b"\x14"
"""Values of REJECT-REASON: authentication failed, key or cipher not supported."""

BY_CODE = (AUTH_TYPE, b"\x01\x48\x00")
BY_KEY = (AUTH_TYPE, b"\x01\x18\x00")
"""DSAA, AC or UAK number 0 of the pair of IPUI and PARK."""

DSC = (CIPHER_INFO, b"\x81\x98")
"""Encryption on, by DSC with the derived key (7.7.10)."""


class Trust:
    """`ac` is what the user typed, None for a handset that does not subscribe; `keys` are UAKs by PARK.

    `say(message)` sends, `tell(name, detail)` reports, `on_cipher(key)` switches
    ciphering on, or off with None. `dck` is of the last authentication with the UAK.
    """

    def __init__(self, ac: "str | None", seed: "list[int]", say: Callable[[Message], object],
                 tell: Callable[[str, str], object]):
        self.type_in(ac)
        self.keys: dict[str, bytes] = {}
        self.park = ""
        self.dck: bytes | None = None
        self.on_cipher: Callable[[bytes | None], object] = lambda key: None
        self.counting: Callable[[], bool] = lambda: True
        """Whether the multiframe number is known, without which there is no ciphering."""
        self._say, self._tell = say, tell
        self._random = np.random.default_rng([*seed, MM])
        self._expected: tuple[bytes, bytes] | None = None
        self._new: bytes | None = None
        self._own: bytes | None = None

    def type_in(self, ac: "str | None") -> None:
        """The user types the code; ValueError if it is none."""
        self._code_key = None if ac is None else security.code_key(ac)

    @property
    def key(self) -> "bytes | None":
        return self.keys.get(self.park)

    def check_base(self) -> bool:
        """Ask the base to prove that it has our key (13.3.3); False without one."""
        if self.key is None:
            return False
        self._own = self._random.bytes(8)
        self._say(Message(MM, AUTH_REQUEST, [BY_KEY, (RAND, self._own)]))
        return True

    def suggest_cipher(self) -> bool:
        """Ask the base to cipher (13.8); False before a key has been derived."""
        if self.dck is None:
            return False
        self._say(Message(MM, CIPHER_SUGGEST, [DSC]))
        return True

    def link_over(self) -> None:
        """What was begun on a link ends with it."""
        self._expected = self._new = self._own = None

    def _allocate(self, message: Message) -> None:
        """Prove the AC, and let the base prove it too, before its key is taken."""
        numbers = _numbers(message)
        key = self._code_key
        if key is None or numbers is None:
            return self._answer(message, AUTH_REJECT, (REJECT_REASON, FAILED))
        rs, rand = numbers
        own = self._random.bytes(8)
        self._expected = (security.base_key(key, rs), security.base_answer(key, rs, own))
        self._answer(message, AUTH_REQUEST, BY_CODE, (RAND, own), (RES, security.answer(key, rs, rand)))

    def _asked(self, message: Message) -> None:
        numbers, kind = _numbers(message), message.get(AUTH_TYPE)
        chosen = kind[1] >> 4 if kind is not None and len(kind) == 3 else None
        key = {AC: self._code_key, UAK: self.key}.get(chosen) if chosen is not None else None
        if key is None or numbers is None:
            return self._answer(message, AUTH_REJECT, (REJECT_REASON, NO_KEY))
        if chosen == UAK:
            self.dck = security.cipher_key(key, *numbers)
        self._answer(message, AUTH_REPLY, (RES, security.answer(key, *numbers)))

    def _base_answered(self, message: Message) -> None:
        if self._own is not None:
            return self._base_checked(message)
        if self._expected is not None and message.get(RES) == self._expected[1]:
            self._new = self._expected[0]
        self._expected = None

    def _base_checked(self, message: Message) -> None:
        rs, own, self._own = message.get(RS), self._own, None
        key = self.key
        if key is None or own is None or rs is None or len(rs) != 8:
            self._tell("base false", "")
            return
        right = message.get(RES) == security.base_answer(key, rs, own)
        self._tell("base proved" if right else "base false", "")

    def _base_refused(self, message: Message) -> None:
        if self._own is not None:
            self._tell("base false", "refuses to prove its key")
        self._expected = self._own = None

    def _cipher(self, message: Message) -> None:
        info = message.get(CIPHER_INFO)
        able = self.dck is not None and self.counting()
        if not info or (info[0] & 0x80 and (info[0] & 0x7F != 1 or not able)):
            return self._answer(message, CIPHER_REJECT, (REJECT_REASON, NO_CIPHER))
        self.on_cipher(self.dck if info[0] & 0x80 else None)

    def _cipher_refused(self, message: Message) -> None:
        self._tell("cipher refused", "")

    def _answer(self, to: Message, kind: int, *elements: tuple[int, bytes]) -> None:
        self._say(Message(MM, kind, list(elements), True, to.transaction))


def _numbers(message: Message) -> "tuple[bytes, bytes] | None":
    """RS and RAND, if both are there and have eight octets."""
    rs, rand = message.get(RS), message.get(RAND)
    if rs is None or rand is None or (len(rs), len(rand)) != (8, 8):
        return None
    return rs, rand


ACTIONS: "dict[int, Callable[..., object]]" = {
    KEY_ALLOCATE: Trust._allocate, AUTH_REQUEST: Trust._asked, AUTH_REPLY: Trust._base_answered,
    AUTH_REJECT: Trust._base_refused, CIPHER_REQUEST: Trust._cipher, CIPHER_REJECT: Trust._cipher_refused,
}
"""What each message of the base does."""
