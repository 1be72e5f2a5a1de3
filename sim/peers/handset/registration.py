"""What binds a handset to a system: subscription, authentication, location.

EN 300 175-5 13, EN 300 444 8.24 to 8.32.
"""

from collections.abc import Callable

import numpy as np

from sim.peers.handset import security
from sim.peers.handset.codec import Message

MM = 5
AUTH_REQUEST, AUTH_REPLY, KEY_ALLOCATE, AUTH_REJECT = 0x40, 0x41, 0x42, 0x43
RIGHTS_REQUEST, RIGHTS_ACCEPT, RIGHTS_REJECT = 0x44, 0x45, 0x47
LOCATE_REQUEST, LOCATE_ACCEPT, LOCATE_REJECT = 0x54, 0x55, 0x57
AUTH_TYPE, RAND, RES, RS, REJECT_REASON = 0x0A, 0x0C, 0x0D, 0x0E, 0x60
UAK, AC = 1, 4
"""Kinds of key."""

FAILED, NO_KEY = b"\x10", b"\x13"
"""Values of REJECT-REASON: authentication failed, key not supported."""

BY_CODE = (AUTH_TYPE, b"\x01\x48\x00")
"""DSAA, AC number 0 of the pair of IPUI and PARK."""


class Registration:
    """`ac` is what the user typed, None for a handset that does not subscribe; `keys` are UAKs by PARK.

    `say(message)` sends, `tell(name, detail)` reports: subscribed, located, refused.
    """

    def __init__(self, ac: "str | None", seed: "list[int]", say: Callable[[Message], object],
                 tell: Callable[[str, str], object]):
        self.type_in(ac)
        self.keys: dict[str, bytes] = {}
        self.park = ""
        self.located = False
        self._say, self._tell = say, tell
        self._random = np.random.default_rng([*seed, MM])
        self._identities: list[tuple[int, bytes]] = []
        self._expected: tuple[bytes, bytes] | None = None
        self._new: bytes | None = None

    def type_in(self, ac: "str | None") -> None:
        """The user types the code; ValueError if it is none."""
        self._code_key = None if ac is None else security.code_key(ac)

    @property
    def key(self) -> "bytes | None":
        return self.keys.get(self.park)

    def begin(self, identities: "list[tuple[int, bytes]]", subscriptions: bool) -> Message:
        """Ask for access rights where none are held and the base takes requests, else for registration."""
        self._identities = identities
        self._expected = self._new = None
        if self._code_key is not None and self.key is None and subscriptions:
            return Message(MM, RIGHTS_REQUEST, [*identities, BY_CODE])
        return Message(MM, LOCATE_REQUEST, identities)

    def receive(self, message: Message) -> None:
        action = ACTIONS.get(message.type)
        if action is not None:
            action(self, message)

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
        key = self._chosen(kind[1] >> 4) if kind is not None and len(kind) == 3 else None
        if key is None or numbers is None:
            return self._answer(message, AUTH_REJECT, (REJECT_REASON, NO_KEY))
        self._answer(message, AUTH_REPLY, (RES, security.answer(key, *numbers)))

    def _chosen(self, kind: int) -> "bytes | None":
        return {AC: self._code_key, UAK: self.key}.get(kind)

    def _base_answered(self, message: Message) -> None:
        if self._expected is not None and message.get(RES) == self._expected[1]:
            self._new = self._expected[0]
        self._expected = None

    def _base_refused(self, message: Message) -> None:
        self._expected = None

    def _granted(self, message: Message) -> None:
        if self._new is None:
            self._tell("refused", "the base did not prove the code")
            return
        self.keys[self.park], self._new = self._new, None
        self._tell("subscribed", "")
        self._say(Message(MM, LOCATE_REQUEST, self._identities))

    def _accepted(self, message: Message) -> None:
        self.located = True
        self._tell("located", "")

    def _rejected(self, message: Message) -> None:
        self.located = False
        reason = message.get(REJECT_REASON)
        self._tell("refused", reason.hex() if reason else "")

    def _answer(self, to: Message, kind: int, *elements: tuple[int, bytes]) -> None:
        self._say(Message(MM, kind, list(elements), True, to.transaction))


ACTIONS = {
    KEY_ALLOCATE: Registration._allocate, AUTH_REQUEST: Registration._asked, AUTH_REPLY: Registration._base_answered,
    AUTH_REJECT: Registration._base_refused, RIGHTS_ACCEPT: Registration._granted,
    RIGHTS_REJECT: Registration._rejected, LOCATE_ACCEPT: Registration._accepted,
    LOCATE_REJECT: Registration._rejected,
}
"""What each message of the base does."""


def _numbers(message: Message) -> "tuple[bytes, bytes] | None":
    """RS and RAND, if both are there and have eight octets."""
    rs, rand = message.get(RS), message.get(RAND)
    if rs is None or rand is None or (len(rs), len(rand)) != (8, 8):
        return None
    return rs, rand
