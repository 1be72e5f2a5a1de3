"""The inner handset: its layers, and what each makes the others do."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.air import Air, Heard
from sim.peers.handset import identity
from sim.peers.handset.audio import Audio
from sim.peers.handset.bearer import LOST, SETUP_FAILED
from sim.peers.handset.book import IN, OUT, CallList, PhoneBook
from sim.peers.handset.call import ANSWERING, BOTH_CODECS, CC, DIALLING, ENDING, NO_CALL, RINGING, TALKING, Call
from sim.peers.handset.codec import Message
from sim.peers.handset.dialogue import LINK_LIMIT, NORMAL, Dialogue, narrow
from sim.peers.handset.fields import ACCESS_RIGHTS, Page
from sim.peers.handset.lock import Found
from sim.peers.handset.messages import CLMS, Messages
from sim.peers.handset.models import DEFAULT, Model, find
from sim.peers.handset.radio import Radio
from sim.peers.handset.registration import FIXED, MM, MODEL, PORTABLE, TERMINAL, Registration
from sim.peers.handset.talk import Talk
from sim.time import Handle, Time

LCE = 0
PAGE_RESPONSE = 0x71

DEFAULT_AC = "0000"
"""The code that is in a handset until its user types another: our choice."""

SECOND = 1_000_000
RETRY = 60 * SECOND
"""A handset that was refused asks again: our choice. One whose link was lost does so after a second, one that got
no bearer after one to five."""

SLOT_TYPE = 8
"""Reason of a release: slot type not available."""

TOO_LONG = (SLOT_TYPE, SETUP_FAILED, None)
"""Why there is no long slot: the base has none, or we see none, or nobody answered. A full one may do."""

MESSAGE_LIMIT = 2 * SECOND
"""How long a link stays up behind a message: our choice."""

LIMITS = {DIALLING: 100 * SECOND, ANSWERING: 10 * SECOND}
"""<CC.04> and <CC.05>: how long it waits for the other side (175-5 annex A)."""


class Event(NamedTuple):
    at: int
    name: str
    detail: str


class Terminal:
    """`ipei` and `park` (or the SARI) as printed, `ac` the code to subscribe with (None: it never asks to).

    `model` by name; `wideband`: it offers G.722 on long slots where the base has them. Every event is kept in
    `events` and given to `on_event`. ValueError for names that are none.
    """

    def __init__(self, air: Air, time: Time, ipei: str, park: str, name: str = "",
                 position: tuple[float, ...] = (5.0, 0.0), audio: "Audio | None" = None, seed: int = 1,
                 ac: "str | None" = DEFAULT_AC, model: str = DEFAULT, wideband: bool = False):
        self.name = name or ipei
        self.ipei = ipei
        self.model: Model = find(model)
        if wideband and not self.model.wideband:
            raise ValueError(f"{self.model.name}: this model has no wideband")
        self.wideband = wideband
        self.audio = Audio() if audio is None else audio
        self.events: list[Event] = []
        self.faults: list[str] = []
        self.on_event: Callable[[Event], object] = lambda event: None
        self.on_busy: Callable[[], object] = lambda: None
        """A call begins."""
        self.auto_answer: int | None = None
        """Microseconds of ringing after which it answers by itself."""
        self._air, self._time = air, time
        self._ipui = identity.ipei(ipei)
        self._random = np.random.default_rng([seed, *self._ipui])
        self._timers: dict[str, Handle] = {}
        self.registration = Registration(ac, [seed, *self._ipui], self._send, self._tell)
        self.registration.about = self._about()
        self.registration.park = park
        self.radio = Radio(air, time, self, identity.park(park), self._random, self.model.cap)
        self.dialogue = Dialogue(time, self.radio, self._message, self._over,
                                 lambda: self.call not in (NO_CALL, ENDING))
        self.talk = Talk(air, time, self.audio, self.radio)
        self._call = Call(self._ipui, self.audio, self._say, self._call_state, self._is_wide)
        self.messages = Messages(self.model.sms, self._send, self._tell, lambda: time.now)
        self.book = PhoneBook()
        self.calls = CallList(self.book, lambda: time.now)
        self._wire()
        air.add(self, position, fixed=False)

    def _wire(self) -> None:
        radio, self.registration.on_cipher = self.radio, self._cipher
        radio.on_locked, radio.on_lost, radio.on_page = self._locked, self._lost, self._paged
        radio.on_doubt = self._doubt
        radio.on_moved, radio.on_cipher = self._moved, self._ciphered
        self.registration.on_suggest = self.locate
        self.registration.counting = lambda: radio.multiframe is not None

    @property
    def lock(self) -> str:
        return self.radio.lock

    @property
    def located(self) -> bool:
        return self.registration.located

    @property
    def call(self) -> str:
        """State of its call: one of those in `sim.peers.handset.call`."""
        return self._call.state

    @property
    def caller(self) -> tuple[str, str]:
        """Number and name that the display shows of the last call that came in."""
        return self._call.caller

    def locate(self) -> None:
        """Register with the base that it is locked to."""
        base = self.radio.base
        if base is None:
            return
        up = self.dialogue.up
        if self.call != NO_CALL or (self.radio.connection.busy and not up):
            self._after("locate", SECOND, self.locate)
            return
        first = self.registration.begin(self._identities(), base.base.can(ACCESS_RIGHTS))
        if up:
            self._send(first)
        else:
            self._connect(first)

    def hang_up(self) -> None:
        """End, refuse or give up a call."""
        if self.call in (NO_CALL, ENDING):
            return
        if not self.dialogue.up:
            self.radio.drop(NORMAL)
            self._call.end("gave up")
        else:
            self._call.hang_up()

    # What the air calls

    def system_changed(self) -> None:
        self.radio.system_changed()

    def heard(self, heard: Heard) -> None:
        self.radio.heard(heard.field)

    # Bases

    def _locked(self, base: Found, before: "Found | None") -> None:
        self._tell("locked" if before is None else "roamed", base.rfpi.hex())
        if before is not None and self.located and self.registration.same_area(before.rfpi, base.rfpi):
            return
        self.registration.located = False
        self._after("locate", int(self._random.integers(50_000, 500_000)), self.locate)

    def _lost(self) -> None:
        self.registration.located = False
        self._fault("no system")

    def _doubt(self) -> None:
        """A base that comes back may not know us."""
        self.registration.located = False

    def _paged(self, page: Page) -> None:
        if page.tpui == self._pmid & 0xFFFF and not self.radio.connection.busy and self.call == NO_CALL:
            self._connect(Message(LCE, PAGE_RESPONSE, self._identities()), page.long)

    # Messages

    @property
    def _pmid(self) -> int:
        """The TPUI that the base has assigned, else the default one (175-6 6.3)."""
        assigned = self.registration.tpui
        return 0xE0000 | int.from_bytes(self._ipui[-2:], "big") if assigned is None else assigned

    def _connect(self, first: Message, wide: bool = False) -> bool:
        return self.dialogue.begin(self._pmid, first, wide and self.wideband)

    def _send(self, message: Message) -> None:
        self.dialogue.send(message)

    def _say(self, kind: int, elements: "list[tuple[int, bytes]]", answer: bool) -> None:
        self._send(Message(CC, kind, elements, answer))

    def _message(self, message: Message) -> None:
        if message.protocol == MM:
            self.registration.receive(message)
        elif message.protocol == CC:
            self._call.receive(message)
        elif message.protocol == CLMS:
            self.messages.receive(message)
            if self.call == NO_CALL:
                self.dialogue.limit(MESSAGE_LIMIT)

    def _over(self, first: "Message | None", reason: "int | None") -> None:
        """The link has gone."""
        self.registration.link_over()
        if reason in TOO_LONG and first is not None and self.dialogue.wide and self._connect(narrow(first)):
            return
        if first is not None and not self.located:
            self._after("locate", self._pause(reason), self.locate)
        self.messages.sent(False)
        self._call.end("no bearer" if reason is None else f"radio link gone, reason {reason}")

    def _pause(self, reason: "int | None") -> int:
        """Microseconds until it tries to register again."""
        if self.registration.rejected is not None:
            return RETRY
        return SECOND if reason == LOST else int(self._random.integers(SECOND, 5 * SECOND))

    def _moved(self, kind: str, detail: str) -> None:
        self._tell("handover failed" if kind == "failed" else f"{kind} handover", detail)

    def _cipher(self, key: "bytes | None") -> None:
        self.radio.connection.cipher(key)

    def _ciphered(self, on: bool) -> None:
        self._tell("ciphered" if on else "in clear")

    def _about(self) -> "list[tuple[int, bytes]]":
        codecs = [BOTH_CODECS] if self.wideband else []
        return [(MODEL, self.model.identity), (TERMINAL, self.model.capability), *codecs]

    def _identities(self) -> "list[tuple[int, bytes]]":
        return [(PORTABLE, b"\x80\xA8" + self._ipui), (FIXED, self.radio.park.element)]

    # The call

    def _is_wide(self) -> bool:
        return self.radio.connection.busy and self.radio.connection.bearer.wide

    def _call_state(self, state: str, detail: str) -> None:
        self._time_call(state)
        if state in (RINGING, DIALLING):
            self.on_busy()
            self.calls.begin(*((IN, *self.caller) if state == RINGING else (OUT, detail)))
        elif state == TALKING:
            self.calls.talking()
        elif state == ENDING:
            self.dialogue.limit(LINK_LIMIT)
        elif state == NO_CALL:
            self.calls.over()
        self.talk.on(self.call == TALKING)
        self.radio.moves.measure(self.call not in (NO_CALL, ENDING))
        self._tell(state, detail)

    def _time_call(self, state: str) -> None:
        """How long it may stay in this state, and when it answers by itself."""
        for name in ("answer", "call"):
            self._time.cancel(self._timers.get(name))
        if state in LIMITS:
            self._after("call", LIMITS[state], self.hang_up)
        if state == RINGING and self.auto_answer is not None:
            self._after("answer", self.auto_answer, self._call.answer)

    def _fault(self, name: str) -> None:
        self.faults.append(name)
        self._tell(name)

    def _tell(self, name: str, detail: str = "") -> None:
        event = Event(self._time.now, name, detail)
        self.events.append(event)
        self.on_event(event)

    def _after(self, name: str, delay: int, action: Callable[[], object]) -> None:
        self._time.cancel(self._timers.get(name))
        self._timers[name] = self._time.after(delay, action)
