"""What people in a lab say, and measures of what others hear of it."""

import pathlib
import zlib

import numpy as np

from sim.peers.handset.audio import read_wav
from sim.peers.talker import RATE, best, correlation, level_dbm0, noise, sine, speech

PHRASE = 6.0
"""Seconds until somebody repeats himself."""

STRETCH = 0.5
"""Seconds of what is heard that are compared at a time."""

BLOCK = RATE // 100
SPOKEN, DEEP = -38.0, 18.0
"""A block of 10 ms is spoken from so many dBm0 on; it is lost if it is heard so many dB weaker."""

HALF = round(STRETCH * RATE)
REACH = round(0.4 * RATE)
"""Samples by which the delay may change between two stretches."""

BETTER = 0.1
"""By which another delay must fit better before it is believed: a tone fits at many."""

ALIKE = 0.5
"""Correlation from which on two signals are taken for the same, so that their time can be compared."""


def sound(text: str, name: str, seed: int, folder: pathlib.Path) -> np.ndarray:
    """int16 samples at 8 kHz of one phrase. ValueError or OSError for a WAV file that cannot be had."""
    own = seed ^ zlib.crc32(name.encode())
    if text == "speech":
        return speech(PHRASE, seed=own)
    if text == "noise":
        return noise(PHRASE, -30.0, seed=own)
    if text == "silence":
        return np.zeros(RATE, np.int16)
    if text.startswith("tone:"):
        return sine(float(text[5:]), 1.0)
    return read_wav(folder / text)


def repeated(phrase: np.ndarray, samples: int) -> np.ndarray:
    """The phrase over and over, so long that any stretch of so many samples is in it."""
    if not len(phrase):
        return np.zeros(samples, np.int16)
    return np.tile(phrase, 2 + samples // len(phrase))


def likeness(phrase: np.ndarray, heard: np.ndarray) -> float:
    """Correlation, 0 .. 1, of what was heard with somebody who says the phrase over and over; 0 for silence."""
    if len(heard) < RATE * STRETCH or not heard.any() or not phrase.any():
        return 0.0
    return max(0.0, correlation(heard, repeated(phrase, len(heard)), segment=STRETCH))


def loudness(heard: np.ndarray) -> float:
    """dBm0 of all that was heard; -90 for silence."""
    return max(-90.0, float(level_dbm0(heard))) if len(heard) else -90.0


def louder(phrase: np.ndarray, heard: np.ndarray) -> "float | None":
    """dB by which the loudest block of what was heard is above that of the phrase; None without either."""
    if len(heard) < BLOCK or len(phrase) < BLOCK or not phrase.any():
        return None
    return float(np.max(_levels(heard)) - np.max(_levels(phrase)))


def longest_gap(phrase: np.ndarray, heard: np.ndarray) -> "float | None":
    """ms of the longest stretch in which the speaker spoke and nothing of it was heard, or that was left out; None if
    it cannot be told, since what was heard is not what was said at all."""
    said = repeated(phrase, len(heard) + 2 * REACH)
    shift = _shift(said, heard, len(phrase))
    if shift is None:
        return None
    lags = _lags(said, heard, shift + (len(phrase) if shift < REACH else 0))
    silent = 10.0 * _longest(*_compared(said, heard, lags))
    return max(silent, 1000.0 / RATE * max(0, *np.diff(lags), 0))


def _shift(said, heard, period):
    """Where in `said` what was heard begins, by its best stretch of two seconds."""
    size = 2 * RATE
    if len(heard) < size or not period:
        return None
    found = []
    for start in range(0, len(heard) - size + 1, size):
        value, lag = best(heard[start:start + size], said[:period + size])
        found.append((value, lag - start))
    value, shift = max(found)
    return None if value < ALIKE else shift % period


def _lags(said, heard, lag):
    """Where in `said` each stretch of what was heard begins, less its own place: a buffer or a handover moves it."""
    found = []
    for start in range(0, len(heard) - HALF + 1, HALF):
        stretch = heard[start:start + HALF]
        before = max(0, start + lag - REACH)
        value, place = best(stretch, said[before:start + lag + HALF + REACH])
        if value > max(ALIKE, _alike(stretch, said[start + lag:start + lag + HALF]) + BETTER):
            lag = before + place - start
        found.append(lag)
    return found


def _alike(one, other):
    """Normalised correlation without a delay."""
    one, other = one.astype(np.float64), other.astype(np.float64)
    energy = np.sqrt(np.sum(one ** 2) * np.sum(other ** 2))
    return float(np.sum(one * other) / energy) if energy else 0.0


def _compared(said, heard, lags):
    """For each block of what was heard: (it is lost, it is there); where the speaker paused it is neither.

    Within a stretch the delay may change: what is missing is missing by the delay before and behind as well.
    """
    arrived = _levels(heard)
    lost, there = np.ones(len(arrived), bool), np.zeros(len(arrived), bool)
    owner = np.minimum(np.arange(len(arrived)) * BLOCK // HALF, len(lags) - 1)
    for step in (-1, 0, 1):
        lag = np.array(lags)[np.clip(owner + step, 0, len(lags) - 1)]
        rows = (np.arange(len(arrived)) * BLOCK + lag)[:, None] + np.arange(BLOCK)
        spoken = _levels(said[np.clip(rows, 0, len(said) - 1)].ravel())
        lost &= (spoken >= SPOKEN) & (arrived < spoken - DEEP)
        there |= (spoken >= SPOKEN) & (arrived >= spoken - DEEP)
    loud = np.nonzero(arrived > SPOKEN)[0]
    first, last = (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, 0)
    return lost[first:last], there[first:last]


def _levels(samples):
    """dBm0 of each block."""
    count = len(samples) // BLOCK
    power = np.mean(samples[:count * BLOCK].astype(np.float64).reshape(count, BLOCK) ** 2, axis=1)
    return 10 * np.log10(np.maximum(power, 1e-3)) + level_dbm0(np.ones(BLOCK, np.int16))


def _longest(lost, there):
    """Blocks of the longest run that is lost; a pause of the speaker within it is not counted."""
    longest = run = 0
    for gone, arrived in zip(lost, there, strict=True):
        run = run + 1 if gone else 0 if arrived else run
        longest = max(longest, run)
    return longest
