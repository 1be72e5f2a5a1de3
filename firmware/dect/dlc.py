"""The data link of a signalling connection, LAPC: EN 300 175-4 7 and 9.2.

A frame: address, control, length, up to 63 octets, fill to a multiple of five,
and a checksum of two octets. The MAC carries it in segments of five. Here are
frames, and the link of class A, on which one frame waits for its
acknowledgement; class B is firmware.dect.dlc_b.
"""

from collections import namedtuple

SEGMENT, INFORMATION, FILL = 5, 63, 0xF0
LONGEST = 1024
"""Octets of one network message that are put together before the sender is taken to be broken: a text of 160
characters has up to 640."""

QUEUE = 64
"""Frames that may wait on one link: our choice."""

DL_RETRANSMIT = 1_000_000
TRIES = 3
"""A frame is sent again after <DL.01>, so often at most; then the link has failed."""

RR = 0x01
NEW_LINK, COMMAND_FROM_FIXED, RESERVED = 0x80, 0x02, 0x01
SAPI, LLN = 0x0C, 0x70
CLASS_A = 0x10
"""The logical link number, in place, of a link of class A."""

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
    """The two octets behind `octets` (7.10); `signature` is that of the link."""
    c0, c1 = _sums(octets + b"\0\0")
    x = _add(c0, c1 ^ 0xFF)
    y = _add(_add(c0 ^ 0xFF, c0 ^ 0xFF), c1)
    return bytes((x ^ signature >> 8, y ^ (signature & 0xFF)))


def intact(octets, signature=0):
    """Whether the checksum at the end is right: both sums over all of it then end in ones."""
    last = bytes((octets[-2] ^ signature >> 8, octets[-1] ^ (signature & 0xFF)))
    return _sums(octets[:-2] + last) == (0xFF, 0xFF)


def signature_of(pmid):
    """The link signature of a MAC connection: 0 with a default PMID (0xExxxx), else its low 16 bits."""
    return 0 if pmid >> 16 == 0xE else pmid & 0xFFFF


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


def segments(frame, signature=0):
    octets = encode(frame, signature)
    return [octets[at:at + SEGMENT] for at in range(0, len(octets), SEGMENT)]


class Assembler:
    """Frames out of the segments of one MAC connection; what is no frame is skipped segment by segment."""

    def __init__(self, signature=0):
        self.signature = signature
        self._octets = b""

    def take(self, segment):
        """The `Frame` that this segment completes, or None."""
        self._octets += segment
        while len(self._octets) >= SEGMENT and len(self._octets) >= whole(self._octets):
            length = whole(self._octets)
            frame = decode(self._octets[:length], self.signature)
            self._octets = self._octets[length if frame is not None else SEGMENT:]
            if frame is not None:
                return frame
        return None


class Link:
    """The fixed side of one link, of class A: sequence numbers modulo 2, a window of one frame (9.2.3).

    `send`, `receive`, `resume` and `tick` return the segments to pass to the MAC;
    what has arrived is taken with `messages()`. `failed`: the handset does not acknowledge.
    """

    modulo, window, lln = 2, 1, CLASS_A

    def __init__(self, signature=0):
        self.signature = signature
        self.failed = False
        self._first = None
        self._arrived = []
        self._reset()

    def _reset(self):
        self._theirs = self._oldest = 0
        self._sent = self._tries = 0
        self._queue = []
        self._message = b""
        self._until = None
        self._held = False

    def idle(self):
        """Whether all that was sent has been acknowledged."""
        return not self._queue

    def messages(self):
        arrived, self._arrived = self._arrived, []
        return arrived

    def send(self, message, now):
        """Queue a network message; one for which there is no room fails the link."""
        for at in range(0, len(message), INFORMATION):
            self._queue.append((message[at:at + INFORMATION], at + INFORMATION < len(message)))
        self.failed = self.failed or len(self._queue) > QUEUE
        return self._pump(now)

    def _pump(self, now):
        out = []
        while self._sent < min(self.window, len(self._queue)) and not self._held:
            information, more = self._queue[self._sent]
            number = (self._oldest + self._sent) % self.modulo
            self._sent += 1
            self._until = now + DL_RETRANSMIT
            out += self._frame(COMMAND_FROM_FIXED, self._theirs << 5 | number << 1, more, information)
        return out

    def _frame(self, kind, control, more=False, information=b""):
        return segments(Frame(self.lln | kind | RESERVED, control, more, information), self.signature)

    def receive(self, frame, now):
        if frame.address & SAPI or frame.address & LLN != self.lln:
            return []
        if not frame.control & 1:
            return self._information(frame, now)
        return self._supervisory(frame, now)

    def _information(self, frame, now):
        if frame.address & NEW_LINK and frame != self._first:
            self._reset()
        if not frame.address & NEW_LINK:
            self._first = None
        if frame.control >> 1 & 1 == self._theirs:
            self._theirs ^= 1
            self._collect(frame)
            self._first = frame if frame.address & NEW_LINK else None
        ready = self._frame(0, self._theirs << 5 | RR)
        return ready + self._acknowledged(frame.control >> 5, now)

    def _supervisory(self, frame, now):
        return self._acknowledged(frame.control >> 5, now) if frame.control & 0x0F == RR else []

    def _acknowledged(self, expected, now):
        """The other side waits for frame `expected`: those before it have arrived."""
        count = (expected - self._oldest) % self.modulo
        if not 0 < count <= self._sent:
            return self._pump(now)
        self._queue = self._queue[count:]
        self._oldest = (self._oldest + count) % self.modulo
        self._sent -= count
        self._tries = 0
        self._until = now + DL_RETRANSMIT if self._sent else None
        return self._pump(now)

    def _collect(self, frame):
        if len(self._message) <= LONGEST:
            self._message += frame.information
        if not frame.more:
            if len(self._message) <= LONGEST:
                self._arrived.append(self._message)
            self._message = b""

    def resume(self, now):
        """Another MAC connection carries the link from now on: send again what is not acknowledged (9.2.7)."""
        self._sent = self._tries = 0
        return self._pump(now)

    def due(self):
        return self._until

    def tick(self, now):
        if self._until is None or self._until > now:
            return []
        self._until = None
        if self._tries >= TRIES:
            self.failed = True
            return []
        self._tries += 1
        self._sent = 0
        return self._pump(now)
