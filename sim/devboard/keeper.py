"""A board that stays on after the command that started it has ended.

Its folder holds `port`, a link to its serial line, `lock`, held with the process's number in it while the board
is on, and `log`. What the board keeps is its own affair.
"""

import contextlib
import fcntl
import os
import pathlib
import signal
import subprocess
import sys
import time

PORT, LOCK, LOG = "port", "lock", "log"
PATIENCE = 15.0
"""Seconds for a board to start or to end."""


class KeeperError(Exception):
    """A board did not start or end; the text says why."""


class Keeper:
    """The board of one folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    @property
    def port(self) -> pathlib.Path:
        return self.folder / PORT

    def process(self) -> "int | None":
        """The number of the process that keeps the board on, None while it is off."""
        try:
            with (self.folder / LOCK).open("r+") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(file.read() or 0) or None
        except OSError:
            pass
        return None

    def start(self, kind: str, *options: str) -> bool:
        """Switch it on unless it is; whether that was needed."""
        if self.process() is not None:
            return False
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            log = (self.folder / LOG).open("wb")
        except OSError as error:
            raise KeeperError(f"{self.folder}: no board can be kept there: {error.strerror}") from None
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "sim.devboard.keeper", kind, str(self.folder), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)})
        self._wait(lambda: process.poll() is not None or (self.process() and self.port.exists()), "did not start")
        if process.poll() is not None and self.process() is None:
            said = (self.folder / LOG).read_text(errors="replace").strip().splitlines()
            raise KeeperError(f"{self.folder}: the board did not start: {said[-1] if said else 'no reason given'}")
        return True

    def stop(self) -> bool:
        """Switch it off; whether it was on."""
        number = self.process()
        if number is None:
            # A keeper that was killed leaves its link, and the line behind it may be somebody else's by now.
            if (self.folder / LOCK).exists() and self.port.is_symlink():
                self.port.unlink()
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGTERM)
        self._wait(lambda: self.process() is None, "does not end")
        return True

    def _wait(self, condition, failure):
        limit = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > limit:
                raise KeeperError(f"{self.folder}: the board {failure}; see {self.folder / LOG}")
            time.sleep(0.01)

    @contextlib.contextmanager
    def kept(self, path):
        """Within the process itself: the lock, the number and the link while the board at `path` is on."""
        with (self.folder / LOCK).open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise KeeperError("another process keeps it on already") from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            self.port.unlink(missing_ok=True)
            self.port.symlink_to(path)
            try:
                yield
            finally:
                self.port.unlink(missing_ok=True)
                lock.truncate(0)


def keep(kind, folder, *options):
    """The process: until SIGTERM."""
    from sim.devboard import kinds

    board = kinds.KINDS[kind](pathlib.Path(folder), *options)
    try:
        with Keeper(folder).kept(board.path):
            signal.signal(signal.SIGTERM, lambda number, frame: board.stop())
            board.serve()
    finally:
        board.close()


if __name__ == "__main__":
    try:
        keep(*sys.argv[1:])
    except Exception as failure:
        sys.exit(f"{failure}")
