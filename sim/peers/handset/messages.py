"""Text messages over the link of a handset: CLMS, EN 300 175-5 12; the contents of the elements are our choice."""

from collections.abc import Callable
from typing import NamedTuple

from sim.peers.handset import codec
from sim.peers.handset.codec import Message

CLMS, VARIABLE = 6, 0x01
CALLER, CALLED, TEXT, REASON = 0x6C, 0x70, 0x77, 0x60
USER_SPECIFIC = 0xC0
"""First octet of an IWU-TO-IWU that carries text (7.7.23)."""

PIECE = 60
"""Octets of text in one element: our choice."""

UNSUPPORTED = b"\x6F"
"""REJECT-REASON of a handset that takes no messages: our choice."""

KEPT = 50
"""Messages in the inbox: our choice."""


class Sms(NamedTuple):
    """`at` in microseconds; `incoming` or sent; `state`: "new", "read", "sending", "sent" or "failed"."""

    at: int
    incoming: bool
    number: str
    text: str
    state: str


def text_elements(text: str) -> "list[tuple[int, bytes]]":
    octets = text.encode()
    return [(TEXT, bytes((USER_SPECIFIC,)) + octets[at:at + PIECE]) for at in range(0, max(1, len(octets)), PIECE)]


class Messages:
    """Inbox and outbox. `say(message)` sends on the link, `tell(name, detail)` reports, `now()` is the time."""

    def __init__(self, able: bool, say: Callable[[Message], object], tell: Callable[[str, str], object],
                 now: Callable[[], int]):
        self.able = able
        self.all: list[Sms] = []
        self._say, self._tell, self._now = say, tell, now

    @property
    def inbox(self) -> "list[Sms]":
        return [one for one in self.all if one.incoming]

    def compose(self, number: str, text: str, identities: "list[tuple[int, bytes]]") -> Message:
        self._keep(Sms(self._now(), False, number, text, "sending"))
        return Message(CLMS, VARIABLE, [*identities, (CALLED, b"\x80" + number.encode()), *text_elements(text)])

    def read(self) -> "Sms | None":
        """The oldest message that has not been read."""
        for place, one in enumerate(self.all):
            if one.state == "new":
                self.all[place] = one._replace(state="read")
                return self.all[place]
        return None

    def open(self, place: int) -> "Sms | None":
        """The message at this place of the inbox, which then has been read."""
        places = [where for where, one in enumerate(self.all) if one.incoming]
        if not 0 <= place < len(places):
            return None
        self.all[places[place]] = one = self.all[places[place]]._replace(state="read")
        return one

    def receive(self, message: Message) -> None:
        if message.type != VARIABLE:
            return
        if message.answer:
            self.sent(message.get(REASON) is None)
        elif not self.able:
            self._say(Message(CLMS, VARIABLE, [(REASON, UNSUPPORTED)], True, message.transaction))
        else:
            self._take(message)

    def sent(self, well: bool) -> None:
        """What was being sent has arrived or not."""
        for place, one in enumerate(self.all):
            if one.state == "sending":
                self.all[place] = one._replace(state="sent" if well else "failed")
                self._tell("message sent" if well else "message failed", one.number)

    def _take(self, message: Message) -> None:
        text = b"".join(content[1:] for code, content in message.elements if code == TEXT).decode("utf-8", "replace")
        sender = codec.number(message.get(CALLER))
        self._keep(Sms(self._now(), True, sender, text, "new"))
        self._say(Message(CLMS, VARIABLE, [], True, message.transaction))
        self._tell("message", f"{sender} {text}".strip())

    def _keep(self, sms: Sms) -> None:
        self.all = [*self.all, sms][-KEPT:]
