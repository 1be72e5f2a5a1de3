"""What arrives in RTP, put together again in its own time."""

from collections.abc import Callable
from typing import Any

import numpy as np

RATE = 8000
Decode = Callable[[Any], np.ndarray]
JUMP = 10 * RATE
"""A timestamp further off than this begins the recording anew from where it is."""

OVERLOAD = 32768.0
"""0 dBov is the power of a square wave at the clipping point (RFC 3389 3.1)."""

LONGEST = 60 * RATE
"""Samples of comfort noise behind one packet."""


class Recording:
    """Each packet at the place its timestamp gives it, at 8 kHz; a pause is comfort noise where the peer described
    it, and what is missing is silence.
    """

    def __init__(self):
        self._parts: list[tuple[int, Any, Decode]] = []
        self._open: tuple[bytearray, Decode] | None = None
        """The last part, where what follows it goes."""
        self._base: int | None = None
        self._source: tuple[int, int] | None = None
        self._noise: tuple[int, bytes] | None = None
        self._random = np.random.default_rng(3389)
        self.length = 0

    def put(self, ssrc: int, timestamp: int, samples: np.ndarray, clock: int = RATE) -> None:
        """Samples whose first one is at `timestamp` of a `clock` in Hz."""
        self._place(ssrc, timestamp, clock, len(samples), samples, _as_it_is)

    def put_octets(self, ssrc: int, timestamp: int, octets: bytes, decode: Decode) -> None:
        """As `put`, of samples that are an octet each at 8 kHz: they are decoded when somebody asks for them."""
        if (self._base is not None and self._source == (ssrc, RATE) and self._noise is None
                and (timestamp - self._base) & 0xFFFFFFFF == self.length < 0x80000000):
            # Where the last one ended.
            last = self._open
            if last is not None and last[1] == decode:
                last[0].extend(octets)
            else:
                self._open = (bytearray(octets), decode)
                self._parts.append((self.length, *self._open))
            self.length += len(octets)
        else:
            self._place(ssrc, timestamp, RATE, len(octets), octets, decode)

    def _place(self, ssrc, timestamp, clock, count, part, decode):
        offset = self._offset(ssrc, timestamp, clock)
        self._open = None
        if self._noise is not None:
            self._fill(offset)
        if offset >= 0:
            self._parts.append((offset, part, decode))
            self.length = max(self.length, offset + count)

    def pause(self, ssrc: int, timestamp: int, payload: bytes, clock: int = RATE) -> None:
        """From here on comfort noise as RFC 3389 3 describes it, until something else is put."""
        offset = self._offset(ssrc, timestamp, clock)
        self._fill(offset)
        self._open, self._noise = None, (offset, payload)

    def samples(self) -> np.ndarray:
        whole = np.zeros(self.length, dtype=np.int16)
        for at, part, decode in self._parts:
            whole[at:at + len(part)] = decode(part)
        return whole

    def _offset(self, ssrc, timestamp, clock):
        step = 0 if self._base is None else (timestamp - self._base + 0x80000000) % 0x100000000 - 0x80000000
        offset = step * RATE // clock
        if (ssrc, clock) != self._source or abs(offset - self.length) > JUMP:
            self._base, self._source = timestamp - self.length * clock // RATE, (ssrc, clock)
            self._noise = None
            return self.length
        return offset

    def _fill(self, until):
        if self._noise is not None:
            start, payload = self._noise
            self._noise = None
            if 0 <= start < until <= start + LONGEST:
                self._parts.append((start, comfort(payload, until - start, self._random), _as_it_is))
                self.length = max(self.length, until)


def _as_it_is(samples: np.ndarray) -> np.ndarray:
    return samples


def comfort(payload: bytes, count: int, random: np.random.Generator) -> np.ndarray:
    """Noise of the level and spectrum that an RFC 3389 payload describes."""
    if not payload or not count:
        return np.zeros(count, np.int16)
    noise = random.standard_normal(count)
    if len(payload) > 1:
        # 1.0, which an octet of 255 would be, is no filter that ends.
        filter_taps = predictor([min(octet - 127, 127) / 128 for octet in payload[1:]])
        size = max(count, len(filter_taps))
        noise = np.fft.irfft(np.fft.rfft(noise, size) / np.fft.rfft(filter_taps, size), size)[:count]
    level = OVERLOAD * 10 ** (-(payload[0] & 0x7F) / 20)
    return np.clip(np.rint(noise * level / np.sqrt(np.mean(noise ** 2))), -32768, 32767).astype(np.int16)


def predictor(reflections: "list[float]") -> np.ndarray:
    """The all-pole model's denominator from reflection coefficients: the step-up recursion (RFC 3389 3.1)."""
    taps = np.ones(1)
    for one in reflections:
        longer = np.append(taps, 0.0)
        taps = longer + one * longer[::-1]
    return taps
