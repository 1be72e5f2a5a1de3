"""G.726 at 32 kbit/s by libspandsp, a codec that we did not write."""

import ctypes

import numpy as np
from numpy.typing import NDArray

LIBRARY = "libspandsp.so.2"
PACKAGE = "libspandsp2"

RATE = 32_000
LINEAR = 0
"""Samples are int16 on the PCM side (`ext_coding` of g726_init)."""

HIGH_NIBBLE_FIRST = 1
"""`G726_PACKING_LEFT`: the first sample of an octet is in its high half, as in a DECT B-field."""

Samples = NDArray[np.int16]


class SpandspMissing(RuntimeError):
    """The library is not installed."""


def load() -> ctypes.CDLL:
    """The library with the types of the functions used here; raises SpandspMissing."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        raise SpandspMissing(f"{LIBRARY} was not found: install the Debian package {PACKAGE}") from None
    library.g726_init.restype = ctypes.c_void_p
    library.g726_init.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_int]
    library.g726_decode.restype = ctypes.c_int
    library.g726_decode.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    library.g726_encode.restype = ctypes.c_int
    library.g726_encode.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
    library.g726_free.argtypes = [ctypes.c_void_p]
    return library


class G726:
    """One direction of one call: the adaptive state belongs to it."""

    def __init__(self, packing: int = HIGH_NIBBLE_FIRST):
        self._library = load()
        self._state = self._library.g726_init(None, RATE, LINEAR, packing)
        if not self._state:
            raise MemoryError("g726_init")

    def decode(self, octets: bytes) -> Samples:
        """Two samples for each octet."""
        samples = np.empty(2 * len(octets), np.int16)
        count = self._library.g726_decode(self._state, samples.ctypes.data, octets, len(octets))
        return samples[:count]

    def encode(self, samples: Samples) -> bytes:
        """One octet for each two samples (for each sample without packing)."""
        samples = np.ascontiguousarray(samples, np.int16)
        octets = ctypes.create_string_buffer(len(samples) + 1)
        count = self._library.g726_encode(self._state, octets, samples.ctypes.data, len(samples))
        return octets.raw[:count]

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.g726_free(self._state)
            self._state = None
