"""Timer values of RFC 3261 (table 4, appendix A) and the queue of everything that waits for one."""

import heapq

SECOND = 1_000_000
T1 = 500_000
"""Round-trip estimate (17.1.1.1)."""
T2 = 4 * SECOND
"""Longest interval between retransmissions of a non-INVITE request or an INVITE response (17.1.2.2)."""
T4 = 5 * SECOND
"""How long a message can stay in the network (17.1.2.2)."""
B = F = H = J = 64 * T1
D = 32 * SECOND
"""Over UDP at least 32 s (17.1.1.2)."""
K = T4
L = M = 64 * T1
"""RFC 6026 7.1, 7.2."""
STALLED = 300 * SECOND
"""An INVITE that has had a provisional answer and then nothing for so long is given up. RFC 3261 has no such
timer for a user agent, but has its peer speak each minute (13.3.1.1) and proxies give up after 3 minutes (16.6)."""

LEAST_DEAD = 64


class Timers:
    """Objects with `due()`, `tick(now)` and a free attribute `armed`, the earliest first.

    An object whose instant moves later is left where it stands in the heap and
    put back when it comes up, so that moving a timer costs nothing. `armed` is
    its entry, [instant, number, object]; an entry without an object is dead.
    """

    def __init__(self):
        self._heap = []
        self._count = 0
        self._dead = 0

    def arm(self, owner):
        """To be called after whatever may have changed `owner.due()`."""
        when, entry = owner.due(), owner.armed
        if entry is not None:
            if when is not None and entry[0] <= when:
                return
            owner.armed = entry[2] = None
            self._dead += 1
            self._bury()
        if when is not None:
            self._count += 1
            owner.armed = [when, self._count, owner]
            heapq.heappush(self._heap, owner.armed)

    def due(self):
        heap = self._heap
        while heap and heap[0][2] is None:
            heapq.heappop(heap)
            self._dead -= 1
        return heap[0][0] if heap else None

    def pop(self, now):
        """The next object that is due, None if none is. The caller ticks and arms it."""
        while self._heap and self._heap[0][0] <= now:
            owner = heapq.heappop(self._heap)[2]
            if owner is None:
                self._dead -= 1
                continue
            owner.armed = None
            instant = owner.due()
            if instant is not None and instant <= now:
                return owner
            self.arm(owner)
        return None

    def _bury(self):
        """Make the heap anew once most of it is dead."""
        if self._dead > LEAST_DEAD and self._dead * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2] is not None]
            heapq.heapify(self._heap)
            self._dead = 0
