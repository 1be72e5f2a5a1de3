"""B-fields in one go: what a connection sends from an array of them, and a record of what it brings."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.air.frames import B_LONG

if TYPE_CHECKING:
    from sim.air.ends import Link
    from sim.air.tables import Tables

Octets = NDArray[np.uint8]


class Playing:
    """Rows of 40 or 80 octets, one a frame."""

    def __init__(self, rows: Octets, loop: bool):
        self.view = memoryview(np.ascontiguousarray(rows, np.uint8).tobytes())
        self.octets = rows.shape[1]
        self.count = len(rows)
        self.at = 0
        self.loop = loop


class Recording:
    def __init__(self, octets: int):
        self.octets = octets
        self.data = bytearray()
        self.good = bytearray()

    def taken(self) -> "tuple[Octets, NDArray[np.bool_]]":
        rows = np.frombuffer(bytes(self.data), np.uint8).reshape(-1, self.octets)
        return rows, np.frombuffer(bytes(self.good), np.uint8).astype(bool)


class Streams:
    """Of all links: costs less than a microsecond a link and frame."""

    def __init__(self, tables: "Tables"):
        self._tables = tables
        self.playing: dict[int, Playing] = {}
        self.recording: dict[int, Recording] = {}

    def play(self, link: "Link", rows: Octets, loop: bool, octets: int) -> None:
        rows = np.asarray(rows, np.uint8)
        if not len(rows):
            self.playing.pop(link.row, None)
            return
        if rows.ndim != 2 or rows.shape[1] != octets:
            raise ValueError("B-fields of {} octets are needed, not an array of {}".format(octets, rows.shape))
        self.playing[link.row] = Playing(rows, loop)

    def forget(self, row: int) -> None:
        self.playing.pop(row, None)
        self.recording.pop(row, None)

    def before(self) -> None:
        """What the frame that begins will carry."""
        if not self.playing:
            return
        out = memoryview(self._tables.out)
        over = []
        for row, one in self.playing.items():
            if one.at == one.count:
                if not one.loop:
                    over.append(row)
                    continue
                one.at = 0
            octets, at = one.octets, one.at
            out[B_LONG * row:B_LONG * row + octets] = one.view[octets * at:octets * at + octets]
            one.at = at + 1
        out.release()
        for row in over:
            del self.playing[row]
        self._tables.links["fresh"][list(self.playing)] = 1

    def after(self) -> None:
        """What the frame that ends has brought; a B-field that did not come whole stands there as it came."""
        if not self.recording:
            return
        inward = memoryview(self._tables.inward)
        good = self._tables.links["got"][list(self.recording)].tolist()
        for (row, one), got in zip(self.recording.items(), good, strict=True):
            one.data += inward[B_LONG * row:B_LONG * row + one.octets]
            one.good.append(got)
        inward.release()
