"""The A-field of a burst without its CRC: a header octet and a tail of five (EN 300 175-3 7.1, 7.2).

Here are the header, identities (N_T) and pages (P_T); system information (Q_T) is
in qt.py, MAC control (M_T) in mt.py. The controller adds the R-CRC, fills in Q1,
Q2 and BA, and ciphers.
"""

from collections import namedtuple

CT0, CT1, NT, QT, MT, PT = 0, 1, 3, 4, 6, 7
"""TA, the tail identification (7.1.2). From a handset 7 is the M_T of a first transmission."""
MT_FIRST = PT

B_FIELD, LONG_SLOT, NO_B_FIELD = 0, 5, 7
"""BA (7.1.4): a U-type B-field, in an access request the wish for a long slot, none at all."""

Field = namedtuple("Field", ("ta", "q1", "ba", "q2", "tail"))

BEARER, CONNECTION, SETUP_FAILED, HANDED_OVER, OTHER_CLUSTER, LOST_SIGNAL, LOST_HANDSHAKE, SLOT_TYPE, SERVICE, \
    BASE_BUSY = range(1, 11)
DUPLICATE, UNACCEPTABLE = 12, 13
"""Reasons of RELEASE (7.2.5.3.13); BEARER and CONNECTION say which of the two ends, DUPLICATE and UNACCEPTABLE are
said of a PMID."""

Note = namedtuple("Note", ("kind", "value"))
"""MAC layer information of a P_T, 12 bits."""

GENERAL, VOICE = 3, 4
"""Code of a page: how the handset may answer it (EN 300 175-5 8.2)."""

SHORT, FULL = 1, 2
"""Length of a page (EN 300 175-3 7.2.4.1); 0 stands for none."""

BLIND, DUMMY_BEARER, STATUS = 1, 5, 10
"""What MAC layer information is about (7.2.4.3)."""

RADIO_BUSY = 1
"""Bit of STATUS."""

NONE_BLIND = Note(BLIND, 0)


def pack(ta, tail, ba=B_FIELD):
    return bytes((ta << 5 | ba << 1,)) + tail


def unpack(field):
    """A `Field`, or None if these are not six octets."""
    if len(field) != 6:
        return None
    return Field(field[0] >> 5, field[0] >> 4 & 1, field[0] >> 1 & 7, field[0] & 1, field[1:])


def identity(rfpi, ba=B_FIELD):
    """N_T: who is sending (7.2.2)."""
    return pack(NT, rfpi, ba)


def blind(slots):
    """Slots, of 0 .. 11, in which this base hears no access request; slot 0 is the first bit (7.2.4.3.2)."""
    mask = 0
    for slot in slots:
        mask |= 1 << (11 - slot)
    return Note(BLIND, mask)


def position(kind, slot, carrier):
    """Where a bearer is, `kind` saying which: slot 4, start in the slot 2, carrier 6 bits (7.2.4.3.3)."""
    return Note(kind, slot << 8 | carrier)


def status(busy):
    """Whether all bearers of this radio are taken (7.2.4.3.9)."""
    return Note(STATUS, RADIO_BUSY if busy else 0)


def zero_page(rfpi, note=NONE_BLIND):
    """P_T without a page: the low 20 bits of the RFPI, and MAC layer information."""
    low = int.from_bytes(rfpi, "big") & 0xFFFFF
    return pack(PT, (low << 16 | _note(note)).to_bytes(5, "big"), NO_B_FIELD)


def short_page(tpui, code=GENERAL, note=NONE_BLIND):
    """P_T with a short page: the low 16 bits of a TPUI (7.2.4.2, EN 300 175-5 8.2.1)."""
    page = code << 16 | (tpui & 0xFFFF)
    return pack(PT, (SHORT << 36 | page << 16 | _note(note)).to_bytes(5, "big"), NO_B_FIELD)


def full_page(tpui, code=VOICE, slot=4, setup=0):
    """P_T with a full page of 36 bits: a whole TPUI, slot type (4: full) and set-up information."""
    page = code << 32 | tpui << 12 | slot << 8 | setup
    return pack(PT, (FULL << 36 | page).to_bytes(5, "big"), NO_B_FIELD)


def _note(note):
    return note.kind << 12 | (note.value & 0xFFF)
