"""The trunk: a session between master and radio over UDP, once it is open. docs/dect-system.md has the frames.

Messages arrive once and in order: frames carry sequence numbers, are acknowledged and
sent again. Each is sealed under a key of the session: HMAC-SHA-256, cut to 16 octets,
and its messages are enciphered, since keys of handsets are among them.
"""

import struct

from firmware.hmac import Keyed, same
from firmware.module import earliest

MAGIC, VERSION = b"DT", 1
PORT = 10160

NO_KEY = "the trunk has no key: set /trunk-key at MASTER and RADIO"

HELLO, CHALLENGE, JOIN, WELCOME, REFUSE, UP, DOWN = 1, 2, 3, 4, 5, 6, 7
"""Kinds of frame. UP goes to the master, DOWN comes from it."""

HEADER = ">2sBBIIII"
HEAD = 20
TAG = 16
PAYLOAD = 1200
"""Octets of messages in a frame."""

MILLISECOND, SECOND = 1_000, 1_000_000
FIRST, SLOWEST = 150 * MILLISECOND, SECOND
"""Until a frame is sent again: doubled each time, up to the second."""

TRIES = 7
KEEPALIVE = 12 * SECOND
SILENCE = 28 * SECOND
"""The radio speaks at least every 12 s; the master gives it up after 28 s."""

WINDOW = 32
"""Frames that may wait for their acknowledgement."""

QUEUE = 1024
"""Messages that may wait for a place in the window."""

LAST = 0xFFFFFFFF


def keys(key, opener, answerer):
    """Four keys of a session from the shared one and both sides' random octets: to seal and encipher, up and down."""
    root = Keyed(Keyed(key).digest(b"gatesim trunk 1" + opener + answerer))
    return [Keyed(root.digest(name)) for name in (b"up seal", b"up cipher", b"down seal", b"down cipher")]


def kind_of(data):
    """(version, kind) of what might be a frame of any version, or None."""
    return (data[2], data[3]) if len(data) >= 4 and data[:2] == MAGIC else None


def session_of(data):
    """The session that an UP or DOWN frame names, or None if it is too short."""
    return struct.unpack(">I", data[4:8])[0] if len(data) >= HEAD + TAG else None


def mask(cipher, packet, data):
    """Encipher or decipher: XOR with HMAC outputs of packet number and block count; no packet number comes twice."""
    if not data:
        return data
    stream = b"".join([cipher.digest(struct.pack(">II", packet, block)) for block in range((len(data) + 31) // 32)])
    size = len(data)
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream[:size], "big")).to_bytes(size, "big")


def split(payload):
    """The messages of a frame: each has two octets of length before it; None if they do not fit."""
    messages, at = [], 0
    while at < len(payload):
        size = int.from_bytes(payload[at:at + 2], "big")
        at += 2 + size
        if at > len(payload):
            return None
        messages.append(payload[at - size:at])
    return messages


class Replay:
    """Which packet numbers have been seen: the highest and the 63 below it."""

    def __init__(self):
        self.highest = 0
        self.seen = 0

    def fresh(self, packet):
        """Whether it is new; it is not from then on."""
        if packet > self.highest:
            shift = packet - self.highest
            self.seen = (self.seen << shift if shift < 64 else 0) & 0xFFFFFFFFFFFFFFFF | 1
            self.highest = packet
            return True
        behind = self.highest - packet
        if behind >= 64 or self.seen >> behind & 1:
            return False
        self.seen |= 1 << behind
        return True


class Session:
    """One end. `kind` is that of the frames it sends, UP for who has opened it; `number` names the session.

    `send` queues, `flush` makes the datagrams; `lost` says why it is over, None while it is not;
    `stirred`: there may be something to flush.
    """

    def __init__(self, kind, number, material, now):
        self.kind, self.number = kind, number
        own, other = (material[:2], material[2:]) if kind == UP else (material[2:], material[:2])
        self._seal, self._cipher = own
        self._other_seal, self._other_cipher = other
        self.lost = None
        self.stirred = True
        self.heard_at = now
        self.resent = self.refused = 0
        self._replay = Replay()
        self._packet = self._sequence = self._received = self._twice = self._tries = 0
        self._queue: list = []
        self._flying: list = []
        self._early: dict = {}
        self._acknowledge = False
        self._again = False
        self._resend_at = None
        self._spoke_at = now

    def send(self, message):
        """Queue the octets of a message; a peer that takes none loses the session.

        Raises ValueError for one that no frame holds.
        """
        if len(message) + 2 > PAYLOAD:
            raise ValueError("at most {} octets".format(PAYLOAD - 2))
        self.stirred = True
        if len(self._queue) >= QUEUE:
            self.lost = "it does not keep up"
        else:
            self._queue.append(message)

    def room(self):
        """Whether the queue is short."""
        return len(self._queue) < WINDOW

    def idle(self):
        """Whether all has been acknowledged."""
        return not self._queue and not self._flying

    def receive(self, data, now):
        """The messages that a datagram completes, in order; [] for one that is not right."""
        self.stirred = True
        opened = self._open(data)
        if opened is None:
            self.refused += 1
            return []
        sequence, acknowledged, payload = opened
        self.heard_at = now
        self._acknowledged(acknowledged, not sequence, now)
        return self._deliver(sequence, payload) if sequence else []

    def _open(self, data):
        if len(data) < HEAD + TAG or not same(self._other_seal.digest(data[:-TAG])[:TAG], data[-TAG:]):
            return None
        kind, number, packet, sequence, acknowledged = struct.unpack(HEADER, data[:HEAD])[2:]
        if number != self.number or kind == self.kind or not self._replay.fresh(packet):
            return None
        return sequence, acknowledged, mask(self._other_cipher, packet, data[HEAD:-TAG])

    def _acknowledged(self, upto, bare, now):
        before = len(self._flying)
        self._flying = [frame for frame in self._flying if frame[0] > upto]
        if len(self._flying) < before:
            self._twice = self._tries = 0
            self._resend_at = now + FIRST if self._flying else None
        elif bare and self._flying:
            self._twice += 1
            self._again = self._again or self._twice == 2

    def _deliver(self, sequence, payload):
        self._acknowledge = True
        if not self._received < sequence <= self._received + WINDOW:
            return []
        self._early[sequence] = payload
        messages: list = []
        while self._received + 1 in self._early:
            self._received += 1
            messages += split(self._early.pop(self._received)) or []
        return messages

    def flush(self, now):
        """Datagrams that are to go out now."""
        self.stirred = False
        datagrams = []
        if self._again and self._flying:
            datagrams.append(self._frame(self._flying[0][0], self._flying[0][1]))
            self.resent += 1
        self._again = False
        while self._queue and len(self._flying) < WINDOW:
            datagrams.append(self._new(self._payload(), now))
        if self._acknowledge:
            datagrams.append(self._frame(0, b""))
        return datagrams

    def _payload(self):
        parts, size = [], 0
        while self._queue and size + 2 + len(self._queue[0]) <= PAYLOAD:
            message = self._queue.pop(0)
            parts.append(len(message).to_bytes(2, "big") + message)
            size += 2 + len(message)
        return b"".join(parts)

    def _new(self, payload, now):
        self._sequence += 1
        self._flying.append((self._sequence, payload))
        self._spoke_at = now
        if self._resend_at is None:
            self._resend_at = now + FIRST
        return self._frame(self._sequence, payload)

    def _frame(self, sequence, payload):
        self._acknowledge = False
        self._packet += 1
        if self._packet == LAST:
            self.lost = "its packet numbers are used up"
        head = struct.pack(
            HEADER, MAGIC, VERSION, self.kind, self.number, self._packet, sequence, self._received)
        body = head + mask(self._cipher, self._packet, payload)
        return body + self._seal.digest(body)[:TAG]

    def due(self):
        if self.lost is not None:
            return None
        keep = self._spoke_at + KEEPALIVE if self.kind == UP else self.heard_at + SILENCE
        return earliest(self._resend_at, keep)

    def tick(self, now):
        """Datagrams that time makes due."""
        self.stirred = True
        if self._resend_at is not None and self._resend_at <= now:
            return self._resend(now)
        if self.kind == DOWN and self.heard_at + SILENCE <= now:
            self.lost = "not heard for {} s".format(SILENCE // SECOND)
        elif self.kind == UP and self._spoke_at + KEEPALIVE <= now:
            return [self._new(b"", now)]
        return []

    def _resend(self, now):
        self._tries += 1
        if self._tries >= TRIES:
            self.lost = "it does not answer"
            return []
        self._resend_at = now + min(FIRST << self._tries, SLOWEST)
        self.resent += 1
        return [self._frame(self._flying[0][0], self._flying[0][1])]
