"""B-fields of one end of a bearer: one at a time, as a DSP gives and takes them, or many in one go."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.air.frames import B_FULL, B_LONG
from sim.air.tables import FRESH, GOT, LATE, NOISE, WIDTH, Tables

if TYPE_CHECKING:
    from sim.air.ends import Link
    from sim.air.engine import Engine

UNDRIVEN = 100
"""Frames after which a bus that nobody drives is heard: our choice."""


class Speech:
    """The part of an `End` that has to do with them."""

    wide: bool
    open: bool
    link: "Link"
    _air: "Engine"
    _tables: Tables

    @property
    def octets(self) -> int:
        return B_LONG if self.wide else B_FULL

    def put_b(self, octets: bytes) -> None:
        """What the next frame shall carry; short ones are filled with FF, long ones cut."""
        if not self.open:
            return
        tables, row, room = self._tables, self.link.row, self.octets
        if len(octets) != room:
            octets = bytes(octets[:room]) + b"\xFF" * (room - len(octets))
        tables.out[B_LONG * row:B_LONG * row + room] = octets
        flags, at = tables.flags, row * WIDTH
        if flags[at + NOISE]:
            flags[at + NOISE] = 0
        elif flags[at + FRESH]:
            flags[at + LATE] += 1
        flags[at + FRESH] = 1

    def take_b(self) -> "bytes | None":
        """What the last frame brought, once; None if it brought nothing whole."""
        if not self.open:
            return None
        tables, row = self._tables, self.link.row
        if not tables.flags[row * WIDTH + GOT]:
            return None
        tables.flags[row * WIDTH + GOT] = 0
        return bytes(tables.inward[B_LONG * row:B_LONG * row + self.octets])

    def undriven(self) -> None:
        """If nothing is put there for a second, it begins to send the noise of a bus that nobody drives."""
        if self.open:
            self._tables.links["noise"][self.link.row] = UNDRIVEN

    def play(self, rows: "NDArray[np.uint8]", loop: bool = False) -> None:
        """Send rows of octets, one in each frame from the next on, instead of what `put_b` is given; then nothing.

        A twin carries the same. An empty array ends it."""
        if self.open:
            self._tables.links["noise"][self.link.row] = 0
            self._air.streams.play(self.link, rows, loop, self.octets)

    @property
    def played(self) -> int:
        """How many rows have gone out (of this round, in a loop)."""
        return self._air.streams.played(self.link, self.octets) if self.open else 0

    def record(self, on: bool = True) -> None:
        """Keep the B-fields of each frame from the next on; False: forget them."""
        if self.open or not on:
            self._air.streams.record(self.link, self.octets, on)

    def recorded(self) -> "tuple[NDArray[np.uint8], NDArray[np.bool_]]":
        """What has come since `record`, a row a frame, and which of them were whole; it is kept."""
        return self._air.streams.recorded(self.link, self.octets).taken()
