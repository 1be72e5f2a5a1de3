"""A serial line of the host that comes and goes: opened in the background, read and written without waiting."""

import os
import threading
from typing import Protocol

from sim.pace import Pace

AGAIN = 500_000
"""Microseconds between two attempts to open it."""

_AT_ONCE = 65536


class LineError(Exception):
    """It cannot be opened; the sentence says which line, why, and what mends it."""


class Wire(Protocol):
    """An open line: a descriptor that does not block. `close` is idempotent."""

    fd: int

    def close(self) -> None: ...


class Source(Protocol):
    """Where the line comes from. `open` may take seconds and is called in a thread; `close` ends all it has begun."""

    name: str

    def open(self) -> Wire: ...

    def close(self) -> None: ...


class User(Protocol):
    """Who is told what comes of the line."""

    def opened(self) -> None: ...

    def received(self, data: bytes) -> None: ...

    def lost(self, reason: str) -> None: ...


class Transport(Protocol):
    """What an attached device is reached by."""

    @property
    def failure(self) -> "str | None":
        """Why the line cannot be opened."""
        ...

    def start(self, user: User) -> None: ...

    def write(self, data: bytes) -> None: ...

    def settle(self) -> None:
        """A tick is out. What keeps virtual time waits for its answer, a line does not."""
        ...

    def close(self) -> None: ...


class Line:
    """Keeps a line open, beginning with `wire`; after a loss it is opened again until that succeeds.

    What is written while there is no line is lost, as on a cable that is out. `failure` is why it cannot be opened.
    """

    def __init__(self, pace: Pace, source: Source, wire: Wire):
        self.failure: "str | None" = None
        self._pace, self._source = pace, source
        self._user: "User | None" = None
        self._first: "Wire | None" = wire
        self._wire: "Wire | None" = None
        self._backlog = b""
        self._found: "list[Wire | LineError]" = []
        self._opener: "threading.Thread | None" = None
        self._told, self._tell = os.pipe()
        self._closed = False
        pace.add_reader(self._told, self._opened)

    def start(self, user: User) -> None:
        self._user = user
        first, self._first = self._first, None
        if first is not None:
            self._take(first)

    def write(self, data: bytes) -> None:
        if self._wire is not None:
            waiting = bool(self._backlog)
            self._backlog += data
            if not waiting:
                self._flush()

    def settle(self) -> None:
        pass

    def close(self) -> None:
        """Idempotent. The source is the owner's to close."""
        if self._closed:
            return
        self._closed = True
        self._drop()
        if self._opener is not None:
            self._opener.join()
        for found in self._found:
            if not isinstance(found, LineError):
                found.close()
        self._pace.remove_reader(self._told)
        os.close(self._told)
        os.close(self._tell)

    def _open(self) -> None:
        if not self._closed and self._opener is None:
            self._opener = threading.Thread(target=self._try, name="line", daemon=True)
            self._opener.start()

    def _try(self) -> None:
        try:
            self._found.append(self._source.open())
        except LineError as error:
            self._found.append(error)
        os.write(self._tell, b".")

    def _opened(self) -> None:
        os.read(self._told, 1)
        if self._opener is not None:
            self._opener.join()
            self._opener = None
        found = self._found.pop(0)
        if isinstance(found, LineError):
            self.failure = str(found)
            self._pace.time.after(AGAIN, self._open)
        else:
            self._take(found)

    def _take(self, wire: Wire) -> None:
        self._wire, self._backlog, self.failure = wire, b"", None
        self._pace.add_reader(wire.fd, self._readable)
        if self._user is not None:
            self._user.opened()

    def _readable(self) -> None:
        if self._wire is None:
            return
        try:
            data = os.read(self._wire.fd, _AT_ONCE)
        except BlockingIOError:
            return
        except OSError as error:
            self._lost(error.strerror or str(error))
            return
        if not data:
            self._lost("the other side has closed it")
        elif self._user is not None:
            self._user.received(data)

    def _flush(self) -> None:
        assert self._wire is not None
        try:
            self._backlog = self._backlog[os.write(self._wire.fd, self._backlog):]
        except BlockingIOError:
            pass
        except OSError as error:
            self._lost(error.strerror or str(error))
            return
        if self._backlog:
            self._pace.add_writer(self._wire.fd, self._writable)

    def _writable(self) -> None:
        if self._wire is None:
            return
        self._pace.remove_writer(self._wire.fd)
        self._flush()

    def _lost(self, reason: str) -> None:
        self._drop()
        if self._user is not None:
            self._user.lost(reason)
        self._pace.time.after(AGAIN, self._open)

    def _drop(self) -> None:
        wire, self._wire = self._wire, None
        self._backlog = b""
        if wire is not None:
            self._pace.remove_reader(wire.fd)
            self._pace.remove_writer(wire.fd)
            wire.close()
