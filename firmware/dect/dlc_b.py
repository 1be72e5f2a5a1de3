"""LAPC class B: EN 300 175-4 9.2.5, sequence numbers modulo 8 and a window of three frames.

A handset that wants it asks with SABM on a logical link number from 2 to 6;
the base never asks. Frames that went missing are asked for with REJ.
"""

from firmware.dect.dlc import COMMAND_FROM_FIXED, DL_RETRANSMIT, LLN, RR, SAPI, TRIES, Link

RNR, REJ = 0x05, 0x09
SABM, DM, DISC, UA = 0x2F, 0x0F, 0x43, 0x63
FINAL = 0x10


def wanted(frame):
    """Whether a frame asks for a link of class B, or belongs to one."""
    return not frame.address & SAPI and 2 <= (frame.address & LLN) >> 4 <= 6


class LinkB(Link):
    """As `Link`; `lln` is the logical link number, in place. `up` between SABM and DISC."""

    modulo, window = 8, 3

    def __init__(self, lln, signature=0):
        super().__init__(signature)
        self.lln = lln & LLN
        self.up = False
        self._asked = False

    def receive(self, frame, now):
        if frame.address & SAPI or frame.address & LLN != self.lln:
            return []
        if frame.control & 3 == 3:
            return self._unnumbered(frame, now)
        if not self.up:
            return self._frame(0, DM | frame.control & FINAL)
        return super().receive(frame, now)

    def _unnumbered(self, frame, now):
        kind, final = frame.control & ~FINAL & 0xFF, frame.control & FINAL
        if kind == SABM:
            queue = self._queue
            self._reset()
            self.up, self._asked, self.failed, self._queue = True, False, False, queue
            return self._frame(0, UA | final) + self._pump(now)
        if kind == DISC:
            was, self.up, self.failed = self.up, False, True
            return self._frame(0, (UA if was else DM) | final)
        if kind == DM:
            self.failed = True
        return []

    def _information(self, frame, now):
        number = frame.control >> 1 & 7
        answer = RR
        if number == self._theirs:
            self._theirs = (self._theirs + 1) % 8
            self._asked = False
            self._collect(frame)
        elif (self._theirs - number) % 8 > self.window and not self._asked:
            self._asked = True
            answer = REJ
        ready = self._frame(0, self._theirs << 5 | frame.control & FINAL | answer)
        return ready + self._acknowledged(frame.control >> 5, now)

    def _supervisory(self, frame, now):
        kind, out = frame.control & 0x0F, []
        if kind not in (RR, RNR, REJ):
            return []
        self._held = kind == RNR
        if not frame.address & COMMAND_FROM_FIXED and frame.control & FINAL:
            out = self._frame(0, self._theirs << 5 | FINAL | RR)
        if kind == REJ:
            return out + self._rejected(frame.control >> 5, now)
        out += self._acknowledged(frame.control >> 5, now)
        if self._held and self._queue:
            self._until = now + DL_RETRANSMIT
        return out

    def _rejected(self, expected, now):
        if (expected - self._oldest) % 8 > self._sent:
            return []
        out = self._acknowledged(expected, now)
        if out:
            return out
        self._sent = 0
        return self._pump(now)

    def tick(self, now):
        """While the handset is busy (RNR) nothing is repeated: the poll asks whether it still is."""
        if self._held and self._until is not None and self._until <= now and self._tries < TRIES:
            self._tries += 1
            self._until = now + DL_RETRANSMIT
            return self._frame(COMMAND_FROM_FIXED, self._theirs << 5 | FINAL | RR)
        return super().tick(now)
