"""The A-field of a burst without its CRC: a header octet and a tail of five (EN 300 175-3 7.1, 7.2).

The controller adds the R-CRC, sets Q2 and fills idle frames; it scrambles and
ciphers nothing yet.
"""

from collections import namedtuple

CT0, CT1, NT_CONNECTIONLESS, NT, QT, ESCAPE, MT, PT = range(8)
"""TA, the tail identification (7.1.2). From a handset 7 is the M_T of a first transmission."""
MT_FIRST = PT

B_FIELD, NO_B_FIELD = 0, 7
"""BA (7.1.4): a U-type B-field, none at all."""

Field = namedtuple("Field", ("ta", "q1", "ba", "q2", "tail"))

ACCESS_REQUEST, BEARER_CONFIRM, WAIT, RELEASE = 0, 4, 5, 15
"""Commands of M_T, basic connection control (7.2.5.2)."""

LOST_SIGNAL, LOST_HANDSHAKE, BASE_BUSY, UNACCEPTABLE, BEARER, CONNECTION = 6, 7, 10, 13, 1, 2
"""Reasons of RELEASE (7.2.5.3.13)."""

Control = namedtuple("Control", ("command", "fmid", "pmid"))
Released = namedtuple("Released", ("reason", "pmid"))
Page = namedtuple("Page", ("wide", "code", "tpui"))

RINGING, GENERAL, VOICE = 1, 3, 4
"""Code of a page: how the handset may answer it (EN 300 175-5 8.2)."""


def pack(ta, tail, ba=B_FIELD):
    return bytes((ta << 5 | ba << 1,)) + tail


def unpack(field):
    """A `Field`, or None if these are not six octets."""
    if len(field) != 6:
        return None
    return Field(field[0] >> 5, field[0] >> 4 & 1, field[0] >> 1 & 7, field[0] & 1, field[1:])


def control(command, fmid, pmid, first=False):
    """An M_T field of basic connection control; `first` marks a handset's first transmission."""
    tail = (command << 32 | fmid << 20 | pmid).to_bytes(5, "big")
    return pack(MT_FIRST if first else MT, tail)


def release(reason, pmid):
    return pack(MT, (RELEASE << 32 | reason << 20 | pmid).to_bytes(5, "big"))


def read_control(tail):
    """`Control`, or `Released`, or None if the tail is no basic connection control."""
    if tail[0] >> 4:
        return None
    value = int.from_bytes(tail, "big")
    if tail[0] & 15 == RELEASE:
        return Released(value >> 20 & 15, value & 0xFFFFF)
    return Control(tail[0] & 15, value >> 20 & 0xFFF, value & 0xFFFFF)


def identity(rfpi, ba=B_FIELD):
    """N_T: who is sending (7.2.2)."""
    return pack(NT, rfpi, ba)


def zero_page(rfpi):
    """P_T without a page: the low 20 bits of the RFPI and no blind slots (7.2.4.3)."""
    low = int.from_bytes(rfpi, "big") & 0xFFFFF
    return pack(PT, (low << 16 | 1 << 12).to_bytes(5, "big"), NO_B_FIELD)


def short_page(tpui, code=GENERAL):
    """P_T with a short page: the low 16 bits of a TPUI (7.2.4.2, EN 300 175-5 8.2.1)."""
    page = code << 16 | (tpui & 0xFFFF)
    return pack(PT, (1 << 36 | page << 16 | 1 << 12).to_bytes(5, "big"), NO_B_FIELD)


def full_page(tpui, code=VOICE, slot=4, setup=0):
    """P_T with a full page of 36 bits: a whole TPUI, slot type (4: full) and set-up information."""
    page = code << 32 | tpui << 12 | slot << 8 | setup
    return pack(PT, (2 << 36 | page).to_bytes(5, "big"), NO_B_FIELD)


def read_page(tail):
    """`Page` with a TPUI of 16 (short) or 20 bits (full), or None."""
    value, kind = int.from_bytes(tail, "big"), tail[0] >> 4 & 7
    if kind == 1:
        return Page(value >> 35 & 1, value >> 32 & 7, value >> 16 & 0xFFFF)
    if kind == 2:
        return Page(value >> 35 & 1, value >> 32 & 7, value >> 12 & 0xFFFFF)
    return None


def static_information(carriers, slot=0, pscn=0):
    """Q_T 0, "static system information": one transceiver, the carriers in use (7.2.3.2)."""
    cars = ((1 << carriers) - 1) << (10 - carriers)
    return pack(QT, (slot << 32 | cars << 16 | pscn).to_bytes(5, "big"), NO_B_FIELD)


CAPABILITIES = (17, 23, 32, 33, 38)
"""Bits a17 full slot, a23 basic A-field set-up, a32 G.726, a33 GAP speech,
a38 location registration (EN 300 175-5 annex F)."""


AUTHENTICATION, SUBSCRIPTION = 36, 44
"""Bits a36 authentication required, a44 access rights requests taken."""


def capabilities(more=()):
    """Q_T 3: what the base offers, with bits that depend on its configuration."""
    value = 3 << 36
    for bit in CAPABILITIES + more:
        value |= 1 << (47 - bit)
    return pack(QT, value.to_bytes(5, "big"), NO_B_FIELD)


def beacon(rfpi, carriers, more=()):
    """What a dummy bearer sends, over two multiframes: Q_T in frame 8, N_T in 14 and odd frames, else P_T (6.2.2.1)."""
    fields = []
    for system in (static_information(carriers), capabilities(more)):
        for frame in range(16):
            if frame == 8:
                fields.append(system)
            elif frame & 1 or frame == 14:
                fields.append(identity(rfpi, NO_B_FIELD))
            else:
                fields.append(zero_page(rfpi))
    return fields
