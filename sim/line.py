"""A host's end of a serial line, whatever carries it."""

import contextlib
import errno
import os
import re
import select
import socket
import time

from sim.status import UserError

BLINK = 0.01
"""Seconds between two looks at a line that no select can wait for."""


RELEASE = 0.3
"""Seconds that a port may stay locked after its last user."""


class LineLost(Exception):
    """The far end has gone."""


class Line:
    """A line with a descriptor: a device, a pty, a socket. A context manager."""

    def __init__(self, port):
        self._port = port
        os.set_blocking(port.fileno(), False)

    def wait(self, seconds=None, other=None) -> "tuple[bool, bool]":
        """Until something has come here or on the descriptor `other`, or time is up; says which has."""
        watched = [self._port.fileno()] + ([] if other is None else [other])
        ready, _, _ = select.select(watched, [], [], seconds)
        return watched[0] in ready, other in ready

    def read(self) -> bytes:
        """What is there, be it nothing; LineLost once the far end has gone."""
        data = self._read()
        # A terminal that is asked not to wait gives nothing also when there is nothing yet.
        if not data and self.wait(0)[0]:
            data = self._read()
            if not data:
                raise LineLost("closed by the far end")
        return data

    def _read(self):
        try:
            return os.read(self._port.fileno(), 65536)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise LineLost(error.strerror) from None

    def write(self, data: bytes, seconds=None) -> None:
        """Send all, waiting for room; LineLost where there is none for so many seconds."""
        while data:
            try:
                data = data[os.write(self._port.fileno(), data):]
            except BlockingIOError:
                if not select.select([], [self._port.fileno()], [], seconds)[1]:
                    raise LineLost(f"takes nothing for {seconds:g} s") from None
            except OSError as error:
                raise LineLost(error.strerror) from None

    def send_break(self) -> None:
        """Hold the line, where it is one that can be held: a socket cannot."""
        hold = getattr(self._port, "send_break", None)
        if hold is not None:
            hold()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._port.close()


class PolledLine(Line):
    """As Line over a pyserial port that has no descriptor, such as rfc2217://."""

    def __init__(self, port):
        self._port = port

    def wait(self, seconds=None, other=None):
        waited = 0.0
        while True:
            watched = [] if other is None else [other]
            came, ready = self._waiting() > 0, bool(select.select(watched, [], [], 0)[0])
            if came or ready or (seconds is not None and waited >= seconds):
                return came, ready
            select.select(watched, [], [], BLINK)
            waited += BLINK

    def read(self):
        return self._tried(lambda: self._port.read(self._waiting()))

    def write(self, data, seconds=None):
        # RFC 2217 knows no such limit.
        with contextlib.suppress(NotImplementedError):
            self._port.write_timeout = seconds
        self._tried(lambda: self._port.write(data))

    def _waiting(self):
        return self._tried(lambda: self._port.in_waiting)

    def _tried(self, act):
        try:
            return act()
        except OSError as error:
            raise LineLost(str(error)) from None


def open_line(port, baud=115200):
    """A Line on a device, a pty, a pyserial URL or unix:PATH, for us alone; UserError says why not."""
    if baud < 1:
        raise UserError(f"cannot open {port}: a line of {baud} bit/s carries nothing")
    try:
        opened = _unix(port[5:]) if port.startswith("unix:") else _serial(port, baud)
    except (OSError, ValueError, OverflowError) as error:
        raise UserError(f"cannot open {port}: {reason(error)}") from error
    if port.startswith("socket://"):
        # Without it a keystroke waits for the acknowledgement of the one before: 44 ms.
        opened._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Line(opened) if _has_descriptor(opened) else PolledLine(opened)


def _serial(port, baud):
    """Whoever had it until now may need a moment to let go of it."""
    import serial

    limit = time.monotonic() + RELEASE
    while True:
        try:
            return serial.serial_for_url(port, baudrate=baud, timeout=0, exclusive=True)
        except serial.SerialException as error:
            if not locked(error) or time.monotonic() > limit:
                raise
        time.sleep(BLINK)


def locked(error) -> bool:
    """Whether a port cannot be opened because another program has it."""
    return "exclusively lock" in str(error) or getattr(error, "errno", None) == errno.EBUSY


def number_of(error) -> "int | None":
    """The errno of what opening a port raised; pyserial keeps it only within its own text."""
    said = re.search(r"\[Errno (\d+)\]|\((\d+), '", str(error))
    return getattr(error, "errno", None) or (int(said.group(1) or said.group(2)) if said else None)


def reason(error):
    """Why a port cannot be opened."""
    if locked(error):
        return "another program has it open; end that one first"
    if isinstance(error, OverflowError):
        return "no line is that fast"
    number = number_of(error)
    if number == errno.ENOTTY:
        return "it is no serial line"
    return os.strerror(number) if number else error


def _unix(path):
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.connect(path)
    except BaseException:
        line.close()
        raise
    return line


def _has_descriptor(port):
    try:
        return port.fileno() >= 0
    except (AttributeError, OSError, ValueError):
        return False
