"""The DSP board in QEMU, kept on for whoever opens its line."""

import contextlib
import signal
import subprocess

from sim.devices.link_qemu import Qemu

LOOK = 5.0
"""Seconds between two looks for the folder."""


class Emulated:
    """`path` is its line. With `gdb`, a TCP port, it waits for a debugger at its first instruction."""

    def __init__(self, folder, machine, image, gdb=None):
        self._folder = folder
        self._qemu = Qemu(machine, image, None if gdb is None else int(gdb))
        self._qemu.start()
        self.path = self._qemu.path
        self._stopped = False
        if gdb is None:
            self._qemu.monitor("cont")

    def serve(self) -> None:
        """Until it ends or is stopped, or its folder has gone."""
        assert self._qemu.process is not None
        status = None
        while status is None and self._folder.is_dir():
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = self._qemu.process.wait(LOOK)
        if not self._stopped and status not in (None, 0, -signal.SIGTERM):
            raise RuntimeError(f"QEMU ended with status {status}")

    def stop(self) -> None:
        self._stopped = True
        if self._qemu.process is not None:
            self._qemu.process.terminate()

    def close(self) -> None:
        self._qemu.close()
