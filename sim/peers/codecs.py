"""What a phone speaks, by codecs that are not the DSP's: tables for G.711, libspandsp, libopus and bcg729.

All take and give int16 at 8 kHz, as a narrow-band handset at the other end does; the wide-band ones
work at 16 kHz inside.
"""

import ctypes
from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np

from sim.peers import g711, spandsp
from sim.peers.spandsp import Samples

OPUS, OPUS_PACKAGE = "libopus.so.0", "libopus0"
G729_LIBRARY, G729_PACKAGE = "libbcg729.so.0", "libbcg729-0"

NARROW, WIDE = 8_000, 16_000
VOIP, SET_BITRATE = 2048, 4002
"""OPUS_APPLICATION_VOIP and OPUS_SET_BITRATE of opus_defines.h."""
BITRATE = 32_000
"""RFC 7587 3.1.1: 28 to 40 kbit/s are a good choice for full-band speech, 16 to 20 for wide band."""
LONGEST = 120 * WIDE // 1000
"""Samples of an Opus packet (RFC 6716 3.2.5)."""
LARGEST = 1276
"""Octets of an Opus frame with its head (RFC 6716 3.4)."""

FRAME, OCTETS, SID = 80, 10, 2
"""G.729: samples and octets of a frame, octets of one that describes silence (RFC 3551 4.5.6)."""


class LibraryMissing(RuntimeError):
    """A codec's library is not installed; the text names the package."""


class Coder(Protocol):
    def encode(self, samples: Samples) -> bytes:
        """One packet's payload."""

    def decode(self, octets: bytes) -> Samples: ...


class Codec(NamedTuple):
    """`wire` is the encoding name with clock and channels as in a=rtpmap, `payload_type` what we offer it under."""

    wire: str
    payload_type: int
    make: Callable[[], Coder]
    parameters: str = ""

    @property
    def clock(self) -> int:
        """Of its RTP timestamps, in Hz."""
        return int(self.wire.split("/")[1])


class G711:
    def __init__(self, law: str):
        self._law = law

    def encode(self, samples: Samples) -> bytes:
        return g711.encode(self._law, samples)

    def decode(self, octets: bytes) -> Samples:
        return g711.decode(self._law, octets)


class Half:
    """Between 8 and 16 kHz, in one direction of one call: a low pass at 3.8 kHz of 97 taps, 3 ms late."""

    TAPS = 97

    def __init__(self) -> None:
        place = np.arange(self.TAPS) - self.TAPS // 2
        self._taps = np.sinc(2 * 3800 / WIDE * place) * np.blackman(self.TAPS)
        self._taps /= self._taps.sum()
        self._past = np.zeros(self.TAPS - 1)

    def up(self, samples: Samples) -> Samples:
        spread = np.zeros(2 * len(samples))
        spread[::2] = samples
        return self._filter(2 * spread)

    def down(self, samples: Samples) -> Samples:
        return self._filter(samples)[::2]

    def _filter(self, samples):
        whole = np.concatenate((self._past, samples))
        self._past = whole[len(whole) - self.TAPS + 1:]
        return np.clip(np.rint(np.convolve(whole, self._taps, "valid")), -32768, 32767).astype(np.int16)


class G722:
    def __init__(self) -> None:
        self._codec, self._up, self._down = spandsp.G722(), Half(), Half()

    def encode(self, samples: Samples) -> bytes:
        return self._codec.encode(self._up.up(samples))

    def decode(self, octets: bytes) -> Samples:
        return self._down.down(self._codec.decode(octets))


class G726:
    def __init__(self, packing: int):
        self._encoder, self._decoder = spandsp.G726(packing), spandsp.G726(packing)

    def encode(self, samples: Samples) -> bytes:
        return self._encoder.encode(samples)

    def decode(self, octets: bytes) -> Samples:
        return self._decoder.decode(octets)


class Opus:
    """One packet a call, whatever its length; `rate` is of the samples that it works on."""

    def __init__(self, rate: int = WIDE) -> None:
        self._library = library = load(OPUS, OPUS_PACKAGE)
        self._halves = (Half(), Half()) if rate == WIDE else None
        failed = ctypes.c_int()
        create, decoder = library.opus_encoder_create, library.opus_decoder_create
        create.restype = decoder.restype = ctypes.c_void_p
        self._encoder = ctypes.c_void_p(create(rate, 1, VOIP, ctypes.byref(failed)))
        self._decoder: ctypes.c_void_p | None = ctypes.c_void_p(decoder(rate, 1, ctypes.byref(failed)))
        library.opus_encoder_ctl(self._encoder, SET_BITRATE, BITRATE)

    def encode(self, samples: Samples) -> bytes:
        pcm = np.ascontiguousarray(self._halves[0].up(samples) if self._halves else samples)
        octets = ctypes.create_string_buffer(LARGEST)
        count = self._library.opus_encode(self._encoder, pcm.ctypes.data_as(ctypes.c_void_p), len(pcm), octets,
                                          LARGEST)
        return octets.raw[:max(0, count)]

    def decode(self, octets: bytes) -> Samples:
        pcm = np.zeros(LONGEST, np.int16)
        count = self._library.opus_decode(self._decoder, octets, len(octets), pcm.ctypes.data_as(ctypes.c_void_p),
                                          LONGEST, 0)
        return self._halves[1].down(pcm[:max(0, count)]) if self._halves else pcm[:max(0, count)]

    def __del__(self) -> None:
        if getattr(self, "_decoder", None):
            self._library.opus_encoder_destroy(self._encoder)
            self._library.opus_decoder_destroy(self._decoder)
            self._decoder = None


class G729:
    """Annex A without Annex B, by a library under the GNU General Public License that the user installs."""

    def __init__(self) -> None:
        self._library = library = load(G729_LIBRARY, G729_PACKAGE)
        create, decoder = library.initBcg729EncoderChannel, library.initBcg729DecoderChannel
        create.restype = decoder.restype = ctypes.c_void_p
        self._encoder = ctypes.c_void_p(create(0))
        self._decoder: ctypes.c_void_p | None = ctypes.c_void_p(decoder())

    def encode(self, samples: Samples) -> bytes:
        whole, length = b"", ctypes.c_uint8()
        frame = ctypes.create_string_buffer(OCTETS)
        for at in range(0, len(samples) - FRAME + 1, FRAME):
            pcm = np.ascontiguousarray(samples[at:at + FRAME])
            self._library.bcg729Encoder(self._encoder, pcm.ctypes.data_as(ctypes.c_void_p), frame,
                                        ctypes.byref(length))
            whole += frame.raw[:length.value]
        return whole

    def decode(self, octets: bytes) -> Samples:
        parts = [np.zeros(0, np.int16)]
        for at in range(0, len(octets), OCTETS):
            frame, pcm = octets[at:at + OCTETS], np.zeros(FRAME, np.int16)
            if len(frame) in (SID, OCTETS):
                self._library.bcg729Decoder(self._decoder, frame, len(frame), 0, int(len(frame) == SID), 0,
                                            pcm.ctypes.data_as(ctypes.c_void_p))
                parts.append(pcm)
        return np.concatenate(parts)

    def __del__(self) -> None:
        if getattr(self, "_decoder", None):
            self._library.closeBcg729EncoderChannel(self._encoder)
            self._library.closeBcg729DecoderChannel(self._decoder)
            self._decoder = None


def load(name: str, package: str) -> ctypes.CDLL:
    try:
        return ctypes.CDLL(name)
    except OSError:
        raise LibraryMissing(f"{name} was not found: install the Debian package {package}") from None


CODECS = {
    "pcma": Codec("PCMA/8000", 8, lambda: G711("pcma")),
    "pcmu": Codec("PCMU/8000", 0, lambda: G711("pcmu")),
    "g722": Codec("G722/8000", 9, G722),
    "g726-32": Codec("G726-32/8000", 110, lambda: G726(spandsp.LOW_NIBBLE_FIRST)),
    "aal2-g726-32": Codec("AAL2-G726-32/8000", 111, lambda: G726(spandsp.HIGH_NIBBLE_FIRST)),
    "opus": Codec("opus/48000/2", 112, Opus, "maxplaybackrate=16000"),
    "opus-nb": Codec("opus/48000/2", 113, lambda: Opus(NARROW), "maxplaybackrate=8000"),
    "g729": Codec("G729/8000", 18, G729, "annexb=no"),
}
"""By encoding name in lower case; the numbers of those without one of their own are not the board's."""
