"""What binds a handset to a system: access rights, location, temporary identity.

EN 300 175-5 13.2 and 13.4 to 13.7, EN 300 444 8.28 to 8.32.
"""

from collections.abc import Callable

from sim.peers.handset import codec, trust
from sim.peers.handset.codec import Message
from sim.peers.handset.trust import BY_CODE, MM, REJECT_REASON, Trust

RIGHTS_REQUEST, RIGHTS_ACCEPT, RIGHTS_REJECT = 0x44, 0x45, 0x47
TERMINATE_REQUEST, TERMINATE_ACCEPT, TERMINATE_REJECT = 0x48, 0x49, 0x4B
INFO_REQUEST, INFO_ACCEPT, INFO_SUGGEST = 0x50, 0x51, 0x52
LOCATE_REQUEST, LOCATE_ACCEPT, DETACH, LOCATE_REJECT = 0x54, 0x55, 0x56, 0x57
IDENTITY_REQUEST, IDENTITY_REPLY = 0x58, 0x59
TPUI_ASSIGN, TPUI_ASSIGN_ACK, TPUI_ASSIGN_REJECT = 0x5C, 0x5D, 0x5F
PORTABLE, FIXED, AREA, CODECS, TERMINAL, MODEL = 0x05, 0x06, 0x07, 0x7C, 0x63, 0x78

IPUI, IPEI, TPUI = 0x00, 0x10, 0x20
"""Kinds of portable identity (7.7.30), without bit 8."""

Elements = list[tuple[int, bytes]]


class Registration(Trust):
    """Reports subscribed, located, refused, unsubscribed.

    `about` are the elements that say what kind of handset this is; `tpui` is what the base has
    assigned, `level` how many bits of an RFPI (without E) name its location area, None if it did not say.
    """

    def __init__(self, ac: "str | None", seed: "list[int]", say: Callable[[Message], object],
                 tell: Callable[[str, str], object]):
        super().__init__(ac, seed, say, tell)
        self.on_suggest: Callable[[], object] = lambda: None
        self.located = False
        self.rejected: int | None = None
        self.about: Elements = []
        self.tpui: int | None = None
        self.level: int | None = None
        self._area = b""
        self._identities: Elements = []

    def begin(self, identities: Elements, subscriptions: bool) -> Message:
        """Ask for access rights where none are held and the base takes requests, else for registration."""
        self._identities = identities
        self.rejected = None
        self.link_over()
        if self._code_key is not None and self.key is None and subscriptions:
            return Message(MM, RIGHTS_REQUEST, [*identities, BY_CODE, *self.about])
        return self._location()

    def terminate(self, identities: Elements) -> Message:
        """Give the access rights up (13.2.2)."""
        self._identities = identities
        return Message(MM, TERMINATE_REQUEST, identities)

    def forget(self) -> None:
        """No key, no place: as before it subscribed."""
        self.keys.pop(self.park, None)
        self.left()

    def left(self) -> None:
        """It belongs to no base at present."""
        self.located, self.tpui, self.level, self._area = False, None, None, b""

    def same_area(self, before: bytes, rfpi: bytes) -> bool:
        """Whether two RFPIs are of one location area; without a level each base is one of its own."""
        shift = 40 if self.level is None else 39 - self.level
        whole = (1 << 39) - 1
        first, second = int.from_bytes(before, "big") & whole, int.from_bytes(rfpi, "big") & whole
        return first == second if shift >= 40 else first >> shift == second >> shift

    def receive(self, message: Message) -> None:
        action = ACTIONS.get(message.type)
        if action is not None:
            action(self, message)

    def _location(self) -> Message:
        area = [(AREA, self._area)] if self._area else []
        return Message(MM, LOCATE_REQUEST, [*self._identities, *area, *self.about])

    def _granted(self, message: Message) -> None:
        if self._new is None:
            self.rejected = 0
            self._tell("refused", "the base did not prove the code")
            return
        self.keys[self.park], self._new = self._new, None
        self._tell("subscribed", "")
        self._say(self._location())

    def _accepted(self, message: Message) -> None:
        self.located, self.rejected = True, None
        self._area = message.get(AREA) or b""
        # Type 01: a level is given, in the low six bits (7.7.25).
        self.level = self._area[0] & 0x3F if self._area and self._area[0] & 0x40 else None
        if self._take_tpui(message):
            self._answer(message, TPUI_ASSIGN_ACK)
        self._tell("located", "")

    def _take_tpui(self, message: Message) -> bool:
        for code, content in message.elements:
            found = codec.identity(content) if code == PORTABLE else None
            if found is not None and found[0] & 0x7F == TPUI and len(found[1]) == 3:
                self.tpui = int.from_bytes(found[1], "big") & 0xFFFFF
                return True
        return False

    def _assigned(self, message: Message) -> None:
        if self._take_tpui(message):
            self._answer(message, TPUI_ASSIGN_ACK)
        else:
            self._answer(message, TPUI_ASSIGN_REJECT, (REJECT_REASON, b"\x60"))

    def _rejected(self, message: Message) -> None:
        self.left()
        reason = message.get(REJECT_REASON)
        self.rejected = reason[0] if reason else 0
        self._tell("refused", reason.hex() if reason else "")

    def _terminated(self, message: Message) -> None:
        self._answer(message, TERMINATE_ACCEPT, *[one for one in self._identities if one[0] == PORTABLE])
        self._unsubscribed(message)

    def _unsubscribed(self, message: Message) -> None:
        self.forget()
        self._tell("unsubscribed", "")

    def _who(self, message: Message) -> None:
        self._answer(message, IDENTITY_REPLY, *[one for one in self._identities if one[0] == PORTABLE])

    def _suggested(self, message: Message) -> None:
        """The base wants us to register anew: until it has taken us we try again."""
        self.located = False
        self.on_suggest()

    def _told(self, message: Message) -> None:
        self._answer(message, INFO_ACCEPT)


ACTIONS: "dict[int, Callable[..., object]]" = {
    **trust.ACTIONS,
    RIGHTS_ACCEPT: Registration._granted, RIGHTS_REJECT: Registration._rejected,
    TERMINATE_REQUEST: Registration._terminated, TERMINATE_ACCEPT: Registration._unsubscribed,
    LOCATE_ACCEPT: Registration._accepted, LOCATE_REJECT: Registration._rejected,
    IDENTITY_REQUEST: Registration._who, INFO_REQUEST: Registration._told,
    INFO_SUGGEST: Registration._suggested, TPUI_ASSIGN: Registration._assigned,
}
"""What each message of the base does."""
