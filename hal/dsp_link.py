"""What hal.dsp and a DSP board say to each other over hal.link: the bodies of their messages (docs/link.md).

A `place` is a channel, 0 .. 15, and in its high four bits the count of its openings, so that what an earlier
call still had on the line does not get into the next.
"""

import struct
from collections import namedtuple

from hal.dsp import Event, Packet, Status

TICK, PLAY = 0x10, 0x11
TOCK, PACKET, STATUS = 0x20, 0x21, 0x22
OPEN, CLOSE, JOIN, TONE = 0x90, 0x91, 0x92, 0x93
EVENT, REFUSED = 0xA0, 0xA1

B_FIELD = 40
PAYLOAD = 1000
"""The longest packet that is carried."""

KINDS = ("speech", "comfort")
ENDS = ("handset", "network")
EVENTS = ("dtmf", "dtmf-end", "fax", "progress")
SILENCE_COMPRESSION, REMOVES_DTMF = 1, 2

Report = namedtuple("Report", ("channels", "features", "tail_ms", "hertz", "codecs", "name"))
"""What a board can do: longest tail of a canceller, the clock that it counts costs in."""

Tock = namedtuple("Tock", ("number", "cost", "fields"))
"""The answer to a tick: its number, what it took in the board's clock, and a B-field by place."""


def place(channel, opening):
    return channel | (opening & 15) << 4


def report(body):
    """A Report, or None for octets that are none."""
    if len(body) < 10:
        return None
    channels, features, tail_ms, hertz = struct.unpack("<BBHI", body[:8])
    codecs, rest = _text(body[8:])
    name, _rest = _text(rest)
    if not 1 <= channels <= 16 or not codecs:
        return None
    return Report(channels, features, tail_ms, hertz, tuple(codecs.split(",")), name)


def _text(body):
    length = body[0] if body else 0
    # Only what can be printed: it is shown to people.
    return "".join([chr(code) for code in body[1:1 + length] if 32 <= code < 127]), body[1 + length:]


def open_body(where, codec, settings, handset, network):
    """`codec` is its place in the Report; `handset`, `network`: what is detected there, sums of GW_DETECT_..."""
    return struct.pack("<BBBBHBBB", where, codec, settings.packet_ms, settings.ec_type, settings.tail_ms,
                       1 if settings.silence else 0, handset, network)


def tone_body(where, name, towards):
    return struct.pack("<BB", where, ENDS.index(towards)) + (name or "").encode()


def play_body(where, payload, kind):
    return struct.pack("<BB", where, KINDS.index(kind)) + payload


def tick_body(number, fields):
    """`fields` is a list of (place, B-field), of those that came whole."""
    out = bytearray(struct.pack("<H", number))
    for where, field in fields:
        out.append(where)
        out += field
    return bytes(out)


def tock(body):
    """A Tock, or None."""
    if len(body) < 6 or (len(body) - 6) % (1 + B_FIELD):
        return None
    number, cost = struct.unpack("<HI", body[:6])
    fields = {}
    for at in range(6, len(body), 1 + B_FIELD):
        fields[body[at]] = body[at + 1:at + 1 + B_FIELD]
    return Tock(number, cost, fields)


def packet(body):
    """(place, Packet), or None."""
    if len(body) < 6 or body[1] >= len(KINDS):
        return None
    where, kind, at = struct.unpack("<BBI", body[:6])
    return where, Packet(where & 15, body[6:], KINDS[kind], at)


def status(body):
    """(place, Status, frames lost on the air, samples dropped), or None."""
    if len(body) != 33:
        return None
    found = struct.unpack("<BffffIIII", body)
    return found[0], Status(*found[1:7]), found[7], found[8]


def event(body):
    """(place, Event), or None."""
    if len(body) < 7 or body[1] >= len(ENDS) or body[2] >= len(EVENTS):
        return None
    where, end, kind, value = struct.unpack("<BBBi", body[:7])
    if EVENTS[kind] == "dtmf":
        value = chr(value & 127)
    elif EVENTS[kind] != "dtmf-end":
        value = "".join([chr(code) for code in body[7:] if 32 <= code < 127])
    return where, Event(where & 15, ENDS[end], EVENTS[kind], value)
