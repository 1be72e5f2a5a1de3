"""Telephone events sent in RTP: RFC 4733, the DTMF digits."""

import struct

DIGITS = "0123456789*#ABCD"
"""RFC 4733 3.2 table 3: an event's code is its place here."""

TONE, PAUSE = 150, 60
"""ms. A tone is about 150 ms long (article 23); the pause is our choice, ITU-T Q.24 asks for 40 or more."""

VOLUME = 10
"""-dBm0, RFC 4733 2.3.3."""

LAST = 3
"""The end of an event is sent three times: RFC 4733 2.5.1.4."""


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
