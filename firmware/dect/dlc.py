"""The data link of a signalling connection, LAPC class A: EN 300 175-4 7 and 9.2.

A frame: address, control, length, up to 63 octets, fill to a multiple of five,
and a checksum of two octets. The MAC carries it in segments of five.
Nothing is sent twice here: the controller repeats a segment until it is acknowledged.
"""

from collections import namedtuple

SEGMENT, INFORMATION, FILL = 5, 63, 0xF0
LONGEST = 512
"""Octets of one network message that are put together before the sender is taken to be broken."""

RR = 0x01
NEW_LINK, COMMAND_FROM_FIXED, LINK_A = 0x80, 0x02, 0x10

Frame = namedtuple("Frame", ("address", "control", "more", "information"))


def _add(a, b):
    """One's complement addition of octets."""
    total = a + b
    return (total & 0xFF) + (total >> 8)


def _sums(octets):
    c0 = c1 = 0
    for octet in octets:
        c0 = _add(c0, octet)
        c1 = _add(c1, c0)
    return c0, c1


def checksum(octets, signature=0):
    """The two octets behind `octets` (7.10); `signature` is that of the link, 0 for a default PMID."""
    c0, c1 = _sums(octets + b"\0\0")
    x = _add(c0, c1 ^ 0xFF)
    y = _add(_add(c0 ^ 0xFF, c0 ^ 0xFF), c1)
    return bytes((x ^ signature >> 8, y ^ (signature & 0xFF)))


def intact(octets, signature=0):
    """Whether the checksum at the end is right: both sums over all of it then end in ones."""
    last = bytes((octets[-2] ^ signature >> 8, octets[-1] ^ (signature & 0xFF)))
    return _sums(octets[:-2] + last) == (0xFF, 0xFF)


def encode(frame, signature=0):
    """The octets of a `Frame`, a multiple of five; information of at most 63."""
    length = len(frame.information)
    octets = bytes((frame.address, frame.control, length << 2 | (2 if frame.more else 0) | 1)) + frame.information
    octets += bytes((FILL,)) * (-(len(octets) + 2) % SEGMENT)
    return octets + checksum(octets, signature)


def whole(octets):
    """How long the frame is that begins with these octets (three at least)."""
    length = 3 + (octets[2] >> 2) + 2
    return length + -length % SEGMENT


def decode(octets, signature=0):
    """A `Frame`, or None if its length or checksum is wrong."""
    if len(octets) < SEGMENT or len(octets) != whole(octets) or not octets[2] & 1:
        return None
    if not intact(octets, signature):
        return None
    return Frame(octets[0], octets[1], bool(octets[2] & 2), octets[3:3 + (octets[2] >> 2)])


class Link:
    """The fixed side of one link: sequence numbers modulo 2, a window of one frame (9.2.3).

    `send` and `receive` return the segments to pass to the MAC; what has
    arrived is taken with `messages()`.
    """

    def __init__(self):
        self._reset()
        self._partial = b""

    def _reset(self):
        self._ours = self._theirs = 0
        self._waiting = False
        self._queue = []
        self._message = b""
        self._arrived = []

    def idle(self):
        """Whether all that was sent has been acknowledged."""
        return not self._waiting and not self._queue

    def messages(self):
        arrived, self._arrived = self._arrived, []
        return arrived

    def send(self, message):
        for at in range(0, len(message), INFORMATION):
            self._queue.append((message[at:at + INFORMATION], at + INFORMATION < len(message)))
        return self._next()

    def _next(self):
        if self._waiting or not self._queue:
            return []
        self._waiting = True
        information, more = self._queue[0]
        control = self._theirs << 5 | self._ours << 1
        return _segments(Frame(LINK_A | COMMAND_FROM_FIXED | 1, control, more, information))

    def receive(self, segment):
        self._partial += segment
        if len(self._partial) < whole(self._partial):
            return []
        octets, self._partial = self._partial, b""
        frame = decode(octets)
        if frame is None or frame.address & 0x0C:
            return []
        return self._information(frame) if not frame.control & 1 else self._supervisory(frame)

    def _information(self, frame):
        if frame.address & NEW_LINK:
            self._reset()
        if frame.control >> 1 & 1 == self._theirs:
            self._theirs ^= 1
            self._collect(frame)
        ready = _segments(Frame(LINK_A | 1, self._theirs << 5 | RR, False, b""))
        return ready + self._acknowledged(frame)

    def _supervisory(self, frame):
        return self._acknowledged(frame) if frame.control & 0x0F == RR else []

    def _acknowledged(self, frame):
        if self._waiting and frame.control >> 5 & 1 != self._ours:
            self._ours ^= 1
            self._waiting = False
            self._queue.pop(0)
            return self._next()
        return []

    def _collect(self, frame):
        if len(self._message) + len(frame.information) <= LONGEST:
            self._message += frame.information
        if not frame.more:
            self._arrived.append(self._message)
            self._message = b""


def _segments(frame):
    octets = encode(frame)
    return [octets[at:at + SEGMENT] for at in range(0, len(octets), SEGMENT)]
