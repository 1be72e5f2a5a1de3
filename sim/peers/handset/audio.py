"""What a handset's user says and hears: 80 samples at 8 kHz in each frame of 10 ms.

The loudspeaker is heard by the microphone over a short decaying path, whose
loss is the handset's TCLw: at least 34 dB without the full type (EN 300 175-8).
"""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from sim.peers.spandsp import G726, Samples

RATE, FRAME = 8_000, 80
NOTHING = b"\xFF" * 40
"""A B-field that changes nothing in a G.726 decoder."""


def echo_path(loss_db: float, milliseconds: float = 6.0, seed: int = 1) -> np.ndarray:
    """An impulse response: noise under an exponential decay of 60 dB, its energy `loss_db` below one."""
    count = max(1, round(RATE * milliseconds / 1000))
    taps = np.random.default_rng(seed).standard_normal(count) * 10.0 ** (-3.0 * np.arange(count) / count)
    return taps / np.sqrt((taps ** 2).sum()) * 10.0 ** (-loss_db / 20.0)


def read_wav(path: "str | Path") -> Samples:
    """The samples of a WAV file; ValueError if it is not 16-bit mono at 8 kHz."""
    with wave.open(str(path), "rb") as file:
        form = file.getnchannels(), file.getsampwidth(), file.getframerate()
        if form != (1, 2, RATE):
            raise ValueError(f"{path}: 16-bit mono at {RATE} Hz is needed")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


class Audio:
    """`echo_loss_db` None: the microphone hears no loudspeaker."""

    def __init__(self, echo_loss_db: "float | None" = 34.0, echo_ms: float = 6.0, seed: int = 1):
        self._path = None if echo_loss_db is None else echo_path(echo_loss_db, echo_ms, seed)
        self._echo = np.zeros(FRAME)
        self._said: Samples = np.zeros(0, np.int16)
        self._at = 0
        self._loop = False
        self._heard: list[Samples] = []
        self._microphone: list[Samples] = []
        self.recording = True
        self.missing = 0
        self.begin()

    def begin(self) -> None:
        """A new call: fresh codecs, a silent room, the recording goes on."""
        self._decoder, self._encoder = G726(), G726()
        self._tail = np.zeros(0 if self._path is None else len(self._path) - 1)

    def play(self, samples: "ArrayLike | str | Path", loop: bool = False) -> None:
        """What the user says from now on, int16 at 8 kHz or a WAV file, once a call is up."""
        if isinstance(samples, (str, Path)):
            samples = read_wav(samples)
        self._said = np.asarray(samples, np.int16)
        self._at, self._loop = 0, loop

    def heard(self) -> Samples:
        """All that the loudspeaker has played in calls."""
        return np.concatenate(self._heard) if self._heard else np.zeros(0, np.int16)

    def microphone(self) -> Samples:
        """All that went into the encoder: speech and echo."""
        return np.concatenate(self._microphone) if self._microphone else np.zeros(0, np.int16)

    def save(self, path: "str | Path") -> None:
        """Write what was heard as a WAV file."""
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(self.heard().astype("<i2").tobytes())

    def speaker(self, b: "bytes | None") -> None:
        """Play one B-field, None for one that did not arrive."""
        self.missing += b is None
        played = self._decoder.decode(NOTHING if b is None else b)
        if self.recording:
            self._heard.append(played)
        if self._path is not None:
            whole = np.convolve(played, self._path)
            whole[:len(self._tail)] += self._tail
            self._echo, self._tail = whole[:FRAME], whole[FRAME:]

    def mouth(self) -> bytes:
        """The B-field of the next frame: speech and the echo of what was last played."""
        near = self._echo + self._next()
        samples = np.clip(np.rint(near), -32768, 32767).astype(np.int16)
        if self.recording:
            self._microphone.append(samples)
        return self._encoder.encode(samples)

    def _next(self) -> Samples:
        said = self._said[self._at:self._at + FRAME]
        self._at += FRAME
        if len(said) == FRAME:
            return said
        if self._loop and len(self._said):
            self._at = FRAME - len(said)
            return np.resize(np.concatenate((said, self._said)), FRAME)
        return np.concatenate((said, np.zeros(FRAME - len(said), np.int16)))
