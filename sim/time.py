"""Virtual time: a queue of callbacks at integer microseconds since power-on."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush

Callback = Callable[[], object]
Handle = list
"""Opaque to callers: [instant, order, callback]; a callback of None is cancelled or has run."""

_TIDY = 64


class Time:
    """Nothing here reads a clock: equal schedules give equal runs.

    Events of one instant run in the order in which they were scheduled. An
    instant that has passed means "now": time never goes back.
    """

    def __init__(self, now: int = 0):
        self.now = now
        self._queue: list[Handle] = []
        self._order = 0
        self._cancelled = 0
        self.running = False

    def at(self, when: int, callback: Callback) -> Handle:
        """Call `callback` without arguments at `when`; the handle is for `cancel`."""
        self._order += 1
        handle = [when if when > self.now else self.now, self._order, callback]
        heappush(self._queue, handle)
        return handle

    def after(self, delay: int, callback: Callback) -> Handle:
        return self.at(self.now + delay, callback)

    def cancel(self, handle: "Handle | None") -> None:
        """Idempotent, also for a handle that has run and for None."""
        if handle is None or handle[2] is None:
            return
        handle[2] = None
        self._cancelled += 1
        if self._cancelled > _TIDY and self._cancelled * 2 > len(self._queue):
            self._tidy()

    def next(self) -> "int | None":
        """The instant of the next event, or None when nothing is scheduled."""
        queue = self._queue
        while queue and queue[0][2] is None:
            heappop(queue)
            self._cancelled -= 1
        return queue[0][0] if queue else None

    def run(self, until: int) -> None:
        """Run what falls due up to and including `until`, each at its own instant; `now` ends there."""
        self._guarded(until, None)

    def run_until(self, predicate: Callable[[], bool], limit: int) -> bool:
        """Run event by event until `predicate()` holds, at most to the instant `limit`; says whether it held."""
        return self._guarded(limit, predicate)

    def __len__(self) -> int:
        """How many events are scheduled."""
        return len(self._queue) - self._cancelled

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
        queue = self._queue
        if predicate is not None and predicate():
            return True
        while queue and queue[0][0] <= until:
            handle = heappop(queue)
            callback = handle[2]
            if callback is None:
                self._cancelled -= 1
                continue
            self.now = handle[0]
            handle[2] = None
            callback()
            if predicate is not None and predicate():
                return True
        self.now = max(self.now, until)
        return False

    def _tidy(self) -> None:
        # In place: `_run` and callers hold the list.
        self._queue[:] = [handle for handle in self._queue if handle[2] is not None]
        heapify(self._queue)
        self._cancelled = 0
