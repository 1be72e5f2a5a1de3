"""What a burst-mode controller does in silicon, for many bursts at once: EN 300 175-3 6.2.5 and 175-2.

Bursts are not scrambled: both ends would undo it, and no third party listens yet.
"""

import numpy as np
from numpy.typing import NDArray

Octets = NDArray[np.uint8]

R_CRC_POLYNOMIAL = 0x0589
"""x^16 + x^10 + x^8 + x^7 + x^3 + 1 without its highest term; the last bit is inverted (175-3 6.2.5.2)."""

TEST_OCTETS = np.array([6, 7, 14, 15, 22, 23, 30, 31, 38, 39])
"""Octets of a B-field of 320 bits that hold the 80 test bits of the X-CRC (6.2.5.4)."""

FIELD, B_FIELD = 6, 40

SENSITIVITY = -83.0
"""dBm at which one bit in a thousand is wrong (175-2)."""

FLOOR = -93.0
"""dBm below which a receiver notices nothing: the low end of its scale."""

CAPTURE = 10.0
"""dB by which a burst must exceed the sum of the others in its slot to be received."""

POWER = 24.0
"""dBm of a transmitter (175-2)."""


def _crc_tables() -> NDArray[np.uint16]:
    """CRC of each octet value at each of the six places; a CRC from zero is linear, so they add by XOR."""
    tables = np.zeros((FIELD, 256), np.uint16)
    for place in range(FIELD):
        for value in range(256):
            crc = value << 8
            for _ in range(8 * (FIELD - place)):
                crc = (crc << 1 ^ R_CRC_POLYNOMIAL if crc & 0x8000 else crc << 1) & 0xFFFF
            tables[place, value] = crc
    return tables


_TABLES = _crc_tables()
_PLACES = np.arange(FIELD)


def r_crc(fields: Octets) -> NDArray[np.uint16]:
    """The 16 check bits of each row of six octets."""
    return np.bitwise_xor.reduce(_TABLES[_PLACES, fields], axis=1) ^ np.uint16(1)


def x_crc(b_fields: Octets) -> Octets:
    """The four check bits of each row of forty octets: x^4 + 1 over 80 bits is the XOR of 20 nibbles."""
    octet = np.bitwise_xor.reduce(b_fields[:, TEST_OCTETS], axis=1)
    return (octet >> 4) ^ (octet & 15)


def path_loss(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """dB over a distance indoors: 38 + 30 log10(d), d at least one metre."""
    return 38.0 + 30.0 * np.log10(np.maximum(metres, 1.0))
