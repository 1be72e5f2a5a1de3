"""Serial lines that lead to a socket: TCP or UNIX, one client at a time, plain octets."""

import errno
import os
import socket
import stat
from contextlib import suppress

from sim.devices.uart import Uart
from sim.devices.uart_stream import BackendError, Stream
from sim.pace import Pace

IN_USE = b"the console is in use\r\n"


class SocketBackend:
    """What TCP and UNIX have in common. What the board sent before anybody connected is kept
    (bounded) for the first client; between two clients it is lost, as on a bare wire.
    """

    flow = True

    def __init__(self, pace: Pace, server: socket.socket):
        self._pace = pace
        self._server = server
        self._client: "socket.socket | None" = None
        self._met = False
        self._stream = Stream(pace, self._end)
        server.setblocking(False)
        server.listen(4)

    def attach(self, uart: Uart) -> None:
        self._stream.uart = uart
        self._pace.add_reader(self._server.fileno(), self._accept)

    def put(self, data: bytes) -> None:
        if self._client is not None or not self._met:
            self._stream.put(data)

    def resume(self) -> None:
        self._stream.listen()

    def close(self) -> None:
        """Idempotent."""
        self._end()
        if self._server.fileno() >= 0:
            self._pace.remove_reader(self._server.fileno())
            self._server.close()

    def _accept(self) -> None:
        try:
            client, _ = self._server.accept()
        except OSError:
            return
        if self._client is not None and (self._stream.ended or _has_ended(self._client)):
            self._end()
        if self._client is not None:
            with suppress(OSError):
                client.setblocking(False)
                client.send(IN_USE)
            client.close()
            return
        if client.family == socket.AF_INET:
            # Without it each echoed key waits for the peer's delayed ACK, 40 ms.
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client, self._met = client, True
        self._stream.connect(client.fileno())

    def _end(self) -> None:
        if self._client is not None:
            self._stream.disconnect()
            self._stream.drop()
            self._client.close()
            self._client = None


class TcpBackend(SocketBackend):
    """`address` is (host, port) as bound; port 0 takes any free one."""

    def __init__(self, pace: Pace, host: str, port: int):
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host or "127.0.0.1", port))
        except (OSError, OverflowError) as error:
            server.close()
            raise BackendError(f"serial line on tcp:{host}:{port}: {_reason(error)}; choose another port") from None
        self.address = server.getsockname()
        super().__init__(pace, server)


class UnixBackend(SocketBackend):
    """The socket file is removed by `close`; a stale one is replaced, a live one refused."""

    def __init__(self, pace: Pace, path: str):
        self.path = path
        _clear(path)
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            server.bind(path)
        except OSError as error:
            server.close()
            raise BackendError(f"serial line on unix:{path}: {_reason(error)}") from None
        self._inode = os.stat(path).st_ino
        super().__init__(pace, server)

    def close(self) -> None:
        super().close()
        with suppress(OSError):
            if os.stat(self.path).st_ino == self._inode:
                os.unlink(self.path)


def _has_ended(client: socket.socket) -> bool:
    """The peer has closed and we have not yet been told."""
    try:
        return client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _clear(path: str) -> None:
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return
    if not stat.S_ISSOCK(mode):
        raise BackendError(f"serial line on unix:{path}: a file that is no socket is there; choose another")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
            return
        except OSError as error:
            raise BackendError(f"serial line on unix:{path}: {_reason(error)}") from None
    raise BackendError(f"serial line on unix:{path}: another process serves it; choose another path")


def _reason(error: "OSError | OverflowError") -> str:
    if isinstance(error, OverflowError):
        return "a port is 0 .. 65535"
    if error.errno == errno.EADDRINUSE:
        return "address already in use"
    return error.strerror or str(error)
