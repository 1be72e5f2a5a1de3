"""One hal.Net shared by the parts of a peer: each hears its own datagrams."""

from collections.abc import Callable, Hashable

from hal.net import Bound, Datagram

Handler = Callable[[tuple, bytes], object]


class Sockets:
    """Takes over `net.wake`; handlers are called as handler(source, data)."""

    def __init__(self, net):
        self.net = net
        self._handlers: dict[Hashable, Handler] = {}
        net.wake = self.pump

    @property
    def address(self) -> str:
        return self.net.address

    def open(self, key: Hashable, port: int, handler: Handler) -> int:
        """The port that was bound; OSError with the reason where it could not be."""
        answer = self.net.bind(key, port)
        if not isinstance(answer, Bound):
            raise OSError(f"udp port {port} of {self.net.address}: {answer.reason}")
        self._handlers[key] = handler
        return answer.port

    def send(self, key: Hashable, to: tuple, data: bytes) -> None:
        self.net.send(key, to, data)

    def close(self, key: Hashable) -> None:
        self._handlers.pop(key, None)
        self.net.close(key)

    def pump(self) -> None:
        for event in self.net.poll():
            handler = self._handlers.get(event.key) if isinstance(event, Datagram) else None
            if handler is not None:
                handler(event.source, event.data)
