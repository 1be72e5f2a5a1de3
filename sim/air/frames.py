"""Slots, bits and names of bursts: EN 300 175-2 4, 175-3 7."""

from typing import Any, NamedTuple

FRAME = 10_000
"""Microseconds."""

SLOTS, SLOT_BITS = 24, 480
FRAME_BITS = SLOTS * SLOT_BITS
MULTIFRAME = 16
COUNT = 1 << 28
"""Frames are counted modulo this: 24 bits of multiframe number and four of frame number (175-3 7.2.3.7)."""

CARRIERS = 10
FULL, LONG = "full", "long"
FIELD, B_FULL, B_LONG = 6, 40, 80
"""Octets of an A-field without its R-CRC, of a B-field of 320 and of 640 bits (175-2 4.4: full slot, long slot
j = 640)."""

P00 = 96
"""Bits of a burst without B-field: 32 of S-field, 64 of A-field (175-2 4.4)."""

BITS = (424, 744)
"""Bits of a burst in a full and in a long slot with 320 and 640 bits of B-field, X-field and Z-field included."""

SILENCE = b"\xFF" * B_FULL
"""A B-field of nothing but the ADPCM code for "no change"."""

CT, NT, QT, MT, PT = (0, 1), 3, 4, 6, 7
"""TA of an A-field (175-3 7.1.2); that of a handset's first transmission is PT's number."""

ENCRYPTION = 5
"""First nibble of an M_T that switches the cipher (175-3 7.2.5)."""

PAGE_FRAMES = (0, 2, 4, 6)
"""Frames of a multiframe in which a page goes out (175-3 9.1.3.1)."""

Ear = tuple[int, int]
"""Slot and carrier."""


class Heard(NamedTuple):
    """A good A-field of six octets, in a slot in which the station has no bearer of its own."""

    slot: int
    carrier: int
    rssi: int
    field: bytes


class Beacon(NamedTuple):
    """What a base sends over and over on its dummy bearer, one field a frame, the first in frame 0 of a multiframe.

    `blind` are the slots that are taken there, `bearers` slot and carrier of each that is open. As `Air.beacons`
    gives it, a Q_T holds the PSCN and the multiframe number of this moment.
    """

    slot: int
    carrier: int
    fields: "tuple[bytes, ...]"
    blind: "frozenset[int]" = frozenset()
    bearers: "tuple[Ear, ...]" = ()
    station: Any = None


class Reception(NamedTuple):
    """How one station received a burst: `rssi` in dBm."""

    station: object
    rssi: int
    a_ok: bool
    x_ok: bool


class Tapped(NamedTuple):
    """One burst on the air. `direction` 0: from a base, 1: from a handset; `number` is the sender's count of frames.

    `field` has eight octets, `b` 40 or 80, ciphered and scrambled, `x` four bits; without a B-field both are None.
    `shift`: bits of the frame at which it begins.
    """

    direction: int
    carrier: int
    slot: int
    number: int
    shift: int
    station: object
    field: bytes
    b: "bytes | None"
    x: "int | None"
    heard: "tuple[Reception, ...]"


def ta(field: bytes) -> int:
    return field[0] >> 5


def encryption(field: bytes) -> bool:
    return ta(field) == MT and field[1] >> 4 == ENCRYPTION
