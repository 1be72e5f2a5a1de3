"""hal.Net for a board, or any peer, on the virtual network."""

from collections.abc import Callable, Hashable

from hal.net import Accepted, Bound, Closed, Datagram, Received, Refused
from sim.devices.virtual_tcp import Pipe
from sim.network import TCP, UDP, Address, Tap, VirtualNetwork, usable

QUEUED = 1 << 20
"""Octets that may wait for a peer that does not poll before it is given up."""

_EPHEMERAL = 49_152
_FIRST_HANDLE = 1 << 20


class End:
    """One end of a connection: its owner's handle and the pipe towards the other end.
    `unread` counts what it has sent and the other side not yet polled.
    """

    def __init__(self, net: "VirtualNet", handle: int, key: Hashable, here: Address, peer: Address):
        self.net, self.handle, self.key, self.here, self.peer = net, handle, key, here, peer
        self.pipe = Pipe(net.network, here[0], peer[0], lambda reason: net.broken(self, reason))
        self.other: "End | None" = None
        self.unread = 0
        self.open = True


class VirtualNet:
    """`connect` is for peers and for updates: it returns a handle; `Accepted` or `Closed` follows.
    `link` False is the cable pulled: datagrams are lost, connections wait and then give up.
    """

    def __init__(self, network: VirtualNetwork, address: str):
        self.address = address
        self.link = True
        self.wake: Callable[[], object] = lambda: None
        self.arrived: "Callable[[], object] | None" = None
        """In place of `wake` for a datagram, whose arrival is all that happens in its event."""
        self.tap: "Tap | None" = None
        self.network = network
        self._ports: dict[tuple[str, int], Hashable] = {}
        self._keys: dict[Hashable, tuple[str, int]] = {}
        self._ends: dict[int, End] = {}
        self._reached: set[Address] = set()
        """Addresses that can be sent to: they are not looked at again."""
        self._next = _FIRST_HANDLE
        self._free = _EPHEMERAL
        self._events: list[tuple] = []
        network.join(self)

    def bind(self, key: Hashable, port: int) -> "Bound | Refused":
        return self._open(key, UDP, port)

    def listen(self, key: Hashable, port: int) -> "Bound | Refused":
        return self._open(key, TCP, port)

    def connect(self, key: Hashable, to: Address) -> int:
        here = self._adopt(key, (self.address, self._ephemeral(TCP)), to)
        here.pipe.send(lambda: self._called(here))
        return here.handle

    def send(self, key: Hashable, to: Address, data: bytes) -> None:
        protocol, port = self._keys.get(key, ("", 0))
        if protocol != UDP or not self.link or not (to in self._reached or self._reach(to)):
            return
        source = (self.address, port)
        if self.tap is not None:
            self._seen(source, to, UDP, data)
        self.network.carry(source, to, bytes(data))

    def _reach(self, to: Address) -> bool:
        if usable(to):
            self._reached.add(to)
        return to in self._reached

    def write(self, connection: int, data: bytes) -> None:
        here = self._ends.get(connection)
        if here is None or not data:
            return
        data = bytes(data)
        here.unread += len(data)
        if here.unread > QUEUED:
            self.broken(here, "the peer does not read")
            return
        self._seen(here.here, here.peer, TCP, data)
        here.pipe.send(lambda: self._deliver(here, data))

    def close(self, key: Hashable) -> None:
        bound = self._keys.pop(key, None)
        if bound is not None:
            del self._ports[bound]
        elif isinstance(key, int) and key in self._ends:
            here = self._ends.pop(key)
            here.open = False
            here.pipe.send(lambda: self._ended(here, "closed by the peer"))

    def poll(self) -> "list[tuple]":
        if not self._events:
            return []
        events, self._events = self._events, []
        if self._ends:
            for event in events:
                if isinstance(event, Received):
                    self._read(event)
        return events

    def reset(self) -> None:
        """The board's power went: peers of open connections hear nothing more, or a reset when they write."""
        for end in list(self._ends.values()):
            end.open = False
            end.pipe.stop()
        self._ends.clear()
        self._keys.clear()
        self._ports.clear()
        self._events.clear()

    def shut(self) -> None:
        """As `reset`, and the host leaves the network."""
        self.reset()
        self.network.leave(self)

    def take(self, source: Address, port: int, data: bytes) -> None:
        """A datagram has arrived."""
        key = self._ports.get((UDP, port))
        if key is None or not self.link:
            return
        if self.tap is not None:
            self._seen(source, (self.address, port), UDP, data)
        self._events.append(Datagram(key, source, data))
        (self.arrived or self.wake)()

    def _read(self, event: Received) -> None:
        end = self._ends.get(event.connection)
        if end is not None and end.other is not None:
            end.other.unread -= len(event.data)

    def accept(self, caller: End) -> "End | None":
        """Somebody's call has arrived; None: nobody listens there."""
        key = self._ports.get((TCP, caller.peer[1]))
        if key is None:
            return None
        end = self._adopt(key, caller.peer, caller.here)
        end.other, caller.other = caller, end
        self._report(Accepted(key, end.handle, caller.here))
        return end

    def _open(self, key: Hashable, protocol: str, port: int) -> "Bound | Refused":
        if key in self._keys:
            return Refused(key, "this key is open already")
        if not 0 <= port < 65_536:
            return Refused(key, f"no such port: {port}")
        port = port or self._ephemeral(protocol)
        if (protocol, port) in self._ports:
            return Refused(key, "address already in use")
        self._ports[protocol, port] = key
        self._keys[key] = (protocol, port)
        return Bound(key, port)

    def _ephemeral(self, protocol: str) -> int:
        while True:
            self._free = self._free + 1 if self._free < 65_535 else _EPHEMERAL
            if (protocol, self._free) not in self._ports:
                return self._free

    def _adopt(self, key: Hashable, here: Address, peer: Address) -> End:
        while self._next in self._keys or self._next in self._ends:
            self._next += 1
        end = self._ends[self._next] = End(self, self._next, key, here, peer)
        self._next += 1
        return end

    def _called(self, here: End) -> None:
        """Our call has reached the other host; its answer takes the way back."""
        host = self.network.host(here.peer[0])
        end = host.accept(here) if host is not None else None
        if end is not None:
            end.pipe.send(lambda: self._answered(here))
        elif host is not None:
            back = Pipe(self.network, here.peer[0], self.address, lambda reason: None)
            back.send(lambda: self.broken(here, "refused"))

    def _answered(self, here: End) -> None:
        if here.open:
            self._report(Accepted(here.key, here.handle, here.peer))

    def _deliver(self, here: End, data: bytes) -> None:
        there = here.other
        if there is not None and there.open:
            there.net.received(there, data)
        elif here.open and self.network.host(here.peer[0]) is not None:
            # RFC 9293 3.10.7.1: who does not know the connection answers with a reset.
            back = Pipe(self.network, here.peer[0], self.address, lambda reason: None)
            back.send(lambda: self.broken(here, "reset by the peer"))

    def received(self, end: End, data: bytes) -> None:
        self._seen(end.peer, end.here, TCP, data)
        self._report(Received(end.handle, data))

    def _ended(self, here: End, reason: str) -> None:
        """The other side learns that this one has closed."""
        there = here.other
        if there is not None and there.open:
            there.net.lost(there, reason)

    def lost(self, end: End, reason: str) -> None:
        end.open = False
        end.pipe.stop()
        self._ends.pop(end.handle, None)
        self._report(Closed(end.handle, reason))

    def broken(self, here: End, reason: str) -> None:
        """The connection cannot go on; the other end hears of it if it can be reached."""
        if here.open:
            self.lost(here, reason)
            if here.other is not None and here.other.open:
                reset = Pipe(self.network, self.address, here.peer[0], lambda reason: None)
                reset.send(lambda: self._ended(here, "reset by the peer"))

    def _report(self, event: tuple) -> None:
        self._events.append(event)
        self.wake()

    def _seen(self, source: Address, destination: Address, protocol: str, data: bytes) -> None:
        if self.tap is not None:
            self.tap(self.network.time.now, source, destination, protocol, data)
