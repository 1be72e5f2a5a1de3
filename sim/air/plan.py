"""A building as the radio sees it: walls, ceilings, and what they take off a signal.

Places are rows of x and y in metres and the number of a floor: 0 is the ground floor, 0.5 half-way up
the stairs to the first. A wall stands on one floor, from its lower to its upper ceiling; a signal between
two floors goes in a straight line, and meets the walls of the floor that it is on where it meets them.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Places = NDArray[np.float64]

MATERIALS: dict[str, float] = {
    "glass": 2.0,
    "wood": 2.0,
    "plaster": 2.0,
    "brick": 3.5,
    "concrete-10": 6.0,
    "concrete-15": 9.0,
    "concrete-40": 17.0,
    "coated-glass": 10.0,
    "ceiling": 17.0,
    "metal": 30.0,
}
"""dB that a signal loses once through: figures of installers' planning guides. The number is the
thickness in centimetres (brick: 10); of the range given for a ceiling (17 to 20) this is the low end."""

HEIGHT = 3.0
"""Metres from one floor to the next."""

STEP = 1000.0
"""Decibels are whole multiples of 1 / STEP: both directions, every batch and processor then give the same bits."""

PAIRS_AT_ONCE = 1 << 16
"""Pairs of places times walls that are worked on at a time: bounds the memory."""


class Wall(NamedTuple):
    """From one end to the other, in metres; `loss` in dB."""

    x1: float
    y1: float
    x2: float
    y2: float
    loss: float
    floor: int = 0


def wall(start: "tuple[float, float]", end: "tuple[float, float]", material: "str | float", floor: int = 0) -> Wall:
    """A wall of a material of `MATERIALS`, or of so many dB; KeyError for a material that is none."""
    loss = MATERIALS[material] if isinstance(material, str) else float(material)
    return Wall(*start, *end, loss, floor)


def room(x1: float, y1: float, x2: float, y2: float, material: "str | float", floor: int = 0) -> list[Wall]:
    """The four walls of a rectangle."""
    corners = [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]
    return [wall(one, other, material, floor) for one, other in zip(corners, corners[1:] + corners[:1], strict=True)]


class Plan:
    """Walls and ceilings. `ceilings[k]` is the loss between floor k and floor k + 1, where not that of `ceiling`.

    `area` is (x1, y1, x2, y2) in metres; without it what the walls take up.
    """

    def __init__(self, walls: Iterable[Wall] = (), ceilings: "Mapping[int, float] | None" = None,
                 ceiling: float = MATERIALS["ceiling"], height: float = HEIGHT,
                 area: "tuple[float, float, float, float] | None" = None):
        self.walls = tuple(walls)
        self.ceilings = dict(ceilings or {})
        self.ceiling, self.height = ceiling, height
        rows = np.array([(*one,) for one in self.walls], np.float64).reshape(-1, 6)
        self._start, self._along = rows[:, 0:2], rows[:, 2:4] - rows[:, 0:2]
        self._wall_loss, self._wall_floor = rows[:, 4], rows[:, 5]
        self.area = area or self._bounds()

    def losses(self, receivers: ArrayLike, senders: ArrayLike) -> NDArray[np.float64]:
        """dB of all obstacles on the way between each of n places and each of m: [n, m]. The same both ways."""
        there, here = as_places(receivers), as_places(senders)
        total = np.empty((len(there), len(here)))
        step = max(1, PAIRS_AT_ONCE // max(1, len(here) * max(1, len(self.walls))))
        for at in range(0, len(there), step):
            some = there[at:at + step]
            total[at:at + step] = self._walls_between(some, here) + self._ceilings_between(some, here)
        return total

    def _walls_between(self, there: Places, here: Places) -> NDArray[np.float64]:
        if not self.walls or not there.size or not here.size:
            return np.zeros((len(there), len(here)))
        start, end = ordered(there, here)
        way = end - start
        # The way is start + t * way, the wall its start + u * along; they meet where t and u are both in 0 .. 1.
        scale = way[..., None, 0] * self._along[:, 1] - way[..., None, 1] * self._along[:, 0]
        to_x = self._start[:, 0] - start[..., None, 0]
        to_y = self._start[:, 1] - start[..., None, 1]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (to_x * self._along[:, 1] - to_y * self._along[:, 0]) / scale
            u = (to_x * way[..., None, 1] - to_y * way[..., None, 0]) / scale
            # A corner belongs to one of its two walls: the upper end of each is open.
            met = (t >= 0) & (t < 1) & (u >= 0) & (u < 1)
            met &= np.floor(start[..., None, 2] + t * way[..., None, 2] + 0.5) == self._wall_floor
        return met @ self._wall_loss

    def _ceilings_between(self, there: Places, here: Places) -> NDArray[np.float64]:
        return np.abs(self._above_ground(there[:, 2])[:, None] - self._above_ground(here[:, 2]))

    def _above_ground(self, floors: NDArray[np.float64]) -> NDArray[np.float64]:
        """dB of the ceilings from the ground floor up to each, negative below it. Half-way up the stairs is above."""
        level = np.floor(floors + 0.5).astype(np.int64)
        if not level.size:
            return np.zeros(0)
        lowest, highest = min(0, int(level.min())), max(0, int(level.max()))
        each = [self.ceilings.get(k, self.ceiling) for k in range(lowest, highest)]
        below = np.concatenate(([0.0], np.cumsum(each)))
        return below[level - lowest] - below[-lowest]

    def _bounds(self) -> "tuple[float, float, float, float]":
        if not self.walls:
            return (0.0, 0.0, 50.0, 50.0)
        points = np.concatenate((self._start, self._start + self._along))
        (x1, y1), (x2, y2) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return (x1, y1, x2, y2)


def stepped(decibels: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(decibels * STEP) / STEP


def ordered(there: Places, here: Places) -> "tuple[Places, Places]":
    """The two ends [n, m, 3] of every way, in an order that does not depend on which of them sends."""
    one, other = np.broadcast_arrays(there[:, None, :], here[None, :, :])
    less = other[..., 2] < one[..., 2]
    for axis in (1, 0):
        less = (other[..., axis] < one[..., axis]) | ((other[..., axis] == one[..., axis]) & less)
    return np.where(less[..., None], other, one), np.where(less[..., None], one, other)


def as_places(rows: ArrayLike) -> Places:
    """[n, 3], also from rows of x and y alone: those are on the ground floor."""
    places = np.atleast_2d(np.asarray(rows, np.float64))
    if places.size == 0:
        return np.zeros((0, 3))
    if places.ndim != 2 or places.shape[1] not in (2, 3):
        raise ValueError(f"places are rows of x, y and floor, not of shape {places.shape}")
    if places.shape[1] == 2:
        places = np.column_stack((places, np.zeros(len(places))))
    return places
