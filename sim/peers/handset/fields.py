"""What a base tells all handsets in its A-fields, and the rarer M_T: EN 300 175-3 7.2.

Bits of a tail are numbered as there: a8 is the first, a47 the last.
"""

from collections.abc import Iterable
from typing import NamedTuple

from construct import BitsInteger, BitStruct, Default, Nibble, Padding

from sim.peers.handset import codec

NT, QT, MT, PT = 3, 4, 6, 7
"""TA of a base's fields (7.1.2)."""

CAPABILITIES, SARI, MULTIFRAME, EXTENDED = 3, 5, 6, 12
"""First nibble of a Q_T tail (7.2.3.1)."""

ACCESS_RIGHTS, CONNECTION_HANDOVER = 44, 46
"""Bits of the capabilities (175-5 annex F)."""

LONG_SLOT = 12
"""Bit of the second extended capabilities."""

BASIC, ADVANCED, ENCRYPTION = 0, 1, 5
"""First nibble of an M_T tail (7.2.5.1)."""

START_REQUEST, START_CONFIRM, START_GRANT, STOP_REQUEST, STOP_CONFIRM, STOP_GRANT = 0, 1, 2, 4, 5, 6
"""Commands of encryption control (7.2.5.7)."""

ATTRIBUTES_REQUEST, ATTRIBUTES_CONFIRM = 6, 7
LONG_640 = 3
"""Slot type in ATTRIBUTES_T (7.2.5.3.8)."""

LONG_BA = 5
"""BA of a request for a long slot of 640 bits (7.1.4)."""

ATTRIBUTES = BitStruct(
    "kind" / Nibble, "command" / Nibble, "ecn" / Default(Nibble, 0), "lbn" / Default(Nibble, 0),
    "type" / Default(BitsInteger(2), 0), "service" / Default(BitsInteger(6), 0), "slot" / Nibble,
    "cf" / Default(Nibble, 0), Padding(8))
"""M_T tail of an advanced connection's attributes."""

SHORT, FULL = 1, 2
"""Length of a page (7.2.4.2)."""

BLIND = 1
"""Its information: slots that the base cannot use (7.2.4.3.2)."""


class Page(NamedTuple):
    """`long`: the call wants a long slot."""

    tpui: int
    code: int
    long: bool


class Base(NamedTuple):
    """What a base says of itself."""

    rfpi: bytes
    capabilities: int
    extended: int
    aris: "tuple[bytes, ...]"
    counts_multiframes: bool
    blind: "frozenset[int]"

    def can(self, bit: int) -> bool:
        """Whether a bit of the capabilities, numbered a8 to a47, is set."""
        return bool(self.capabilities >> 47 - bit & 1)

    @property
    def wide(self) -> bool:
        """Whether it has long slots."""
        return bool(self.extended >> 47 - LONG_SLOT & 1)


def read_base(fields: "Iterable[bytes]") -> "Base | None":
    """What the fields of one dummy bearer say; None without an identity among them."""
    heads: dict[int, int] = {}
    aris: dict[bytes, None] = {}
    rfpi, blind = None, 0
    for field in fields:
        if len(field) != 6:
            continue
        kind, tail, number = field[0] >> 5, field[1:], int.from_bytes(field[1:], "big")
        if kind == NT:
            rfpi = tail
        elif kind == QT:
            heads[tail[0] >> 4] = number
            if tail[0] >> 4 == SARI:
                # Where a PARK looks for it in an RFPI: behind one bit that is not the ARI's.
                aris[(number << 8 & (1 << 39) - 1).to_bytes(5, "big")] = None
        elif kind == PT and tail[0] >> 4 & 7 <= SHORT and tail[3] >> 4 == BLIND:
            blind = number & 0xFFF
    if rfpi is None:
        return None
    return Base(rfpi, heads.get(CAPABILITIES, 0), heads.get(EXTENDED, 0), tuple(aris), MULTIFRAME in heads,
                frozenset(slot for slot in range(12) if blind >> 11 - slot & 1))


def multiframe(field: bytes) -> "int | None":
    """The multiframe number, of 24 bits, if this field brings it (7.2.3.7)."""
    if field[0] >> 5 == QT and field[1] >> 4 == MULTIFRAME:
        return int.from_bytes(field[3:], "big")
    return None


def read_page(tail: bytes) -> "Page | None":
    """A page for one handset (175-5 8.2.1): the low bits of its TPUI, the code, the slot."""
    length = tail[0] >> 4 & 7
    if length == SHORT:
        page = codec.PAGED.parse(tail)
        return Page(page.tpui, page.code, False)
    if length == FULL:
        number = int.from_bytes(tail, "big")
        return Page(number >> 12 & 0xFFFF, number >> 32 & 7, number >> 8 & 15 == 1)
    return None


def request(command: int, fmid: int, pmid: int, wide: bool) -> bytes:
    """ACCESS_REQUEST or a request for handover, as the first field of a bearer."""
    if not wide:
        return codec.control(command, fmid, pmid)
    field = codec.control(command, fmid, pmid, ADVANCED)
    return bytes((field[0] | LONG_BA << 1,)) + field[1:]


def encryption(command: int, fmid: int, pmid: int) -> bytes:
    return codec.control(command, fmid, pmid, ENCRYPTION)


def attributes() -> bytes:
    """ATTRIBUTES_T request for a long slot."""
    return codec.a_field(MT, ATTRIBUTES.build({"kind": ADVANCED, "command": ATTRIBUTES_REQUEST, "slot": LONG_640}))
