"""What a controller fills in as a burst goes out, and what a receiver with another key makes of it."""

from typing import TYPE_CHECKING

import numpy as np

from sim.air import bits
from sim.air.frames import B_FULL, B_LONG, COUNT, CT, QT, ta

if TYPE_CHECKING:
    from sim.air.ends import End
    from sim.air.engine import Engine

STATIC, MULTIFRAME_NUMBER = (0, 1), 6
"""Q_H of static system information, and of the multiframe number (175-3 7.2.3)."""

_SCRAMBLED = bits.scramble(np.zeros((8, B_LONG), np.uint8), np.arange(8))


def filled(field: bytes, number: int, pscn: int, slot: int, carrier: int) -> bytes:
    """A Q_T with what changes: slot, carrier and PSCN, or the multiframe number."""
    if ta(field) != QT:
        return field
    kind = field[1] >> 4
    if kind in STATIC:
        return bytes((field[0], kind << 4 | slot % 12)) + field[2:4] + bytes((carrier, pscn & 0x3F))
    if kind == MULTIFRAME_NUMBER:
        return field[:3] + (number % COUNT >> 4).to_bytes(3, "big")
    return field


def headed(field: bytes, q1: bool, ba: int, q2: bool, control: bool) -> bytes:
    """A field with Q1, BA and Q2: BA of the bearer, unless an M_T that was queued has one of its own."""
    own = field[0] >> 1 & 7
    if control and own:
        ba = own
    return bytes((field[0] & 0xE0 | q1 << 4 | ba << 1 | q2,)) + field[1:]


def stream(key: "bytes | None", number: int, to_handset: bool, wide: bool) -> "tuple[bytes, bytes]":
    """What is added to a C_T tail and to a B-field in one direction of a frame; zeros without a key."""
    octets = B_LONG if wide else B_FULL
    if key is None:
        return bytes(bits.TAIL), bytes(octets)
    number %= COUNT
    row = bits.keystream(np.frombuffer(key, np.uint8)[None], number >> 4, number & 15, octets)[0]
    half = row[:len(row) // 2] if to_handset else row[len(row) // 2:]
    return half[:bits.TAIL].tobytes(), half[bits.TAIL:].tobytes()


def _counts(air: "Engine", end: "End", other: "End") -> "tuple[int, int]":
    ahead = air.tables.ends["ahead"]
    return air.number + int(ahead[end.row]), air.number + int(ahead[other.row])


def garbled_tail(air: "Engine", field: bytes, sender: "End", end: "End") -> bytes:
    """A C_T field as an end reads it whose key, or count of frames, is not the sender's."""
    there, here = _counts(air, sender, end)
    if ta(field) not in CT or (sender.key == end.key and (here == there or end.key is None)):
        return field
    down = sender.slot < 12
    one, other = stream(sender.key, there, down, end.wide)[0], stream(end.key, here, down, end.wide)[0]
    return field[:1] + bytes(a ^ b ^ c for a, b, c in zip(field[1:], one, other, strict=True))


def garbled_b(air: "Engine", end: "End") -> None:
    """The same with the B-field that has come in: what the sender added less what the receiver takes away."""
    sender = air.ends[int(air.tables.ends["who"][end.row])]
    there, here = _counts(air, sender, end)
    down = sender.slot < 12
    one = np.frombuffer(stream(sender.key, there, down, end.wide)[1], np.uint8)
    other = np.frombuffer(stream(end.key, here, down, end.wide)[1], np.uint8)
    octets = len(one)
    at = B_LONG * end.link.row
    whole = np.frombuffer(air.tables.inward, np.uint8)[at:at + octets]
    whole ^= one ^ other ^ _SCRAMBLED[there & 7, :octets] ^ _SCRAMBLED[here & 7, :octets]
