"""What a base says in A-fields (EN 300 175-3 7.2.3, 7.2.4), for tests: a base has no need to read its own.

All take a tail of five octets.
"""

from collections import namedtuple

from firmware.dect import bursts, qt

ZERO = 0
"""Length of a P_T that holds no page."""

Page = namedtuple("Page", ("wide", "code", "tpui"))
Static = namedtuple("Static", ("slot", "carrier", "carriers", "pscn"))
"""Where the bearer is, the carriers in use as a mask (carrier 0 in bit 0), and that which is scanned first."""

Sari = namedtuple("Sari", ("more", "tari", "black", "value"))
"""One entry of the list: `more` is the coded length of the cycle, 2 (more + 1) entries."""


def page(tail):
    """`Page` with a TPUI of 16 (short) or 20 bits (full), or None."""
    value, length = int.from_bytes(tail, "big"), tail[0] >> 4 & 7
    if length == bursts.SHORT:
        return Page(value >> 35 & 1, value >> 32 & 7, value >> 16 & 0xFFFF)
    if length == bursts.FULL:
        return Page(value >> 35 & 1, value >> 32 & 7, value >> 12 & 0xFFFFF)
    return None


def note(tail):
    """The `bursts.Note` in a P_T with a zero or a short page, or None."""
    if tail[0] >> 4 & 7 not in (ZERO, bursts.SHORT):
        return None
    return bursts.Note(tail[3] >> 4, (tail[3] & 15) << 8 | tail[4])


def blind_slots(found):
    """Of a note about blind slots."""
    return [slot for slot in range(12) if found.value >> (11 - slot) & 1]


def place(found):
    """(slot, carrier) of a note about a bearer's position."""
    return found.value >> 8, found.value & 63


def static(tail):
    """`Static`, or None for another kind of Q_T."""
    if qt.kind(tail) not in (0, 1):
        return None
    value = int.from_bytes(tail, "big")
    cars = value >> 16 & 0x3FF
    carriers = sum((cars >> (qt.CARRIERS - 1 - carrier) & 1) << carrier for carrier in range(qt.CARRIERS))
    return Static(value >> 32 & 15, value >> 8 & 63, carriers, value & 63)


def bits(tail):
    """The bits a12 to a47 that are set in capabilities of any part."""
    value = int.from_bytes(tail, "big")
    return [bit for bit in range(qt.FIRST_BIT, qt.LAST_BIT + 1) if value >> (qt.LAST_BIT - bit) & 1]


def sari(tail):
    """`Sari`, or None for another kind of Q_T."""
    if qt.kind(tail) != qt.SARIS:
        return None
    value = int.from_bytes(tail, "big")
    return Sari(value >> 33 & 7, value >> 32 & 1, value >> 31 & 1, value & 0x7FFFFFFF)


def multiframe(tail):
    """The multiframe number, or None for another kind of Q_T."""
    return int.from_bytes(tail[2:], "big") if qt.kind(tail) == qt.MULTIFRAME else None
