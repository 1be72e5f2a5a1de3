"""The board's network on the host's loopback: each board has an address 127.0.0.N of its own."""

import errno
import selectors
import socket
from collections.abc import Callable, Hashable

from hal.net import Accepted, Bound, Closed, Datagram, Refused
from sim.devices.host_tcp import Connection
from sim.network import TCP, UDP, Tap, usable
from sim.pace import Pace

RECEIVE_BUFFER = 4 << 20
"""Asked of the kernel for each UDP socket, which may give less: a burst must not be lost while Python is busy."""

DATAGRAM = 65_535
BATCH = 2048
"""Datagrams that one `poll` takes from one socket; the rest stay in the kernel for the next."""

_BACKLOG = 128
_FIRST_HANDLE = 1 << 20


class HostNet:
    """hal.Net on real sockets, none of which ever blocks.

    All of them hang on one selector, itself one descriptor of the pace: an
    idle board costs nothing, and `poll` one system call. Without a pace it
    works too, polled. `connect` is for peers and for updates: it returns a
    handle; `Accepted` or `Closed` follows. Setting `link` to False pulls the
    cable: datagrams are lost and connections end.
    """

    def __init__(self, pace: "Pace | None" = None, address: str = "127.0.0.1"):
        self.address = address
        self._link = True
        self.wake: Callable[[], object] = lambda: None
        self.tap: "Tap | None" = None
        self._pace = pace
        self._selector = selectors.DefaultSelector()
        self._sockets: dict[Hashable, socket.socket] = {}
        self._connections: dict[int, Connection] = {}
        self._parting: list[Connection] = []
        self._next = _FIRST_HANDLE
        self._events: list[tuple] = []
        if pace is not None:
            pace.add_reader(self._selector.fileno(), self._stirred)

    @property
    def link(self) -> bool:
        return self._link

    @link.setter
    def link(self, up: bool) -> None:
        self._link = up
        for connection in () if up else list(self._connections.values()):
            connection.lose()

    def bind(self, key: Hashable, port: int) -> "Bound | Refused":
        opened = self._open(key, port, socket.SOCK_DGRAM)
        if isinstance(opened, Refused):
            return opened
        # No SO_REUSEADDR here: on UDP it would let two boards share a port and lose each other's datagrams.
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        return self._register(key, opened, self._datagrams)

    def listen(self, key: Hashable, port: int) -> "Bound | Refused":
        opened = self._open(key, port, socket.SOCK_STREAM)
        if isinstance(opened, Refused):
            return opened
        opened.listen(_BACKLOG)
        return self._register(key, opened, self._accept)

    def connect(self, key: Hashable, to: "tuple[str, int]") -> int:
        opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        opened.setblocking(False)
        try:
            opened.bind((self.address, 0))
            code = opened.connect_ex(to) if usable(to) and self._link else errno.ENETUNREACH
        except OSError as error:
            code = error.errno or errno.EIO
        connection = self._adopt(opened, key, to)
        if code not in (0, errno.EINPROGRESS):
            connection.fail(code)
        return connection.handle

    def send(self, key: Hashable, to: "tuple[str, int]", data: bytes) -> None:
        opened = self._sockets.get(key)
        if opened is None or not self._link or not usable(to):
            return
        try:
            opened.sendto(data, to)
        except OSError:
            return
        if self.tap is not None:
            self.tap(self._now(), opened.getsockname(), to, UDP, data)

    def write(self, connection: int, data: bytes) -> None:
        open_one = self._connections.get(connection)
        if open_one is not None:
            open_one.write(data)

    def close(self, key: Hashable) -> None:
        opened = self._sockets.pop(key, None)
        if opened is not None:
            self._selector.unregister(opened)
            opened.close()
        elif isinstance(key, int) and key in self._connections:
            self._connections[key].finish()

    def poll(self) -> "list[tuple]":
        if self._parting:
            for connection in self._parting[:]:
                connection.part()
        for key, _ in self._selector.select(0):
            key.data()
        events, self._events = self._events, []
        return events

    def reset(self) -> None:
        """The board's power went: every socket is closed at once, nothing more is reported."""
        for connection in list(self._connections.values()):
            connection.abort()
        for key in list(self._sockets):
            self.close(key)
        self._events.clear()

    def shut(self) -> None:
        """As `reset`, and the object is of no further use."""
        self.reset()
        if self._pace is not None:
            self._pace.remove_reader(self._selector.fileno())
        self._selector.close()

    def _open(self, key: Hashable, port: int, kind: int) -> "socket.socket | Refused":
        if key in self._sockets:
            return Refused(key, "this key is open already")
        opened = socket.socket(socket.AF_INET, kind)
        opened.setblocking(False)
        if kind == socket.SOCK_STREAM:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((self.address, port))
        except (OSError, OverflowError) as error:
            opened.close()
            return Refused(key, _reason(error, self.address, port))
        return opened

    def _register(self, key: Hashable, opened: socket.socket, take: Callable) -> Bound:
        self._sockets[key] = opened
        self._selector.register(opened, selectors.EVENT_READ, lambda: take(key, opened))
        return Bound(key, opened.getsockname()[1])

    def _adopt(self, opened: socket.socket, key: Hashable, peer: "tuple[str, int]") -> Connection:
        while self._next in self._sockets or self._next in self._connections:
            self._next += 1
        connection = self._connections[self._next] = Connection(self._next, key, opened, peer, self)
        self._next += 1
        return connection

    def _stirred(self) -> None:
        self.wake()

    def _now(self) -> int:
        return 0 if self._pace is None else self._pace.time.now

    def _datagrams(self, key: Hashable, opened: socket.socket) -> None:
        events, here, tap = self._events, opened.getsockname(), self.tap
        for _ in range(BATCH):
            try:
                data, source = opened.recvfrom(DATAGRAM)
            except OSError:
                # Nothing more, or an ICMP error that concerns an earlier datagram: lost, as on the wire.
                return
            if not self._link:
                continue
            events.append(Datagram(key, source, data))
            if tap is not None:
                tap(self._now(), source, here, UDP, data)

    def _accept(self, key: Hashable, opened: socket.socket) -> None:
        while True:
            try:
                client, source = opened.accept()
            except OSError:
                return
            if not self._link:
                client.close()
                continue
            client.setblocking(False)
            self._adopt(client, key, source).established()

    # What connections ask of their host.

    def watch(self, connection: Connection, mask: int) -> None:
        self._selector.register(connection.socket, mask, connection.stir)

    def rewatch(self, connection: Connection, mask: int) -> None:
        self._selector.modify(connection.socket, mask, connection.stir)

    def unwatch(self, connection: Connection) -> None:
        self._selector.unregister(connection.socket)

    def report(self, event: "Accepted | Closed | tuple") -> None:
        self._events.append(event)

    def seen(self, source: "tuple[str, int]", destination: "tuple[str, int]", data: bytes) -> None:
        if self.tap is not None:
            self.tap(self._now(), source, destination, TCP, data)

    def parting(self, connection: Connection) -> None:
        self._parting.append(connection)

    def forget(self, connection: Connection) -> None:
        self._connections.pop(connection.handle, None)
        if connection.parting:
            self._parting.remove(connection)

    def later(self, delay: int, callback: Callable[[], object]) -> None:
        if self._pace is not None:
            self._pace.time.after(delay, callback)

    def disturb(self) -> None:
        """Events appeared outside `poll`."""
        self.wake()


def _reason(error: "OSError | OverflowError", address: str, port: int) -> str:
    if isinstance(error, OverflowError):
        return f"no such port: {port}"
    if error.errno == errno.EADDRINUSE:
        return "address already in use"
    if error.errno == errno.EACCES:
        return f"permission denied: port {port} is below 1024"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{address} is no address of this host"
    return error.strerror or str(error)
