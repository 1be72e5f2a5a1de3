"""The chips of all boards of a simulation: they work at the same instants, and each may do so on a core of its own.

First all take in what they need; then one after the other gives what it has made, and its board acts upon that, while
other threads still work for the next ones. What is given, and in which order, does not depend on them.
"""

from collections import deque
from typing import Protocol

from sim.time import Handle, Time

FRAME = 10_000
PHASE = FRAME // 2
"""A chip works halfway between the air's frames: what came in one goes out to the network in that one."""


def next_frame(now: int) -> int:
    """When a chip works next."""
    return now + FRAME - (now - PHASE) % FRAME


class Chip(Protocol):
    def frame(self) -> None:
        """Work, alone."""

    def begin(self, more: bool) -> None:
        """Take in what is needed; `more`: others do right behind it."""

    def finish(self) -> None:
        """Give what was made; without effect if that has been given already."""


class Together:
    """One for each `Time`: `of` gives it."""

    def __init__(self, time: Time):
        self._time = time
        self._chips: list[Chip] = []
        self._busy: deque[Chip] = deque()
        self._tick_at: Handle | None = None

    @classmethod
    def of(cls, time: Time) -> "Together":
        return time.shared.setdefault(cls, cls(time))

    def add(self, chip: Chip) -> None:
        self._chips.append(chip)
        if self._tick_at is None:
            self._schedule()

    def remove(self, chip: Chip) -> None:
        self._chips.remove(chip)
        if not self._chips:
            self._time.cancel(self._tick_at)
            self._tick_at = None

    def _schedule(self) -> None:
        self._tick_at = self._time.at(next_frame(self._time.now), self._tick)

    def _tick(self) -> None:
        self._schedule()
        if len(self._chips) == 1:
            self._chips[0].frame()
            return
        for chip in self._chips:
            chip.begin(chip is not self._chips[-1])
        self._busy.extend(self._chips)
        self._finish()

    def _finish(self) -> None:
        """Of one; the next one's turn comes when its board has acted."""
        self._busy.popleft().finish()
        if self._busy:
            self._time.at(self._time.now, self._finish)
