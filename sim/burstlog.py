"""The bursts of the air as a capture that Wireshark reads: Ethernet frames of type 0x2323, its DECT dissector's own.

A packet is a burst as the receiver heard it that had it loudest, with that one's RSSI; a burst that nobody received
is there as it was sent. The engine draws whether a field came through and not each of its bits: a field that did not
has some bits turned over here, so that its check sum is wrong.
"""

import struct
from io import BufferedWriter, FileIO
from typing import TYPE_CHECKING

import numpy as np

from sim.air import bits
from sim.air.errors import CEILING, FLOOR, flip
from sim.trace import MAGIC, PACKET_HEADER, PCAP_HEADER

if TYPE_CHECKING:
    from sim.air import Reception, Tapped

LINKTYPE_ETHERNET, SNAPLEN = 1, 65_535
ETHERTYPE = 0x2323

HEAD = struct.Struct(">BBHBB")
"""Direction (0 from a base, 1 from a handset), carrier, slot, frame, RSSI."""

SYNC = (b"\xAA\xAA\xAA\xE9\x8A", b"\x55\x55\x55\x16\x75")
"""Preamble and sync word of a base and of a handset (EN 300 175-2 4.6); one octet of 0xAA and 0x55 is not captured."""

BITS_A_MICROSECOND = 1.152

SHARE = 0.1
"""Of the bits of a field that did not come through: so many are turned over."""


class BurstLog:
    """`air.tap(BurstLog(path).burst)`. `start` is the wall time (seconds since 1970) of virtual instant 0.

    Addresses are numbers that stations get in the order in which they are first heard of: 02:00:00:00:00:01 and up;
    where nobody received it the destination is zero. Bursts of one frame are written in the order of their instants.
    Written through a buffer: `close` it, also on Ctrl-C; it is a context manager.
    """

    def __init__(self, path: str, start: float = 0.0):
        self.packets = 0
        self._file = BufferedWriter(FileIO(path, "wb"))
        self._start = int(start * 1_000_000)
        self._numbers: dict[int, tuple[int, object]] = {}
        self._random = np.random.default_rng(1)
        self._frame: list[tuple[int, bytes]] = []
        self._now = 0
        self._file.write(PCAP_HEADER.pack(MAGIC, 2, 4, 0, 0, SNAPLEN, LINKTYPE_ETHERNET))

    def burst(self, now: int, number: int, burst: "Tapped") -> None:
        """`now` is the instant at which the simulation's frame of that number began."""
        if self._file.closed:
            return
        if now != self._now:
            self._write()
            self._now = now
        at = now + int(burst.shift / BITS_A_MICROSECOND)
        self._frame.append((at, self._packet(burst)))

    def flush(self) -> None:
        self._write()
        self._file.flush()

    def close(self) -> None:
        if not self._file.closed:
            self._write()
            self._file.close()

    def __enter__(self) -> "BurstLog":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _write(self) -> None:
        for at, packet in sorted(self._frame, key=lambda one: one[0]):
            seconds, microseconds = divmod(self._start + at, 1_000_000)
            self._file.write(PACKET_HEADER.pack(seconds, microseconds, len(packet), len(packet)) + packet)
        self.packets += len(self._frame)
        self._frame.clear()

    def _packet(self, burst: "Tapped") -> bytes:
        heard = max(burst.heard, key=lambda one: one.rssi, default=None)
        addresses = self._address(heard.station if heard else None) + self._address(burst.station)
        head = HEAD.pack(burst.direction, burst.carrier, burst.slot, burst.number % 16, scaled(heard))
        field = burst.field if heard is None or heard.a_ok else self._torn_field(burst.field)
        # The dissector wants an octet where the B-field would be, also behind a burst that has none.
        b = b"\0" if burst.b is None or burst.x is None else self._b_field(burst.b, burst.x, heard)
        return addresses + struct.pack(">H", ETHERTYPE) + head + SYNC[burst.direction] + field + b

    def _address(self, station: object) -> bytes:
        if station is None:
            return bytes(6)
        number, _ = self._numbers.setdefault(id(station), (len(self._numbers) + 1, station))
        return struct.pack(">BBI", 2, 0, number)

    def _b_field(self, b: bytes, x: int, heard: "Reception | None") -> bytes:
        if heard is not None and not heard.x_ok:
            b = self._torn_b_field(b)
        return b + bytes((x << 4,))

    def _torn_field(self, field: bytes) -> bytes:
        """The field and its R-CRC with errors that the CRC shows; none in the header, which tells of the B-field."""
        torn = _row(field)
        while int(bits.r_crc(torn[:, :6])[0]) == int.from_bytes(torn[0, 6:].tobytes(), "big"):
            flip(torn, 8, 64, SHARE, self._random)
        return torn.tobytes()

    def _torn_b_field(self, b: bytes) -> bytes:
        """Octets with errors among the test bits, which are the only ones that the X-CRC watches."""
        torn, right = _row(b), bits.x_crc(_row(b))
        while (bits.x_crc(torn) == right).all():
            flip(torn, 0, 8 * len(b), SHARE, self._random)
        return torn.tobytes()


def scaled(heard: "Reception | None") -> int:
    """RSSI as an octet, 0 to 255 over the receiver's scale."""
    if heard is None:
        return 0
    share = (heard.rssi - FLOOR) / (CEILING - FLOOR)
    return round(255 * min(1.0, max(0.0, share)))


def _row(octets: bytes) -> bits.Octets:
    return np.frombuffer(octets, np.uint8)[None].copy()
