"""One TCP connection of a HostNet: bounded queues, nothing blocks."""

import errno
import os
import socket
from collections.abc import Hashable
from selectors import EVENT_READ, EVENT_WRITE
from typing import TYPE_CHECKING

from hal.net import Accepted, Closed, Received

if TYPE_CHECKING:
    from sim.devices.host_net import HostNet

QUEUED = 1 << 20
"""Octets that may wait for a peer that does not read before it is given up."""

TAKEN = 1 << 18
"""Octets that one `poll` takes from one connection."""

LINGER = 5_000_000
"""µs in which what is queued must leave after `close`."""

_AT_ONCE = 1 << 16


class Connection:
    """`parting`: the peer has ended its half; what the owner still writes in answer is sent."""

    def __init__(self, handle: int, key: Hashable, opened: socket.socket, peer: "tuple[str, int]", net: "HostNet"):
        self.handle = handle
        self.socket = opened
        self.parting = False
        self._key = key
        self._peer = peer
        self._net = net
        self._queue = bytearray()
        self._mask = EVENT_WRITE
        self._connected = False
        self._finishing = False
        self._gone = False
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        net.watch(self, self._mask)

    def established(self) -> None:
        self._connected = True
        self._here = self.socket.getsockname()
        self._net.report(Accepted(self._key, self.handle, self._peer))
        self._attend()

    def fail(self, code: int) -> None:
        self._end("refused" if code == errno.ECONNREFUSED else os.strerror(code))

    def stir(self) -> None:
        """The selector found the socket ready."""
        if not self._connected:
            code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                self.fail(code)
                return
            self.established()
        self._flush()
        if not self._gone and not self.parting and not self._finishing:
            self._take()

    def write(self, data: bytes) -> None:
        if self._gone or self._finishing:
            return
        self._queue += data
        if len(self._queue) > QUEUED:
            self._end("the peer does not read")
            return
        if self._connected:
            self._net.seen(self._here, self._peer, data)
            self._flush()

    def finish(self) -> None:
        """Close after what is queued; nothing more is reported."""
        if self._gone or self._finishing:
            return
        self._finishing = True
        self._flush()
        if not self._gone and not self._queue:
            self.abort()
        elif not self._gone:
            self._net.later(LINGER, self.abort)

    def part(self) -> None:
        """The owner has seen `Closed` and had its chance to answer."""
        if not self._queue:
            self.abort()

    def lose(self) -> None:
        """The link went down."""
        self._end("link down")

    def abort(self) -> None:
        if not self._gone:
            self._gone = True
            if self._mask:
                self._net.unwatch(self)
            self._net.forget(self)
            self.socket.close()

    def _take(self) -> None:
        taken = 0
        while taken < TAKEN:
            try:
                data = self.socket.recv(_AT_ONCE)
            except BlockingIOError:
                return
            except OSError as error:
                self._end(error.strerror or "reset by the peer")
                return
            if not data:
                self._half_closed()
                return
            taken += len(data)
            self._net.seen(self._peer, self._here, data)
            self._net.report(Received(self.handle, data))

    def _half_closed(self) -> None:
        self.parting = True
        self._net.parting(self)
        self._net.report(Closed(self.handle, "closed by the peer"))
        self._attend()
        self._net.later(LINGER, self.abort)
        # `poll` is called again to see it off.
        self._net.later(0, self._net.disturb)

    def _flush(self) -> None:
        try:
            while self._queue:
                del self._queue[:self.socket.send(self._queue)]
        except BlockingIOError:
            pass
        except OSError as error:
            self._end(error.strerror or "reset by the peer")
            return
        if self._finishing and not self._queue:
            self.abort()
        else:
            self._attend()

    def _attend(self) -> None:
        """Listen for what can matter now: epoll would report an ended half for ever."""
        wanted = (0 if self.parting or self._finishing else EVENT_READ) | (EVENT_WRITE if self._queue else 0)
        if self._gone or wanted == self._mask:
            return
        if not wanted:
            self._net.unwatch(self)
        elif not self._mask:
            self._mask = wanted
            self._net.watch(self, wanted)
        else:
            self._net.rewatch(self, wanted)
        self._mask = wanted

    def _end(self, reason: str) -> None:
        if not self._gone:
            if not self.parting and not self._finishing:
                self._net.report(Closed(self.handle, reason))
                self._net.later(0, self._net.disturb)
            self.abort()
