"""Octets between a descriptor of the host and a Uart, without loss on the way in."""

import os
from collections import deque
from collections.abc import Callable

from sim.devices.uart import Uart
from sim.pace import Pace

BACKLOG = 1 << 16
"""Octets kept for a far end that does not read; the oldest go first."""

_AT_ONCE = 4096


class BackendError(Exception):
    """A serial line that cannot be opened; the sentence says which, why and what mends it."""


class Stream:
    """Octets between a non-blocking descriptor and a Uart: stops reading while the line is
    full, keeps a bounded backlog while the other side does not read.
    """

    uart: Uart

    def __init__(self, pace: Pace, on_end: Callable[[], object]):
        """`on_end` is called when writing has failed. After the other side's end of file
        `ended` is set and writing goes on: it may only have shut down its half.
        """
        self._pace = pace
        self._on_end = on_end
        self._fd = -1
        self._reading = False
        self.ended = False
        self._backlog: deque[bytes] = deque()
        self._waiting = 0

    @property
    def connected(self) -> bool:
        return self._fd >= 0

    @property
    def drained(self) -> bool:
        return not self._backlog

    def connect(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self.ended = False
        self.listen()
        self.flush()

    def disconnect(self) -> None:
        """Forget the descriptor; its owner closes it."""
        if self._fd >= 0:
            self._pace.remove_reader(self._fd)
            self._pace.remove_writer(self._fd)
            self._fd, self._reading = -1, False

    def listen(self) -> None:
        if self._fd >= 0 and not self._reading and not self.ended:
            self._reading = True
            self._pace.add_reader(self._fd, self._readable)

    def put(self, data: bytes) -> None:
        self._backlog.append(data)
        self._waiting += len(data)
        while self._waiting > BACKLOG:
            self._waiting -= len(self._backlog.popleft())
        if len(self._backlog) == 1:
            self.flush()

    def drop(self) -> None:
        self._backlog.clear()
        self._waiting = 0

    def flush(self) -> None:
        while self._backlog and self._fd >= 0:
            chunk = self._backlog[0]
            try:
                sent = os.write(self._fd, chunk)
            except BlockingIOError:
                self._pace.add_writer(self._fd, self.flush)
                return
            except OSError:
                self._on_end()
                return
            self._backlog.popleft()
            self._waiting -= sent
            if sent < len(chunk):
                self._backlog.appendleft(chunk[sent:])
        if self._fd >= 0:
            self._pace.remove_writer(self._fd)

    def _readable(self) -> None:
        room = self.uart.room()
        if not room:
            self._deafen()
            return
        try:
            data = os.read(self._fd, min(room, _AT_ONCE))
        except BlockingIOError:
            return
        except OSError:
            self._on_end()
            return
        if data:
            self.uart.feed(data)
        else:
            self.ended = True
            self._deafen()

    def _deafen(self) -> None:
        self._reading = False
        self._pace.remove_reader(self._fd)
