"""A synthetic talker, and measures to compare what was said with what was heard."""

import numpy as np

RATE = 8000
ACTIVE_LEVEL = -20.0
"""dBm0 while speaking."""

FULL_SCALE = 3.14
"""dBm0 of a sine at the clipping point of 16-bit samples: G.711 table 5 (A-law)."""

FINER = 4
"""Lags between two samples that a segment is looked for at."""

_KEYS, _LOW, _HIGH = "123A456B789C*0#D", (697, 770, 852, 941), (1209, 1336, 1477, 1633)
"""ITU-T Q.23, in Hz."""

_FORMANTS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
"""Hz; five vowels of Peterson and Barney's table of 1952."""


def speech(seconds: float, seed: int = 0, level: float = ACTIVE_LEVEL) -> np.ndarray:
    """int16 samples at 8 kHz: voiced syllables with gliding pitch, hissing consonants, pauses.

    One seed, one signal. `level` in dBm0 holds for the parts that are not pause.
    """
    rng = np.random.default_rng(seed)
    pitch = rng.uniform(95, 210)
    parts, length, wanted = [], 0, round(seconds * RATE)
    while length < wanted:
        for _ in range(rng.integers(3, 9)):
            parts.append(_consonant(rng))
            parts.append(_vowel(rng, pitch))
        parts.append(np.zeros(round(rng.uniform(0.15, 0.6) * RATE)))
        length = sum(map(len, parts))
    signal = np.concatenate(parts)[:wanted]
    active = signal[signal != 0]
    power = np.mean(active ** 2) if len(active) else 1.0
    return np.clip(np.rint(signal * _amplitude(level) / np.sqrt(power)), -32768, 32767).astype(np.int16)


def sine(frequency: float, seconds: float, level: float = -10.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.rint(_amplitude(level) * np.sqrt(2) * np.sin(2 * np.pi * frequency * time)).astype(np.int16)


def noise(seconds: float, level: float, seed: int = 0) -> np.ndarray:
    """White, as in a quiet room."""
    return np.rint(_amplitude(level) * np.random.default_rng(seed).standard_normal(round(seconds * RATE))).astype(
        np.int16)


def dtmf(digits: str, tone: float = 0.1, pause: float = 0.1, level: float = -8.0) -> np.ndarray:
    """Digits as a keypad sounds them (ITU-T Q.23); `level` of each of the two tones."""
    parts, gap = [np.zeros(0, np.int16)], np.zeros(round(pause * RATE), np.int16)
    for digit in digits:
        low, high = divmod(_KEYS.index(digit), 4)
        parts += [sine(_LOW[low], tone, level) + sine(_HIGH[high], tone, level), gap]
    return np.concatenate(parts)


def busy(seconds: float, level: float = -10.0) -> np.ndarray:
    """425 Hz, 0.48 s of every 0.96 s, as in most of Europe (ITU-T E.180 supplement 2)."""
    tone = sine(425, seconds, level)
    tone[np.arange(len(tone)) % round(0.96 * RATE) >= round(0.48 * RATE)] = 0
    return tone


def level_dbm0(samples: np.ndarray) -> float:
    """The mean level; minus infinity for nothing but zeros."""
    values = np.asarray(samples, dtype=np.float64)
    power = np.mean(values ** 2) if len(values) else 0.0
    return 10 * np.log10(power / _amplitude(0.0) ** 2) if power > 0 else float("-inf")


def correlation(said: np.ndarray, heard: np.ndarray, segment: "float | None" = None) -> float:
    """Normalised cross-correlation at the best lag, -1 .. 1: 1 for a scaled and delayed copy.

    With `segment`, in seconds, each such stretch of `said` is looked for by
    itself near where the one before was found, and the mean over them, weighted
    by energy, is returned: a slow drift of the two clocks then costs nothing.
    """
    said, heard = np.asarray(said, dtype=np.float64), np.asarray(heard, dtype=np.float64)
    if segment is None:
        return best(said, heard)[0]
    size = round(segment * RATE)
    total = weights = 0.0
    lag = best(said, heard)[1]
    for start in range(0, len(said) - size + 1, size):
        stretch = said[start:start + size]
        weight = np.sum(stretch ** 2)
        begin = max(0, start + lag - size // 2)
        window = heard[begin:start + lag + size + size // 2]
        if weight == 0 or len(window) < size:
            continue
        # Finer lags: half a sample off is already a tenth of a period at 1600 Hz.
        value, shift = best(finer(stretch), finer(window))
        # Too quiet a stretch says nothing about the lag.
        if value > 0.5:
            lag = begin + round(shift / FINER) - start
        total += value * weight
        weights += weight
    return total / weights if weights else 0.0


def best(said: np.ndarray, heard: np.ndarray) -> "tuple[float, int]":
    """(normalised cross-correlation, lag in samples) where the two agree best.

    Only what overlaps at a lag counts towards its energy; lags with less than
    half of the shorter signal overlapping are not considered.
    """
    said, heard = np.asarray(said, dtype=np.float64), np.asarray(heard, dtype=np.float64)
    if not len(said) or not len(heard) or not said.any() or not heard.any():
        return 0.0, 0
    lags = np.arange(-(len(said) - 1), len(heard))
    size = 1 << (len(said) + len(heard) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size)), size)
    product = product[lags % size]
    overlap = np.minimum(len(heard), lags + len(said)) - np.maximum(0, lags)
    energy = _energy(heard, lags, len(said)) * _energy(said, -lags, len(heard))
    usable = (overlap >= min(len(said), len(heard)) // 2) & (energy > 1e-9 * np.max(energy))
    values = np.where(usable, product / np.sqrt(np.maximum(energy, 1e-12)), -2.0)
    at = int(np.argmax(values))
    return float(values[at]), int(lags[at])


def finer(signal: np.ndarray) -> np.ndarray:
    """The same band-limited signal with FINER times as many samples."""
    return np.fft.irfft(np.fft.rfft(signal), FINER * len(signal)) * FINER


def _energy(signal, starts, length):
    """Of `signal` within [start, start + length) for each start, what lies outside counting nothing."""
    sums = np.concatenate(([0.0], np.cumsum(signal ** 2)))
    first = np.clip(starts, 0, len(signal))
    last = np.clip(starts + length, 0, len(signal))
    return sums[last] - sums[first]


def _amplitude(level):
    """RMS in 16-bit units of a level in dBm0."""
    return 32768 / np.sqrt(2) * 10 ** ((level - FULL_SCALE) / 20)


def _vowel(rng, pitch):
    length = round(rng.uniform(0.09, 0.28) * RATE)
    time = np.arange(length) / RATE
    glide = pitch * np.linspace(rng.uniform(0.9, 1.15), rng.uniform(0.85, 1.1), length)
    phase = 2 * np.pi * np.cumsum(glide) / RATE
    formants = _FORMANTS[rng.integers(len(_FORMANTS))]
    voice = np.zeros(length)
    for harmonic in range(1, int(3400 / pitch / 1.15)):
        frequency = harmonic * pitch
        gain = sum(1 / (1 + ((frequency - one) / (60 + one / 15)) ** 2) for one in formants) / harmonic ** 0.5
        voice += gain * np.sin(harmonic * phase + rng.uniform(0, 2 * np.pi))
    return voice * _envelope(time, length) * rng.uniform(0.6, 1.0)


def _consonant(rng):
    length = round(rng.uniform(0.03, 0.1) * RATE)
    hiss = np.diff(rng.standard_normal(length + 1))
    return hiss * _envelope(np.arange(length) / RATE, length) * rng.uniform(0.05, 0.3)


def _envelope(time, length):
    return np.sin(np.pi * (np.arange(length) + 0.5) / length) ** 0.5 * (1 + 0.15 * np.sin(2 * np.pi * 5 * time))
