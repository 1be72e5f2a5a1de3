"""A handset that is carried about: a path, and steps along it on the simulation's clock."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import dist

from sim.time import Handle, Time

STEP = 250_000
"""Microseconds between two steps: our choice."""

SECOND = 1_000_000
Place = tuple[float, ...]
"""x and y in metres, and the floor."""


class Path:
    """`points` are (seconds, x, y[, floor]) in order, or with `speed` in metres a second (x, y[, floor]).

    A floor is changed half way between two points. ValueError for what is no path.
    """

    def __init__(self, points: "Sequence[Sequence[float]]", speed: "float | None" = None, start: Place = (0.0, 0.0)):
        floor = start[2] if len(start) > 2 else 0.0
        size = 2 if speed else 3
        if not points or any(len(point) not in (size, size + 1) for point in points):
            raise ValueError("a walk is a list of (seconds, x, y[, floor]), or with a speed of (x, y[, floor])")
        self.times, self.places = [0.0], [(float(start[0]), float(start[1]), float(floor))]
        for point in points:
            place = point if speed else point[1:]
            there = (float(place[0]), float(place[1]), float(place[2]) if len(place) > 2 else self.places[-1][2])
            metres = dist(there[:2], self.places[-1][:2])
            when = self.times[-1] + metres / speed if speed else float(point[0])
            if when < self.times[-1]:
                raise ValueError("the times of a walk go forward")
            self.times.append(when)
            self.places.append(there)

    @property
    def seconds(self) -> float:
        return self.times[-1]

    def at(self, seconds: float) -> "tuple[float, float, float]":
        after = bisect_right(self.times, seconds)
        if after == len(self.times):
            return self.places[-1]
        before, then = self.times[after - 1], self.times[after]
        part = (seconds - before) / (then - before)
        first, second = self.places[after - 1], self.places[after]
        x, y = (first[axis] + part * (second[axis] - first[axis]) for axis in (0, 1))
        return x, y, second[2] if part >= 0.5 else first[2]


class Walk:
    """Calls `move(x, y, floor)` at every step and `done()` at the end; costs nothing when it is over."""

    def __init__(self, time: Time, path: Path, move: Callable[[float, float, float], object],
                 done: Callable[[], object] = lambda: None):
        self._time, self._path, self._move, self._done = time, path, move, done
        self._began = time.now
        self._timer: Handle | None = time.after(STEP, self._step)

    def stop(self) -> None:
        self._time.cancel(self._timer)

    def _step(self) -> None:
        gone = (self._time.now - self._began) / SECOND
        self._move(*self._path.at(gone))
        if gone >= self._path.seconds:
            self._done()
        else:
            self._timer = self._time.after(STEP, self._step)
