"""The tables that the engine's loops in C run over: a row for each open end, and one for each link.

The columns are those of core/gw_engine.h, in its order.
"""

import numpy as np

from sim.air.frames import B_LONG, FIELD, ta

WINDOW, BLOCKS = 100, 21

END = np.dtype([(name, np.int32) for name in (
    "open", "fixed", "station", "slot", "carrier", "wide", "link", "cycle", "length", "said", "name", "sends",
    "expect", "curious", "who", "noisy", "ahead", "key", "good", "sound", "whole", "q1", "asked", "silent", "bad",
    "torn", "seen", "invites", "sent", "received", "spoilt", "b_received", "b_missed", "slid", "joined")] +
    [("history", np.uint8, WINDOW)])

LINK_COLUMNS = ("flight", "acked", "fresh", "got", "late", "noise")
LINK = np.dtype([(name, np.int32) for name in LINK_COLUMNS])

WIDTH = len(LINK_COLUMNS)
FRESH, GOT, LATE, NOISE = range(2, WIDTH)

BURST = np.dtype([(name, np.int32) for name in ("station", "fixed", "start", "bits", "carrier", "row")])

ACKED, FIELD_HEARD, LOST, FOUND, GARBLED = range(5)
"""Kinds of event that a frame brings."""

TOTALS = ("sent", "heard", "weak", "collided", "bad_a", "bad_x", "slid")
NOBODY = -1
FIRST_ROOM = 32


class Rows:
    """Numbers of rows in use: the lowest free one is given out."""

    def __init__(self):
        self._free: list[int] = []
        self.count = 0

    def take(self) -> int:
        if self._free:
            self._free.sort(reverse=True)
            return self._free.pop()
        self.count += 1
        return self.count - 1

    def give(self, row: int) -> None:
        self._free.append(row)


class Tables:
    def __init__(self, seed: int):
        self.rows, self.link_rows = Rows(), Rows()
        self.ends = np.zeros(0, END)
        self.links = np.zeros(0, LINK)
        self.flags = memoryview(b"")
        """The columns of `links` in one row, for a single one is read or set faster here."""
        self.out = bytearray()
        self.inward = bytearray()
        self.errors = np.zeros((0, BLOCKS))
        self.events = np.zeros(0, np.int32)
        self.totals = np.zeros(len(TOTALS), np.int64)
        self.random = np.array([seed * 0x9E3779B97F4A7C15 & (1 << 64) - 1], np.uint64)
        self.cycles = Cycles()

    def take_end(self) -> int:
        row = self.rows.take()
        self._grow()
        self.ends[row] = np.zeros(1, END)[0]
        self.errors[row] = 0.0
        return row

    def take_link(self) -> int:
        row = self.link_rows.take()
        self._grow()
        self.links[row] = np.zeros(1, LINK)[0]
        return row

    def _grow(self) -> None:
        room = len(self.ends)
        if max(self.rows.count, self.link_rows.count) <= room:
            return
        more = max(FIRST_ROOM, room)
        self.ends = np.concatenate((self.ends, np.zeros(more, END)))
        self.links = np.concatenate((self.links, np.zeros(more, LINK)))
        self.flags = self.links.view(np.int32).data
        self.errors = np.concatenate((self.errors, np.zeros((more, BLOCKS))))
        self.events = np.zeros(8 * (room + more), np.int32)
        self.out = self.out + bytes(B_LONG * more)
        self.inward = self.inward + bytes(B_LONG * more)


class Cycles:
    """Fields that are sent over and over, each sequence kept once, and the identities in them by number."""

    MOST = 20_000
    """Fields after which those that nobody sends any more are left out."""

    def __init__(self):
        self.fields: list[bytes] = []
        self.names = np.zeros(1, np.int32)
        self._known: dict[tuple[bytes, ...], int] = {}
        self._numbers: dict[bytes, int] = {}

    def number(self, identity: bytes) -> int:
        return self._numbers.setdefault(bytes(identity), len(self._numbers))

    def name(self, field: bytes) -> int:
        """The number of the identity in it, or -1."""
        return self.number(field[1:]) if ta(field) == 3 else NOBODY

    def place(self, fields: "tuple[bytes, ...]") -> int:
        """Where a sequence stands."""
        if fields not in self._known:
            self._known[fields] = len(self.fields)
            self.fields.extend(fields)
            more = np.array([self.name(field) for field in fields], np.int32)
            self.names = np.concatenate((self.names[:len(self.fields) - len(fields)], more))
        return self._known[fields]

    def full(self) -> bool:
        return len(self.fields) > self.MOST

    def clear(self) -> None:
        """Whoever sends one has to place it again."""
        self.fields.clear()
        self._known.clear()


def six(field: bytes) -> bytes:
    """ValueError unless these are six octets."""
    if len(field) != FIELD:
        raise ValueError("an A-field has six octets, not {}".format(len(field)))
    return bytes(field)
