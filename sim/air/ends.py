"""One end of a bearer: what a station sends in one slot and hears twelve slots later."""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.air.frames import CT, LONG, Ear, encryption, ta
from sim.air.speech import Speech
from sim.air.tables import NOBODY, six

if TYPE_CHECKING:
    from sim.air.engine import Engine

Field = Callable[[bytes, int], object]


class Link:
    """What the ends of one connection share: C_T both ways, B-fields both ways."""

    def __init__(self, row: int):
        self.row = row
        self.ends: list[End] = []
        self.segments: deque[bytes] = deque()
        self.last: int | None = None
        """Number of the C_T segment that came last: its repetition is no other one."""


class End(Speech):
    """Made by `Air.end`. On the air from the first frame that begins after that, as long as it has a `cycle` or
    something queued.

    `on_field(field, rssi)`: each good A-field that is no expected identity and that the other side does not send
    over and over, with Q1, BA and Q2 as on the air; C_T segments once each. With `curious` also those of its cycle.
    `on_silence(lost)`: True when nothing good has come for 100 frames, False when something has again.
    """

    def __init__(self, air: "Engine", row: int, link: Link, station: object, ear: Ear, wide: bool):
        self.station = station
        self.slot, self.carrier = ear
        self.wide = wide
        self.row = row
        self.link = link
        self.on_field: Field = lambda field, rssi: None
        self.on_silence: Callable[[bool], object] = lambda lost: None
        self.ba = 0
        self.control: deque[bytes] = deque()
        self.key: bytes | None = None
        self.open = True
        self._air = air
        self._tables = air.tables
        self._cycle: tuple[bytes, ...] = ()
        self._expect: bytes | None = None
        link.ends.append(self)

    # What it sends.

    @property
    def cycle(self) -> "tuple[bytes, ...]":
        """A-fields of six octets for frame n % len of the station's count, when there is nothing else to say; empty:
        silent then. Takes a list."""
        return self._cycle

    @cycle.setter
    def cycle(self, fields) -> None:
        if not self.open:
            return
        self._cycle = tuple([six(field) for field in fields])
        ends = self._tables.ends
        ends["cycle"][self.row] = self._tables.cycles.place(self._cycle)
        if (ends["length"][self.row] > 0) != bool(self._cycle):
            self._air.changed()
        ends["length"][self.row] = len(self._cycle)

    def send(self, field: bytes) -> None:
        """Queue an M_T, or any other field: one a frame goes out, before everything else. All may use any frame but
        encryption control, which waits for that of a C_T (EN 300 175-3 6.2.2)."""
        field = six(field)
        if self.open:
            self.control.append(field)
            self._air.waiting[self.row] = self

    def segment(self, field: bytes) -> None:
        """Queue a C_T segment: it goes out in odd frames from a base, in even ones from a handset, and again until
        the other side's Q2 (EN 300 175-3 6.2.2.1)."""
        field = six(field)
        if not self.open:
            return
        self.link.segments.append(field)
        for end in self.link.ends:
            self._air.waiting[end.row] = end

    def pending(self) -> int:
        """How many fields and segments wait."""
        return len(self.control) + len(self.link.segments)

    def next_field(self, number: int, fixed: bool) -> "bytes | None":
        """For the air: what goes out of the queues in frame `number`."""
        own = bool(number & 1) == fixed
        if self.control:
            return self.control.popleft() if own or not encryption(self.control[0]) else None
        if self.link.segments and own:
            self._tables.links["flight"][self.link.row] = 1
            return self.link.segments[0]
        return None

    # What comes in.

    @property
    def expect(self) -> "bytes | None":
        """RFPI that an N_T must carry to count as the other side's handshake; None: any."""
        return self._expect

    @expect.setter
    def expect(self, identity: "bytes | None") -> None:
        self._expect = identity
        self._set("expect", NOBODY if identity is None else self._tables.cycles.number(identity))

    @property
    def curious(self) -> bool:
        return bool(self._get("curious"))

    @curious.setter
    def curious(self, wanted: bool) -> None:
        self._set("curious", int(wanted))

    def silence(self, lost: bool) -> None:
        """For the air."""
        if self.open:
            self.on_silence(lost)

    def deliver(self, field: bytes, rssi: int) -> None:
        """For the air: a field that its owner wants to see."""
        if not self.open:
            return
        if ta(field) in CT:
            if ta(field) == self.link.last:
                return
            self.link.last = ta(field)
        self.on_field(field, rssi)

    @property
    def rssi(self) -> int:
        """dBm of its last burst as a receiver shows it."""
        return self._air.rssi(self.row)

    @property
    def bad(self) -> int:
        """Frames of the last 100 without a good A-field."""
        return self._get("bad")

    @property
    def torn(self) -> int:
        """Frames of the last 100 without a whole B-field, or with a Z-field that tells of a sliding collision."""
        return self._get("torn")

    @property
    def silent(self) -> int:
        """Frames in a row without a good A-field."""
        return self._get("silent")

    @property
    def good(self) -> bool:
        """Whether the last frame brought a good A-field."""
        return bool(self._get("good"))

    @property
    def q1(self) -> bool:
        """The other side's Q1 as last heard: from a base it invites to a handover."""
        return bool(self._get("q1"))

    @property
    def counts(self) -> "dict[str, int]":
        """Bursts since it was opened."""
        if not self.open:
            return {}
        row, link = self._tables.ends[self.row], self._tables.links[self.link.row]
        names = {"sent": "sent", "good": "received", "bad": "spoilt", "b_good": "b_received", "b_missing": "b_missed",
                 "sliding": "slid"}
        return {**{name: int(row[column]) for name, column in names.items()}, "b_late": int(link["late"])}

    # The connection.

    def cipher(self, key: "bytes | None") -> None:
        """From the next frame on, C_T tails and B-fields of both directions, with eight octets; None: in clear."""
        self.key = None if key is None else bytes(key)
        self._set("key", self._air.key_number(self.key))

    def twin(self, other: "End") -> None:
        """Carry the connection of another end of the same station as well. ValueError if their slots differ in kind."""
        if other.wide != self.wide or other.station is not self.station:
            raise ValueError("twins are two bearers of one station in slots of one kind")
        if other.link is self.link:
            return
        self._air.leave(self)
        self.link = other.link
        self.link.ends.append(self)
        self._set("link", self.link.row)
        self._set("joined", 1)
        if self.link.segments:
            self._air.waiting[self.row] = self

    def close(self) -> None:
        """At once; segments go with it unless a twin carries on. Idempotent."""
        if self.open:
            self.open = False
            self._air.closed(self)

    def _get(self, column: str) -> int:
        return int(self._tables.ends[column][self.row]) if self.open else 0

    def _set(self, column: str, value: int) -> None:
        if self.open:
            self._tables.ends[column][self.row] = value


def kind_of(kind: str) -> bool:
    return kind == LONG
