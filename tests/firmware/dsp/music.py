"""Music of our own making, seeded, at 8 kHz and -18 dBm0: what a remover of digits must let pass."""

import numpy as np

RATE = 8000
INSTRUMENTS = ("piano", "strings", "flute", "organ", "bell")
MAJOR = (0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 17)
PARTIALS = {
    "piano": [(k * np.sqrt(1 + 3e-4 * k * k), k ** -1.3, 2 + 1.2 * k) for k in range(1, 13)],
    "strings": [(k, 1 / k, 0.0) for k in range(1, 13)],
    "flute": [(1, 1.0, 0.0), (2, 0.25, 0.0), (3, 0.1, 0.0), (4, 0.03, 0.0)],
    "organ": [(1, 1.0, 0.0), (2, 0.7, 0.0), (3, 0.4, 0.0), (4, 0.5, 0.0), (6, 0.2, 0.0), (8, 0.2, 0.0)],
    "bell": [(1, 1.0, 2.0), (2, 0.6, 3.0), (2.4, 0.5, 4.0), (3, 0.3, 5.0), (4.5, 0.2, 8.0)],
}
"""(times the pitch, amplitude, decay a second)"""
ATTACK = {"piano": 0.004, "strings": 0.06, "flute": 0.03, "organ": 0.01, "bell": 0.002}
VIBRATO = {"strings": 0.004, "flute": 0.003}


class Band:
    """One instrument: chords in the middle of its range, or two voices high up, where the tones of DTMF are."""

    def __init__(self, instrument, seed):
        self.instrument, self.random = instrument, np.random.default_rng(seed)

    def chords(self, seconds):
        root, random = self.random.integers(45, 57), self.random
        return self._play(seconds, (0.15, 0.25, 0.4, 0.8), lambda: [
            root + 12 * random.integers(1, 4) + MAJOR[(random.choice((0, 3, 4, 5)) + random.choice((0, 2, 4, 1))) % 7]
            for _ in range(random.integers(1, 4))])

    def duet(self, seconds):
        root, degree = self.random.integers(72, 84), 4

        def steps():
            nonlocal degree
            degree = int(np.clip(degree + self.random.integers(-2, 3), 0, 5))
            return [root + MAJOR[degree], root + MAJOR[degree + self.random.choice((2, 5))]]

        return self._play(seconds, (0.12, 0.2, 0.3, 0.5), steps)

    def _play(self, seconds, lengths, notes):
        out, at = np.zeros(int((seconds + 3) * RATE)), 0.0
        while at < seconds:
            length = self.random.choice(lengths)
            for note in notes():
                sound = self._note(440 * 2 ** ((note - 69) / 12), 1.1 * length) * self.random.uniform(0.4, 1)
                begin = int(at * RATE)
                out[begin:begin + len(sound)] += sound[:len(out) - begin]
            at += length
        out = out[:int(seconds * RATE)]
        return out / np.sqrt(np.mean(out**2)) * np.sqrt(2**29 / 2.06063 * 10**-1.8)

    def _note(self, pitch, length):
        time = np.arange(int(length * RATE)) / RATE
        wave = 1 + VIBRATO.get(self.instrument, 0) * np.sin(2 * np.pi * 5 * time + self.random.uniform(0, 6))
        phase = 2 * np.pi * np.cumsum(pitch * wave) / RATE
        sound = sum(amplitude * np.exp(-decay * time) * np.sin(times * phase + self.random.uniform(0, 6.28))
                    for times, amplitude, decay in PARTIALS[self.instrument] if times * pitch < 3400)
        return sound * np.minimum(1, time / ATTACK[self.instrument]) * np.minimum(1, (time[-1] - time) / 0.02)
