"""The ticks that a DSP board is asked to run: which are under way, and the frames that came back for the radio."""

from collections import deque

from hal.dsp_link import Tock

AHEAD = 6
"""Ticks that may wait for their answers. On a line or a board that is too slow for more, speech is left out rather than
late."""

STALE = 500_000
"""Microseconds after which an answer no longer comes."""

DEPTH = 8
"""Frames from the board that may wait for the radio; more are a jam that has just been cleared."""

SPARE = (10, 400)
"""Ticks in a row, each with more than one frame waiting, after which the others are left out. A gap in speech costs the
canceller its echo path: soon when channels begin to run, as the first frame is often late, then seldom."""

KEPT = 1000
"""Figures of the last ticks, for who measures."""


class Ticks:
    """Of the last ticks: `costs`, what a frame took in ticks of the board's clock; `trips`, microseconds from a tick
    to its answer; `lags`, by how many ticks the radio got a frame after the one that it belongs to.
    """

    def __init__(self) -> None:
        self.number = 0
        self.costs: "deque[int]" = deque(maxlen=KEPT)
        self.trips: "deque[int]" = deque(maxlen=KEPT)
        self.lags: "deque[int]" = deque(maxlen=KEPT)
        self._answered = 0
        self._asked: "dict[int, int]" = {}
        self._replies: "deque[Tock]" = deque(maxlen=DEPTH)
        self._seen: "list[int]" = []
        self._window = SPARE[0]

    def begin(self) -> None:
        """A board has come: what the one before owed is gone."""
        self._answered = self.number
        self._asked.clear()
        self._replies.clear()
        self._seen.clear()
        self._window = SPARE[0]

    def next(self) -> None:
        self.number = (self.number + 1) & 0xFFFF

    def asked(self, now: int) -> None:
        self._asked[self.number] = now

    def jammed(self, now: int) -> bool:
        """Whether the board has more to do than it can; what is not sent now is not sent at all."""
        if self._asked and min(self._asked.values()) < now - STALE:
            self._asked.clear()
        return len(self._asked) >= AHEAD

    def behind(self) -> int:
        """How many ticks the board has not answered."""
        return (self.number - self._answered) & 0xFFFF

    def answer(self, tock: Tock, now: int) -> None:
        self.costs.append(tock.cost)
        self._answered = tock.number
        self._replies.append(tock)
        if tock.number in self._asked:
            self.trips.append(now - self._asked[tock.number])
        # Answers come in order: those before it were lost.
        self._asked = {number: at for number, at in self._asked.items()
                       if 0 < (number - tock.number) & 0xFFFF < 0x8000}

    def waiting(self) -> int:
        """Frames that wait for the radio."""
        return len(self._replies)

    def take(self) -> "dict[int, bytes]":
        """B-fields by place, of the oldest frame that waits."""
        self._leave_out()
        if not self._replies:
            return {}
        tock = self._replies.popleft()
        self.lags.append((self.number - tock.number) & 0xFFFF)
        return tock.fields

    def _leave_out(self) -> None:
        """What has waited in each of so many ticks beyond one frame is delay and nothing else."""
        self._seen.append(len(self._replies))
        if len(self._seen) < self._window:
            return
        self._window = min(2 * self._window, SPARE[1])
        for _ in range(min(self._seen) - 1):
            self._replies.popleft()
        self._seen.clear()
