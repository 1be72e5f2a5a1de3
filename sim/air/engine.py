"""The frames: what open ends say and hear, one frame after the other.

What is the same in every frame is in tables (sim.air.tables) that the loops in C read and change; Python takes part
only in what comes from a queue or goes to somebody who waits for it.
"""

from collections.abc import Callable

import _gwair
import numpy as np

from sim.air.broadcast import Broadcast
from sim.air.ends import End, Link
from sim.air.frames import COUNT, FIELD, FRAME, NT, PT, ta
from sim.air.headers import filled, garbled_b, garbled_tail, headed
from sim.air.propagation import Propagation
from sim.air.scene import Scene
from sim.air.stations import Stations
from sim.air.streams import Streams
from sim.air.tables import ACKED, FIELD_HEARD, FOUND, GARBLED, LOST, TOTALS, Tables
from sim.air.tap import Taps
from sim.time import Handle, Time

SLIDES = 25
"""Frames after which it is worked out anew who hears whom: clocks 20 parts per million apart slide by six bits."""


class Engine:
    """What `Air` is built on: the parts of the air, by what they are called there."""

    def __init__(self, time: Time, seed: int, propagation: Propagation):
        self.time = time
        self.number = time.now // FRAME
        """The simulation's count of the frame that runs, or has run last."""
        self.frames = 0
        self.tables = Tables(seed)
        self.stations = Stations(propagation)
        self.scene = Scene(self.stations, self.tables)
        self.streams = Streams(self.tables)
        self.broadcast = Broadcast(self, np.random.default_rng([seed, 2]))
        self.ends: dict[int, End] = {}
        self.waiting: dict[int, End] = {}
        """Ends with something queued, by row."""
        self.said: dict[int, bytes] = {}
        """What goes out of queues in this half of a frame, by row."""
        self._taps = Taps(self)
        self._links: dict[int, Link] = {}
        self._keys: dict[bytes, int] = {}
        self._stale = True
        self._worked_out = 0
        self._singles: frozenset[int] = frozenset()
        self._each_frame: list[Callable[[], object]] = []
        self._ticking: Handle | None = None

    # For ends.

    def new_link(self) -> Link:
        link = Link(self.tables.take_link())
        self._links[link.row] = link
        return link

    def closed(self, end: End) -> None:
        """For the end itself."""
        self.stations.find(end.station).ends.remove(end)
        self.tables.ends["open"][end.row] = 0
        self.tables.ends["sends"][end.row] = 0
        del self.ends[end.row]
        self.waiting.pop(end.row, None)
        self.said.pop(end.row, None)
        self.tables.rows.give(end.row)
        self.leave(end)
        self.changed()

    def leave(self, end: End) -> None:
        """For the end itself: it gives up its connection, which ends if it has no twin."""
        end.link.ends.remove(end)
        if not end.link.ends:
            del self._links[end.link.row]
            self.streams.forget(end.link.row)
            self.tables.link_rows.give(end.link.row)
        else:
            self.tables.ends["joined"][end.link.ends[0].row] = 0

    def rssi(self, row: int) -> int:
        """dBm of what an open end receives."""
        self.current()
        return int(self.scene.rssi[row])

    def key_number(self, key: "bytes | None") -> int:
        return 0 if key is None else self._keys.setdefault(key, len(self._keys) + 1)

    # Frames.

    @property
    def now(self) -> int:
        return self.time.now

    def on_frame(self, callback: "Callable[[], object]") -> None:
        """Called at the end of each frame that runs, until `off_frame`."""
        self._each_frame.append(callback)

    def off_frame(self, callback: "Callable[[], object]") -> None:
        if callback in self._each_frame:
            self._each_frame.remove(callback)

    @property
    def counts(self) -> "dict[str, int]":
        """What became of bursts."""
        return {name: int(value) for name, value in zip(TOTALS, self.tables.totals, strict=True)}

    def changed(self) -> None:
        """Somebody has opened, closed, moved or begun to send: who hears whom is worked out before it is needed."""
        self._stale = True

    def current(self) -> None:
        number = self.time.now // FRAME
        if self._stale or (number - self._worked_out >= SLIDES and self.scene.slides):
            self._stale = False
            self._worked_out = number
            self._mark()
            self.scene.work_out()

    def run(self) -> None:
        """Frames run from the next one on, until nothing is open and nothing waits."""
        if self._ticking is None:
            self._ticking = self.time.at((self.time.now // FRAME + 1) * FRAME, self._frame)

    def _frame(self) -> None:
        self.number = self.time.now // FRAME
        self.frames += 1
        self._ticking = None
        if self.tables.cycles.full():
            self._place_anew()
        self.broadcast.choose_pages(self.number)
        self.streams.before()
        self._half(1)
        self._half(0)
        self.streams.after()
        for callback in list(self._each_frame):
            callback()
        if self.ends or self.broadcast.busy or self._taps.idle:
            self.run()

    def _half(self, fixed: int) -> None:
        tables = self.tables
        self._compose(fixed)
        self.current()
        if self._taps:
            self._taps.before(fixed)
        count = _gwair.frame(tables.ends, tables.rows.count, tables.links, tables.cycles.names, tables.errors,
                             tables.out, tables.inward, tables.random, tables.totals, tables.events, self.number,
                             fixed)
        events = tables.events[:2 * count].tolist() if count else ()
        told = [self._read(kind, row) for kind, row in zip(events[::2], events[1::2], strict=True)]
        if self._taps:
            self._taps.after(fixed)
        broadcast = self.broadcast.heard(fixed)
        for row in self.said:
            tables.ends["said"][row] = 0
        self.said.clear()
        for action, *arguments in told + broadcast:
            action(*arguments)

    def _compose(self, fixed: int) -> None:
        """Take from the queues what the ends of one side say in this frame."""
        ends = self.tables.ends
        if fixed and self.broadcast.busy:
            self.broadcast.overlay()
        for row, end in list(self.waiting.items()):
            if ends["fixed"][row] != fixed:
                continue
            field = end.next_field(self.number + int(ends["ahead"][row]), bool(fixed))
            if field is not None:
                self.say(row, field)
            if not end.pending():
                del self.waiting[row]
        singles = self._without_cycle(fixed)
        if singles != self._singles:
            self._singles = singles
            self.changed()

    def say(self, row: int, field: bytes) -> None:
        """What an end says in this frame instead of its cycle."""
        self.said[row] = field
        ends = self.tables.ends
        ends["said"][row] = 1
        ends["name"][row] = self.tables.cycles.name(field)

    def _without_cycle(self, fixed: int) -> "frozenset[int]":
        """Rows that are on the air in this frame without a cycle; of handsets that may be, while bases send."""
        rows = (*self.said, *self.waiting) if fixed else (*self.said,)
        if not rows:
            return frozenset()
        ends = self.tables.ends
        return frozenset(row for row in rows
                         if not ends["length"][row] and (row in self.said or not ends["fixed"][row]))

    def _mark(self) -> None:
        ends = self.tables.ends
        ends["sends"] = (ends["open"] != 0) & (ends["length"] > 0)
        for row in self._singles & self.ends.keys():
            ends["sends"][row] = 1

    def _read(self, kind: int, row: int) -> tuple:
        """What is to be done about an event."""
        if kind == ACKED:
            return (_acknowledged, self._links[row])
        end = self.ends[row]
        if kind == FIELD_HEARD:
            return (end.deliver, self._field(end), self.rssi(row))
        if kind in (LOST, FOUND):
            return (end.silence, kind == LOST)
        assert kind == GARBLED
        garbled_b(self, end)
        return (_nothing,)

    def sent(self, row: int) -> bytes:
        """The A-field of six octets that an end sends in this frame, as on the air."""
        ends, end = self.tables.ends, self.ends[row]
        count = (self.number + int(ends["ahead"][row])) % COUNT
        field = self.said.get(row)
        if field is None:
            length = int(ends["length"][row])
            field = self.tables.cycles.fields[int(ends["cycle"][row]) + count % length] if length else bytes(FIELD)
        clock = self.stations.find(end.station).clock
        field = filled(field, count, (count + clock.scan) % clock.carriers, end.slot, end.carrier)
        # In clear here; `tap` and a receiver with another key see the rest.
        control = row in self.said and ta(field) != NT and (ta(field) != PT or end.slot >= 12)
        return headed(field, bool(ends["invites"][row]), end.ba, bool(ends["asked"][row]), control)

    def _field(self, end: End) -> bytes:
        sender = int(self.tables.ends["who"][end.row])
        return garbled_tail(self, self.sent(sender), self.ends[sender], end)

    def _place_anew(self) -> None:
        self.tables.cycles.clear()
        for end in self.ends.values():
            end.cycle = end.cycle


def _acknowledged(link: Link) -> None:
    if link.segments:
        link.segments.popleft()


def _nothing() -> None:
    pass
