"""TCP connections of a hal.Net on MicroPython's sockets."""

import select
import socket
from errno import EAGAIN, ECONNREFUSED, EINPROGRESS

from hal.net import Accepted, Closed, Received
from hal.ports.address import packed, unpacked, usable

AT_ONCE = 1024
QUEUED = 1 << 18
"""Octets that may wait for a peer that does not read before it is given up."""

FIRST_HANDLE = 1 << 20


class Connection:
    """`connected`: the peer has answered; `closing`: the owner has closed, what is queued still goes out."""

    def __init__(self, opened, key, peer, connected):
        self.socket = opened
        self.key = key
        self.peer = peer
        self.connected = connected
        self.closing = False
        self.queue = bytearray()


class Streams:
    """`net` (hal.ports.net.Net) watches and forgets sockets."""

    def __init__(self, net):
        self._net = net
        self._connections = {}
        self._events = []
        self._next = FIRST_HANDLE

    def waiting(self):
        """Events since the last call."""
        events, self._events = self._events, []
        return events

    def accept(self, key, opened):
        try:
            client, source = opened.accept()[:2]
        except OSError:
            return
        client.setblocking(False)
        handle = self._adopt(Connection(client, key, unpacked(source), True))
        self._events.append(Accepted(key, handle, unpacked(source)))

    def connect(self, key, to):
        opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        opened.setblocking(False)
        handle = self._adopt(Connection(opened, key, to, False))
        try:
            if not usable(to):
                raise OSError(ECONNREFUSED)
            opened.bind(packed((self._net.address, 0)))
            opened.connect(packed(to))
        except OSError as error:
            if error.errno != EINPROGRESS:
                self._lost(handle, str(error))
        return handle

    def write(self, handle, data):
        connection = self._connections.get(handle)
        if connection is None or connection.closing:
            return
        connection.queue += data
        if len(connection.queue) > QUEUED:
            self._lost(handle, "the peer does not read")
        elif connection.connected:
            self._flush(handle, connection)

    def close(self, handle):
        connection = self._connections.get(handle)
        if connection is not None:
            connection.closing = True
            self._flush(handle, connection)

    def stir(self, handle, flags):
        """The poll found the socket ready."""
        connection = self._connections.get(handle)
        if connection is None:
            return
        if not connection.connected:
            if flags & (select.POLLERR | select.POLLHUP):
                self._lost(handle, "refused")
                return
            connection.connected = True
            self._events.append(Accepted(connection.key, handle, connection.peer))
        self._flush(handle, connection)
        if handle in self._connections and not connection.closing:
            self._take(handle, connection)

    def _adopt(self, connection):
        handle = self._next
        self._next += 1
        self._connections[handle] = connection
        self._net.watch(connection.socket, handle, select.POLLIN | (0 if connection.connected else select.POLLOUT))
        return handle

    def _take(self, handle, connection):
        try:
            data = connection.socket.recv(AT_ONCE)
        except OSError as error:
            if error.errno != EAGAIN:
                self._lost(handle, str(error))
            return
        if data:
            self._events.append(Received(handle, data))
        else:
            self._lost(handle, "closed by the peer")

    def _flush(self, handle, connection):
        queue = connection.queue
        try:
            while queue and connection.connected:
                sent = connection.socket.send(queue[:AT_ONCE])
                connection.queue = queue = queue[sent:]
        except OSError as error:
            if error.errno != EAGAIN:
                self._lost(handle, str(error))
                return
        if connection.closing and not queue:
            self._drop(handle)
        else:
            self._attend(handle, connection)

    def _attend(self, handle, connection):
        """A socket with an empty queue could always be written: that must wake nobody."""
        wanted = 0 if connection.closing else select.POLLIN
        if connection.queue or not connection.connected:
            wanted |= select.POLLOUT
        self._net.watch(connection.socket, handle, wanted)

    def _lost(self, handle, reason):
        connection = self._connections.get(handle)
        if connection is not None and not connection.closing:
            self._events.append(Closed(handle, reason))
        self._drop(handle)

    def _drop(self, handle):
        connection = self._connections.pop(handle, None)
        if connection is not None:
            self._net.forget(connection.socket)
