"""B-fields of a phrase that is said over and over.

An encoder that has said a phrase as it said it the time before is where it was then: it need not run again. With
speech, which has pauses, that is so from the second time on; with a tone never.
"""

import numpy as np
from numpy.typing import NDArray

from sim.peers.spandsp import G722, G726, Samples

SETTLED = 200
"""Frames after which a codec has forgotten how it began: our choice."""


class Rounds:
    """`said` is a whole number of frames of `frame` samples; it begins with sample `at`."""

    def __init__(self, said: Samples, at: int, frame: int, encoder: "G722 | G726"):
        whole = len(said) // frame
        turned = np.roll(said, -(at % len(said)))
        self._round = np.tile(turned, -(-SETTLED // whole))
        self._octets = frame // 2
        self._encoder = encoder
        self._last = self._ready = np.zeros((0, self._octets), np.uint8)
        self.settled = False

    def take(self, frames: int) -> "NDArray[np.uint8]":
        """The next frames, a row a frame."""
        rows = [self._ready]
        count = len(self._ready)
        while count < frames:
            rows.append(self._next())
            count += len(self._last)
        whole = np.concatenate(rows)
        self._ready = whole[frames:]
        return whole[:frames]

    def _next(self) -> "NDArray[np.uint8]":
        if not self.settled:
            octets = self._encoder.encode(self._round)
            rows = np.frombuffer(octets, np.uint8).reshape(-1, self._octets)
            self.settled, self._last = np.array_equal(rows, self._last), rows
        return self._last
