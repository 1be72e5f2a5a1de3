"""What passes on a link, one line a frame, in a file for people."""

from typing import TextIO

from hal.frames import DELIMITER, decode, unstuff
from sim.devices.link_frames import show
from sim.time import Time


class Trace:
    """Writes `seconds  who  frame` lines to an open text file; `time` is whose seconds they are."""

    def __init__(self, file: TextIO):
        self.time = Time()
        self._file = file
        self._rest: "dict[str, bytes]" = {}

    def add(self, who: str, data: bytes) -> None:
        parts = (self._rest.get(who, b"") + data).split(DELIMITER)
        self._rest[who] = parts.pop()[-4096:]
        for part in parts:
            if part:
                self._file.write(f"{self.time.now / 1e6:12.6f}  {who:5}  {described(part)}\n")


def described(part: bytes) -> str:
    """What stands between two delimiters, in words."""
    content = unstuff(part)
    if content is None or decode(part) is None:
        return f"damaged, {len(part)} octets: {part[:32].hex(' ')}"
    return show(content[:-4])
