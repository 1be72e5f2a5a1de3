"""G.711 for whole arrays: A-law and µ-law of 16-bit samples, built from the segments of the recommendation."""

import numpy as np

SILENCE = {"pcma": 0xD5, "pcmu": 0xFF}


def encode(law: str, samples: np.ndarray) -> bytes:
    """`law` "pcma" or "pcmu"; int16 samples, one octet each."""
    return _ENCODED[law][np.asarray(samples, dtype=np.int16).view(np.uint16)].tobytes()


def decode(law: str, octets: bytes) -> np.ndarray:
    """int16 samples, left-aligned in 16 bits."""
    return _DECODED[law][np.frombuffer(octets, dtype=np.uint8)]


def _expand_a() -> np.ndarray:
    """G.711 table 1a: even bits inverted, 13-bit values at the middle of each interval."""
    code = np.arange(256) ^ 0x55
    segment, step = code >> 4 & 7, code & 15
    value = np.where(segment == 0, 2 * step + 1, (2 * step + 33) << np.maximum(segment - 1, 0))
    return (np.where(code & 0x80, value, -value) << 3).astype(np.int16)


def _expand_u() -> np.ndarray:
    """G.711 table 2a: all bits inverted, 14-bit values, bias 33."""
    code = np.arange(256) ^ 0xFF
    value = ((2 * (code & 15) + 33) << (code >> 4 & 7)) - 33
    return (np.where(code & 0x80, -value, value) << 2).astype(np.int16)


def _compress_a() -> np.ndarray:
    sample = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    size = np.where(sample < 0, ~sample, sample) >> 4
    segment = np.frexp(size >> 4)[1]
    step = size >> np.maximum(segment - 1, 0) & 15
    return ((segment << 4 | step | np.where(sample >= 0, 0x80, 0)) ^ 0x55).astype(np.uint8)


def _compress_u() -> np.ndarray:
    sample = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    size = np.minimum((np.where(sample < 0, ~sample, sample) >> 2) + 33, 0x1FFF)
    segment = np.frexp(size >> 6)[1]
    code = segment << 4 | (size >> (segment + 1) & 15)
    return ((code | np.where(sample < 0, 0x80, 0)) ^ 0xFF).astype(np.uint8)


_DECODED = {"pcma": _expand_a(), "pcmu": _expand_u()}
_ENCODED = {"pcma": _compress_a(), "pcmu": _compress_u()}
