"""Virtual time: callbacks at integer microseconds since power-on."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush

Callback = Callable[[], object]
Handle = list
"""[instant, callback]; a callback of None is cancelled or has run."""
CALLBACK = 1

_TIDY = 64


class Time:
    """Nothing here reads a clock: equal schedules give equal runs.

    Events of one instant run in the order in which they were scheduled. An
    instant that has passed means "now": time never goes back.
    """

    def __init__(self, now: int = 0):
        self.now = now
        self.running = False
        self.shared: dict = {}
        """What the parts of a simulation have one of, by its type."""
        # A heap of plain numbers: to compare two of them reaches for nothing else in memory.
        self._instants: list[int] = []
        self._events: dict[int, list[Handle]] = {}
        self._current: list[Handle] = []
        """The events of this instant, which is not in the heap any more, and how many of them are over."""
        self._over = 0
        self._waiting = self._cancelled = 0

    def at(self, when: int, callback: Callback) -> Handle:
        """Call `callback` without arguments at `when`; the handle is for `cancel`."""
        when = when if when > self.now else self.now
        handle = [when, callback]
        events = self._events.get(when)
        if events is None:
            self._events[when] = [handle]
            heappush(self._instants, when)
        else:
            events.append(handle)
        self._waiting += 1
        return handle

    def after(self, delay: int, callback: Callback) -> Handle:
        return self.at(self.now + delay, callback)

    def cancel(self, handle: "Handle | None") -> None:
        """Idempotent, also for a handle that has run and for None."""
        if handle is None or handle[CALLBACK] is None:
            return
        handle[CALLBACK] = None
        self._waiting -= 1
        self._cancelled += 1
        if self._cancelled > _TIDY and self._cancelled > self._waiting:
            self._tidy()

    def next(self) -> "int | None":
        """The instant of the next event, or None when nothing is scheduled."""
        current = self._current
        for place in range(self._over, len(current)):
            if current[place][CALLBACK] is not None:
                return self.now
        instants = self._instants
        while instants:
            events = self._events[instants[0]]
            if any(handle[CALLBACK] is not None for handle in events):
                return instants[0]
            self._cancelled -= len(events)
            del self._events[heappop(instants)]
        return None

    def run(self, until: int) -> None:
        """Run what falls due up to and including `until`, each at its own instant; `now` ends there."""
        self._guarded(until, None)

    def run_until(self, predicate: Callable[[], bool], limit: int) -> bool:
        """Run event by event until `predicate()` holds, at most to the instant `limit`; says whether it held."""
        return self._guarded(limit, predicate)

    def __len__(self) -> int:
        """How many events are scheduled."""
        return self._waiting

    def __bool__(self) -> bool:
        return True

    def _guarded(self, until: int, predicate: "Callable[[], bool] | None") -> bool:
        if self.running:
            raise RuntimeError("time is already running: a callback may schedule, not run")
        self.running = True
        try:
            return self._run(until, predicate)
        finally:
            self.running = False

    def _run(self, until: int, predicate: "Callable[[], bool] | None") -> bool:
        instants = self._instants
        if predicate is not None and predicate():
            return True
        if self.now <= until:
            # What an exception or the predicate has left of this instant.
            if self._current and self._run_instant(predicate):
                return True
            while instants and instants[0] <= until:
                self.now = heappop(instants)
                self._current = self._events[self.now]
                if self._run_instant(predicate):
                    return True
            self.now = until
        return False

    def _run_instant(self, predicate: "Callable[[], bool] | None") -> bool:
        current = self._current
        # Callbacks add to it.
        while self._over < len(current):
            handle = current[self._over]
            self._over += 1
            callback = handle[CALLBACK]
            if callback is None:
                self._cancelled -= 1
                continue
            handle[CALLBACK] = None
            self._waiting -= 1
            callback()
            if predicate is not None and predicate():
                return True
        del self._events[self.now]
        self._current, self._over = [], 0
        return False

    def _tidy(self) -> None:
        # The heap in place, for `_run` holds it; what runs now stays as it is.
        current, events = self._current, {}
        for when, handles in self._events.items():
            left = handles if handles is current else [one for one in handles if one[CALLBACK] is not None]
            if left:
                events[when] = left
        self._events = events
        self._instants[:] = [when for when, handles in events.items() if handles is not current]
        heapify(self._instants)
        self._cancelled = sum(handle[CALLBACK] is None for handle in current[self._over:])
