"""System information (Q_T, EN 300 175-3 7.2.3) and what a dummy bearer sends of it and when.

The tail's first four bits tell the kind. Bits are counted as the standard counts
those of an A-field: a8 is the tail's first, a47 its last.
"""

from firmware.dect.between import SECOND
from firmware.dect.bursts import DUMMY_BEARER, NO_B_FIELD, QT, identity, pack, position, zero_page

STATIC, CAPABILITIES, EXTENDED, SARIS, MULTIFRAME, EXTENDED_2 = 0, 3, 4, 5, 6, 12

CARRIERS = 10
MULTIFRAME_MARK = 0xF0F
"""a12 to a23 of a multiframe number (7.2.3.7)."""

OFFERS = (12, 17, 23, 32, 33, 38)
"""Bits a12 extended information, a17 full slot, a23 basic A-field set-up, a32 G.726, a33 GAP speech,
a38 location registration (EN 300 175-5 annex F)."""

FRAMES = 16

FIRST_BIT, LAST_BIT = 12, 47
"""Of what a field of capabilities holds."""


def _bits(kind, bits):
    value = kind << 36
    for bit in bits:
        if FIRST_BIT <= bit <= LAST_BIT:
            value |= 1 << (LAST_BIT - bit)
    return value


def _field(value):
    return pack(QT, value.to_bytes(5, "big"), NO_B_FIELD)


def kind(tail):
    return tail[0] >> 4


def static_information(carriers, slot=0, carrier=0):
    """Slot 4, start 2, escape 1, transceivers 2 (one), more carriers 1, carriers 10, carrier 6, PSCN 6, which the
    controller fills in (7.2.3.2)."""
    cars = ((1 << carriers) - 1) << (CARRIERS - carriers)
    return _field(STATIC << 36 | slot << 32 | cars << 16 | carrier << 8)


def capabilities(more=()):
    """What the base offers, with bits that depend on its configuration (7.2.3.4)."""
    return _field(_bits(CAPABILITIES, OFFERS + tuple(more)))


def extended(which=EXTENDED, more=()):
    """The first or second extension of the capabilities (7.2.3.5, 7.2.3.11)."""
    return _field(_bits(which, more))


def sari(value, count=1, tari=False, black=False):
    """A secondary access rights identity of 31 bits, one of `count` (7.2.3.6)."""
    cycle = max(0, (count + 1) // 2 - 1) & 7
    return _field(SARIS << 36 | cycle << 33 | tari << 32 | black << 31 | (value & 0x7FFFFFFF))


def multiframe(number=0):
    """The multiframe number, 24 bits, which the controller fills in (7.2.3.7)."""
    return _field(MULTIFRAME << 36 | MULTIFRAME_MARK << 24 | (number & 0xFFFFFF))


def schedule(system, saris):
    """The Q_T of each multiframe, with a SARI in each fourth; five kinds of `system` then come every seventh or more
    often, where every eighth is asked for (7.2.3.1)."""
    if not saris:
        return system
    fields: list = []
    turn = entry = 0
    while not fields or turn or entry:
        for _ in range(3):
            fields.append(system[turn])
            turn = (turn + 1) % len(system)
        fields.append(saris[entry])
        entry = (entry + 1) % len(saris)
    return fields


def beacon(rfpi, carriers, more=(), slot=0, carrier=0, notes=(), saris=()):
    """All that a dummy bearer sends, from frame 0 of a multiframe on: Q_T in frame 8, N_T in frame 14 and in odd
    frames, else P_T (6.2.2.1), whose MAC layer information takes turns. `more` are capability bits, those of the second
    extension with SECOND added; `saris` are ARI values of 31 bits."""
    second = [bit - SECOND for bit in more]
    system = [static_information(carriers, slot, carrier), capabilities(more), multiframe(), extended(),
              extended(EXTENDED_2, second)]
    notes = [zero_page(rfpi, note) for note in list(notes) + [position(DUMMY_BEARER, slot, carrier)]]
    name = identity(rfpi, NO_B_FIELD)
    fields, turn = [], 0
    for information in schedule(system, [sari(value, len(saris)) for value in saris]):
        for frame in range(FRAMES):
            if frame == 8:
                fields.append(information)
            elif frame & 1 or frame == 14:
                fields.append(name)
            else:
                fields.append(notes[turn % len(notes)])
                turn += 1
    return fields
