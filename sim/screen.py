"""What comes from a serial line, shown: as text, in hexadecimal, or as the frames of a link; to a log as well."""

import datetime
import sys
import time

CRC = 4
WIDTH = 16
"""Octets a line in hexadecimal."""


class Screen:
    """To standard output, and to `log`, an open file or None. A context manager: leaving it shows what is left.

    `stamps`: "no", "relative" (seconds since the start) or "wall" (time of day). `view`: "text", "hex", "frames".
    """

    def __init__(self, log=None, stamps="no", view="text"):
        self._log = log
        self._stamps = self._wish = stamps
        self._view = view
        self._began = time.monotonic()
        self._fresh = True
        self._row = b""
        self._offset = 0
        self._rests: "dict[str, bytes]" = {}

    def show(self, data: bytes, mark="") -> None:
        """Octets as they came; `mark` tells the direction of frames."""
        if self._view == "hex":
            self._hex(data)
        elif self._view == "frames":
            self._frames(data, mark)
        else:
            self._put(b"".join(self._stamped(data)))

    def note(self, text: str, end="\r\n", fresh=True) -> None:
        """A remark of our own to whoever looks on; not for the log."""
        lines = ("\r\n" * (fresh and not self._fresh) + text).replace("\r\n", "\n").replace("\n", "\r\n")
        sys.stderr.write(lines + end)
        sys.stderr.flush()
        self._fresh = True

    def toggle_hex(self) -> str:
        self._flush()
        self._view = "text" if self._view == "hex" else "hex"
        return "hexadecimal on" if self._view == "hex" else "hexadecimal off"

    def toggle_time(self) -> str:
        """On again they are as they were asked for at the start."""
        self._stamps = (self._wish if self._wish != "no" else "relative") if self._stamps == "no" else "no"
        return "time stamps off" if self._stamps == "no" else "time stamps on"

    def _stamped(self, data):
        for line in data.splitlines(keepends=True):
            if self._fresh:
                yield self._stamp()
            yield line
            self._fresh = line.endswith(b"\n")

    def _stamp(self):
        if self._stamps == "no":
            return b""
        if self._stamps == "wall":
            return datetime.datetime.now().strftime("[%H:%M:%S.%f").encode()[:-3] + b"] "
        return b"[%9.3f] " % (time.monotonic() - self._began)

    def _hex(self, data):
        for octet in data:
            self._row += bytes([octet])
            if len(self._row) == WIDTH:
                self._flush()

    def _flush(self):
        """The row that is not full; its end is not known before."""
        row, self._row = self._row, b""
        if row:
            text = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in row)
            self._put_line(f"{self._offset:08x}  {row.hex(' '):{3 * WIDTH}} {text}")
            self._offset += len(row)

    def _frames(self, data, mark):
        from hal.frames import DELIMITER, WIRE, decode, unstuff
        from sim.devices.link_frames import show

        *whole, rest = (self._rests.get(mark, b"") + data).split(DELIMITER)
        for part in whole:
            if decode(part) is not None:
                self._put_line(mark + show(unstuff(part)[:-CRC]))
            elif part:
                self._put_line(f"{mark}damaged: {len(part)} octets, {part[:WIDTH].hex(' ')}")
        if len(rest) > WIRE:
            self._put_line(f"{mark}no frame: {rest[:WIDTH].hex(' ')}")
            rest = b""
        self._rests[mark] = rest

    def _put_line(self, text):
        self._put(self._stamp() + text.encode() + b"\r\n")

    def _put(self, data):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        if self._log:
            self._log.write(data)
            self._log.flush()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._view == "hex":
            self._flush()
