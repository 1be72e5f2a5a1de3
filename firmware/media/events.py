"""Telephone events in RTP: RFC 4733, the DTMF digits."""

import struct
from collections import namedtuple

DIGITS = "0123456789*#ABCD"
"""RFC 4733 3.2 table 3: an event's code is its place here."""

TONE, PAUSE = 150, 60
"""ms. A tone is about 150 ms long (article 23); the pause is our choice, ITU-T Q.24 asks for 40 or more."""

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
    """Takes the place of audio packets while a digit lasts, so that it needs no clock of its own."""

    def __init__(self, payload_type, packet_ms, samples):
        self.payload_type = payload_type
        self.samples = samples
        self._tone = (TONE + packet_ms - 1) // packet_ms * samples
        self._pause = (PAUSE + packet_ms - 1) // packet_ms
        self._waiting = []
        self._code = None
        self._start = self._duration = self._rest = 0

    def dial(self, digits):
        self._waiting.extend([DIGITS.index(digit) for digit in digits.upper() if digit in DIGITS])

    def packets(self, sender, now):
        """What to send instead of the audio packet of this moment; empty: send the audio."""
        if self._code is None and self._rest:
            self._rest -= 1
            return []
        first = self._code is None
        if first:
            if not self._waiting:
                return []
            self._code, self._start, self._duration = self._waiting.pop(0), sender.next_timestamp(now), 0
        self._duration += self.samples
        over = self._duration >= self._tone
        payload = struct.pack(">BBH", self._code, VOLUME | 0x80 if over else VOLUME, self._duration)
        sent = [sender.send_as(self.payload_type, self._start, first, payload) for _ in range(LAST if over else 1)]
        sender.pass_time(now)
        if over:
            self._code, self._rest = None, self._pause
        return sent
