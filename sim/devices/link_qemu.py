"""A DSP board that QEMU emulates: an image started on a pseudo-terminal, and ended with us."""

import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from time import monotonic

from sim.devices.link_line import LineError, Wire
from sim.devices.link_ports import Port

IMAGES = {"mps2-an386": "m4f-board.elf", "mps2-an500": "m7-board.elf"}
BUILT = pathlib.Path(__file__).resolve().parents[2] / "build" / "target"
INSTRUCTIONS = 20
"""In a tick of 25 MHz, where each takes 2 ns (QEMU's -icount shift=1)."""

PATIENCE = 10.0
"""Seconds for QEMU to open its lines."""

# The emulated UART takes one octet at a time. A multiplexer reads ahead of it, which doubles what passes; no octet is
# its escape character then.
_SERIAL = ("-chardev", "pty,id=line,mux=on", "-serial", "chardev:line", "-echr", "256")
_PTY = re.compile(rb"redirected to (/dev/pts/\d+)")
_GUARD = 'exec 3<&0; ( read -r end <&3; kill -9 $$ ) >/dev/null 2>&1 & exec "$@" 3<&- </dev/null'
"""The shell becomes QEMU and leaves somebody behind who ends it when our end of a pipe closes: killed, we cannot."""


class Qemu:
    """A source. `path` is the pseudo-terminal of the board's UART, `monitor(line)` speaks to QEMU itself.

    The processor stands until the line has been opened, so that no octet is lost. `gdb` is a port on which QEMU
    waits for a debugger. With `icount` the board's clock counts instructions, INSTRUCTIONS to a tick of it.
    """

    def __init__(self, machine: str, image: "str | None" = None, gdb: "int | None" = None, icount: bool = False):
        if machine not in IMAGES:
            raise LineError(f"no board {machine} for QEMU: take {' or '.join(IMAGES)}")
        self.name = f"qemu:{machine}"
        self.machine = machine
        self.image = pathlib.Path(image) if image else BUILT / IMAGES[machine]
        self.path = ""
        self.process: "subprocess.Popen | None" = None
        self.icount = icount
        self._gdb = gdb
        self._monitor: "socket.socket | None" = None

    def open(self) -> Wire:
        """Start it, or take the line of the one that runs; LineError."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        wire = Port(self.path).open()
        self.monitor("cont")
        return wire

    def start(self) -> None:
        """Start QEMU, its processor standing."""
        self.close()
        if shutil.which("qemu-system-arm") is None:
            raise LineError("qemu-system-arm is not here: install the package qemu-system-arm")
        if not self.image.exists():
            raise LineError(f"{self.image}: no such image; `make target` builds it")
        if self._gdb is not None:
            must_be_free(self._gdb)
        self._monitor, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                ["sh", "-c", _GUARD, "sh", *self._command(theirs.fileno())], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, pass_fds=(theirs.fileno(),))
        self.path = self._find_pty()

    def monitor(self, line: str) -> None:
        """One line to QEMU's monitor: `system_reset`, `stop`, `cont`."""
        if self._monitor is not None:
            with suppress(OSError):
                self._monitor.sendall(line.encode() + b"\n")

    def close(self) -> None:
        """Idempotent."""
        process, self.process = self.process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout, self._monitor):
            if pipe is not None:
                pipe.close()
        self._monitor = None

    def _command(self, monitor: int) -> "list[str]":
        command = ["qemu-system-arm", "-M", self.machine, "-kernel", str(self.image), "-display", "none",
                   "-chardev", f"socket,id=monitor,fd={monitor}", "-mon", "chardev=monitor", *_SERIAL, "-S"]
        if self._gdb is not None:
            command += ["-gdb", f"tcp:127.0.0.1:{self._gdb}"]
        return [*command, "-icount", "shift=1"] if self.icount else command

    def _find_pty(self) -> str:
        said, deadline = b"", monotonic() + PATIENCE
        assert self.process is not None and self.process.stdout is not None
        fd = self.process.stdout.fileno()
        while not (found := _PTY.search(said)):
            ready = select.select([fd], [], [], max(0.0, deadline - monotonic()))[0]
            data = os.read(fd, 4096) if ready else b""
            said += data
            if not data:
                self.close()
                lines = said.decode(errors="replace").strip().splitlines() or ["it said nothing"]
                raise LineError(f"qemu-system-arm does not start: {lines[-1]}")
        return found[1].decode()


def must_be_free(port: int) -> None:
    """LineError for a TCP port that gdb cannot have: QEMU finds out only when its line is there already."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        raise LineError(f"port {port} for gdb: {os.strerror(error.errno or 0)}") from None
