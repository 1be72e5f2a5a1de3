"""A MicroPython board as the flash tool deals with it: what it is, what it holds, how files get there."""

import base64
import errno
import pathlib
import re
from collections import namedtuple

from hal.ports.staged import LIST, NEXT
from tools.flash import plan as plans
from tools.flash.repl import FlashError, Refused

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HELPERS = (ROOT / "hal" / "ports" / "staged.py", pathlib.Path(__file__).with_name("onboard.py"))

CHUNK = 3 * 1024
"""Octets in one call; four thirds of it as text must fit the heap of a small board twice."""

PATHS = 24
"""Names in one question."""

ARCHITECTURES = (None, "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp", "xtensa",
                 "xtensawin", "rv32imc", "rv64imc")
"""By the number in sys.implementation._mpy, bits 10 to 13 (MicroPython, py/persistentcode.h)."""

WHO = re.compile(r"(\S+) (\S+) ([0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4})" + r" ([0-9]{1,18})" * 5 + r" (.*)")
LISTED = re.compile(r"([0-9a-f]{32}) (\S.*)")
"""A line of the list; others are of files that we have given up."""

Identity = namedtuple("Identity", (
    "name", "platform", "version", "bytecode", "architecture", "free", "size", "block", "heap", "machine"))
"""`bytecode`: version of the .mpy files it loads; `free`, `size` (of the
file system), `block`, `heap` in octets."""


class Board:
    """Speaks through a Repl that has been entered."""

    def __init__(self, repl):
        self._repl = repl

    def prepare(self):
        """Teach it what it has to do; complete what an earlier run had decided. Whether there was such."""
        for path in HELPERS:
            # What the second imports from the first is there already, and a new board has no such module.
            lines = path.read_text().splitlines(keepends=True)
            self._repl.run("".join(line for line in lines if not line.startswith("from hal.")))
        return self._repl.run("print(finish())").strip() == "True"

    def identity(self):
        said = self._repl.run("who()").strip()
        answer = WHO.fullmatch(said)
        if not answer:
            raise FlashError(f"no answer as MicroPython gives it: {said[:80]!r} to the question who it is")
        name, platform, version, *numbers, machine = answer.groups()
        mpy, free, size, block, heap = (int(word) for word in numbers)
        number = mpy >> 10 & 0xF
        architecture = ARCHITECTURES[number] if number < len(ARCHITECTURES) else f"number {number}"
        return Identity(name, platform, tuple(int(part) for part in version.split(".")), mpy & 0xFF, architecture,
                        free, size, max(block, 256), heap, machine)

    def listed(self):
        """{path: digest} of what an earlier run has installed."""
        lines = [LISTED.fullmatch(line) for line in self._lines(f"listed({LIST!r})")]
        return {line.group(2): line.group(1) for line in lines if line}

    def look(self, paths):
        """{path: Found}."""
        found: "dict[str, plans.Found]" = {}
        for at in range(0, len(paths), PATHS):
            some = paths[at:at + PATHS]
            lines = [line.split(" ") for line in self._lines(f"look({some!r})")]
            if len(lines) != len(some) or any(len(line) != 2 for line in lines):
                raise FlashError("the board does not say what it holds")
            found.update((path, plans.Found(*line)) for path, line in zip(some, lines, strict=True))
        return found

    def staged(self, paths):
        """Which paths have a staged file, also such as no list names, in the folders of these."""
        folders = sorted({path.rpartition("/")[0] for path in paths})
        found = []
        for at in range(0, len(folders), PATHS):
            found += self._lines(f"litter({folders[at:at + PATHS]!r})")
        return found

    def stage(self, image, on_octets=lambda count: None):
        """Write one file beside the old one and read it back."""
        code = [f"begin({image.path!r})"]
        for at in range(0, len(image.data), CHUNK):
            part = image.data[at:at + CHUNK]
            code.append(f"put({image.path!r}, {base64.b64encode(part).decode()!r})")
            if len(image.data) > CHUNK:
                self._do(code)
                code = []
                on_octets(len(part))
        code.append(f"end({image.path!r})")
        said = self._do(code)
        if len(image.data) <= CHUNK:
            on_octets(len(image.data))
        return said.strip() == image.digest

    def discard(self, paths):
        for path in paths:
            self._do([f"discard({path!r})"])

    def decide(self):
        """From here on the new files count; then they are put in their places."""
        self._do([f"decide({NEXT!r})"])
        self._do(["finish()"])

    def _do(self, code):
        try:
            return self._repl.run("\n".join(code))
        except Refused as refusal:
            raise FlashError(explained(refusal.text)) from None

    def _lines(self, code):
        return self._repl.run(code).splitlines()


def explained(text):
    """What an exception on the board means to its user."""
    found = re.match(r"OSError: (?:\[Errno )?(\d+)", text)
    number = int(found.group(1)) if found else 0
    if number == errno.ENOSPC:
        return "the board's file system is full: remove files of your own from it, and run this again"
    if number == errno.EROFS:
        return "the board's file system may not be written: is it mounted as a drive on this machine?"
    if number == errno.EIO:
        return "the board's file system does not work (EIO): its flash chip is worn or not formatted"
    if text.startswith("MemoryError"):
        return "the board's heap is too small"
    return f"the board says: {text}"
