"""Bursts, link frames and messages as a handset reads and writes them: EN 300 175-3, -4 and -5.

Shares nothing with the firmware: written from the layouts, so that each end checks the other.
"""

from typing import NamedTuple

from construct import (
    BitsInteger,
    BitStruct,
    Byte,
    Bytes,
    ConstructError,
    Default,
    Flag,
    GreedyRange,
    If,
    Nibble,
    Padding,
    Prefixed,
    Struct,
    Switch,
    this,
)
from construct import GreedyBytes as Rest

HEADER = BitStruct("ta" / BitsInteger(3), "q1" / Default(Flag, False), "ba" / Default(BitsInteger(3), 0),
                   "q2" / Default(Flag, False))
"""First octet of an A-field (175-3 7.1)."""

CONTROL = BitStruct("kind" / Nibble, "command" / Nibble, "fmid" / BitsInteger(12), "pmid" / BitsInteger(20))
"""M_T tail: basic connection control (7.2.5.2)."""

RELEASED = BitStruct("kind" / Nibble, "command" / Nibble, "info" / Default(Nibble, 0), "lbn" / Default(Nibble, 0),
                     "reason" / Nibble, "pmid" / BitsInteger(20))

PAGED = BitStruct("extend" / Flag, "length" / BitsInteger(3), "wide" / Flag, "code" / BitsInteger(3),
                  "tpui" / BitsInteger(16), "info" / Nibble, Padding(12))
"""P_T tail with a short page (7.2.4.2, 175-5 8.2.1)."""

FRAME = Struct(
    "address" / BitStruct("new" / Flag, "lln" / Default(BitsInteger(3), 1), "sapi" / Default(BitsInteger(2), 0),
                          "command" / Flag, "one" / Default(Flag, True)),
    "control" / Byte,
    "length" / BitStruct("octets" / BitsInteger(6), "more" / Default(Flag, False), "one" / Default(Flag, True)),
    "information" / Bytes(this.length.octets))
"""FA frame without fill and checksum (175-4 7.3)."""

ELEMENT = Struct("code" / Byte, "content" / Switch(
    lambda here: "pair" if here.code >> 4 == 0xE else "single" if here.code & 0x80 else "long",
    {"pair": Bytes(1), "single": Bytes(0), "long": Prefixed(Byte, Rest)}))

MESSAGE = Struct("head" / BitStruct("answer" / Flag, "transaction" / BitsInteger(3), "protocol" / Nibble),
                 "type" / Byte, "elements" / GreedyRange(ELEMENT))
"""Message of the network layer (175-5 7.2, 7.3)."""

IDENTITY = Struct("kind" / Byte, "bits" / Byte, "value" / Rest)
"""Content of a portable or fixed identity element (7.7.18, 7.7.30)."""

NAMED_NUMBER = Struct("kind" / Byte, "presentation" / If(this.kind & 0x80 == 0, Byte), "digits" / Rest)
"""Content of a calling party number (7.7.9)."""

SEGMENT, MOST = 5, 63
ACCESS_REQUEST, BEARER_HANDOVER, CONNECTION_HANDOVER, CONFIRM, WAIT, RELEASE = 0, 1, 2, 4, 5, 15
REQUESTS = (ACCESS_REQUEST, BEARER_HANDOVER, CONNECTION_HANDOVER)


class Message(NamedTuple):
    protocol: int
    type: int
    elements: list[tuple[int, bytes]]
    answer: bool = False
    transaction: int = 0

    def get(self, code: int) -> "bytes | None":
        return next((content for one, content in self.elements if one == code), None)


def a_field(ta: int, tail: bytes) -> bytes:
    return HEADER.build({"ta": ta}) + tail


def control(command: int, fmid: int, pmid: int, kind: int = 0) -> bytes:
    tail = CONTROL.build({"kind": kind, "command": command, "fmid": fmid, "pmid": pmid})
    return a_field(7 if command in REQUESTS and kind <= 1 else 6, tail)


def released(reason: int, pmid: int) -> bytes:
    return a_field(6, RELEASED.build({"kind": 0, "command": RELEASE, "reason": reason, "pmid": pmid}))


def build_message(message: Message) -> bytes:
    return MESSAGE.build({
        "head": {"answer": message.answer, "transaction": message.transaction, "protocol": message.protocol},
        "type": message.type,
        "elements": [{"code": code, "content": content} for code, content in message.elements]})


def parse_message(octets: bytes) -> "Message | None":
    try:
        read = MESSAGE.parse(octets)
    except ConstructError:
        return None
    elements = [(one.code, bytes(one.content)) for one in read.elements]
    return Message(read.head.protocol, read.type, elements, bool(read.head.answer), read.head.transaction)


def identity(content: "bytes | None") -> "tuple[int, bytes] | None":
    """Kind and value of an identity element, None where it is not whole."""
    return None if content is None or len(content) < 2 else (content[0], content[2:])


def number(content: "bytes | None") -> str:
    """The digits of a party number (7.7.9), empty where there are none."""
    if not content:
        return ""
    try:
        return str(NAMED_NUMBER.parse(content).digits.decode("utf-8", "replace"))
    except ConstructError:
        return ""


def name(content: "bytes | None") -> str:
    """The text of a party name (7.7.10) behind its octet of presentation."""
    return content[1:].decode("utf-8", "replace") if content else ""


def build_frame(address: dict, control_octet: int, information: bytes, more: bool = False,
                signature: int = 0) -> bytes:
    """A frame with fill and checksum, cut into segments of five by the caller; `signature` is that of the link."""
    length = {"octets": len(information), "more": more}
    octets = FRAME.build({"address": address, "control": control_octet, "length": length, "information": information})
    octets += b"\xF0" * (-(len(octets) + 2) % SEGMENT)
    first, second = fletcher(octets + b"\0\0")
    return octets + bytes(((first - second) % 255 ^ signature >> 8, (second - 2 * first) % 255 ^ signature & 0xFF))


def fletcher(octets: bytes) -> tuple[int, int]:
    """Both sums modulo 255 (175-4 7.10); zero over a whole frame that is intact."""
    first = sum(octets) % 255
    second = sum((len(octets) - place) * octet for place, octet in enumerate(octets)) % 255
    return first, second


def parse_frame(octets: bytes, signature: int = 0):
    """The frame, or None if its checksum is wrong."""
    if len(octets) < SEGMENT:
        return None
    plain = octets[:-2] + bytes((octets[-2] ^ signature >> 8, octets[-1] ^ signature & 0xFF))
    if fletcher(plain) != (0, 0):
        return None
    try:
        return FRAME.parse(octets)
    except ConstructError:
        return None


def frame_length(third_octet: int) -> int:
    """How many octets a frame has, from the one with its length."""
    octets = 3 + (third_octet >> 2) + 2
    return octets + -octets % SEGMENT
