"""The octets of what goes between master and radio over IP: docs/dect-system.md, "Messages".

A message is a type octet and its fields, big-endian. `decode` takes any octets
and returns a message or None; nothing may be left over behind the last field.
"""

import struct
from collections import namedtuple

from firmware.call.leg import Elsewhere
from firmware.dect import between as b
from firmware.dect.identities import Ari
from firmware.fields import Reader, bound, octet, some, text

LONGEST = 1100
"""Octets of one message: with header and tag it fits an Ethernet frame."""

PAIRS = 7
"""Attributes of a Guest at most."""

KINDS = ("setup", "handover")
SYNC = ("off", "searching", "coasting", "synchronized", "master")

Facts = namedtuple("Facts", (
    "role", "mac", "name", "title", "release", "multicell", "bearers", "channels", "codecs", "wishes"))
"""What a board says about itself. `role`: "radio", "standby" or "mobility" (another master); `mac` six octets;
`release` (major, minor, service); `codecs` names of hal.dsp; `wishes` a `Wishes`."""

Wishes = namedtuple("Wishes", ("source", "alternative", "lead", "region"))
"""Its options about air synchronisation: RFPIs or None, whether it may lead, its region or None for the master's."""

Numbered = namedtuple("Numbered", ("mac", "radio"))
"""For a standby master: the RPN that belongs to a board."""

Guest = namedtuple("Guest", ("ipei", "attributes"))
"""For other masters: a user and pairs of his entry in the directory; none: he is no user any more."""

Copied = namedtuple("Copied", ())
"""For a standby master: keys and locations that were not among those sent since it joined do not exist."""

Leave = namedtuple("Leave", ("why",))
"""The end of a session; the other side does not answer it."""

ROLES = ("radio", "standby", "mobility")
ORDERS = (b.Radiate, b.Silence, b.Sync, b.Page, b.Segments, b.Cipher, b.Drop)
REPORTS = (b.Access, b.Moved, b.Segment, b.Ciphered, b.Gone, b.State)


def _sync(sync):
    return some(sync.source) + some(sync.alternative) + octet(sync.region)


def _read_sync(reader):
    return b.Sync(reader.some(5), reader.some(5), reader.octet())


def _radiate(one):
    bits = list(one.bits)
    saris = [bytes([sari.length]) + sari.value.to_bytes(5, "big") for sari in one.saris]
    return one.rfpi + _sync(one.sync) + bytes([len(bits)] + bits) + bytes([len(saris)]) + b"".join(saris)


def _read_radiate(reader):
    rfpi, sync = reader.take(5), _read_sync(reader)
    bits = tuple(reader.take(reader.number("B")))
    saris = [Ari(reader.number("B"), int.from_bytes(reader.take(5), "big")) for _ in range(reader.number("B"))]
    return b.Radiate(rfpi, bits, sync, tuple(saris))


def _read_segments(reader):
    link, octets = reader.number("H"), reader.rest()
    if len(octets) % 5:
        raise ValueError("segments have five octets")
    return b.Segments(link, [octets[at:at + 5] for at in range(0, len(octets), 5)])


def _access(one):
    return struct.pack(">HIBBB", one.link, one.pmid, KINDS.index(one.kind), one.bearer, one.wide)


def _read_access(reader):
    return b.Access(reader.number("H"), reader.number("I"), reader.of(KINDS), reader.number("B"), reader.flag())


def _level(rssi, fer):
    return struct.pack(">bB", bound(rssi, -128, 0), bound(fer, 0, 100))


def _state(one):
    heard = list(one.neighbours)[:b.NEIGHBOURS]
    octets = struct.pack(">BBBIB", one.running, SYNC.index(one.sync), bound(one.busy, 0, 255),
                         bound(one.lost, 0, 0xFFFFFFFF), len(heard))
    octets += _level(one.rssi, one.fer) + some(one.source) + text(one.cause or "")
    return octets + b"".join([rfpi + _level(rssi, fer) for rfpi, rssi, fer in heard])


def _read_level(reader):
    return reader.number("b"), reader.number("B")


def _read_state(reader):
    running, sync, busy = reader.flag(), reader.of(SYNC), reader.number("B")
    lost, count = reader.number("I"), reader.number("B")
    rssi, fer = _read_level(reader)
    source, cause = reader.some(5), reader.text()
    heard = [(reader.take(5),) + _read_level(reader) for _ in range(count)]
    return b.State(running, sync, source, rssi, fer, lost, cause, busy, heard)


def _facts(one):
    wishes = one.wishes
    octets = bytes([ROLES.index(one.role)]) + one.mac + text(one.name) + text(one.title) + bytes(one.release)
    octets += struct.pack(">BBB", one.multicell, one.bearers, one.channels)
    octets += some(wishes.source) + some(wishes.alternative) + bytes([wishes.lead]) + octet(wishes.region)
    return octets + bytes([len(one.codecs)]) + b"".join([text(name) for name in one.codecs])


def _read_facts(reader):
    role, mac, name, title = reader.of(ROLES), reader.take(6), reader.text(), reader.text()
    release = tuple(reader.take(3))
    multicell, bearers, channels = reader.flag(), reader.number("B"), reader.number("B")
    wishes = Wishes(reader.some(5), reader.some(5), reader.flag(), reader.octet())
    codecs = tuple([reader.text() for _ in range(reader.number("B"))])
    return Facts(role, mac, name, title, release, multicell, bearers, channels, codecs, wishes)


def _guest(one):
    pairs = list(one.attributes)[:PAIRS]
    return _ipei(one.ipei) + bytes([len(pairs)]) + b"".join([text(name) + text(value) for name, value in pairs])


def _read_guest(reader):
    ipei = _read_ipei(reader)
    return Guest(ipei, tuple([(reader.text(), reader.text()) for _ in range(reader.number("B"))]))


def _elsewhere(one):
    return one.octets


def _ipei(ipei):
    return ipei.to_bytes(5, "big")


def _read_ipei(reader):
    return int.from_bytes(reader.take(5), "big")


def _located(one):
    return _ipei(one.ipei) + octet(one.radio)


def _read_located(reader):
    return b.Located(_read_ipei(reader), reader.octet())


CODES = (
    (1, b.Radiate, _radiate, _read_radiate),
    (2, b.Silence, lambda one: b"", lambda reader: b.Silence()),
    (3, b.Sync, _sync, _read_sync),
    (4, b.Page, lambda one: one.field + bytes([bool(one.fast)]), lambda reader: b.Page(reader.take(6), reader.flag())),
    (5, b.Segments, lambda one: struct.pack(">H", one.link) + b"".join(one.segments), _read_segments),
    (6, b.Cipher, lambda one: struct.pack(">H", one.link) + some(one.key),
     lambda reader: b.Cipher(reader.number("H"), reader.some(8))),
    (7, b.Drop, lambda one: struct.pack(">HB", one.link, one.reason),
     lambda reader: b.Drop(reader.number("H"), reader.number("B"))),
    (16, b.Access, _access, _read_access),
    (17, b.Moved, lambda one: struct.pack(">HB", one.link, one.bearer),
     lambda reader: b.Moved(reader.number("H"), reader.number("B"))),
    (18, b.Segment, lambda one: struct.pack(">H", one.link) + one.data,
     lambda reader: b.Segment(reader.number("H"), reader.take(5))),
    (19, b.Ciphered, lambda one: struct.pack(">HB", one.link, one.on),
     lambda reader: b.Ciphered(reader.number("H"), reader.flag())),
    (20, b.Gone, lambda one: struct.pack(">HB", one.link, one.reason),
     lambda reader: b.Gone(reader.number("H"), reader.number("B"))),
    (21, b.State, _state, _read_state),
    (32, Elsewhere, _elsewhere, lambda reader: Elsewhere(None, reader.rest())),
    (33, b.Kept, lambda one: _ipei(one.ipei) + some(one.uak),
     lambda reader: b.Kept(_read_ipei(reader), reader.some(16))),
    (34, b.Located, _located, _read_located),
    (35, Numbered, lambda one: one.mac + bytes([one.radio]),
     lambda reader: Numbered(reader.take(6), reader.number("B"))),
    (36, Leave, lambda one: text(one.why), lambda reader: Leave(reader.text())),
    (37, Facts, _facts, _read_facts),
    (38, Copied, lambda one: b"", lambda reader: Copied()),
    (39, Guest, _guest, _read_guest),
)
"""(type octet, message, its fields to octets, and back). An `Elsewhere` carries no radio: the session says whose."""


def encode(message):
    """Octets of a message of this table; KeyError for any other."""
    for code, kind, pack, _ in CODES:
        if isinstance(message, kind):
            return bytes([code]) + pack(message)
    raise KeyError("no message of the trunk")


def decode(octets):
    """The message, or None for octets that are none."""
    for code, _, _, read in CODES:
        if octets[:1] == bytes([code]):
            reader = Reader(octets[1:])
            try:
                message = read(reader)
                reader.end()
            except ValueError:
                return None
            return message
    return None
