"""Antennas of the base stations: what each adds in each direction, and which base takes which (article 21).

Directions are in degrees: azimuth from the plan's x axis towards its y axis, elevation up from the horizon.
An antenna's own front looks to azimuth 0, elevation 0. No data sheet is public in figures: gains and patterns
are typical of their kind.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal.description import RadioPart
from sim.air.plan import HEIGHT, as_places, stepped

Curve = tuple[tuple[float, float], ...]
"""(degrees off the front, dB below the peak), straight lines in between."""

DEPTH = 25.0
"""dB below its peak that an antenna has in any direction: rooms reflect."""


class Antenna(NamedTuple):
    """`code` is what one orders; `plugs` how many sockets of a base it takes; `peak` in dBi."""

    code: str
    title: str
    peak: float
    plugs: int
    azimuth: Curve
    elevation: Curve

    def gain(self, azimuth: ArrayLike, elevation: ArrayLike) -> NDArray[np.float64]:
        """dBi in directions as the antenna sees them."""
        side = np.abs((np.asarray(azimuth, np.float64) + 180.0) % 360.0 - 180.0)
        up = np.abs(np.asarray(elevation, np.float64))
        below = _below(self.azimuth, side) + _below(self.elevation, up)
        return self.peak - np.minimum(below, DEPTH)


ROUND: Curve = ((0.0, 0.0), (180.0, 0.0))
HALF_WAVE: Curve = ((0.0, 0.0), (15.0, 0.4), (30.0, 1.8), (45.0, 4.1), (60.0, 7.6), (75.0, 13.6), (90.0, 25.0))
"""A half-wave dipole: 20 log10 of cos(90° sin e) / cos e."""
COLLINEAR: Curve = ((0.0, 0.0), (10.0, 1.2), (17.0, 3.0), (30.0, 10.0), (45.0, 18.0), (90.0, 25.0))
PANEL: Curve = ((0.0, 0.0), (20.0, 0.9), (37.0, 3.0), (60.0, 8.0), (90.0, 15.0), (120.0, 20.0), (180.0, 20.0))
"""Half power over 74 degrees, 20 dB from front to back."""
PANEL_UP: Curve = ((0.0, 0.0), (20.0, 1.2), (32.0, 3.0), (60.0, 10.0), (90.0, 16.0))

DIPOLE = Antenna("", "dipole", 2.0, 1, ROUND, HALF_WAVE)

ACCESSORIES = {
    "dipole": DIPOLE,
    "directional-dual": Antenna("50-01202-004", "directional dual antenna", 7.0, 2, PANEL, PANEL_UP),
    "directional": Antenna("50-01202-005", "directional single antenna", 8.0, 1, PANEL, PANEL_UP),
    "omni": Antenna("50-01202-006", "omnidirectional single antenna", 5.0, 1, ROUND, COLLINEAR),
}
"""What fits the MCX sockets of an e-model; the dipoles come with it (article 21)."""

LEAN = 45.0
"""Degrees by which the dipoles of a base lean, one forwards and one sideways: each fills the nulls of the other."""


class Mounted(NamedTuple):
    """An antenna on its place: turned to an azimuth, tilted up (negative: down), rolled about its front."""

    antenna: Antenna
    azimuth: float = 0.0
    tilt: float = 0.0
    roll: float = 0.0

    def gain(self, azimuth: ArrayLike, elevation: ArrayLike) -> NDArray[np.float64]:
        """dBi in directions of the plan."""
        return self.antenna.gain(*self._own(np.radians(azimuth), np.radians(elevation)))

    def _own(self, azimuth, elevation):
        """Directions of the plan (radians) as the antenna sees them (degrees)."""
        turned = azimuth - np.radians(self.azimuth)
        x, y, z = np.cos(elevation) * np.cos(turned), np.cos(elevation) * np.sin(turned), np.sin(elevation)
        tilt, roll = np.radians(self.tilt), np.radians(self.roll)
        x, z = x * np.cos(tilt) + z * np.sin(tilt), z * np.cos(tilt) - x * np.sin(tilt)
        y, z = y * np.cos(roll) + z * np.sin(roll), z * np.cos(roll) - y * np.sin(roll)
        return np.degrees(np.arctan2(y, x)), np.degrees(np.arcsin(np.clip(z, -1.0, 1.0)))


BUILT_IN = (Mounted(DIPOLE, tilt=LEAN), Mounted(DIPOLE, roll=LEAN))


def fit(radio: RadioPart, names: "Sequence[str] | None" = None, azimuth: ArrayLike = 0.0,
        tilt: ArrayLike = 0.0) -> tuple[Mounted, ...]:
    """The antennas of a base: what it comes with, or accessories by name; ValueError where they do not fit.

    `azimuth` and `tilt` in degrees: one for all, or one each.
    """
    if not names:
        return BUILT_IN
    if not radio.external:
        raise ValueError("this model has no sockets for antennas: take an IP1202e or IP1203e")
    unknown = sorted(set(names) - set(ACCESSORIES))
    if unknown:
        raise ValueError(f"no antenna is called {unknown[0]}: there are {', '.join(ACCESSORIES)}")
    plugs = sum(ACCESSORIES[name].plugs for name in names)
    if plugs > radio.antennas:
        raise ValueError(f"{', '.join(names)}: {plugs} plugs for {radio.antennas} sockets")
    if all(name == "dipole" for name in names):
        return BUILT_IN[:len(names)]
    ways = zip(_each(azimuth, len(names)), _each(tilt, len(names)), strict=True)
    return tuple(Mounted(ACCESSORIES[name], *way) for name, way in zip(names, ways, strict=True))


def _each(degrees: ArrayLike, count: int) -> "list[float]":
    """One for each of `count` antennas."""
    given = np.atleast_1d(np.asarray(degrees, np.float64))
    if np.ndim(degrees) and len(given) != count:
        raise ValueError(f"{len(given)} directions for {count} antennas")
    return np.broadcast_to(given, count).tolist()


def best(antennas: Sequence[Mounted], azimuth: ArrayLike, elevation: ArrayLike) -> NDArray[np.float64]:
    """dBi of the better of a base's antennas in each direction: it sends and receives with that one."""
    gains = [one.gain(azimuth, elevation) for one in antennas]
    return np.maximum.reduce(gains)


def directions(here: ArrayLike, there: ArrayLike, height: float = HEIGHT) -> "tuple[NDArray, NDArray]":
    """Azimuth and elevation in degrees at which each of n places sees each of m others: [n, m]."""
    one, other = as_places(here), as_places(there)
    way = (other[None, :, :] - one[:, None, :]) * (1.0, 1.0, height)
    flat = np.hypot(way[..., 0], way[..., 1])
    return np.degrees(np.arctan2(way[..., 1], way[..., 0])), np.degrees(np.arctan2(way[..., 2], flat))


class Fittings:
    """The antennas of stations, by their number. A station without any, as a handset in a hand, has 0 dBi all round."""

    def __init__(self, height: float = HEIGHT):
        self._height = height
        self._who: dict[tuple[Mounted, ...], list[int]] = {}

    def fit(self, number: int, antennas: Sequence[Mounted]) -> None:
        for numbers in self._who.values():
            if number in numbers:
                numbers.remove(number)
        if antennas:
            self._who.setdefault(tuple(antennas), []).append(number)

    def between(self, some: NDArray[np.int64], places: NDArray[np.float64]) -> NDArray[np.float64]:
        """dBi of both ends together on the ways from `some` stations to all, whose places are given: [k, n]."""
        total = np.zeros((len(some), len(places)))
        for antennas, numbers in self._who.items():
            here = np.nonzero(np.isin(some, numbers))[0]
            if len(here):
                total[here] += gain_towards(places[some[here]], antennas, places, self._height)
            if numbers:
                total[:, numbers] += gain_towards(places[numbers], antennas, places[some], self._height).T
        return stepped(total)


def gain_towards(here: ArrayLike, antennas: Sequence[Mounted], there: ArrayLike,
                 height: float = HEIGHT) -> NDArray[np.float64]:
    """dBi of stations with the same antennas at n places towards each of m others: [n, m]."""
    return best(antennas, *directions(here, there, height))


def _below(curve: Curve, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.interp(degrees, [point[0] for point in curve], [point[1] for point in curve])
