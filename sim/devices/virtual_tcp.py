"""What a reliable connection makes of an unreliable way: everything arrives, in order, late."""

from collections import deque
from collections.abc import Callable

from sim.network import RETRANSMIT, VirtualNetwork
from sim.time import Handle

GIVE_UP = 30_000_000
"""µs without a way through after which a connection is dead."""


class Pipe:
    """One direction. What is sent is a callback, run when it arrives; `on_dead(reason)` once
    nothing has got through for GIVE_UP.
    """

    def __init__(self, network: VirtualNetwork, source: str, destination: str, on_dead: Callable[[str], object]):
        self._network = network
        self._source, self._destination = source, destination
        self._on_dead = on_dead
        self._queue: deque[tuple[int, Callable[[], object]]] = deque()
        self._timer: "Handle | None" = None
        self._last = 0

    def send(self, arrived: Callable[[], object]) -> None:
        time = self._network.time
        way = self._network.way(self._source, self._destination)
        self._last = max(self._last, way.reliable(time.now))
        self._queue.append((self._last, arrived))
        if self._timer is None:
            self._timer = time.at(self._last, self._arrive)

    def stop(self) -> None:
        self._network.time.cancel(self._timer)
        self._timer = None
        self._queue.clear()

    def _arrive(self) -> None:
        time = self._network.time
        self._timer = None
        due, arrived = self._queue[0]
        if not self._network.reaches(self._source, self._destination):
            if time.now - due >= GIVE_UP:
                self.stop()
                self._on_dead("timed out")
            else:
                self._timer = time.after(RETRANSMIT, self._arrive)
            return
        self._queue.popleft()
        arrived()
        if self._queue and self._timer is None:
            self._timer = time.at(self._queue[0][0], self._arrive)
