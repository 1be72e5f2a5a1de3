"""What the bench measures, all from three signals: the far end, its echo, and what the canceller left of it.

ERLE is echo over residual, ACOM far over residual (G.168 3.1: A_COM = A_ECHO + A_CANC + A_NLP), both as energies
over a stretch of time. The residual is the output less what there is in it of the near end's own sound.
"""

import importlib

import numpy as np

from sim.dspbench.signals import Signal, pcm
from sim.peers.talker import level_dbm0

FLOOR = 1 / 12
"""Mean square of 16-bit rounding: no residual is counted as less."""

NEVER = float("inf")
"""A time to reach a level that was not reached."""

SILENCE = -96.0
"""dBm0 that stand for nothing at all."""

TAPS = 128
"""Of the fixed filter that the near end may have gone through."""

STEP = 0.01
"""Seconds from one window to the next."""


def decibel(above: float, below: float) -> float:
    return float(10 * np.log10(above / below)) if above > 0 and below > 0 else 0.0


def power(signal: Signal) -> float:
    return max(float(np.mean(np.square(signal, dtype=np.float64))), FLOOR)


def erle(echo: Signal, residual: Signal, rate: int, begin: float, end: float) -> float:
    """dB over the seconds begin .. end; 0 where nothing was taken away, negative where echo was added."""
    stretch = slice(round(begin * rate), round(end * rate))
    return decibel(power(echo[stretch]), power(residual[stretch]))


def level(signal: Signal, rate: int, begin: float, end: float) -> float:
    return max(SILENCE, float(level_dbm0(signal[round(begin * rate):round(end * rate)])))


def windows(signal: Signal, rate: int, length: float) -> Signal:
    """Mean squares of windows of `length` seconds, STEP apart."""
    sums = np.concatenate([[0.0], np.cumsum(np.square(signal, dtype=np.float64))])
    size = round(length * rate)
    starts = np.arange(0, len(signal) - size + 1, round(STEP * rate))
    return np.maximum(sums[starts + size] - sums[starts], 0) / size


def erle_over_time(echo: Signal, residual: Signal, rate: int, length: float) -> Signal:
    """ERLE by window; NaN where there is next to no echo to take away (20 dB below its mean)."""
    before, after = windows(echo, rate, length), np.maximum(windows(residual, rate, length), FLOOR)
    values = 10 * np.log10(np.maximum(before, FLOOR) / after)
    return np.where(before > 0.01 * np.mean(np.square(echo)), values, np.nan)


def time_to(wanted: float, echo: Signal, residual: Signal, rate: int, length: float) -> float:
    """Seconds to the start of the first window with an ERLE of `wanted` dB; NEVER if there is none."""
    reached = np.flatnonzero(erle_over_time(echo, residual, rate, length) >= wanted)
    return float(reached[0] * STEP) if len(reached) else NEVER


def part(wanted: Signal, heard: Signal) -> Signal:
    """The part of `heard` that is `wanted` through some fixed filter of TAPS taps: least squares.

    Some cancellers have a high-pass in the near end's way; what it takes is no echo.
    """
    count = len(heard)
    size = 1 << (count + TAPS).bit_length()
    said = np.fft.rfft(wanted, size)
    auto = np.fft.irfft(np.abs(said) ** 2, size)[:TAPS]
    cross = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(said), size)[np.arange(-TAPS // 2, TAPS // 2)]
    matrix = auto[np.abs(np.subtract.outer(np.arange(TAPS), np.arange(TAPS)))]
    matrix[np.diag_indices(TAPS)] += 1e-6 * auto[0] + 1e-9
    taps = np.linalg.solve(matrix, cross)
    return np.fft.irfft(said * np.fft.rfft(np.roll(np.pad(taps, (0, size - TAPS)), -TAPS // 2), size), size)[:count]


def sdr(wanted: Signal, heard: Signal) -> float:
    """Near end over everything else in the output, dB; any fixed filter that it went through is its own."""
    near = part(wanted, heard)
    return decibel(power(near), power(heard - near))


def lag(said: Signal, heard: Signal, most: int) -> int:
    """Samples, 0 .. most, by which `heard` follows `said`."""
    size = 1 << (len(said) + most).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size)), size)
    return int(np.argmax(product[:most + 1]))


def kept(wanted: Signal, heard: Signal, rate: int, window: float = 0.04, most: float = 6.0) -> float:
    """Share, in percent, of the near end's syllables of which the output keeps all but `most` dB.

    A syllable is a window within 12 dB of the loudest tenth; what the output keeps is its part that
    correlates with the near end.
    """
    size = round(window * rate)
    count = len(wanted) // size
    said, out = wanted[:count * size].reshape(count, size), heard[:count * size].reshape(count, size)
    energy = np.sum(said ** 2, axis=1)
    loud = energy > np.quantile(energy, 0.9) * 10 ** -1.2
    gain = np.sum(said * out, axis=1)[loud] / energy[loud]
    return float(100 * np.mean(gain > 10 ** (-most / 20)))


def pesq_missing() -> "str | None":
    """Why PESQ (ITU-T P.862) cannot be measured, or None."""
    try:
        importlib.import_module("pesq")
    except ImportError:
        return "the Python package pesq is not installed: SDR alone is given for double talk"
    return None


def pesq(said: Signal, heard: Signal, rate: int) -> float:
    """MOS-LQO of P.862.1 at 8 kHz and P.862.2 at 16 kHz; 1.0 for what P.862 finds no speech in."""
    score = importlib.import_module("pesq")
    value = score.pesq(rate, pcm(said), pcm(heard), "nb" if rate == 8000 else "wb",
                       on_error=score.PesqError.RETURN_VALUES)
    return float(value) if value >= 1 else 1.0
