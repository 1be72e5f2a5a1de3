"""What a burst-mode controller does in silicon, over rows of octets: check sums, scrambler, cipher.

Each row is one burst. A controller that sends ciphers, then scrambles, then adds the X-CRC; one that
receives checks the X-CRC on the octets as they came (EN 300 175-3 6.2.4, 6.2.5; 175-7). Works in C,
without the GIL; arrays that are not contiguous are copied first.
"""

import _gwair
import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.air.frames import B_FULL

Octets = NDArray[np.uint8]

TAIL = 5
"""Octets of the tail of an A-field."""


def r_crc(fields: Octets) -> NDArray[np.uint16]:
    """The 16 check bits of each row of six octets."""
    fields = _rows(fields)
    out = np.empty(len(fields), np.uint16)
    _gwair.r_crc(fields, out)
    return out


def x_crc(b: Octets) -> Octets:
    """The four check bits of each row of 40 or 80 octets, in the low nibble."""
    b = _rows(b)
    out = np.empty(len(b), np.uint8)
    _gwair.x_crc(b, b.shape[1], out)
    return out


def scramble(b: Octets, frames: ArrayLike) -> Octets:
    """Rows of 40 or 80 octets as they are on the air in `frames` (one for all, or one a row); also the way back."""
    b = _rows(b)
    counted = np.ascontiguousarray(np.broadcast_to(np.asarray(frames) & 7, len(b)), np.uint8)
    out = np.empty_like(b)
    _gwair.scramble(b, b.shape[1], counted, out)
    return out


def keystream(keys: Octets, multiframes: ArrayLike, frames: ArrayLike, octets: int = B_FULL) -> Octets:
    """The cipher's stream in one frame for each row of eight key octets.

    A row is 5 octets for a C_T tail and `octets` for the B-field from base to handset, then as many for the
    way back; ciphering and deciphering are XOR. `multiframes` counts to 2**24, `frames` from 0 to 15;
    each is one number for all rows, or one a row.
    """
    keys = _rows(keys)
    count = np.asarray(multiframes, np.uint64) << np.uint64(4) | np.asarray(frames, np.uint64)
    out = np.empty((len(keys), 2 * (TAIL + octets)), np.uint8)
    _gwair.keystream(keys, np.ascontiguousarray(np.broadcast_to(count, len(keys)), np.uint64), octets, out)
    return out


def _rows(octets: Octets) -> Octets:
    rows = np.ascontiguousarray(octets, np.uint8)
    if rows.ndim != 2:
        raise ValueError(f"rows of octets have two dimensions, not {rows.ndim}")
    return rows
