"""A DECT handset on the simulated air: GAP, EN 300 444, the portable side.

It locks to a base of its system, subscribes with its code where the base takes
that, registers, answers pages, rings, dials, talks. There is no handover, and
while it has a bearer it hears no pages.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.air import Air, Beacon, Heard, Sent
from sim.peers.handset import codec, identity
from sim.peers.handset.audio import NOTHING, Audio
from sim.peers.handset.call import CC, ENDING, NO_CALL, RINGING, TALKING, Call
from sim.peers.handset.codec import Message
from sim.peers.handset.dlc import Link
from sim.peers.handset.mac import IDLE, PT, Bearer
from sim.peers.handset.registration import MM, Registration
from sim.time import Handle, Time

LCE = 0
PAGE_RESPONSE = 0x71
PORTABLE, FIXED = 0x05, 0x06

DEFAULT_AC = "0000"
"""The code that is in a handset until its user types another: our choice."""

SECOND = 1_000_000
SCAN = 200_000
"""Time that looking for a base takes: our choice."""

RETRY = 60 * SECOND
"""A handset that was refused asks again: our choice. One whose link was lost does so after a second."""

LOST = 7
"""Reason of a release: no handshake for T201."""

LINK_LIMIT = 20 * SECOND
"""<MM_locate.1>, and how long a link may do nothing (175-5 annex A)."""

OFF, SEARCHING, LOCKED = "off", "searching", "locked"


class Event(NamedTuple):
    at: int
    name: str
    detail: str


class Status(NamedTuple):
    """`rssi` in dBm, None without a base; `slot` and `carrier` of the bearer, None without one."""

    name: str
    ipei: str
    lock: str
    rfpi: "str | None"
    rssi: "float | None"
    located: bool
    call: str
    slot: "int | None"
    carrier: "int | None"


class Handset:
    """`ipei` and `park` (or the SARI) as printed, `ac` the code to subscribe with (None: it never asks to).

    Every event is kept in `events` and given to `on_event`.
    """

    def __init__(self, air: Air, time: Time, ipei: str, park: str, name: str = "",
                 position: tuple[float, float] = (5.0, 0.0), audio: "Audio | None" = None, seed: int = 1,
                 ac: "str | None" = DEFAULT_AC):
        self.name = name or ipei
        self.ipei = ipei
        self.audio = Audio() if audio is None else audio
        self.lock = OFF
        self.events: list[Event] = []
        self.on_event: Callable[[Event], object] = lambda event: None
        self.auto_answer: int | None = None
        """Microseconds of ringing after which it answers by itself."""
        self._air, self._time = air, time
        self._ipui = identity.ipei(ipei)
        self.registration = Registration(ac, [seed, *self._ipui], self._send, self._tell)
        self._belong(park)
        self._call = Call(self._ipui, self.audio, self._say, self._call_state)
        self._random = np.random.default_rng([seed, *self._ipui])
        self._base: tuple[float, Beacon, bytes] | None = None
        self._link: Link | None = None
        self._first: Message | None = None
        self._b: bytes | None = None
        self._timers: dict[str, Handle] = {}
        self._bearer = Bearer(air, self, 0xE0000 | int.from_bytes(self._ipui[-2:], "big"), self._random)
        self._bearer.on_open, self._bearer.on_segment = self._opened, self._segment
        self._bearer.on_gone = self._gone
        air.add(self, position, fixed=False)
        self.switch_on()

    # What its user does

    def switch_on(self) -> None:
        if self.lock == OFF:
            self.lock = SEARCHING
            self._after("scan", SCAN, self._scan)

    def switch_off(self) -> None:
        """As when the battery is taken out: the base is not told."""
        for handle in self._timers.values():
            self._time.cancel(handle)
        self._bearer.cut()
        self._call.end("switched off")
        self.lock, self._base, self.registration.located = OFF, None, False
        self.retune()

    def subscribe(self, ac: str, park: "str | None" = None) -> None:
        """To its system, or that of another PARK, with a code; the key that it had there is forgotten."""
        self.registration.type_in(ac)
        if park is not None:
            self._belong(park)
        self.registration.located = False
        self.registration.keys.pop(self.registration.park, None)
        if self.lock != OFF:
            self.lock, self._base = SEARCHING, None
            self._after("scan", SCAN, self._scan)

    def move(self, x: float, y: float) -> None:
        """To another place, in metres."""
        self._air.move(self, (x, y))

    def dial(self, digits: str, en_bloc: bool = True) -> bool:
        """Call a number; digit by digit once there is dial tone unless `en_bloc`. False if it cannot now."""
        if self._base is None or self._bearer.state != IDLE or self.call != NO_CALL:
            return False
        self._connect(self._call.dial(digits, self._identities(), en_bloc))
        return True

    def keypad(self, digits: str) -> None:
        """Keys pressed during a call."""
        self._call.keypad(digits)

    def answer(self) -> bool:
        return self._call.answer()

    def hang_up(self) -> None:
        """End, refuse or give up a call."""
        if self.call in (NO_CALL, ENDING):
            return
        if self._link is None:
            self._bearer.drop(2)
            self._call.end("gave up")
        else:
            self._call.hang_up()

    def locate(self) -> None:
        """Register with the base that it is locked to."""
        if self._base is not None and self._bearer.state == IDLE:
            subscriptions = codec.takes_subscriptions(self._base[1].fields)
            self._connect(self.registration.begin(self._identities(), subscriptions))
        elif self._base is not None:
            self._after("locate", SECOND, self.locate)

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

    @property
    def status(self) -> Status:
        base, busy = self._base, self._bearer.state != IDLE
        slot, carrier = (self._bearer.slot, self._bearer.carrier) if busy else (None, None)
        rssi, rfpi = (base[0], base[2].hex()) if base else (None, None)
        return Status(self.name, self.ipei, self.lock, rfpi, rssi, self.located, self.call, slot, carrier)

    # What the air calls

    def system_changed(self) -> None:
        if self.lock == OFF:
            return
        heard = [beacon.fields for _, beacon in self._air.beacons(self)]
        if self._base is not None and self._base[1].fields not in heard:
            self._base = None
            self.lock, self.registration.located = SEARCHING, False
            self._tell("no system")
            self.retune()
        self._after("scan", SCAN, self._scan)

    def beacon_now(self) -> "Beacon | None":
        return None

    def transmit(self, frame: int) -> "list[Sent]":
        return self._bearer.transmit(frame, self.audio.mouth() if self.call == TALKING else NOTHING)

    def receive(self, frame: int, heard: Heard) -> None:
        if self._bearer.state == IDLE:
            if heard.field is not None and heard.field[0] >> 5 == PT:
                self._paged(heard.field[1:])
            return
        if self.call == TALKING:
            self._b = heard.b
        self._bearer.receive(heard.field)

    def frame_over(self, frame: int) -> None:
        if self.call == TALKING:
            # Played here, also when nothing came: what is said next hears it back a frame later.
            self.audio.speaker(self._b)
            self._b = None
        self._bearer.frame_over()

    def blind_slots(self) -> "list[int]":
        """Slots that its base has in use."""
        beacons = [beacon for _, beacon in self._air.beacons(self) if self._base and beacon[:2] == self._base[1][:2]]
        return sorted(beacons[0].blind) if beacons else []

    def retune(self) -> None:
        """Listen on the bearer, or on the base's dummy bearer."""
        if self._bearer.state != IDLE:
            self._air.tune(self, [(self._bearer.slot, self._bearer.carrier)])
        else:
            self._air.tune(self, [self._base[1][:2]] if self._base else [])

    # Finding a base

    def _scan(self) -> None:
        """Lock to the strongest base of its own system; a base that it keeps needs no new registration."""
        before = self._base
        self._base = None
        for rssi, beacon in self._air.beacons(self):
            names = [field[1:] for field in beacon.fields if field[0] >> 5 == 3]
            if names and self._park.accepts(names[0]):
                self._base = (rssi, beacon, names[0])
                break
        self.retune()
        if self._base is not None and (before is None or before[2] != self._base[2]):
            self.lock, self.registration.located = LOCKED, False
            self._tell("locked", self._base[2].hex())
            self._after("locate", int(self._random.integers(50_000, 500_000)), self.locate)

    # Links and messages

    def _connect(self, first: Message) -> None:
        self._first, self._link = first, None
        self._after("link", LINK_LIMIT, self._idle_too_long)
        assert self._base is not None
        self._bearer.set_up(self._base[2])

    def _idle_too_long(self) -> None:
        if self.call in (NO_CALL, ENDING):
            self._bearer.drop(2)

    def _opened(self) -> None:
        self._link = Link()
        if self._first is not None:
            self._bearer.send(self._link.send(codec.build_message(self._first)))

    def _segment(self, octets: bytes) -> None:
        if self._link is None:
            return
        segments, messages = self._link.receive(octets)
        self._bearer.send(segments)
        for message in messages:
            self._message(codec.parse_message(message))

    def _gone(self, reason: "int | None") -> None:
        self._link = None
        self._time.cancel(self._timers.get("link"))
        if self._first is not None and self._first.protocol == MM and not self.located:
            self._after("locate", SECOND if reason == LOST else RETRY, self.locate)
        self._first = None
        self._call.end("no bearer" if reason is None else f"radio link gone, reason {reason}")

    def _say(self, kind: int, elements: "list[tuple[int, bytes]]", answer: bool) -> None:
        self._send(Message(CC, kind, elements, answer))

    def _send(self, message: Message) -> None:
        if self._link is not None:
            self._bearer.send(self._link.send(codec.build_message(message)))

    def _paged(self, tail: bytes) -> None:
        page = codec.PAGED.parse(tail)
        if page.length == 1 and page.tpui == self._bearer.pmid & 0xFFFF and self._base is not None:
            self._connect(Message(LCE, PAGE_RESPONSE, self._identities()))

    def _message(self, message: "Message | None") -> None:
        if message is None:
            return
        if message.protocol == MM:
            self.registration.receive(message)
        elif message.protocol == CC:
            self._call.receive(message)

    def _belong(self, park: str) -> None:
        self._park = identity.park(park)
        self.registration.park = park

    def _identities(self) -> "list[tuple[int, bytes]]":
        assert self._base is not None
        ari = int(self._park.value, 2).to_bytes((self._park.bits + 8) // 8, "big")
        return [(PORTABLE, b"\x80\xA8" + self._ipui), (FIXED, bytes((0x80, 0x80 | self._park.bits + 1)) + ari)]

    def _call_state(self, state: str, detail: str) -> None:
        self._time.cancel(self._timers.get("answer"))
        if state == RINGING and self.auto_answer is not None:
            self._after("answer", self.auto_answer, self.answer)
        elif state == TALKING:
            self._b = None
        elif state == ENDING:
            self._after("link", LINK_LIMIT, self._idle_too_long)
        self._tell(state, detail)

    def _tell(self, name: str, detail: str = "") -> None:
        event = Event(self._time.now, name, detail)
        self.events.append(event)
        self.on_event(event)

    def _after(self, name: str, delay: int, action: Callable[[], object]) -> None:
        self._time.cancel(self._timers.get(name))
        self._timers[name] = self._time.after(delay, action)
