"""A serial line to attached hardware: a session of frames, orders that are not lost, and who is still there.

`Link` is the side that commands. Like all protocols here it does no I/O: octets and time go in, effects come out.
docs/link.md describes what is on the line.
"""

import struct
from collections import namedtuple

from hal.frames import CREDIT, Frame, Reader, encode

MAGIC = b"GWLK"
MAJOR, MINOR = 1, 0
"""Version of the protocol. Sides of one major version understand each other."""

HELLO, WELCOME, BOOT, BEAT = 1, 2, 3, 4
ORDER = 0x80
"""Kinds from here on are orders: numbered, repeated until the other side has them, delivered once and in order."""

HELLO_EVERY = 100_000
BEAT_EVERY = 200_000
SILENCE = 1_000_000
"""Microseconds after which a side that says nothing is taken for dead."""

RETRY = 60_000
LOST = 250_000
"""Microseconds without an answer after which what is under way counts as lost, and its credit as free."""

WINDOW = 32
"""Orders under way at most."""

OPENING = struct.calcsize("<4sBBI")
BOOTED = struct.calcsize("<4sBBBI")
FAULT = 1
"""Why a board has started: 0 power or reset, this one a processor fault."""

Out = namedtuple("Out", ("data",))
"""Octets for the line."""

Message = namedtuple("Message", ("kind", "body"))
"""What the other side said."""

Up = namedtuple("Up", ("version", "report"))
"""A session has begun: (major, minor) of the other side and its report of what it can do."""

Down = namedtuple("Down", ("reason",))
"""The session has ended; the next is sought already. Nothing of the old one holds any more."""


class Counts:
    """What has become of the session's frames, since the Link was made."""

    def __init__(self):
        self.sent = self.received = self.lost = self.dropped = self.resent = self.damaged = 0


class Link:
    """`refused` is None, or the version of a board that answers in another major version;
    `echo`: the line gives back what it is given. `patient`: a silent board is no dead one.
    """

    def __init__(self, session):
        """`session`: any number, best a random one; two programs on one line differ in it."""
        self.up = False
        self.refused = None
        self.echo = False
        self.patient = False
        self.counts = Counts()
        self.reader = Reader()
        self._session = session & 0xFFFFFFFF
        self._sequence = 0
        self._hello_at = 0
        self._begin(0)

    def _begin(self, now):
        self._ack = self._expect = 0
        self._sent_at = [0] * 256
        self._sent = self._gone = self._credit = 0
        self._orders = []
        self._base = self._flying = 0
        self._heard = self._spoke = self._progress = self._tried = now
        self._owed = False

    def due(self):
        """When `tick` next has something to do."""
        if not self.up:
            return self._hello_at
        first = self._spoke + BEAT_EVERY
        if not self.patient:
            first = min(first, self._heard + SILENCE)
        if self._orders:
            first = min(first, self._tried + RETRY)
        return first

    def tick(self, now):
        if not self.up:
            return self._hello(now) if now >= self._hello_at else []
        if now >= self._heard + SILENCE and not self.patient:
            return self.end("it has been silent for {:g} s".format(SILENCE / 1_000_000), now)
        effects = []
        if self._gone != self._sent and now >= self._progress + LOST:
            self._gone = self._sent
        if self._orders and now >= self._tried + RETRY:
            self.counts.resent += self._flying
            self._flying = 0
            effects.extend(self._fly(now))
        if now >= self._spoke + BEAT_EVERY:
            effects.append(self._frame(BEAT, b"", now))
        return effects

    def end(self, reason, now):
        """The session is over, for a cause that lies outside; a new one is sought at once."""
        was_up, self.up = self.up, False
        self._session = (self._session + 1) & 0xFFFFFFFF
        self._begin(now)
        self._hello_at = now
        return [Down(reason)] if was_up else []

    def send(self, kind, body, now):
        """A message that is worth nothing later: dropped where there is no session, or no credit."""
        if not self.up or not self._has_credit(len(body)):
            self.counts.dropped += 1
            return []
        return [self._frame(kind, body, now)]

    def order(self, kind, body, now):
        """A message that must arrive: repeated as long as the session lasts."""
        if not self.up:
            return []
        self._orders.append((kind, body))
        return self._fly(now)

    def receive(self, data, now):
        effects = []
        for frame in self.reader.feed(data):
            effects.extend(self._take(frame, now))
        self.counts.damaged = self.reader.damaged
        if self._owed and self.up:
            effects.append(self._frame(BEAT, b"", now))
        return effects

    def _take(self, frame, now):
        if frame.kind == WELCOME:
            return self._welcome(frame, now)
        if frame.kind == HELLO:
            self.echo = True
            return []
        if frame.kind == BOOT:
            return self._booted(frame, now)
        if not self.up:
            return []
        if not self._account(frame, now):
            return self.end("it is out of step", now)
        if frame.kind == BEAT:
            return []
        if frame.kind < ORDER:
            return [Message(frame.kind, frame.body)]
        return self._ordered(frame)

    def _ordered(self, frame):
        self._owed = True
        if not frame.body or frame.body[0] != self._expect:
            return []
        self._expect = (self._expect + 1) & 255
        return [Message(frame.kind, frame.body[1:])]

    def _welcome(self, frame, now):
        if len(frame.body) < OPENING or frame.body[:4] != MAGIC:
            return []
        _magic, major, minor, session = struct.unpack("<4sBBI", frame.body[:OPENING])
        if major != MAJOR:
            self.refused = (major, minor)
            return self.end("it speaks version {}.{} of the link".format(major, minor), now)
        if session != self._session:
            return self.end("another program has taken it over", now) if self.up else []
        if self.up:
            self._account(frame, now)
            return []
        self.up, self.refused = True, None
        self._heard = self._progress = self._tried = now
        self._ack, self._credit, self._gone = frame.sequence, frame.credit * CREDIT, self._sent
        return [Up((major, minor), frame.body[OPENING:])]

    def _booted(self, frame, now):
        """The board has no session: it has been reset, or has not heard from us."""
        if not self.up:
            self._hello_at = min(self._hello_at, now + HELLO_EVERY // 4)
            return []
        return self.end("it has started anew, " + why(frame.body), now)

    def _account(self, frame, now):
        """False where the other side claims orders that were never sent: somebody else speaks on the line."""
        counts = self.counts
        counts.received += 1
        counts.lost += (frame.sequence - self._ack - 1) & 255
        self._ack, self._heard = frame.sequence, now
        self._credit = frame.credit * CREDIT
        gone = self._sent_at[frame.ack]
        if gone != self._gone and gone <= self._sent:
            self._gone, self._progress = max(gone, self._gone), now
        done = (frame.expect - self._base) & 255
        if 0 < done <= len(self._orders):
            self._orders = self._orders[done:]
            self._base, self._flying = frame.expect, max(0, self._flying - done)
            self._tried = now
            done = 0
        return done == 0

    def _hello(self, now):
        self._hello_at = now + HELLO_EVERY
        frame = self._frame(HELLO, struct.pack("<4sBBI", MAGIC, MAJOR, MINOR, self._session), now)
        # A zero first: what the line may have carried before must not be taken for this frame's beginning.
        return [Out(b"\x00" + frame.data)]

    def _has_credit(self, octets):
        return self._sent - self._gone + octets + CREDIT <= self._credit

    def _fly(self, now):
        """Send those orders that are not under way, as far as window and credit allow."""
        effects = []
        if not self._flying:
            self._tried = now
        while self._flying < min(len(self._orders), WINDOW):
            kind, body = self._orders[self._flying]
            if not self._has_credit(len(body)):
                break
            number = (self._base + self._flying) & 255
            effects.append(self._frame(kind, bytes([number]) + body, now))
            self._flying += 1
        return effects

    def _frame(self, kind, body, now):
        self._sequence = (self._sequence + 1) & 255
        data = encode(Frame(kind, self._sequence, self._ack, self._expect, 255, body))
        self._sent += len(data)
        self._sent_at[self._sequence] = self._sent
        self._spoke, self._owed = now, False
        self.counts.sent += 1
        return Out(data)


def why(body):
    """In words, what a board that has just started says of the cause."""
    if len(body) == BOOTED:
        _magic, _major, _minor, cause, code = struct.unpack("<4sBBBI", body)
        if cause == FAULT:
            return "after a fault, CFSR {:08x}".format(code)
    return "after a reset"
