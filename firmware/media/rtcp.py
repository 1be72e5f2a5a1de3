"""RTCP: sender and receiver reports, CNAME and BYE of RFC 3550 6; one report block each way."""

import struct
from collections import namedtuple

SR, RR, SDES, BYE = 200, 201, 202, 203
INTERVAL = 5000000
"""RFC 3550 6.2: the least interval, in µs, before it is spread by 0.5 .. 1.5."""

Report = namedtuple("Report", ("ssrc", "ntp", "block", "bye"))
"""What a compound packet says: `ntp` the middle 32 bits of a sender report's time or None,
`block` the first Block about a source, or None."""

Block = namedtuple("Block", ("ssrc", "fraction", "lost", "highest", "jitter", "last", "delay"))
"""RFC 3550 6.4.1: `fraction` of 256, `jitter` in timestamp units, `last` and `delay` in 1/65536 s."""


def ntp(now):
    """64-bit NTP form of time since power-on: RFC 3550 4 allows elapsed time where no wall clock is."""
    seconds, rest = now // 1000000, now % 1000000
    return seconds & 0xFFFFFFFF, (rest << 32) // 1000000


def middle(now):
    seconds, fraction = ntp(now)
    return (seconds & 0xFFFF) << 16 | fraction >> 16


def build(ssrc, cname, sent, block, bye, now):
    """A compound packet: a report, SDES CNAME, and BYE if asked for.

    `sent` is (RTP timestamp, packets, octets) or None for who has sent nothing.
    """
    blocks = b"" if block is None else _pack_block(block)
    count = 0 if block is None else 1
    if sent is None:
        report = _packet(RR, count, struct.pack(">I", ssrc) + blocks)
    else:
        seconds, fraction = ntp(now)
        report = _packet(SR, count, struct.pack(
            ">IIIIII", ssrc, seconds, fraction, sent[0], sent[1] & 0xFFFFFFFF, sent[2] & 0xFFFFFFFF) + blocks)
    name = cname.encode()[:255]
    item = struct.pack(">IBB", ssrc, 1, len(name)) + name + b"\0"
    data = report + _packet(SDES, 1, item + bytes(-len(item) % 4))
    return data + _packet(BYE, 1, struct.pack(">I", ssrc)) if bye else data


def parse(data):
    """The Report of a compound packet, or None if it is none (RFC 3550 A.2)."""
    if len(data) < 8 or data[0] >> 6 != 2 or data[1] not in (SR, RR):
        return None
    ssrc, time, block, bye, at = struct.unpack_from(">I", data, 4)[0], None, None, False, 0
    while at + 4 <= len(data):
        first, kind, words = struct.unpack_from(">BBH", data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            return None
        body = at + 8
        if kind == SR and body + 20 <= end:
            time = struct.unpack_from(">I", data, body + 2)[0]
            body += 20
        if kind in (SR, RR) and first & 31 and block is None and body + 24 <= end:
            block = _unpack_block(data, body)
        bye = bye or kind == BYE
        at = end
    return Report(ssrc, time, block, bye)


def _packet(kind, count, body):
    return struct.pack(">BBH", 0x80 | count, kind, len(body) // 4) + body


def _pack_block(block):
    lost = max(-0x800000, min(0x7FFFFF, block.lost)) & 0xFFFFFF
    return struct.pack(">IIIIII", block.ssrc, block.fraction << 24 | lost, block.highest & 0xFFFFFFFF,
                       block.jitter & 0xFFFFFFFF, block.last, block.delay)


def _unpack_block(data, at):
    ssrc, losses, highest, jitter, last, delay = struct.unpack_from(">IIIIII", data, at)
    lost = losses & 0xFFFFFF
    return Block(ssrc, losses >> 24, lost - 0x1000000 if lost & 0x800000 else lost, highest, jitter, last, delay)
