"""One outside program in a folder of its own, stopped with everything it started."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import time


class MissingProgram(Exception):
    """The program is not installed; the text names the Debian package that brings it."""


def find(program, package):
    """The program's path, or MissingProgram."""
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if path is None:
        raise MissingProgram(f"{program} is not installed: apt-get install {package}")
    return path


class Process:
    """A running program whose output goes to `log`; a context manager that leaves nothing behind."""

    def __init__(self, command, folder, log="output.txt", environment=None, where=None):
        """`where` is its working directory, the folder if it does not matter."""
        self.folder = pathlib.Path(folder)
        self.log = self.folder / log
        self.words = [str(word) for word in command]
        with self.log.open("wb") as output:
            self.popen = subprocess.Popen(
                self.words, cwd=where or self.folder, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, env={**os.environ, **(environment or {})})

    def output(self):
        return self.log.read_text(errors="replace")

    def running(self):
        return self.popen.poll() is None

    def wait_for(self, text, seconds):
        """Until `text` stands in the output; RuntimeError with the output's end if it never does."""
        deadline = time.monotonic() + seconds
        while text not in self.output():
            if time.monotonic() > deadline or not self.running():
                raise RuntimeError(f"{self.words[0]}: no {text!r} in its output:\n{self.output()[-2000:]}")
            time.sleep(0.02)

    def stop(self, patience=2):
        """SIGTERM to the whole session, then SIGKILL; returns the exit status."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.popen.pid, sign)
            try:
                return self.popen.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        return self.popen.wait()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()
