"""Call control of the portable side: EN 300 175-5 9, as far as GAP asks for it (EN 300 444 8)."""

from collections.abc import Callable

from sim.peers.handset import codec
from sim.peers.handset.audio import Audio
from sim.peers.handset.codec import Message

ALERTING, SETUP, CONNECT, SETUP_ACK, CONNECT_ACK = 0x01, 0x05, 0x07, 0x0D, 0x0F
RELEASE, RELEASE_COM, INFO = 0x4D, 0x5A, 0x7B
PORTABLE, KEYPAD, CALLER, CALLER_NAME, SERVICE, REASON = 0x05, 0x2C, 0x6C, 0x6D, 0xE0, 0xE2
CC = 3
NORMAL, REJECTED = 0x00, 0x15
"""Values of RELEASE-REASON."""

NO_CALL, DIALLING, RINGBACK, RINGING, ANSWERING, TALKING, ENDING = (
    "idle", "dialling", "ringback", "ringing", "answering", "talking", "ending")


class Call:
    """One call at a time. `say(type, elements, answer)` sends a message, `tell(name, detail)` reports a state."""

    def __init__(self, ipui: bytes, audio: Audio, say: Callable[[int, list, bool], object],
                 tell: Callable[[str, str], object]):
        self.state = NO_CALL
        self.caller = ("", "")
        self._ipui, self._audio, self._say, self._tell = ipui, audio, say, tell
        self._keyed = ""
        self._ours = False

    def dial(self, digits: str, identities: "list[tuple[int, bytes]]", en_bloc: bool) -> Message:
        """The CC-SETUP that begins a call of our own."""
        self._ours = True
        self._keyed = "" if en_bloc else digits
        self._enter(DIALLING, digits)
        keypad = [(KEYPAD, digits.encode())] if en_bloc else []
        return Message(CC, SETUP, [*identities, (SERVICE, b"\x80"), *keypad])

    def keypad(self, digits: str) -> None:
        if self.state not in (NO_CALL, ENDING):
            self._send(INFO, (KEYPAD, digits.encode()))

    def answer(self) -> bool:
        if self.state != RINGING:
            return False
        self._enter(ANSWERING)
        self._send(CONNECT)
        return True

    def hang_up(self) -> None:
        """Over a link that is up."""
        reason = REJECTED if self.state == RINGING else NORMAL
        self._enter(ENDING)
        self._send(RELEASE, (REASON, bytes((reason,))))

    def end(self, why: str) -> None:
        """It is over, whatever it was."""
        if self.state != NO_CALL:
            self._enter(NO_CALL, why)

    def receive(self, message: Message) -> None:
        action = ACTIONS.get(message.type)
        if action is not None:
            action(self, message)

    def _called(self, message: Message) -> None:
        mine = message.get(PORTABLE)
        if self.state != NO_CALL or mine is None or codec.IDENTITY.parse(mine).value != self._ipui:
            return
        number, name = message.get(CALLER), message.get(CALLER_NAME)
        digits = codec.NAMED_NUMBER.parse(number).digits.decode("utf-8", "replace") if number else ""
        self.caller = (digits, name[1:].decode("utf-8", "replace") if name else "")
        self._ours = False
        self._send(ALERTING)
        self._enter(RINGING, " ".join(self.caller).strip())

    def _tone(self, message: Message) -> None:
        if self.state == DIALLING:
            for digit in self._keyed:
                self.keypad(digit)
            self._keyed = ""

    def _far_rings(self, message: Message) -> None:
        if self.state == DIALLING:
            self._enter(RINGBACK)

    def _up(self, message: Message) -> None:
        if self.state in (DIALLING, RINGBACK, ANSWERING):
            self._audio.begin()
            self._enter(TALKING)

    def _down(self, message: Message) -> None:
        reason = message.get(REASON)
        if message.type == RELEASE:
            self._send(RELEASE_COM)
        self.end("released" if reason is None else f"released, reason {reason.hex()}")

    def _send(self, kind: int, *elements: tuple[int, bytes]) -> None:
        self._say(kind, list(elements), not self._ours)

    def _enter(self, state: str, detail: str = "") -> None:
        self.state = state
        self._tell(state, detail)


ACTIONS = {
    SETUP: Call._called, SETUP_ACK: Call._tone, ALERTING: Call._far_rings,
    CONNECT: Call._up, CONNECT_ACK: Call._up, RELEASE: Call._down, RELEASE_COM: Call._down,
}
"""What each message of the base does."""
