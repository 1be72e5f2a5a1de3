"""A host's end of a serial line, whatever carries it."""

import os
import socket

from sim.status import UserError


class Line:
    """`read` gives what is there (empty: the far end has gone), `write` sends all; a context manager."""

    def __init__(self, port):
        self._port = port

    def fileno(self):
        return self._port.fileno()

    def read(self):
        try:
            return os.read(self._port.fileno(), 65536)
        except OSError:
            return b""

    def write(self, data):
        while data:
            data = data[os.write(self._port.fileno(), data):]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._port.close()


def open_line(port, baud=115200):
    """A Line on a device, a pty, a pyserial URL or unix:PATH; UserError says why not."""
    try:
        if port.startswith("unix:"):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.connect(port[5:])
            return Line(line)
        import serial

        opened = serial.serial_for_url(port, baudrate=baud, timeout=0)
        if port.startswith("socket://"):
            # Without it a keystroke waits for the acknowledgement of the one before: 44 ms.
            opened._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Line(opened)
    except (OSError, ValueError) as error:
        raise UserError(f"cannot open {port}: {getattr(error, 'strerror', None) or error}") from error
