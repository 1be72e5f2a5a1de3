"""What goes beside audio in a phone's RTP: telephone events (RFC 4733) and pauses (RFC 3389)."""

import numpy as np
from construct import BitsInteger, BitStruct, Enum, Flag, Octet, Padding

from sim.peers.talker import FULL_SCALE, level_dbm0

EVENT = BitStruct("digit" / Enum(Octet, **{digit: code for code, digit in enumerate("0123456789*#ABCD")}),
                  "end" / Flag, Padding(1), "volume" / BitsInteger(6), "duration" / BitsInteger(16))
"""RFC 4733 2.3 and its table 3."""

PACKETS, GAP = 8, 5
"""Packets' times that a digit lasts, and that pass before the next one."""
REPEATED = 3
"""RFC 4733 2.5.1.4."""

OVERLOAD = FULL_SCALE + 3.01
"""dBm0 of 0 dBov: a square wave has 3 dB more than the sine that reaches as far."""
QUIET = -45.0
"""dBm0 below which nobody speaks."""
HANGOVER = 10
"""Packets without speech before the pause begins."""


class Dialler:
    """Digits to be sent, one after the other, in place of audio packets. `begun` is the timestamp at which the
    present one began, `fresh` whether it did just now.
    """

    def __init__(self) -> None:
        self.payload_type: int | None = None
        self.begun = 0
        self.fresh = False
        self._digits: list[str] = []
        self._count = 0

    def dial(self, digits: str) -> None:
        self._digits.extend(digits)

    @property
    def waiting(self) -> bool:
        """Whether a digit lasts, or is to follow."""
        return bool(self._digits)

    def packets(self, timestamp: int, step: int) -> "list[bytes]":
        """The payloads of this packet's time, none while no digit lasts; `step` is its length on the clock."""
        if self.payload_type is None or not self._digits:
            return []
        self._count += 1
        self.fresh = self._count == 1
        if self.fresh:
            self.begun = timestamp
        if self._count > PACKETS:
            if self._count == PACKETS + GAP:
                self._digits.pop(0)
                self._count = 0
            return []
        over = self._count == PACKETS
        payload = EVENT.build({"digit": self._digits[0], "end": over, "volume": 10, "duration": self._count * step})
        return [payload] * (REPEATED if over else 1)


class Hearing:
    """Digits that the peer sends: each once."""

    def __init__(self) -> None:
        self.payload_type: int | None = None
        self.digits = ""
        self.packets = 0
        self._last: int | None = None

    def hear(self, timestamp: int, payload: bytes) -> None:
        self.packets += 1
        if len(payload) >= EVENT.sizeof() and timestamp != self._last:
            self._last = timestamp
            self.digits += str(EVENT.parse(payload).digit)


class Pauses:
    """Whether anybody speaks; if not, what the noise meanwhile is like."""

    def __init__(self) -> None:
        self._silent = 0

    def speaks(self, samples: np.ndarray) -> "bytes | None":
        """None: send the audio. Else a comfort noise payload to send, empty after the first of a pause."""
        level = level_dbm0(samples)
        self._silent = self._silent + 1 if level < QUIET else 0
        if self._silent <= HANGOVER:
            return None
        return bytes([min(127, round(OVERLOAD - level))] if np.isfinite(level) else [127]) \
            if self._silent == HANGOVER + 1 else b""
