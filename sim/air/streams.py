"""B-fields in one go: what a connection sends from an array of them, and a record of what it brings."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.air.frames import B_FULL, B_LONG

if TYPE_CHECKING:
    from sim.air.ends import Link
    from sim.air.tables import Tables

Octets = NDArray[np.uint8]
AHEAD = 100
"""Frames that are laid out at a time for all links: so each link is looked at once a second, not a hundred times."""


class Playing:
    """Rows of 40 or 80 octets, one a frame; `at` have gone out, of this round in a loop."""

    def __init__(self, rows: Octets, loop: bool):
        self.rows = np.array(rows, np.uint8)
        self.loop = loop
        self.at = 0

    @property
    def over(self) -> bool:
        return self.at == len(self.rows) and not self.loop

    def left(self) -> int:
        return AHEAD if self.loop else min(AHEAD, len(self.rows) - self.at)

    def next(self, frames: int) -> Octets:
        return self.rows.take(range(self.at, self.at + frames), axis=0, mode="wrap")

    def advance(self, frames: int) -> None:
        if frames:
            self.at = (self.at + frames - 1) % len(self.rows) + 1


class Recording:
    def __init__(self, octets: int):
        self.octets = octets
        self.data = bytearray()
        self.good = bytearray()

    def taken(self) -> "tuple[Octets, NDArray[np.bool_]]":
        rows = np.frombuffer(bytes(self.data), np.uint8).reshape(-1, self.octets)
        return rows, np.frombuffer(bytes(self.good), np.uint8).astype(bool)


class Players:
    """Links whose slots are of one kind."""

    def __init__(self, tables: "Tables", octets: int):
        self._tables, self._octets = tables, octets
        self.playing: dict[int, Playing] = {}
        self._rows = np.zeros(0, np.int64)
        self._ahead: Octets = np.zeros((0, 0, octets), np.uint8)
        self._gone = 0

    def settle(self) -> None:
        """Every `at` as it is now; the next frame lays out anew."""
        for row in self._rows.tolist() if self._gone else ():
            self.playing[row].advance(self._gone)
        self._rows, self._ahead, self._gone = self._rows[:0], self._ahead[:0], 0

    def before(self) -> None:
        if self._gone == len(self._ahead):
            self._lay_out()
        if not len(self._rows):
            return
        out = np.frombuffer(self._tables.out, np.uint8).reshape(-1, B_LONG)
        out[self._rows, :self._octets] = self._ahead[self._gone]
        self._tables.links["fresh"][self._rows] = 1
        self._gone += 1

    def _lay_out(self) -> None:
        self.settle()
        self.playing = {row: one for row, one in self.playing.items() if not one.over}
        if not self.playing:
            return
        frames = min(one.left() for one in self.playing.values())
        self._rows = np.array(list(self.playing), np.int64)
        self._ahead = np.stack([one.next(frames) for one in self.playing.values()], axis=1)


class Recorders:
    """Links whose slots are of one kind."""

    def __init__(self, tables: "Tables", octets: int):
        self._tables, self._octets = tables, octets
        self.recording: dict[int, Recording] = {}
        self._rows = np.zeros(0, np.int64)
        self._came: Octets = np.zeros((AHEAD, 0, octets), np.uint8)
        self._good: Octets = np.zeros((AHEAD, 0), np.uint8)
        self._count = 0

    def settle(self) -> None:
        """Every record as it is now, and room for those that go on."""
        for at, row in enumerate(self._rows.tolist() if self._count else ()):
            self.recording[row].data += self._came[:self._count, at].tobytes()
            self.recording[row].good += self._good[:self._count, at].tobytes()
        self._count = 0

    def changed(self) -> None:
        self._rows = np.array(list(self.recording), np.int64)
        self._came = np.zeros((AHEAD, len(self._rows), self._octets), np.uint8)
        self._good = np.zeros((AHEAD, len(self._rows)), np.uint8)

    def after(self) -> None:
        """A B-field that did not come whole stands there as it came."""
        if not len(self._rows):
            return
        inward = np.frombuffer(self._tables.inward, np.uint8).reshape(-1, B_LONG)
        self._came[self._count] = inward[self._rows, :self._octets]
        self._good[self._count] = self._tables.links["got"][self._rows]
        self._count += 1
        if self._count == AHEAD:
            self.settle()


class Streams:
    """Of all links."""

    def __init__(self, tables: "Tables"):
        self._players = {octets: Players(tables, octets) for octets in (B_FULL, B_LONG)}
        self._recorders = {octets: Recorders(tables, octets) for octets in (B_FULL, B_LONG)}

    @property
    def playing(self) -> "set[int]":
        """Rows of links."""
        return {row for players in self._players.values() for row in players.playing}

    def play(self, link: "Link", rows: Octets, loop: bool, octets: int) -> None:
        rows = np.asarray(rows, np.uint8)
        if len(rows) and (rows.ndim != 2 or rows.shape[1] != octets):
            raise ValueError("B-fields of {} octets are needed, not an array of {}".format(octets, rows.shape))
        players = self._players[octets]
        players.settle()
        players.playing.pop(link.row, None)
        if len(rows):
            players.playing[link.row] = Playing(rows, loop)

    def played(self, link: "Link", octets: int) -> int:
        """How many rows have gone out."""
        players = self._players[octets]
        if link.row not in players.playing:
            return 0
        players.settle()
        return players.playing[link.row].at

    def record(self, link: "Link", octets: int, on: bool) -> None:
        if on == (link.row in self._recorders[octets].recording):
            return
        self._forget_record(link.row, octets)
        if on:
            self._recorders[octets].recording[link.row] = Recording(octets)
        self._recorders[octets].changed()

    def recorded(self, link: "Link", octets: int) -> Recording:
        recorders = self._recorders[octets]
        recorders.settle()
        return recorders.recording.get(link.row) or Recording(octets)

    def forget(self, row: int) -> None:
        for octets in (B_FULL, B_LONG):
            if row in self._players[octets].playing:
                self._players[octets].settle()
                del self._players[octets].playing[row]
            if row in self._recorders[octets].recording:
                self._forget_record(row, octets)
                self._recorders[octets].changed()

    def before(self) -> None:
        """What the frame that begins will carry."""
        for players in self._players.values():
            if players.playing:
                players.before()

    def after(self) -> None:
        """What the frame that ends has brought."""
        for recorders in self._recorders.values():
            recorders.after()

    def _forget_record(self, row: int, octets: int) -> None:
        self._recorders[octets].settle()
        self._recorders[octets].recording.pop(row, None)
