"""MicroPython's raw REPL over a serial line: enter it, run code, leave it by a reset.

Code goes by raw-paste, whose windows keep a slow board from losing octets; to a board without it in small
pieces with pauses.
"""

import re
import time

from sim.line import LineLost

RAW = b"raw REPL; CTRL-B to exit\r\n>"
ABORT = b"\r\x03\x03"
ATTEMPTS = 4
ANSWER = 1.0
"""Seconds for an answer that needs no work of the board."""

WORK = 20.0
"""Seconds for code to run: a worn flash chip may take some to erase."""

PIECE, PAUSE = 256, 0.01
"""Octets at once, and seconds after them, to a board without flow control."""

SILENCE = 0.35
"""Seconds before a Ctrl-C that the firmware's console shall heed (hal.ports.serial)."""

SETTLED = 0.3
"""Seconds without output after which what was there has ended."""

PROMPT = re.compile(rb"(?:\A|[\r\n])([^\r\n>]{1,32})> \Z")
"""The prompt of the firmware's console: its board's title."""

PYTHON = b">>> "


class FlashError(Exception):
    """The board or the line failed; the text says what was seen."""


class Refused(FlashError):
    """Code raised on the board; `text` is its last line, such as "OSError: 28"."""

    def __init__(self, traceback):
        self.text = traceback.strip().splitlines()[-1] if traceback.strip() else "no reason given"
        super().__init__(f"the board says: {self.text}")


class Repl:
    """The raw REPL behind a sim.line.Line."""

    def __init__(self, line):
        self._line = line
        self._got = b""
        self._paste = True

    def enter(self) -> None:
        """Stop what runs and come to a raw REPL on a fresh heap."""
        self._abort()
        self._send(b"\x04")
        self._until(b"soft reboot\r\n", WORK, "a soft reset")
        self._until(RAW, WORK, "the raw REPL after a soft reset")

    def _abort(self):
        """Ctrl-C until something yields; the firmware's console heeds it only after a silence, with nothing behind."""
        for _ in range(ATTEMPTS):
            time.sleep(SILENCE)
            self._send(ABORT)
            self._quiet()
            self._send(b"\r\x01")
            try:
                self._until(RAW, ANSWER, "the raw REPL")
                return self._quiet(SETTLED / 6)
            except FlashError as error:
                failure = error
        raise failure

    def _quiet(self, seconds=SETTLED):
        """Until nothing more comes, or Python's prompt has."""
        said, limit = b"", time.monotonic() + ANSWER
        while not said.endswith(PYTHON) and time.monotonic() < limit and self._line.wait(seconds)[0]:
            said += self._line.read()
        self._got = b""

    def run(self, code: str, seconds=WORK) -> str:
        """What the code prints; Refused where it raises."""
        self._give(code.encode())
        printed = self._until(b"\x04", seconds, "the end of the output")
        raised = self._until(b"\x04", seconds, "the end of the traceback")
        self._until(b">", ANSWER, "the raw REPL's prompt")
        if raised:
            raise Refused(raised.decode("utf-8", "replace"))
        return printed.decode("utf-8", "replace")

    def _give(self, code):
        if self._paste:
            self._send(b"\x05A\x01")
            answer = self._take(2, ANSWER)
            if answer == b"R\x01":
                return self._pasted(code)
            self._paste = False
            if answer != b"R\x00":
                # A board that never heard of raw-paste has taken Ctrl-A for a wish to see its greeting again.
                self._until(RAW[2:], ANSWER, "the raw REPL")
        for at in range(0, len(code), PIECE):
            self._send(code[at:at + PIECE])
            time.sleep(PAUSE)
        self._send(b"\x04")
        if self._take(2, ANSWER) != b"OK":
            raise FlashError("the board did not take the code")
        return None

    def _pasted(self, code):
        window = int.from_bytes(self._take(2, ANSWER), "little")
        room, sent = window, 0
        while sent < len(code):
            while room == 0 or self._got or self._line.wait(0)[0]:
                word = self._take(1, WORK)
                if word == b"\x04":
                    self._send(b"\x04")
                    return
                if word != b"\x01":
                    raise FlashError(f"the board answered {word!r} within a raw-paste")
                room += window
            part = code[sent:sent + room]
            self._send(part)
            sent += len(part)
            room -= len(part)
        self._send(b"\x04")
        self._until(b"\x04", WORK, "the end of the raw-paste")

    def leave(self) -> None:
        """To the friendly REPL, and out of it by a soft reset, after which main.py runs."""
        self._send(b"\x02")
        self._until(PYTHON, ANSWER, "the REPL's prompt")
        self._send(b"\x04")
        self._until(b"soft reboot\r\n", WORK, "a soft reset")

    def give_up(self) -> None:
        """As `leave`, from anywhere, without waiting; a line that is gone is no matter."""
        try:
            self._line.write(ABORT + b"\x03\x02\x04", ANSWER)
        except LineLost:
            pass

    def prompt(self, seconds) -> "tuple[str | None, str]":
        """(title before the console's prompt, what was said before); no title at Python's own prompt."""
        limit = time.monotonic() + seconds
        while True:
            found = PROMPT.search(self._got)
            if self._got.endswith(PYTHON) or (found and not self._line.wait(0.02)[0]):
                said, self._got = self._got, b""
                title = found.group(1).decode("utf-8", "replace") if found and not said.endswith(PYTHON) else None
                return title, said.decode("utf-8", "replace")
            self._more(limit, "a prompt")

    def _send(self, data):
        self._line.write(data, ANSWER + WORK)

    def _take(self, count, seconds):
        limit = time.monotonic() + seconds
        while len(self._got) < count:
            self._more(limit, f"{count} octets")
        data, self._got = self._got[:count], self._got[count:]
        return data

    def _until(self, ending, seconds, what):
        """What stands before `ending`, which is taken too."""
        limit = time.monotonic() + seconds
        while ending not in self._got:
            self._more(limit, what)
        data, _, self._got = self._got.partition(ending)
        return data

    def _more(self, limit, what):
        left = limit - time.monotonic()
        if left > 0 and self._line.wait(left)[0]:
            self._got += self._line.read()
        elif left <= 0:
            said = f"said {self._got[-60:]!r}" if self._got else "is silent"
            raise FlashError(f"no answer as MicroPython gives it: waited for {what}, but the board {said}")
