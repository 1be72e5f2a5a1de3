"""hal.Net on MicroPython's sockets, none of which ever blocks."""

import select
import socket
from errno import EACCES, EADDRINUSE

from hal.net import Bound, Datagram, Refused
from hal.ports.address import LAST, packed, unpacked, usable

DATAGRAM = 2048
"""Octets that are taken of a datagram; MicroPython reserves them for each, and Ethernet carries 1500."""

BATCH = 16
"""Datagrams that one `poll` takes from one socket; the rest wait in the network stack."""

EPHEMERAL = 49152
"""RFC 6335 6; MicroPython cannot tell which port it was given, so that we choose."""


class Net:
    """`interface` has `address` and `link` (hal.ports.interface); `wakeups` is the select.poll of whoever waits."""

    def __init__(self, interface, wakeups):
        self._interface = interface
        self._wakeups = wakeups
        self._poll = select.poll()
        self._sockets = {}
        self._keys = {}
        self._next_port = EPHEMERAL
        self._listening = []
        self._streams = None

    @property
    def address(self):
        return self._interface.address

    @property
    def link(self):
        return self._interface.link

    def bind(self, key, port):
        opened, answer = self._open(key, port, socket.SOCK_DGRAM)
        if opened is not None:
            self._sockets[key] = opened
            self.watch(opened, key, select.POLLIN)
        return answer

    def listen(self, key, port):
        opened, answer = self._open(key, port, socket.SOCK_STREAM)
        if opened is not None:
            self._sockets[key] = opened
            opened.listen(4)
            self.watch(opened, key, select.POLLIN)
            self._listening.append(key)
        return answer

    def connect(self, key, to):
        return self._tcp().connect(key, to)

    def send(self, key, to, data):
        opened = self._sockets.get(key)
        if opened is None or not usable(to):
            return
        try:
            opened.sendto(data, packed(to))
        except OSError:
            pass

    def write(self, connection, data):
        if self._streams is not None:
            self._streams.write(connection, data)

    def close(self, key):
        opened = self._sockets.pop(key, None)
        if opened is not None:
            if key in self._listening:
                self._listening.remove(key)
            self.forget(opened)
        elif self._streams is not None:
            self._streams.close(key)

    def poll(self):
        events: list = []
        for entry in self._poll.poll(0):
            opened, flags = entry[0], entry[1]
            key = self._keys.get(id(opened))
            if key in self._listening:
                self._tcp().accept(key, opened)
            elif key in self._sockets:
                self._datagrams(key, opened, events)
            else:
                self._tcp().stir(key, flags)
        return events if self._streams is None else events + self._streams.waiting()

    def _tcp(self):
        """Made for the first connection: a board that nobody calls keeps the memory."""
        if self._streams is None:
            from hal.ports.tcp import Streams

            self._streams = Streams(self)
        return self._streams

    # What connections ask of the net.

    def watch(self, opened, key, flags):
        self._keys[id(opened)] = key
        self._poll.register(opened, flags)
        self._wakeups.register(opened, flags)

    def forget(self, opened):
        self._keys.pop(id(opened), None)
        self._poll.unregister(opened)
        self._wakeups.unregister(opened)
        opened.close()

    def _datagrams(self, key, opened, events):
        for _ in range(BATCH):
            try:
                data, source = opened.recvfrom(DATAGRAM)
            except OSError:
                return
            events.append(Datagram(key, unpacked(source), data))

    def _open(self, key, port, kind):
        """(socket, Bound), or (None, Refused)."""
        if key in self._sockets:
            return None, Refused(key, "this key is open already")
        if not isinstance(port, int) or not 0 <= port <= LAST:
            return None, Refused(key, "no such port: {}".format(port))
        if port:
            return self._try(key, port, kind)
        for _ in range(LAST - EPHEMERAL + 1):
            port = self._next_port
            self._next_port = EPHEMERAL if port == LAST else port + 1
            opened, answer = self._try(key, port, kind)
            if opened is not None or "in use" not in answer.reason:
                break
        return opened, answer

    def _try(self, key, port, kind):
        try:
            opened = socket.socket(socket.AF_INET, kind)
        except OSError as error:
            return None, Refused(key, "no socket is free: {}".format(error))
        opened.setblocking(False)
        if kind == socket.SOCK_STREAM:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind(packed((self.address, port)))
        except OSError as error:
            opened.close()
            return None, Refused(key, _reason(error, port))
        return opened, Bound(key, port)


def _reason(error, port):
    if error.errno == EADDRINUSE:
        return "address already in use"
    if error.errno == EACCES:
        return "permission denied: port {} is below 1024".format(port)
    return str(error)
