"""A call of which every octet is known before: for DSPs that must all make the same of it."""

import random

from firmware import dsp
from hal.dsp import Packet, Settings

FRAME = 10_000
BEARER = 3


class Script:
    """`dsp` runs one call of `frames` on channel 1; what came of it is in `fields`, `packets` and `events`.

    The script is the radio too, and lives in `time`'s events, so that it is the same by the clock and without it.
    """

    def __init__(self, time, frames=150, codec="pcma", silence=False, seed=1):
        self.fields, self.packets, self.events = [], [], []
        self.ended = False
        self.time, self._frames = time, frames
        self._settings = Settings(codec, 20, 2, 128, silence, True, "g726")
        self._octets = random.Random(seed)
        self._speech = [self._octets.randbytes(40) for _ in range(frames + 50)]
        self._packets = [self._octets.randbytes(160 if codec in ("pcma", "pcmu", "g722") else 80)
                         for _ in range(frames)]
        self._packets[100:130] = digit(codec)
        self._taken = 0

    def take_b(self, bearer):
        assert bearer == BEARER
        self._taken += 1
        return None if self._taken % 13 == 0 else self._speech[self._taken]

    def put_b(self, bearer, data):
        self.fields.append(data)

    def begin(self, dsp):
        self._dsp = dsp
        dsp.open(1, self._settings)
        dsp.join(1, BEARER)
        start = self.time.now + 3 * FRAME - self.time.now % FRAME
        for number in range(self._frames):
            self.time.at(start + number * FRAME, lambda number=number: self._step(number))
        self.time.at(start + self._frames * FRAME, self._end)

    def _step(self, number):
        dsp = self._dsp
        if number % 2 == 0 and number % 14:
            dsp.play(1, self._packets[number])
        if number == 40:
            dsp.tone(1, "19", "network")
        if number == 60:
            dsp.tone(1, "busy", "handset")
        if number == 90:
            dsp.tone(1, None, "handset")
            dsp.play(1, b"\x30\x10", "comfort")
        self._gather()

    def _gather(self):
        for one in self._dsp.poll():
            (self.packets if isinstance(one, Packet) else self.events).append(one)

    def _end(self):
        self._gather()
        self._dsp.close(1)
        self.ended = True

    def digits(self):
        return [event.value for event in self.events if event.kind == "dtmf"]


def digit(codec):
    """15 packets of 20 ms with a 7 among noise's place, one for each two frames."""
    rate = 16000 if codec == "g722" else 8000
    encoder = dsp.Encoder(codec)
    tone = dsp.ToneGenerator("7", rate=rate, duration_ms=200).generate(rate * 3 // 10)
    packets = [encoder.encode(tone[at:at + rate // 25]) for at in range(0, len(tone), rate // 25)]
    return [packet for packet in packets for _ in range(2)]


def same(emulated, board):
    """A board's packets and fields are the emulated chip's; it may still owe the last of them."""
    assert board.packets == emulated.packets[:len(board.packets)]
    assert len(emulated.packets) - len(board.packets) <= 1
    assert board.fields == emulated.fields[:len(board.fields)]
    assert len(emulated.fields) - len(board.fields) <= 2
    assert board.events == emulated.events[:len(board.events)]
