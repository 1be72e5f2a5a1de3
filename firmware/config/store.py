"""Octets kept in two copies in NOR flash, so that a cut leaves the old or the new, never neither.

A copy is a header and, from the next page on, the data:

    offset  octets
    0       4       magic "gsST"
    4       4       sequence number, big-endian; the higher copy counts
    8       4       length of the data
    12      4       CRC-32 of the data
    16      4       CRC-32 of octets 0 to 15

A commit goes to the copy that is not in use: erase its first sector (so that
an old header cannot stand before new data), erase the rest, program the data,
read it back, and program the header last. Until then the other copy counts.
"""

import binascii
import struct

MAGIC = b"gsST"
HEADER = ">4sIII"
SIZE = 20
CHUNK = 1024
"""Octets read back at once."""


class StoreError(Exception):
    """Flash does not hold what was written to it; the data before the commit still count."""


class NoSpace(StoreError):
    """The data do not fit; nothing was touched."""


class Store:
    """One blob in the Regions `a` and `b` of a hal.flash.Flash; `sector` is its erase block.

    After `load`, `damage` is None or says which copy is unreadable, and `lost`
    is True if that left nothing to load; the next commit mends both. `used` and `capacity` are in octets.
    """

    def __init__(self, flash, a, b, sector, capacity=None):
        self.flash = flash
        self.sector = sector
        self.start = -(-SIZE // flash.page) * flash.page
        room = min(a.size, b.size) - self.start
        self.capacity = room if capacity is None else min(capacity, room)
        self.damage = None
        self.lost = False
        self.used = 0
        self._regions = (a, b)
        self._current = None
        self._sequence = 0
        self._sum = None

    def load(self):
        """The newest readable data, or None if there is none."""
        found, bad = [], []
        for index, region in enumerate(self._regions):
            header = self.flash.read(region.at, SIZE)
            sequence, data = self._copy(region, header)
            if data is not None:
                found.append((sequence, index, data))
            elif header != b"\xff" * SIZE:
                bad.append(region.name)
        self.damage = None
        self.lost = bool(bad) and not found
        if bad:
            outcome = "no good copy is left" if self.lost else "the other copy is in use"
            self.damage = "{} unreadable: {}".format(" and ".join(bad), outcome)
        if not found:
            return None
        if len(found) == 2 and found[1][0] <= found[0][0]:
            found.pop()
        self._sequence, self._current, data = found[-1]
        self.used, self._sum = len(data), binascii.crc32(data)
        return data

    def commit(self, data):
        """Make `data` what `load` returns from now on; no flash operation if it is that already and no copy is damaged.

        Raises NoSpace, StoreError, or the flash's own FlashError.
        """
        if len(data) > self.capacity:
            raise NoSpace("no space: {} octets, there is room for {}".format(len(data), self.capacity))
        check = binascii.crc32(data)
        if not self.damage and self._holds(data, check):
            return
        target = 1 if self._current == 0 else 0
        region = self._regions[target]
        for at in range(region.at, region.at + self.start + len(data), self.sector):
            self.flash.erase(at)
        self._program(region.at + self.start, data)
        if not self._matches(region.at + self.start, data):
            raise StoreError("{}: flash does not hold what was written".format(region.name))
        header = struct.pack(HEADER, MAGIC, self._sequence + 1, len(data), check)
        header += struct.pack(">I", binascii.crc32(header))
        self._program(region.at, header)
        if not self._matches(region.at, header):
            raise StoreError("{}: flash does not hold what was written".format(region.name))
        self._current, self._sequence = target, self._sequence + 1
        self.damage, self.lost = None, False
        self.used, self._sum = len(data), check

    def _copy(self, region, header):
        """(sequence, data) of a good copy, or (0, None)."""
        magic, sequence, length, check = struct.unpack(HEADER, header[:16])
        if magic != MAGIC or struct.unpack(">I", header[16:])[0] != binascii.crc32(header[:16]):
            return 0, None
        if length > region.size - self.start:
            return 0, None
        data = self.flash.read(region.at + self.start, length)
        return (sequence, data) if binascii.crc32(data) == check else (0, None)

    def _holds(self, data, check):
        """Whether the copy in use is just that already."""
        if self._current is None or (len(data), check) != (self.used, self._sum):
            return False
        return self._matches(self._regions[self._current].at + self.start, data)

    def _matches(self, at, data):
        for offset in range(0, len(data), CHUNK):
            part = data[offset:offset + CHUNK]
            if self.flash.read(at + offset, len(part)) != part:
                return False
        return True

    def _program(self, at, data):
        """Program, one call per sector."""
        offset = 0
        while offset < len(data):
            room = self.sector - (at + offset) % self.sector
            self.flash.program(at + offset, data[offset:offset + room])
            offset += room
