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


class Timers:
    """Objects with `due()`, `tick(now)` and a free attribute `armed`, the earliest first.

    An object whose instant moves later is left where it stands in the heap and
    put back when it comes up, so that stopping a timer costs nothing.
    """

    def __init__(self):
        self._heap = []
        self._count = 0

    def arm(self, owner):
        """To be called after whatever may have changed `owner.due()`."""
        when = owner.due()
        if when is not None and (owner.armed is None or when < owner.armed):
            owner.armed = when
            self._count += 1
            heapq.heappush(self._heap, (when, self._count, owner))

    def due(self):
        return self._heap[0][0] if self._heap else None

    def pop(self, now):
        """The next object that is due, None if none is. The caller ticks and arms it."""
        while self._heap and self._heap[0][0] <= now:
            when, _, owner = heapq.heappop(self._heap)
            if owner.armed == when:
                owner.armed = None
                instant = owner.due()
                if instant is not None and instant <= now:
                    return owner
                self.arm(owner)
        return None
