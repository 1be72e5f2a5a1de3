"""RTP: RFC 3550. Headers by hand, one sender and one receiver a call; payloads pass untouched."""

import struct
from collections import namedtuple

HEADER = 12
DROPOUT, MISORDER = 3000, 100
"""RFC 3550 A.1: how far a sequence number may jump ahead, or lie behind, within one stream."""

Header = namedtuple("Header", ("payload_type", "sequence", "timestamp", "ssrc", "marker", "start", "end"))
"""`start` and `end` bound the payload within the datagram."""


def build(payload_type, sequence, timestamp, ssrc, marker, payload):
    """One packet, RFC 3550 5.1: version 2, no padding, no extension, no contributing sources."""
    second = payload_type | 0x80 if marker else payload_type
    return struct.pack(">BBHII", 0x80, second, sequence, timestamp, ssrc) + payload


def parse(data):
    """The Header of a datagram, or None if it is no RTP of version 2 (RFC 3550 5.1, 5.3.1)."""
    if len(data) < HEADER:
        return None
    first, second, sequence, timestamp, ssrc = struct.unpack_from(">BBHII", data, 0)
    if first == 0x80:
        return Header(second & 0x7F, sequence, timestamp, ssrc, second > 0x7F, HEADER, len(data))
    if first >> 6 != 2:
        return None
    start, end = HEADER + 4 * (first & 15), len(data)
    if first & 0x10:
        if start + 4 > end:
            return None
        start += 4 + 4 * struct.unpack_from(">H", data, start + 2)[0]
    if first & 0x20:
        padding = data[end - 1]
        end -= padding
        if padding == 0:
            return None
    if start > end:
        return None
    return Header(second & 0x7F, sequence, timestamp, ssrc, second > 0x7F, start, end)


class Sender:
    """Numbers the packets of one outgoing stream.

    Their timestamps are the time of the DSP channel that makes them, which runs on
    while it is silent. The first packet of a talk spurt has the marker (RFC 3551 4.1).
    """

    def __init__(self, rate, entropy):
        self.ssrc, self._origin, self.sequence = struct.unpack(">IIH", entropy(10))
        self.rate = rate
        self.packets = self.octets = 0
        self._next = None
        self._latest = None

    def begin(self, now):
        """Another channel takes over, whose time is zero now."""
        self._origin = self.timestamp(now)
        self._next, self._latest = None, (self._origin, now)

    def send(self, payload_type, payload, at, packet_ms, now):
        """A packet of audio whose first sample is from `at` ms of the channel's time."""
        start, marker, after = self._stamp(at), at != self._next, at + packet_ms
        self._next, self._latest = after, ((start + packet_ms * self.rate // 1000) & 0xFFFFFFFF, now)
        return self.send_as(payload_type, start, marker, payload)

    def pause(self, payload_type, payload, at, now):
        """A packet of comfort noise, behind which silence may follow (RFC 3389 4)."""
        self._next, self._latest = None, (self._stamp(at), now)
        return self.send_as(payload_type, self._stamp(at), False, payload)

    def send_as(self, payload_type, timestamp, marker, payload):
        """One packet that takes no time of the stream, such as an event's."""
        data = build(payload_type, self.sequence, timestamp, self.ssrc, marker, payload)
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.packets += 1
        self.octets += len(payload)
        return data

    def timestamp(self, now):
        """The timestamp that belongs to `now`, for events and sender reports (RFC 3550 6.4.1)."""
        if self._latest is None:
            return self._origin
        timestamp, then = self._latest
        return (timestamp + max(0, now - then) * self.rate // 1000000) & 0xFFFFFFFF

    def _stamp(self, at):
        return (self._origin + at * self.rate // 1000) & 0xFFFFFFFF


class Receiver:
    """Follows one incoming stream and counts: RFC 3550 A.1, A.3, A.8.

    `packets` and `lost` run over all sources of the call; `jitter` is in
    timestamp units of `rate` per second.
    """

    def __init__(self, rate):
        self.rate = rate
        self.ssrc = None
        self.packets = 0
        self.changes = 0
        self._lost_before = 0
        self._jitter16 = 0
        self._begin(0, 0)

    def _begin(self, sequence, timestamp):
        self._first = self.highest = sequence
        self._received = 0
        self._stray = None
        self._transit = None
        self._timestamp = timestamp
        self._interval = (0, 0)

    @property
    def jitter(self):
        return self._jitter16 >> 4

    @property
    def expected(self):
        """Packets of the present source, by its extended sequence numbers."""
        return self.highest - self._first + 1 if self._received else 0

    @property
    def lost(self):
        """Cumulative, less than zero where duplicates outnumber losses."""
        return self._lost_before + self.expected - self._received

    def receive(self, header, now, timed=True):
        """Count a packet: (extended sequence, extended timestamp, whether the stream began anew),
        or None for one whose sequence number is too far off to belong to it. `timed` False for
        events, whose timestamps stand still (RFC 4733 2.2).
        """
        anew = header.ssrc != self.ssrc
        if anew:
            self._switch(header)
        step = (header.sequence - self.highest) & 0xFFFF
        if step >= DROPOUT and step <= 0x10000 - MISORDER:
            if header.sequence != self._stray:
                self._stray = (header.sequence + 1) & 0xFFFF
                return None
            self._switch(header)
            anew, step = True, 0
        self._stray = None
        extended = self.highest + (step if step < DROPOUT else step - 0x10000)
        if step < DROPOUT:
            self.highest = extended
        elif extended < self._first:
            self._first = extended
        self._received += 1
        self.packets += 1
        ahead = (header.timestamp - self._timestamp) & 0xFFFFFFFF
        timestamp = self._timestamp + (ahead if ahead < 0x80000000 else ahead - 0x100000000)
        self._timestamp = timestamp
        if timed:
            transit = now * self.rate // 1000000 - timestamp
            if self._transit is not None:
                self._jitter16 += abs(transit - self._transit) - ((self._jitter16 + 8) >> 4)
            self._transit = transit
        return extended, timestamp, anew

    def fraction_lost(self):
        """Of 256, since the last call (RFC 3550 A.3)."""
        expected, received = self.expected - self._interval[0], self._received - self._interval[1]
        self._interval = (self.expected, self._received)
        lost = expected - received
        return min(255, (lost << 8) // expected) if expected > 0 and lost > 0 else 0

    def _switch(self, header):
        self._lost_before = self.lost
        self.changes += self.ssrc is not None
        self.ssrc = header.ssrc
        # 0x10000: a packet from before the first one must not go below zero.
        self._begin(0x10000 + header.sequence, 0x100000000 + header.timestamp)
