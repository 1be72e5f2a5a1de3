"""Telephone events in RTP: RFC 4733, the DTMF digits."""

import struct
from collections import namedtuple

DIGITS = "0123456789*#ABCD"
"""RFC 4733 3.2 table 3: an event's code is its place here."""

TONE, PAUSE = 150000, 60000
"""µs. A tone is about 150 ms long (article 23); the pause is our choice, ITU-T Q.24 asks for 40 or more."""

VOLUME = 10
"""-dBm0, RFC 4733 2.3.3."""

LAST = 3
"""The end of an event is sent three times: RFC 4733 2.5.1.4."""


Event = namedtuple("Event", ("digit", "end", "volume", "duration"))
"""One packet's: `volume` in -dBm0, `duration` so far in ticks of the RTP clock."""


def parse(payload):
    """The Event of a payload, None if it is no digit's."""
    if len(payload) < 4 or payload[0] >= len(DIGITS):
        return None
    return Event(DIGITS[payload[0]], payload[1] >= 0x80, payload[1] & 0x3F, payload[2] << 8 | payload[3])


class Hearing:
    """The peer's digits: each once, however many packets tell of it (RFC 4733 2.5.1.3 and 2.5.1.4)."""

    def __init__(self):
        self._source = self._timestamp = None

    def digit(self, source, timestamp, payload):
        """The digit that this packet is the first of, or None."""
        event = parse(payload)
        if event is None:
            return None
        # An event keeps the timestamp of its start; an older one comes late and was told.
        ahead = None if source != self._source else (timestamp - self._timestamp) & 0xFFFFFFFF
        if ahead == 0 or (ahead is not None and ahead >= 0x80000000):
            return None
        self._source, self._timestamp = source, timestamp
        return event.digit


class Events:
    """Our digits, one after the other. They keep their own time, for with silence compressed no audio packet may
    come for a while; while one lasts it takes the place of audio (RFC 4733 2.5.1.2). `rate` is the event's clock.
    """

    def __init__(self, payload_type, rate, packet_ms):
        self.payload_type = payload_type
        self._step = packet_ms * 1000
        self._samples = packet_ms * rate // 1000
        self._waiting = []
        self._code = self._at = None
        self._start = self._packets = 0

    @property
    def sounding(self):
        """Whether audio has to wait."""
        return self._code is not None

    def dial(self, digits, now):
        self._waiting.extend([DIGITS.index(digit) for digit in digits.upper() if digit in DIGITS])
        if self._at is None and self._waiting:
            self._at = now

    def due(self):
        return self._at

    def tick(self, sender, now):
        """The datagrams that are due, numbered by firmware.media.rtp.Sender."""
        sent = []
        while self._at is not None and self._at <= now:
            if self._code is None and not self._waiting:
                self._at = None
            else:
                sent.extend(self._packet(sender))
        return sent

    def _packet(self, sender):
        first = self._code is None
        if first:
            self._code, self._start, self._packets = self._waiting.pop(0), sender.timestamp(self._at), 0
        self._packets += 1
        over = self._packets * self._step >= TONE
        payload = struct.pack(">BBH", self._code, VOLUME | 0x80 if over else VOLUME, self._packets * self._samples)
        sent = [sender.send_as(self.payload_type, self._start, first, payload) for _ in range(LAST if over else 1)]
        self._at += self._step
        if over:
            self._code = None
            self._at += PAUSE
        return sent
