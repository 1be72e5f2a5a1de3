"""The `gatesim` command as a process of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from sim.cli import main

ROOT = Path(__file__).parents[2]
PATIENCE = 20


def command(*words):
    return [sys.executable, "-m", "sim.cli", *map(str, words)]


def gatesim(*words, **options):
    """Run it to its end; a CompletedProcess with text."""
    options.setdefault("input", "")
    return subprocess.run(command(*words), cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE,
                          **options)


class Done:
    """As a CompletedProcess."""

    def __init__(self, returncode, said):
        self.returncode, self.stdout, self.stderr = returncode, said.out, said.err


def inside(capsys, *words):
    """The same within this process, which is faster."""
    capsys.readouterr()
    try:
        status = main([*map(str, words)])
    except SystemExit as end:
        status = end.code
    return Done(status, capsys.readouterr())


def refused(done, *parts):
    """Assert on a usage error: status 2, one sentence that holds `parts`, no traceback, nothing printed."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    for part in parts:
        assert part in done.stderr
    return True


class Running:
    """`gatesim run` in the background; a context manager. `said` is what stands on its standard error."""

    def __init__(self, *words, **options):
        self.process = subprocess.Popen(
            command("run", *words), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, start_new_session=True, **options)
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.said += line

    def find(self, pattern):
        """The first group of a pattern, once standard error matches it."""
        limit = time.monotonic() + PATIENCE
        while not (match := re.search(pattern, self.said)):
            assert time.monotonic() < limit, self.said
            assert self.process.poll() is None or self._reader.is_alive(), self.said
            time.sleep(0.01)
        return match.group(1)

    def port(self):
        return self.find(r"char device redirected to (\S+)")

    def end(self, number=signal.SIGTERM):
        """Signal it; its exit status."""
        os.kill(self.process.pid, number)
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
