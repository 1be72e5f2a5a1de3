"""Signals and vectors that the DSP tests share."""

import pathlib
import sys

import numpy as np
import pytest

VECTORS = pathlib.Path(__file__).resolve().parents[4] / "shared" / "vectors"
ZERO_DBM0 = 2**29 / 2.06063
"""Mean square at 0 dBm0: a full-scale sine has 3.14 dB more."""


@pytest.fixture
def eager():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def vector():
    """Reads a file of the ITU-T vectors as 16 bit words; skips where they are not laid out."""
    def read(name):
        path = VECTORS / name
        if not path.exists():
            pytest.skip(f"the ITU-T vectors are not here: {path}")
        return np.fromfile(path, "<i2")
    return read


class Signals:
    """Seeded test signals at 8 or 16 kHz; levels are in dBm0."""

    def __init__(self, seed=1, rate=8000):
        self.random = np.random.default_rng(seed)
        self.rate = rate

    def noise(self, seconds, level):
        samples = self.random.standard_normal(int(seconds * self.rate))
        return samples * np.sqrt(ZERO_DBM0 * 10 ** (level / 10))

    def speech(self, seconds, level=-16.0):
        """Syllables of gliding harmonics under formants, and hisses, with pauses between."""
        parts, total = [], 0
        while total < seconds * self.rate:
            for part in (self._vowel(), self._hiss(), np.zeros(int(self.random.uniform(0.03, 0.15) * self.rate))):
                parts.append(part)
                total += len(part)
        out = np.concatenate(parts)[:int(seconds * self.rate)]
        active = out[np.abs(out) > 0]
        return out * np.sqrt(ZERO_DBM0 * 10 ** (level / 10) / np.mean(active**2))

    def _vowel(self):
        t = np.arange(int(self.random.uniform(0.1, 0.3) * self.rate)) / self.rate
        pitch = self.random.uniform(100, 220) * (1 + 0.15 * np.sin(2 * np.pi * 3 * t + self.random.uniform(0, 6)))
        phase = 2 * np.pi * np.cumsum(pitch) / self.rate
        formants = self.random.uniform((300, 900, 2200), (800, 2000, 3200))
        out = sum(self._harmonic(k, phase, pitch.mean(), formants) for k in range(1, int(3600 / pitch.mean())))
        return out / out.std() * np.hanning(len(t))

    @staticmethod
    def _harmonic(k, phase, pitch, formants):
        weight = sum(1 / (1 + ((k * pitch - formant) / 120) ** 2) for formant in formants) + 0.02
        return weight * np.cos(k * phase)

    def _hiss(self):
        count = int(self.random.uniform(0.04, 0.12) * self.rate)
        return 0.3 * np.diff(self.random.standard_normal(count + 1)) * np.hanning(count)

    def path(self, loss=10.0, length_ms=30, delay_ms=0):
        """An exponentially decaying random echo path of that loss for white noise."""
        count = int(length_ms * self.rate / 1000)
        taps = self.random.standard_normal(count) * np.exp(-5 * np.arange(count) / count)
        taps *= 10 ** (-loss / 20) / np.sqrt(np.sum(taps**2))
        return np.concatenate([np.zeros(int(delay_ms * self.rate / 1000)), taps])


@pytest.fixture
def signals():
    return Signals
