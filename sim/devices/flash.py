"""NOR flash: bits fall one by one, rise by the sector, and power may go in between."""

from array import array
from collections.abc import Callable
from random import Random

from hal.description import NorFlash as Geometry
from hal.flash import FlashError
from sim.devices.flash_cells import Cells, FileCells, MemoryCells

BEFORE, INSIDE, AFTER = "before", "inside", "after"


class PowerCut(BaseException):
    """Power failed inside a flash operation: no firmware runs on, whatever it catches."""


Cut = Callable[[int, str, int, int], "str | None"]


class NorFlash:
    """hal.Flash. `operations` counts calls of program and erase, `wear` the erases of each sector.

    `cut(operation, "program" | "erase", at, length)` is asked before each
    operation, numbered from 1, and may answer "before", "inside" or "after":
    PowerCut is then raised there and the chip answers nothing more until
    `power_on`. Inside a program, some pages are done and the next has any
    subset of its bits; inside an erase, the sector holds anything. Both come
    from `seed`. Operations take no virtual time.
    """

    def __init__(self, description: Geometry, image: "bytes | None" = None, path: "str | None" = None, seed: int = 0):
        """`image`: contents to start with, as long as the chip; `path`: a file that holds them instead."""
        if image is not None and path is not None:
            raise ValueError("an image or a file, not both")
        self.size, self.sector, self.page = description.size, description.sector, description.page
        self.operations = 0
        self.wear = array("L", bytes(array("L").itemsize * (self.size // self.sector)))
        self.cut: "Cut | None" = None
        self.powered = True
        self._random = Random(seed)
        self._cells: Cells = (MemoryCells(self.size, self.sector, image) if path is None
                              else FileCells(path, self.size))

    def read(self, at: int, length: int) -> bytes:
        self._check(at, length)
        return self._cells.read(at, length)

    def program(self, at: int, data: bytes) -> None:
        data = bytes(data)
        self._check(at, len(data))
        if data and at // self.sector != (at + len(data) - 1) // self.sector:
            raise FlashError(f"program of {len(data)} octets at {at:#x} crosses a sector")
        self._operate("program", at, len(data), lambda: self._program(at, data), lambda: self._tear(at, data))

    def erase(self, at: int) -> None:
        self._check(at, self.sector)
        if at % self.sector:
            raise FlashError(f"erase at {at:#x}: no sector of {self.sector} octets begins there")
        self._operate("erase", at, self.sector, lambda: self._erase(at), lambda: self._half_erase(at))

    def image(self) -> bytes:
        """The whole chip, as a programmer would read it; power or not."""
        return self._cells.read(0, self.size)

    def cut_at(self, operation: int, how: str) -> None:
        """Fail at the `operation`-th program or erase from now, counted from 1."""
        if how not in (BEFORE, INSIDE, AFTER):
            raise ValueError(f"power fails before, inside or after an operation, not {how!r}")
        target = self.operations + operation
        self.cut = lambda number, kind, at, length: how if number == target else None

    def power_on(self) -> None:
        self.powered, self.cut = True, None

    def close(self) -> None:
        self._cells.close()

    def _check(self, at: int, length: int) -> None:
        if not self.powered:
            raise PowerCut
        if at < 0 or length < 0 or at + length > self.size:
            raise FlashError(f"{length} octets at {at:#x} are outside the chip of {self.size:#x}")

    def _operate(self, kind: str, at: int, length: int, act: Callable[[], None], half: Callable[[], None]) -> None:
        self.operations += 1
        how = self.cut(self.operations, kind, at, length) if self.cut is not None else None
        if how != BEFORE:
            (half if how == INSIDE else act)()
        if how is not None:
            self.powered = False
            raise PowerCut(f"{how} operation {self.operations}, {kind} of {length} octets at {at:#x}")

    def _program(self, at: int, data: bytes) -> None:
        old = self._cells.read(at, len(data))
        both = int.from_bytes(old, "big") & int.from_bytes(data, "big")
        self._cells.write(at, both.to_bytes(len(data), "big"))

    def _erase(self, at: int) -> None:
        self.wear[at // self.sector] += 1
        self._cells.write(at, b"\xff" * self.sector)

    def _tear(self, at: int, data: bytes) -> None:
        """Whole pages up to some point, then one with any of the bits that should have fallen."""
        starts = [0, *range(self.page - at % self.page, len(data), self.page)]
        torn = self._random.choice(starts)
        self._program(at, data[:torn])
        rest = data[torn:torn + self.page - (at + torn) % self.page]
        self._program(at + torn, self._mix(rest, b"\xff" * len(rest)))

    def _half_erase(self, at: int) -> None:
        """Cells drift up at different speeds: a stretch is done, one is anything, one is as it was."""
        self.wear[at // self.sector] += 1
        first, last = sorted(self._random.randrange(self.sector + 1) for _ in range(2))
        old = self._cells.read(at, self.sector)
        drifting = self._mix(old[first:last], b"\xff" * (last - first))
        self._cells.write(at, b"\xff" * first + drifting + old[last:])

    def _mix(self, one: bytes, other: bytes) -> bytes:
        """Each bit from one or the other."""
        chosen = self._random.randbytes(len(one))
        return bytes((a & c) | (b & ~c) for a, b, c in zip(one, other, chosen, strict=True))
