"""MAC control (M_T, EN 300 175-3 7.2.5): four bits of kind, four of command, 32 of what it is about.

What reads never raises: it gives None for what it does not know.
"""

from collections import namedtuple

from firmware.dect.bursts import MT, MT_FIRST, pack

BASIC, ADVANCED, QUALITY, ENCRYPTION = 0, 1, 3, 5
"""Kinds (7.2.5.1)."""

ACCESS_REQUEST, BEARER_HANDOVER, CONNECTION_HANDOVER, UNCONFIRMED, BEARER_CONFIRM, WAIT = range(6)
ATTRIBUTES_REQUEST, ATTRIBUTES_CONFIRM, RELEASE = 6, 7, 15
"""Commands of connection control, basic and advanced (7.2.5.2, 7.2.5.3); ATTRIBUTES_T is of the latter only."""

START_REQUEST, START_CONFIRM, START_GRANT, STOP_REQUEST, STOP_CONFIRM, STOP_GRANT = 0, 1, 2, 4, 5, 6
"""Commands of encryption control (7.2.5.7)."""

FULL_SLOT, LONG_640 = 1, 3
"""Slot types of ATTRIBUTES_T (7.2.5.3.8)."""

Control = namedtuple("Control", ("kind", "command", "fmid", "pmid"))
Released = namedtuple("Released", ("lbn", "reason", "pmid"))
Attributes = namedtuple("Attributes", ("command", "ecn", "lbn", "type", "service", "slot", "cf", "modulation"))


def _field(value, first=False):
    return pack(MT_FIRST if first else MT, value.to_bytes(5, "big"))


def control(command, fmid, pmid, kind=BASIC, first=False):
    """Connection, quality or encryption control; `first` marks a handset's first transmission."""
    return _field(kind << 36 | command << 32 | fmid << 20 | pmid, first)


def release(reason, pmid, kind=BASIC, lbn=0):
    return _field(kind << 36 | RELEASE << 32 | lbn << 24 | reason << 20 | pmid)


def attributes(one):
    """ATTRIBUTES_T: connection 4, bearer 4, type 2, service 6, slot 4, C_F 4, modulation 8 bits."""
    return _field(ADVANCED << 36 | one.command << 32 | one.ecn << 28 | one.lbn << 24 | one.type << 22
                  | one.service << 16 | one.slot << 12 | one.cf << 8 | one.modulation)


def read(tail):
    """`Control`, `Released` or `Attributes`; None for a kind or command that is not known."""
    kind, command, value = tail[0] >> 4, tail[0] & 15, int.from_bytes(tail[1:], "big")
    if kind in (BASIC, ADVANCED):
        if command == RELEASE:
            return Released(value >> 24 & 15, value >> 20 & 15, value & 0xFFFFF)
        if command in (ATTRIBUTES_REQUEST, ATTRIBUTES_CONFIRM):
            return _attributes(command, value) if kind == ADVANCED else None
        if command > WAIT:
            return None
    elif kind not in (QUALITY, ENCRYPTION):
        return None
    return Control(kind, command, value >> 20 & 0xFFF, value & 0xFFFFF)


def _attributes(command, value):
    return Attributes(command, value >> 28, value >> 24 & 15, value >> 22 & 3, value >> 16 & 63, value >> 12 & 15,
                      value >> 8 & 15, value & 255)
