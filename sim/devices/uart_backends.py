"""Where a serial line may lead: memory, a pseudo-terminal, standard input and output."""

import os
import stat
import sys
import termios
import tty
from collections.abc import Callable
from select import POLLOUT, poll

from sim.devices.uart import Uart
from sim.devices.uart_stream import BackendError, Stream
from sim.pace import Pace

_AT_ONCE = 4096


class MemoryBackend:
    """A far end for tests and for peers in the same process; it overruns unless told to wait."""

    def __init__(self, flow: bool = False):
        self.flow = flow
        self.on_data: Callable[[bytes], object] = lambda data: None
        self._got = bytearray()
        self._waiting = bytearray()

    def attach(self, uart: Uart) -> None:
        self._uart = uart

    def send(self, data: bytes) -> None:
        self._waiting += data
        self.resume()

    def send_break(self) -> None:
        self._uart.feed_break()

    def take(self) -> bytes:
        """What the board has sent since the last call."""
        data = bytes(self._got)
        self._got.clear()
        return data

    def put(self, data: bytes) -> None:
        self._got += data
        self.on_data(data)

    def resume(self) -> None:
        while self._waiting:
            room = self._uart.room() if self.flow else len(self._waiting)
            if not room:
                return
            chunk = bytes(self._waiting[:room])
            del self._waiting[:room]
            self._uart.feed(chunk)

    @property
    def empty(self) -> bool:
        return not self._waiting

    def close(self) -> None:
        pass


class PtyBackend:
    """A pseudo-terminal that users open as they would a serial port: `path`, or the symlink `link`.

    We keep the user's side open ourselves, so that one program may close it and
    another open it without an error here.
    """

    flow = True

    def __init__(self, pace: Pace, link: "str | None" = None):
        self.link = link
        try:
            self._master, self._slave = os.openpty()
        except OSError as error:
            raise BackendError(f"no pseudo-terminal can be opened: {error.strerror}; use -serial tcp:") from None
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._stream = Stream(pace, self._hung_up)
        try:
            self._check_access()
            self._make_link()
        except BaseException:
            self.close()
            raise

    def attach(self, uart: Uart) -> None:
        self._stream.uart = uart
        self._stream.connect(self._master)

    def put(self, data: bytes) -> None:
        self._stream.put(data)

    def resume(self) -> None:
        self._stream.listen()

    def close(self) -> None:
        """Idempotent; removes the symlink if it is still ours."""
        self._stream.disconnect()
        if self._master >= 0:
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1
            if self.link is not None and os.path.islink(self.link) and os.readlink(self.link) == self.path:
                os.unlink(self.link)

    def _hung_up(self) -> None:
        """Reading fails with EIO while nobody has it open: cannot happen while we hold our side."""
        self._stream.disconnect()

    def _check_access(self) -> None:
        if not os.access(self.path, os.R_OK | os.W_OK):
            raise BackendError(f"no permission to open {self.path}: join the group that owns it, or use -serial tcp:")

    def _make_link(self) -> None:
        if self.link is None:
            return
        try:
            if os.path.islink(self.link) and not os.path.exists(self.link):
                os.unlink(self.link)
            os.symlink(self.path, self.link)
        except OSError as error:
            raise BackendError(f"{self.link}: no link to {self.path} can be made there: {error.strerror}") from None


class StdioBackend:
    """The terminal or the pipe that the simulator was started with.

    `eof`: standard input has ended. A terminal is put in character mode and
    restored by `close`; Ctrl-C stays a signal. Without a pace (virtual time
    only), and for files, input is read whenever the line has room.
    """

    flow = True

    def __init__(self, pace: "Pace | None", source: int = 0, sink: int = 1):
        self.eof = False
        self._pace = pace
        self._source, self._sink = source, sink
        self._listening = False
        self._always = pace is None or not _selectable(source)
        self._saved = _character_mode(source)

    def attach(self, uart: Uart) -> None:
        self._uart = uart
        self.resume()

    def put(self, data: bytes) -> None:
        if self._sink == 1:
            # What Python has buffered for the same descriptor goes first.
            sys.stdout.flush()
        while data:
            try:
                data = data[os.write(self._sink, data):]
            except BlockingIOError:
                # Somebody made our output non-blocking: wait for its reader, as a blocking write would.
                waiting = poll()
                waiting.register(self._sink, POLLOUT)
                waiting.poll()
            except OSError:
                return

    def resume(self) -> None:
        if self._always:
            while not self.eof and self._uart.room():
                self._readable()
        elif self._pace is not None and not self._listening and not self.eof:
            self._listening = True
            self._pace.add_reader(self._source, self._readable)

    def close(self) -> None:
        self._deafen()
        if self._saved is not None:
            termios.tcsetattr(self._source, termios.TCSADRAIN, self._saved)
            self._saved = None

    def _deafen(self) -> None:
        if self._pace is not None and self._listening:
            self._listening = False
            self._pace.remove_reader(self._source)

    def _readable(self) -> None:
        room = self._uart.room()
        if not room:
            self._deafen()
            return
        try:
            data = os.read(self._source, min(room, _AT_ONCE))
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._uart.feed(data)
        else:
            self.eof = True
            self._deafen()


def _selectable(fd: int) -> bool:
    """epoll refuses regular files and some devices: these never wait."""
    return not (stat.S_ISREG(os.fstat(fd).st_mode) or _is_null(fd))


def _is_null(fd: int) -> bool:
    try:
        return os.fstat(fd).st_rdev == os.stat(os.devnull).st_rdev
    except OSError:
        return False


def _character_mode(fd: int) -> "list | None":
    """Take a terminal out of line mode, without echo; returns what to restore, None if it is no terminal."""
    if not os.isatty(fd):
        return None
    saved = termios.tcgetattr(fd)
    changed = termios.tcgetattr(fd)
    changed[0] &= ~termios.ICRNL
    changed[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(fd, termios.TCSADRAIN, changed)
    return saved
