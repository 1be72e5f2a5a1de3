"""A UART with FIFOs, paced by its baud rate in virtual time, and whatever its wires lead to."""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from sim.time import Handle, Time

BITS = 10
"""On the wire an octet is a start bit, eight of data and a stop bit."""

CHUNK = 16
"""Octets that one event carries: the trigger level of a usual FIFO, 1.4 ms at 115200 baud."""

IN, OUT = "in", "out"


class Backend(Protocol):
    """The far end of the line. `flow`: it can wait, so the line holds back instead of overrunning."""

    flow: bool

    def attach(self, uart: "Uart") -> None:
        """Called once; from then on `uart.feed` may be called, at most `uart.room()` octets if `flow`."""
        ...

    def put(self, data: bytes) -> None:
        """Octets that have left the board."""
        ...

    def resume(self) -> None:
        """The line has room again after `room()` was 0."""
        ...

    def close(self) -> None: ...


class Uart:
    """hal.Serial on the board's side, a Backend on the other.

    `fifo` octets wait in each direction. A backend without flow control that
    sends while the receive FIFO is full overruns it: what does not fit is lost
    and "overrun" reported once until the next `read`. `tap(now, "in" | "out",
    data)` sees all that passes.
    """

    def __init__(self, time: Time, backend: "Backend | None" = None, baud: int = 115_200, fifo: int = 1024):
        self.baud = baud
        self.fifo = fifo
        self.wake: Callable[[], object] = lambda: None
        self.tap: "Callable[[int, str, bytes], object] | None" = None
        self._time = time
        self._wire: deque[bytes | None] = deque()
        self._on_wire = 0
        self._received = bytearray()
        self._lost = False
        self._events: list[str] = []
        self._sending = bytearray()
        self._arrival: "Handle | None" = None
        self._departure: "Handle | None" = None
        self._starved = False
        self.backend = backend
        if backend is not None:
            backend.attach(self)

    def read(self) -> bytes:
        if not (self._received or self._wire or self._starved or self._lost):
            return b""
        data = bytes(self._received)
        self._received.clear()
        self._lost = False
        self._listen()
        self._resume()
        return data

    def write(self, data: bytes) -> int:
        fitting = data[:max(0, self.fifo - len(self._sending))]
        self._sending += fitting
        self._speak()
        return len(fitting)

    def events(self) -> "list[str]":
        if not self._events:
            return []
        events, self._events = self._events, []
        return events

    def feed(self, data: bytes) -> None:
        """From the far end: these octets go out on the wire after those before them."""
        if not data:
            return
        last = self._wire[-1] if len(self._wire) > 1 else None
        if last is not None and len(last) < CHUNK:
            self._wire[-1] = last + data
        else:
            self._wire.append(bytes(data))
        self._on_wire += len(data)
        self._listen()

    def feed_break(self) -> None:
        """From the far end: the line held low for longer than an octet."""
        self._wire.append(None)
        self._listen()

    def room(self) -> int:
        """How many octets a far end that can wait may `feed` now; after 0, `resume` is called."""
        free = max(0, self.fifo - self._on_wire)
        self._starved = self._starved or free == 0
        return free

    @property
    def idle(self) -> bool:
        """Nothing is under way or waits in either direction."""
        return not (self._wire or self._received or self._sending)

    def reset(self) -> None:
        """The board's power went: what its FIFOs held is gone; the far end notices nothing."""
        self._time.cancel(self._departure)
        self._departure = None
        self._sending.clear()
        self._received.clear()
        self._events.clear()
        self._lost = False
        self._listen()

    def close(self) -> None:
        for handle in (self._arrival, self._departure):
            self._time.cancel(handle)
        if self.backend is not None:
            self.backend.close()

    def _lasts(self, octets: int) -> int:
        return max(1, octets * BITS * 1_000_000 // self.baud)

    def _listen(self) -> None:
        """Let the next chunk arrive when its last stop bit has."""
        if self._arrival is not None or not self._wire or self._held():
            return
        head = self._wire[0]
        self._arrival = self._time.after(self._lasts(1 if head is None else _portion(head)), self._arrive)

    def _held(self) -> bool:
        return self.backend is not None and self.backend.flow and len(self._received) >= self.fifo

    def _arrive(self) -> None:
        self._arrival = None
        head = self._wire.popleft()
        if head is None:
            self._events.append("break")
        else:
            end = _portion(head)
            chunk, rest = head[:end], head[end:]
            if rest:
                self._wire.appendleft(rest)
            self._on_wire -= len(chunk)
            self._store(chunk)
        self._listen()
        self._resume()
        self.wake()

    def _store(self, chunk: bytes) -> None:
        space = self.fifo - len(self._received)
        if self.backend is not None and self.backend.flow:
            space = len(chunk)
        self._received += chunk[:space]
        if self.tap is not None:
            self.tap(self._time.now, IN, chunk[:space])
        if len(chunk) > space and not self._lost:
            self._lost = True
            self._events.append("overrun")

    def _resume(self) -> None:
        if self._starved and self._on_wire * 2 <= self.fifo and self.backend is not None:
            self._starved = False
            self.backend.resume()

    def _speak(self) -> None:
        if self._departure is None and self._sending:
            self._departure = self._time.after(self._lasts(min(CHUNK, len(self._sending))), self._depart)

    def _depart(self) -> None:
        self._departure = None
        full = len(self._sending) >= self.fifo
        chunk = bytes(self._sending[:CHUNK])
        del self._sending[:CHUNK]
        if self.tap is not None:
            self.tap(self._time.now, OUT, chunk)
        if self.backend is not None:
            self.backend.put(chunk)
        self._speak()
        if full:
            self.wake()


def _portion(data: bytes) -> int:
    """How many octets arrive together: at most CHUNK, and none after a line's end, so that
    what follows a line that restarts the board has not yet been taken by it.
    """
    ends = [at + 1 for at in (data.find(b"\r", 0, CHUNK), data.find(b"\n", 0, CHUNK)) if at >= 0]
    return min([len(data), CHUNK, *ends])
