"""The network as a board offers it: sockets that never block, named by their owner."""

from collections import namedtuple

from hal.contract import Protocol

Bound = namedtuple("Bound", ("key", "port"))
Refused = namedtuple("Refused", ("key", "reason"))
Datagram = namedtuple("Datagram", ("key", "source", "data"))
Accepted = namedtuple("Accepted", ("key", "connection", "source"))
Received = namedtuple("Received", ("connection", "data"))
Closed = namedtuple("Closed", ("connection", "reason"))


class Net(Protocol):
    """Events of `poll` are the tuples of this file; addresses are (host, port), host a dotted string.

    `key` is any hashable the caller likes; opening one twice is an error of
    the caller. A datagram that cannot be sent is lost, as on the wire.
    """

    address: str
    link: bool

    def bind(self, key: object, port: int) -> "Bound | Refused":
        """Open a UDP socket on our address; port 0 takes any free one."""
        ...

    def send(self, key: object, to: "tuple[str, int]", data: bytes) -> None: ...

    def listen(self, key: object, port: int) -> "Bound | Refused":
        """Accept TCP connections; they arrive as `Accepted` with an integer handle."""
        ...

    def write(self, connection: int, data: bytes) -> None:
        """Queue octets on a connection; a peer that never reads is closed by the device."""
        ...

    def close(self, key: object) -> None:
        """Close a socket by its key or a connection by its handle, after what is queued; idempotent."""
        ...

    def poll(self) -> "list[tuple]": ...
