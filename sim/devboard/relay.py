"""A MicroPython board of the unix port: what a processor's reset does, done for a process.

The user opens `path` as the serial line of any board. Ctrl-D restarts the process and says so as a board does;
after it, a raw REPL is a raw REPL again and main.py has not run, else main.py runs.
"""

import contextlib
import os
import select
import threading
import time
import tty

from sim.devboard.vm import HEAP, PROGRAMS, Vm

REBOOT = b"MPY: soft reboot\r\n"
RAW = b"raw REPL; CTRL-B to exit\r\n"
FRIENDLY = b'Type "help()" for more information.\r\n'
BACKLOG = 1 << 16
"""Octets kept for a user who does not read; the oldest go first."""

LOOK = 5.0
"""Seconds after which a quiet board looks whether its folder is still there."""

SHORTEST = 0.05
"""Seconds between two resets: a main.py that ends at once must not eat the host."""


class Board:
    """`serve` runs it until `stop`; or `with Board(folder) as board`, which serves in a thread of its own."""

    def __init__(self, root, heap=HEAP):
        self._root, self._heap = root, heap
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self._orders, self._order = os.pipe()
        self._backlog = b""
        self._power_on()

    def _power_on(self, programs=PROGRAMS):
        self._vm = Vm(self._root, self._heap, programs)
        self._since = time.monotonic()
        self._seen = b""
        self._raw = self._hidden = False

    def serve(self) -> None:
        """Carry octets and resets until `stop`."""
        while self._turn():
            pass

    def _turn(self) -> bool:
        vm = self._vm
        watched = [self._master, self._orders, vm.terminal, vm.life] + ([] if vm.told < 0 else [vm.told])
        writing = [self._master] * bool(self._backlog) + [vm.terminal] * vm.waiting
        ready, room, _ = select.select(watched, writing, [], LOOK)
        if not ready and not os.path.isdir(self._root):
            # Nobody can want a board whose flash chip has been thrown away.
            return False
        if self._orders in ready:
            return self._ordered()
        if vm.told in ready and vm.hear():
            self._say(vm.output())
            vm.kill()
        if vm.terminal in ready:
            self._say(vm.output())
        if vm.ended():
            self._reset()
        elif self._master in ready:
            vm.type(self._typed())
        elif vm.terminal in room:
            vm.flush()
        self._flush()
        return True

    def _typed(self):
        try:
            return os.read(self._master, 4096)
        except OSError:
            return b""

    def _say(self, data):
        """Output to the user; knows by it which REPL is there."""
        self._seen = (self._seen + data)[-4096:]
        raw, friendly = self._seen.rfind(RAW), self._seen.rfind(FRIENDLY)
        if raw != friendly:
            self._raw = raw > friendly
        if self._hidden:
            if raw < 0:
                return
            self._hidden, data = False, self._seen[raw:]
        self._backlog = (self._backlog + data)[-BACKLOG:]

    def _flush(self):
        with contextlib.suppress(BlockingIOError):
            while self._backlog:
                self._backlog = self._backlog[os.write(self._master, self._backlog):]

    def _reset(self):
        """The process has ended: by Ctrl-D, by SystemExit, or by a fault that would have hung a board."""
        while data := self._vm.output():
            self._say(data)
        self._vm.close()
        raw = self._raw
        self._backlog += REBOOT
        self._flush()
        time.sleep(max(0.0, SHORTEST - (time.monotonic() - self._since)))
        self._power_on(PROGRAMS[:1] if raw else PROGRAMS)
        if raw:
            self._hidden = True
            self._vm.type(b"\x01")

    def _ordered(self) -> bool:
        """Carry out what another thread asked for; False to end."""
        if os.read(self._orders, 1) == b"q":
            return False
        self._vm.close()
        self._power_on()
        return True

    def cut(self) -> None:
        """Take the supply away and give it back; from any thread."""
        os.write(self._order, b"c")

    def stop(self) -> None:
        """End `serve`; from any thread or signal handler."""
        os.write(self._order, b"q")

    def close(self) -> None:
        self._vm.close()
        for number in (self._master, self._slave, self._orders, self._order):
            os.close(number)

    def __enter__(self):
        self._thread = threading.Thread(target=self.serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error):
        self.stop()
        self._thread.join(10)
        self.close()
