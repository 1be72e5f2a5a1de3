"""A transmitter that keeps to no rule: it fills carriers, or some slots of them, for as long as it is on."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.air.frames import BITS, CARRIERS, SLOTS
from sim.air.stations import POWER, Position
from sim.time import Handle, Time

if TYPE_CHECKING:
    from sim.air.air import Air
    from sim.air.frames import Heard


class Emitter:
    """A station of the air that hears nothing and sends what cannot be read."""

    def __init__(self, air: "Air", position: Position, power: float = POWER):
        self._air = air
        self._marks: list[object] = []
        air.add(self, position, fixed=False, power=power)

    def heard(self, heard: "Heard") -> None:
        """Nobody listens here."""

    def system_changed(self) -> None:
        """Nor cares."""

    @property
    def on(self) -> bool:
        return bool(self._marks)

    def emit(self, carrier: int, slot: "int | None" = None) -> None:
        """A whole burst in a slot of every frame, or all the time."""
        self._marks.append(self._air.emit(self, carrier, slot, BITS[0]))

    def quieten(self) -> None:
        while self._marks:
            self._air.quieten(self._marks.pop())


class Jammer(Emitter):
    """`carriers` are numbers 0 to 9; `slots` numbers 0 to 23 by its own clock, or None for all the time; `power` in
    dBm. ValueError for a carrier or slot that does not exist."""

    def __init__(self, air: "Air", time: Time, position: Position, carriers: Iterable[int] = range(CARRIERS),
                 slots: "Iterable[int] | None" = None, power: float = POWER):
        self.carriers = _within(carriers, CARRIERS, "carrier")
        self.slots = None if slots is None else _within(slots, SLOTS, "slot")
        self._time = time
        self._end: Handle | None = None
        super().__init__(air, position, power)

    def start(self, seconds: "float | None" = None) -> None:
        """On, for so long if that is said; a jammer that is on is on for so long from now."""
        if not self.on:
            for carrier in self.carriers:
                for slot in (None,) if self.slots is None else self.slots:
                    self.emit(carrier, slot)
        self._cancel()
        if seconds is not None:
            self._end = self._time.after(round(seconds * 1_000_000), self.stop)

    def stop(self) -> None:
        """Off; idempotent."""
        self._cancel()
        self.quieten()

    def _cancel(self) -> None:
        self._time.cancel(self._end)
        self._end = None


def _within(numbers: Iterable[int], count: int, name: str) -> tuple[int, ...]:
    found = tuple(sorted(set(numbers)))
    for one in found:
        if not 0 <= one < count:
            raise ValueError(f"there is no {name} {one}: they go from 0 to {count - 1}")
    return found
