"""What a handset's user says and hears: 80 samples at 8 kHz, or 160 at 16 kHz, in each frame of 10 ms.

The loudspeaker is heard by the microphone over a short decaying path, whose
loss is the handset's TCLw: at least 34 dB without the full type (EN 300 175-8).
Without that path nothing said depends on what is heard: then all that is said
is encoded at once, and what came is decoded when somebody asks for it.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.peers.handset.rounds import SETTLED, Rounds
from sim.peers.handset.sound import RATE, WIDE_RATE, at_rate, echo_path, read_wav, write_wav
from sim.peers.spandsp import G722, G726, Samples

__all__ = ["FRAME", "NOTHING", "Audio", "echo_path", "read_wav"]

FRAME = 80
NOTHING = b"\xFF" * 40
"""A B-field that changes nothing in a G.726 decoder."""

IDLE = 20
"""Frames of silence by which codecs settle: what goes out before a call has speech decodes to nothing, and leaves the
other side's decoder in another state than a fresh one."""

LOOP = 1000
"""Frames of the longest loop whose repetition is looked for: our choice."""


def nothing(wide: bool) -> bytes:
    """What is sent, or taken for a field that was lost, where there is no speech."""
    return b"\xFF" * 80 if wide else NOTHING


class Audio:
    """`echo_loss_db` None: the microphone hears no loudspeaker.

    `on_play()` is called when something else shall be said, `on_ask()` before anybody is told what was heard.
    """

    def __init__(self, echo_loss_db: "float | None" = 34.0, echo_ms: float = 6.0, seed: int = 1):
        self._echo_form = None if echo_loss_db is None else (echo_loss_db, echo_ms, seed)
        self._source: tuple[Samples, int] = (np.zeros(0, np.int16), RATE)
        self._loop = False
        self._at = self._coded = 0
        self._loops: Rounds | None = None
        self._heard: list[Samples] = []
        self._came = bytearray()
        self._microphone: list[Samples] = []
        self._missing = 0
        self.on_play: Callable[[], object] = lambda: None
        self.on_ask: Callable[[], object] = lambda: None
        self.recording = True
        self.wide = False
        self.begin()

    @property
    def rate(self) -> int:
        """Samples a second of the last call, and of all that `heard` and `microphone` return."""
        return WIDE_RATE if self.wide else RATE

    @property
    def frame(self) -> int:
        """Samples in a frame."""
        return 2 * FRAME if self.wide else FRAME

    @property
    def echoes(self) -> bool:
        """Whether what is said depends on what is heard."""
        return self._echo_form is not None

    @property
    def missing(self) -> int:
        """B-fields that did not arrive."""
        self.on_ask()
        return self._missing

    def begin(self, wide: bool = False) -> None:
        """A new call: fresh codecs, a silent room, the recording goes on."""
        self._decode()
        before, self.wide = self.rate, wide
        self._heard = [at_rate(one, before, self.rate) for one in self._heard]
        self._microphone = [at_rate(one, before, self.rate) for one in self._microphone]
        self._decoder: G722 | G726 = self._codec()
        self._encoder: G722 | G726 = self._codec()
        self._path = None if self._echo_form is None else echo_path(*self._echo_form, rate=self.rate)
        self._tail = np.zeros(0 if self._path is None else len(self._path) - 1)
        self._echo = np.zeros(self.frame)
        self._said = at_rate(*self._source, self.rate)
        self._loops = None
        self._before = len(self._microphone)
        """Pieces that were said in earlier calls."""

    def play(self, samples: "ArrayLike | str | Path", loop: bool = False, rate: int = RATE) -> None:
        """What the user says from now on, int16 at `rate` or a WAV file, once a call is up."""
        if isinstance(samples, (str, Path)):
            samples = read_wav(samples, rate)
        self.on_ask()
        self._source = (np.asarray(samples, np.int16), rate)
        self._said = at_rate(*self._source, self.rate)
        self._at, self._loop, self._loops = 0, loop, None
        self.on_play()

    def heard(self) -> Samples:
        """All that the loudspeaker has played in calls."""
        self.on_ask()
        self._decode()
        self._heard = [np.concatenate(self._heard)] if self._heard else []
        return self._heard[0] if self._heard else np.zeros(0, np.int16)

    def microphone(self) -> Samples:
        """All that went into the encoder: speech and echo."""
        self.on_ask()
        return np.concatenate(self._microphone) if self._microphone else np.zeros(0, np.int16)

    def save(self, path: "str | Path") -> None:
        """Write what was heard as a WAV file."""
        write_wav(path, self.heard(), self.rate)

    # Many frames at once

    def from_here(self) -> None:
        """What is encoded next is what is said next: the encoder is where the other side's decoder will be."""
        self._coded, self._loops = self._at, None
        if len(self._microphone) > self._before:
            self._encoder = self._codec()
            self._encoder.encode(self._microphone[-1][-SETTLED * self.frame:])

    def fields(self, frames: int) -> "NDArray[np.uint8]":
        """What is to be said in the next frames, a row a frame; fewer when there is no more."""
        if self._loop and 0 < len(self._said) <= LOOP * self.frame and not len(self._said) % self.frame:
            return self._round(frames)
        samples = self._taken(self._coded, frames)
        if not self._loop:
            left = max(0, len(self._said) - self._coded)
            samples = samples[:-(-left // self.frame) * self.frame]
        self._coded += len(samples)
        octets = self._encoder.encode(samples) if len(samples) else b""
        return np.frombuffer(octets, np.uint8).reshape(-1, self.frame // 2)

    def _round(self, frames: int) -> "NDArray[np.uint8]":
        """Of a loop, as `fields`."""
        if self._loops is None:
            self._loops = Rounds(self._said, self._coded, self.frame, self._encoder)
        self._coded += frames * self.frame
        return self._loops.take(frames)

    def spoke(self, frames: int) -> None:
        """So many frames of it have been said."""
        said = self._next(frames)
        if self.recording and frames:
            self._microphone.append(said)

    def brought(self, rows: "NDArray[np.uint8]", whole: "NDArray[np.bool_]") -> None:
        """B-fields that came, a row a frame."""
        self._missing += int((~whole).sum())
        if self.recording:
            kept = rows.copy()
            kept[~whole] = 0xFF
            self._came += kept.tobytes()

    def another(self, came: bytes) -> None:
        """What comes from now on is of another encoder, as that of a second base: `came` did so before, unheard."""
        self._decode()
        self._decoder = G722() if self.wide else G726()
        if came:
            self._decoder.decode(came[-SETTLED * self.frame // 2:])

    # Frame by frame

    def speaker(self, b: "bytes | None") -> None:
        """Play one B-field, None for one that did not arrive."""
        if b is not None and len(b) != self.frame // 2:
            b = None
        self._missing += b is None
        b = nothing(self.wide) if b is None else b
        if self._path is None:
            if self.recording:
                self._came += b
            return
        played = self._decoder.decode(b)
        if self.recording:
            self._heard.append(played)
        whole = np.convolve(played, self._path)
        whole[:len(self._tail)] += self._tail
        self._echo, self._tail = whole[:self.frame], whole[self.frame:]

    def mouth(self) -> bytes:
        """The B-field of the next frame: speech and the echo of what was last played."""
        near = self._echo + self._next(1)
        samples = np.clip(np.rint(near), -32768, 32767).astype(np.int16)
        if self.recording:
            self._microphone.append(samples)
        return self._encoder.encode(samples)

    def _codec(self) -> "G722 | G726":
        """In both directions where it is after silence."""
        codec = G722() if self.wide else G726()
        codec.encode(np.zeros(IDLE * self.frame, np.int16))
        codec.decode(nothing(self.wide) * IDLE)
        return codec

    def _decode(self) -> None:
        if self._came:
            self._heard.append(self._decoder.decode(bytes(self._came)))
            self._came.clear()

    def _next(self, frames: int) -> Samples:
        samples = self._taken(self._at, frames)
        self._at += len(samples)
        return samples

    def _taken(self, at: int, frames: int) -> Samples:
        """What is said in frames that begin with sample `at`."""
        count = frames * self.frame
        if self._loop and len(self._said):
            return self._said[(at + np.arange(count)) % len(self._said)]
        said = self._said[at:at + count]
        return np.concatenate((said, np.zeros(count - len(said), np.int16)))
