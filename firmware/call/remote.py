"""Orders and reports of firmware.media.orders as octets, for a board elsewhere; GW-DECT carries them, in order.

The first octet says which message it is, two more name the session. Numbers are big-endian; what may
be None has the highest value of its field for it, a figure the lowest.
"""

import struct

from firmware import fields
from firmware.call.leg import Codec
from firmware.media.negotiation import MIRROR, Agreement
from firmware.media.orders import COUNTED, FIGURES, SESSIONS, Counts, Dial, End, Ready, Taken, Trouble, Want

WANT, DIAL, END, READY, TAKEN, TROUBLE, COUNTS = 1, 2, 3, 4, 5, 6, 7
ORDERS = (Want, Dial, End)
DIRECTIONS = tuple(sorted(MIRROR))
KINDS = ("speech", "comfort", "event")
NOBODY = 0xFFFF
NO_FIGURE = -0x80000000
MEASURE = 1000
"""A measured figure is carried in thousandths."""

WIDE, SYMMETRIC, AGREED, EVENT, COMFORT, SILENCE, TARGET = 1, 2, 4, 8, 16, 32, 64


def is_order(message):
    return isinstance(message, ORDERS)


def pack(message):
    """The octets of an order or a report."""
    return _PACK[type(message)](message)


def read(octets):
    """The order or report, None for octets that are none."""
    if len(octets) < 3 or octets[0] not in _READ:
        return None
    session = octets[1] << 8 | octets[2]
    if not 1 <= session <= SESSIONS:
        return None
    try:
        return _READ[octets[0]](session, Reader(octets[3:]))
    except ValueError:
        return None


class Reader(fields.Reader):
    """Raises ValueError where there is too little, or what cannot be."""

    def text(self):
        data = self.take(self.number("B"))
        if any([octet < 32 or octet > 126 for octet in data]):
            raise ValueError("no text")
        return data.decode()

    def codec(self):
        name, number, rate = self.text(), self.number("B"), self.number("I")
        if number > 127 or not 8000 <= rate <= 192000:
            raise ValueError("no codec")
        return Codec(name, number, rate)


def _head(kind, message):
    return struct.pack(">BH", kind, message.session)


def _text(text):
    data = text.encode()[:255]
    return bytes([len(data)]) + data


def _codec(codec):
    return _text(codec.name) + struct.pack(">BI", codec.payload_type, codec.rate)


def _address(host, port):
    return bytes([int(part) for part in host.split(".")]) + struct.pack(">H", port)


def _is_quad(host):
    parts = host.split(".")
    return len(parts) == 4 and all([part.isdigit() and int(part) < 256 for part in parts])


def _pack_want(want):
    agreed, remote = want.agreed, want.remote
    target = remote is not None and _is_quad(remote[0])
    flags = (want.wide and WIDE) | (want.symmetric and SYMMETRIC) | (TARGET if target else 0)
    if agreed is not None:
        flags |= AGREED | (agreed.event is not None and EVENT) | (agreed.comfort is not None and COMFORT) | (
            agreed.silence and SILENCE)
    octets = _head(WANT, want) + struct.pack(
        ">HHHBB", want.port, NOBODY if want.channel is None else want.channel,
        NOBODY if want.bearer is None else want.bearer, DIRECTIONS.index(want.direction), flags)
    if target:
        octets += _address(remote[0], remote[1])
    return octets if agreed is None else octets + _pack_agreed(agreed)


def _pack_agreed(agreed):
    octets = _codec(agreed.codec) + bytes([agreed.packet_ms])
    for one in (agreed.event, agreed.comfort):
        octets += b"" if one is None else _codec(one)
    octets += bytes([len(agreed.kinds)])
    for number in sorted(agreed.kinds):
        octets += bytes([number, KINDS.index(agreed.kinds[number])])
    return octets


def _read_want(session, reader):
    port, channel, bearer = reader.number("H"), reader.number("H"), reader.number("H")
    direction, flags = reader.of(DIRECTIONS), reader.number("B")
    remote = None
    if flags & TARGET:
        remote = (".".join([str(octet) for octet in reader.take(4)]), reader.number("H"))
    agreed = _read_agreed(reader, flags) if flags & AGREED else None
    reader.end()
    if port % 2 or port < 1024 or (agreed is not None and remote is None):
        raise ValueError("no session")
    return Want(session, port, None if channel == NOBODY else channel, None if bearer == NOBODY else bearer,
                bool(flags & WIDE), agreed, remote, direction, bool(flags & SYMMETRIC))


def _read_agreed(reader, flags):
    codec, packet_ms = reader.codec(), reader.number("B")
    event = reader.codec() if flags & EVENT else None
    comfort = reader.codec() if flags & COMFORT else None
    kinds = {}
    for _ in range(reader.number("B")):
        number = reader.number("B")
        kinds[number] = reader.of(KINDS)
    if not 10 <= packet_ms <= 60:
        raise ValueError("no packets")
    return Agreement(codec, packet_ms, event, comfort, bool(flags & SILENCE), kinds)


def _pack_dial(dial):
    return _head(DIAL, dial) + bytes([1 if dial.in_band else 0]) + _text(dial.digits)


def _read_dial(session, reader):
    in_band, digits = reader.number("B"), reader.text()
    reader.end()
    return Dial(session, digits, bool(in_band))


def _pack_counts(counts):
    octets = _head(COUNTS, counts) + bytes([1 if counts.last else 0])
    for name in FIGURES:
        value = counts.figures.get(name)
        scaled = NO_FIGURE if value is None else round(value if name in COUNTED else value * MEASURE)
        octets += struct.pack(">i", max(NO_FIGURE, min(0x7FFFFFFF, scaled)))
    return octets


def _read_counts(session, reader):
    last, figures = reader.number("B"), {}
    for name in FIGURES:
        value = reader.number("i")
        scaled = value if name in COUNTED else value / MEASURE
        figures[name] = None if value == NO_FIGURE else scaled
    reader.end()
    return Counts(session, figures, bool(last))


def _read_trouble(session, reader):
    reason = reader.text()
    reader.end()
    return Trouble(session, reason)


def _read_end(session, reader):
    reader.end()
    return End(session)


def _read_port(kind):
    def read_port(session, reader):
        port = reader.number("H")
        reader.end()
        return kind(session, port)
    return read_port


_PACK = {
    Want: _pack_want, Dial: _pack_dial, End: lambda message: _head(END, message),
    Ready: lambda message: _head(READY, message) + struct.pack(">H", message.port),
    Taken: lambda message: _head(TAKEN, message) + struct.pack(">H", message.port),
    Trouble: lambda message: _head(TROUBLE, message) + _text(message.reason), Counts: _pack_counts,
}
_READ = {WANT: _read_want, DIAL: _read_dial, END: _read_end, READY: _read_port(Ready), TAKEN: _read_port(Taken),
         TROUBLE: _read_trouble, COUNTS: _read_counts}
