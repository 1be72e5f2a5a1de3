"""Where stations are, and at what level each receives each."""

from collections import deque
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.air.antennas import Fittings, Mounted
from sim.air.clock import Clock
from sim.air.frames import CARRIERS, Beacon, Ear, Heard
from sim.air.plan import HEIGHT
from sim.air.propagation import Propagation

POWER = 24.0
"""dBm of a transmitter: 250 mW (EN 300 175-2 5.2)."""

Position = tuple[float, ...]


class Station(Protocol):
    """A base, a handset, or what else is on the air; the air calls these."""

    def heard(self, heard: Heard) -> None:
        """A base: a request, in a slot that it scans. A handset: a page, where it listens."""

    def system_changed(self) -> None:
        """A base that it may hear has appeared, vanished, moved or says something else, or the station has moved."""


class Place:
    """What the air knows of a station."""

    def __init__(self, index: int, station, position: Position, fixed: bool, power: float, clock: Clock):
        self.index = index
        self.station = station
        self.position = position
        self.fixed = fixed
        self.power = power
        self.clock = clock
        self.beacon: Beacon | None = None
        self.says: frozenset[bytes] = frozenset()
        self.counting: list[int] = []
        """Which of its fields a controller fills in."""
        self.rfpi: bytes | None = None
        self.ears: tuple[Ear, ...] = ()
        self.scans = False
        self.carriers = CARRIERS
        self.ends: list = []
        self.pages: deque[list] = deque()
        self.paging: bytes | None = None
        self.fast: deque[bytes] = deque()

    def taken(self) -> "set[int]":
        """Slots of 0 .. 11 that are in use in either direction."""
        slots = set() if self.beacon is None else {self.beacon.slot % 12}
        for end in self.ends:
            slots.add(end.slot % 12)
            if end.wide:
                slots.add((end.slot + 1) % 12)
        return slots


class Stations:
    """Levels are a matrix [receiver, sender] in dBm; rows and columns of who has moved are worked out when asked."""

    def __init__(self, propagation: Propagation):
        self.places: list[Place] = []
        self._by_id: dict[int, Place] = {}
        self._propagation = propagation
        self._stale: set[int] = set()
        self._where = np.zeros((0, 3))
        self._power = np.zeros(0)
        self._level = np.zeros((0, 0))
        self._gain = np.zeros((0, 0))
        self._antennas = Fittings(HEIGHT if propagation.plan is None else propagation.plan.height)

    def add(self, place: Place) -> None:
        self.places.append(place)
        self._by_id[id(place.station)] = place
        self._stale.add(place.index)

    def find(self, station: object) -> Place:
        return self._by_id[id(station)]

    def move(self, place: Place, position: Position) -> None:
        place.position = position
        self._stale.add(place.index)

    def fit(self, place: Place, antennas: "tuple[Mounted, ...]") -> None:
        """Its antennas from now on; none: 0 dBi all round."""
        self._antennas.fit(place.index, antennas)
        self._stale.add(place.index)

    def again(self) -> None:
        """Whatever is between the stations has changed."""
        self._stale.update(range(len(self.places)))

    @property
    def level(self) -> NDArray[np.float64]:
        self._refresh()
        return self._level

    @property
    def gain(self) -> NDArray[np.float64]:
        """As `level`, in mW."""
        self._refresh()
        return self._gain

    def _refresh(self) -> None:
        if not self._stale:
            return
        count = len(self.places)
        if len(self._level) < count:
            self._level, self._gain = _grown(self._level, count), _grown(self._gain, count)
            self._where = np.concatenate((self._where, np.zeros((count, 3))))
            self._power = np.concatenate((self._power, np.zeros(count)))
        moved = np.array(sorted(self._stale))
        self._stale.clear()
        for one in moved.tolist():
            place = self.places[one]
            self._where[one] = (*place.position, 0.0)[:3]
            self._power[one] = place.power
        where, power = self._where[:count], self._power[:count]
        loss = self._propagation.loss(where[moved], where) - self._antennas.between(moved, where)
        self._level[moved] = power[None, :] - loss
        self._level[:, moved] = power[moved][None, :] - loss.T
        self._gain[moved] = 10.0 ** (self._level[moved] / 10.0)
        self._gain[:, moved] = 10.0 ** (self._level[:, moved] / 10.0)


def _grown(matrix: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    more = np.zeros((count, count))
    more[:len(matrix), :len(matrix)] = matrix
    return more
