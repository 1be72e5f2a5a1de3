"""Frames on a serial line: a header, a body and a CRC-32, stuffed so that an octet of zero ends each.

Stuffing is COBS (Cheshire and Baker, 1999), the CRC that of IEEE 802.3 clause 3.2.9. All numbers are little-endian.
"""

import struct
from binascii import crc32
from collections import namedtuple

Frame = namedtuple("Frame", ("kind", "sequence", "ack", "expect", "credit", "body"))
"""`sequence` counts the sender's frames; `ack` is the last sequence it has heard, `expect` the number of the next
order that it wants, `credit` how much it can take behind `ack`, in units of CREDIT octets. Octets each."""

_HEADER = "<BBBBBH"
_HEAD = 7
_CRC = 4
BODY = 1024
"""The longest body."""

CREDIT = 64
WIRE = (_HEAD + BODY + _CRC) * 255 // 254 + 2
"""The longest frame on the line, its zero included."""

DELIMITER = b"\x00"
KEPT = 120
"""Octets of what was no frame that are kept for whoever asks what the line carries."""


def stuff(data):
    """`data` without zeros, one octet longer in each 254."""
    out = bytearray()
    for part in data.split(DELIMITER):
        at = 0
        while len(part) - at >= 254:
            out.append(255)
            out += part[at:at + 254]
            at += 254
        out.append(len(part) - at + 1)
        out += part[at:]
    return bytes(out)


def unstuff(data):
    """What `stuff` was given, or None where no data is stuffed so."""
    out, at, size = bytearray(), 0, len(data)
    while at < size:
        code = data[at]
        end = at + code
        if code == 0 or end > size:
            return None
        out += data[at + 1:end]
        at = end
        if code < 255 and at < size:
            out.append(0)
    return bytes(out)


def encode(frame):
    """The octets of a Frame on the line."""
    data = struct.pack(_HEADER, frame.kind, frame.sequence, frame.ack, frame.expect, frame.credit,
                       len(frame.body)) + frame.body
    return stuff(data + struct.pack("<I", crc32(data) & 0xFFFFFFFF)) + DELIMITER


def decode(data):
    """The Frame between two delimiters, or None where it is none."""
    data = unstuff(data)
    if data is None or not _HEAD + _CRC <= len(data) <= _HEAD + BODY + _CRC:
        return None
    content = data[:-_CRC]
    if struct.unpack("<I", data[-_CRC:])[0] != crc32(content) & 0xFFFFFFFF:
        return None
    kind, sequence, ack, expect, credit, length = struct.unpack(_HEADER, content[:_HEAD])
    if length != len(content) - _HEAD:
        return None
    return Frame(kind, sequence, ack, expect, credit, content[_HEAD:])


class Reader:
    """Octets as they come, made into frames. `damaged` counts what was none, `noise` is the last of it."""

    def __init__(self):
        self.damaged = 0
        self.noise = b""
        self._rest = b""
        self._overlong = False

    def feed(self, data):
        """The whole Frames that end within `data`."""
        parts = (self._rest + data).split(DELIMITER)
        self._rest = parts.pop()
        found = []
        for part in parts:
            frame = self._take(part)
            if frame is not None:
                found.append(frame)
        if len(self._rest) >= WIRE:
            self._spoiled(self._rest)
            self._rest, self._overlong = b"", True
        return found

    def _take(self, part):
        overlong, self._overlong = self._overlong, False
        if overlong or not part:
            return None
        frame = decode(part)
        if frame is None:
            self._spoiled(part)
        return frame

    def rest(self):
        """What has come since the last delimiter: all of it, where a line never carries one."""
        return self._rest

    def _spoiled(self, part):
        self.damaged += 1
        self.noise = part[-KEPT:]
