"""Call control of the portable side: EN 300 175-5 9, as far as GAP asks for it (EN 300 444 8)."""

from collections.abc import Callable

from sim.peers.handset import codec
from sim.peers.handset.audio import Audio
from sim.peers.handset.codec import Message

ALERTING, SETUP, CONNECT, SETUP_ACK, CONNECT_ACK = 0x01, 0x05, 0x07, 0x0D, 0x0F
SERVICE_CHANGE, SERVICE_ACCEPT, SERVICE_REJECT = 0x20, 0x21, 0x23
RELEASE, RELEASE_COM, INFO = 0x4D, 0x5A, 0x7B
PORTABLE, DISPLAY, KEYPAD, CALLER, CALLER_NAME, CODECS = 0x05, 0x28, 0x2C, 0x6C, 0x6D, 0x7C
SERVICE, REASON, SIGNAL, SHOWN, PRESSED = 0xE0, 0xE2, 0xE4, 0xE8, 0xE9
CC = 3
NORMAL, REJECTED, BUSY = 0x00, 0x15, 0x14
"""Values of RELEASE-REASON."""

RECALL = b"\x15"
"""The R key (7.6.9)."""

WAITING_TONE, TONES_OFF, ALERT_OFF = 0x07, 0x3F, 0x4F
"""Values of SIGNAL (7.6.8)."""

CLEAR = b"\x0C"
"""Empties a display (annex D)."""

SPEECH, WIDE_SPEECH = b"\x80", b"\x88"
"""Values of BASIC-SERVICE: a normal call, and one with wideband speech (7.6.4)."""

BOTH_CODECS = (CODECS, b"\x90\x03\x00\x01\x02\x00\x84")
G722_ONLY, G726_ONLY = (CODECS, b"\x90\x03\x00\x81"), (CODECS, b"\x90\x02\x00\x84")
"""CODEC-LIST (7.7.54): G.722 in a long slot, G.726 in a full one."""

NO_CALL, DIALLING, RINGBACK, RINGING, ANSWERING, TALKING, ENDING = (
    "idle", "dialling", "ringback", "ringing", "answering", "talking", "ending")


class Call:
    """One call at a time. `say(type, elements, answer)` sends a message, `tell(name, detail)` reports a state.

    `wide()` says whether the bearer has long slots; `shown` is the text that the
    base has put on the display, `waiting` who else calls meanwhile.
    """

    def __init__(self, ipui: bytes, audio: Audio, say: Callable[[int, list, bool], object],
                 tell: Callable[[str, str], object], wide: Callable[[], bool] = lambda: False):
        self.state = NO_CALL
        self.caller = ("", "")
        self.dialled = ""
        self.shown = ""
        self.waiting: tuple[str, str] | None = None
        self.signal: int | None = None
        self._ipui, self._audio, self._say, self._tell, self._wide = ipui, audio, say, tell, wide
        self._keyed = ""
        self.ours = False

    def dial(self, digits: str, identities: "list[tuple[int, bytes]]", en_bloc: bool, wide: bool = False) -> Message:
        """The CC-SETUP that begins a call of our own."""
        self.ours = True
        self._keyed, self.dialled = "" if en_bloc else digits, digits
        self._enter(DIALLING, digits)
        keypad = [(KEYPAD, digits.encode())] if en_bloc and digits else []
        service = [(SERVICE, WIDE_SPEECH), BOTH_CODECS] if wide else [(SERVICE, SPEECH)]
        return Message(CC, SETUP, [*identities, *service, *keypad])

    def keypad(self, keys: str) -> None:
        """Digits, and R for the R key, in order."""
        if self.state in (NO_CALL, RINGING, ENDING):
            return
        for place, part in enumerate(keys.split("R")):
            if place:
                self._send(INFO, (PRESSED, RECALL))
            if part:
                self._send(INFO, (KEYPAD, part.encode()))

    def answer(self) -> bool:
        if self.state != RINGING:
            return False
        self._enter(ANSWERING)
        self._send(CONNECT, *([G722_ONLY] if self._wide() else []))
        return True

    def hang_up(self) -> None:
        """Over a link that is up."""
        reason = REJECTED if self.state == RINGING else NORMAL
        self._enter(ENDING)
        self._send(RELEASE, (REASON, bytes((reason,))))

    def end(self, why: str) -> None:
        """It is over, whatever it was."""
        if self.state != NO_CALL:
            self.waiting, self.shown, self.signal = None, "", None
            self._enter(NO_CALL, why)

    def receive(self, message: Message) -> None:
        self._noticed(message)
        action = ACTIONS.get(message.type)
        if action is not None:
            action(self, message)

    def _called(self, message: Message) -> None:
        mine = codec.identity(message.get(PORTABLE))
        if mine is None or mine[1] != self._ipui:
            return
        if self.state != NO_CALL:
            self._say(RELEASE_COM, [(REASON, bytes((BUSY,)))], True)
            return
        self.caller = _caller(message)
        self.ours = False
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
            self._audio.begin(self._wide())
            self._enter(TALKING)

    def _service(self, message: Message) -> None:
        """Another codec in the call: only what the slot that we have can carry (9.6)."""
        kind = message.get(SERVICE)
        fits = kind is None or (kind == WIDE_SPEECH) <= self._wide()
        self._send(SERVICE_ACCEPT if fits and self.state == TALKING else SERVICE_REJECT)

    def _down(self, message: Message) -> None:
        reason = message.get(REASON)
        if message.type == RELEASE:
            self._send(RELEASE_COM)
        self.end("released" if reason is None else f"released, reason {reason.hex()}")

    def _noticed(self, message: Message) -> None:
        """Display and signal come in any message of a call (9.3, GAP N.24)."""
        for code in (DISPLAY, SHOWN):
            text = message.get(code)
            if text:
                kept = text.rpartition(CLEAR)[2] if CLEAR in text else self.shown.encode() + text
                self._show(kept.decode("utf-8", "replace")[-200:])
        signal = message.get(SIGNAL)
        if signal:
            self.signal = signal[0]
        if message.type == INFO and self.state != NO_CALL:
            self._third(message)

    def _third(self, message: Message) -> None:
        if self.signal == WAITING_TONE and self.state == TALKING:
            self.waiting, self.signal = _caller(message), None
            self._tell("waiting", " ".join(self.waiting).strip())
            return
        if self.signal in (TONES_OFF, ALERT_OFF) and self.waiting is not None:
            self.waiting = None
            self._tell("waiting over", "")
        if message.get(CALLER) is not None or message.get(CALLER_NAME) is not None:
            self.caller = _caller(message)
            self._tell("connected to", " ".join(self.caller).strip())

    def _show(self, text: str) -> None:
        if text != self.shown:
            self.shown = text
            self._tell("display", text)

    def _send(self, kind: int, *elements: tuple[int, bytes]) -> None:
        self._say(kind, list(elements), not self.ours)

    def _enter(self, state: str, detail: str = "") -> None:
        self.state = state
        self._tell(state, detail)


ACTIONS: "dict[int, Callable[..., object]]" = {
    SETUP: Call._called, SETUP_ACK: Call._tone, ALERTING: Call._far_rings,
    CONNECT: Call._up, CONNECT_ACK: Call._up, SERVICE_CHANGE: Call._service,
    RELEASE: Call._down, RELEASE_COM: Call._down,
}
"""What each message of the base does."""


def _caller(message: Message) -> tuple[str, str]:
    return codec.number(message.get(CALLER)), codec.name(message.get(CALLER_NAME))
