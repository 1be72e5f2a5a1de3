"""Serial ports of the host by name: devices, ptys, `socket://` and `rfc2217://`, all of them through pyserial."""

import errno
import fcntl
import os
import socket
import termios
import threading
from contextlib import suppress

import serial

from sim.devices.link_line import LineError, Wire
from sim.line import locked, number_of

FORMS = "/dev/ttyACM0, a pty, socket://HOST:PORT, rfc2217://HOST:PORT"
BAUD = 921_600
"""A call takes some 140,000 bit/s; a port on USB has no rate of its own."""


TROUBLES = {
    errno.ENOENT: f": no such port; is the cable in? A port is {FORMS}",
    errno.EACCES: ": no permission to open it: join the group that owns it (often dialout)",
    errno.ENOTTY: f" is no serial line. A port is {FORMS}",
    errno.ECONNREFUSED: ": nobody listens there: start the program that serves the port",
}
"""Why a port cannot be opened, and the mend, behind its name."""


class Port:
    """A source: a port that somebody has attached. One program has it at a time."""

    def __init__(self, name: str, baud: int = BAUD):
        self.name = name
        self._baud = baud

    def open(self) -> Wire:
        """LineError."""
        try:
            # Two programs on one line would answer each other's questions.
            line = serial.serial_for_url(self.name, self._baud, timeout=0.1, exclusive=True)
        except (serial.SerialException, OSError, ValueError) as error:
            raise LineError(self._told(error)) from None
        try:
            return Direct(line)
        except (AttributeError, OSError):
            return Pumped(line)

    def close(self) -> None:
        pass

    def _told(self, error: Exception) -> str:
        if locked(error):
            return f"{self.name} is in use by another program: end that one, or name another port"
        trouble = TROUBLES.get(number_of(error) or 0)
        return f"{self.name}{trouble}" if trouble else f"{self.name} cannot be opened: {error}"


class Direct:
    """A port with a descriptor of its own."""

    def __init__(self, line):
        self._line = line
        self.fd = line.fileno()
        connection = getattr(line, "_socket", None)
        if connection is not None:
            # Without it each frame waits for the other side's delayed ACK, 40 ms.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            with suppress(OSError):
                fcntl.ioctl(self.fd, termios.TIOCEXCL)
        os.set_blocking(self.fd, False)

    def close(self) -> None:
        if self.fd >= 0:
            with suppress(OSError):
                fcntl.ioctl(self.fd, termios.TIOCNXCL)
            self.fd = -1
            self._line.close()


class Pumped:
    """A port that pyserial serves in a thread: its octets go through a socket pair, so that nobody waits for it."""

    def __init__(self, line):
        self._line = line
        self._ours, self._far = socket.socketpair()
        self._ours.setblocking(False)
        self.fd = self._ours.fileno()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._in, self._out)]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        if self.fd < 0:
            return
        self.fd = -1
        self._ours.close()
        with suppress(OSError):
            self._far.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._far.close()
        self._line.close()

    def _in(self) -> None:
        with suppress(serial.SerialException, OSError):
            while self.fd >= 0:
                data = self._line.read(max(1, self._line.in_waiting))
                if data:
                    self._far.sendall(data)
        self._end()

    def _out(self) -> None:
        with suppress(serial.SerialException, OSError):
            while data := self._far.recv(4096):
                self._line.write(data)
        self._end()

    def _end(self) -> None:
        with suppress(OSError):
            self._far.shutdown(socket.SHUT_RDWR)
