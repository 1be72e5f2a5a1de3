"""Who is to be woken when: a queue in which an instant may be changed at any time."""

from heapq import heapify, heappop, heappush

STALE = 64
"""Outdated instants in the queue before it is made anew."""


class Timetable:
    """Keys are numbers, instants µs."""

    def __init__(self):
        self._armed: dict = {}
        self._queue: list = []

    def set(self, key, due):
        """Wake `key` at `due`, and no more when it was to be woken before; None: never."""
        armed = self._armed
        if due is None:
            armed.pop(key, None)
        elif armed.get(key) != due:
            armed[key] = due
            heappush(self._queue, (due, key))
            if len(self._queue) > STALE + 4 * len(armed):
                self._queue = [(due, key) for key, due in armed.items()]
                heapify(self._queue)

    def drop(self, key):
        self._armed.pop(key, None)

    def due(self):
        queue = self._queue
        while queue and self._armed.get(queue[0][1]) != queue[0][0]:
            heappop(queue)
        return queue[0][0] if queue else None

    def pop(self, now):
        """The keys whose instant has come, one after the other; they have none from then on."""
        while True:
            due = self.due()
            if due is None or due > now:
                return
            _, key = heappop(self._queue)
            del self._armed[key]
            yield key
