"""Codecs and a DTMF receiver by libspandsp, which we did not write."""

import ctypes

import numpy as np
from numpy.typing import NDArray

LIBRARY = "libspandsp.so.2"
PACKAGE = "libspandsp2"

RATE = 32_000
LINEAR = 0
"""Samples are int16 on the PCM side (`ext_coding` of g726_init)."""

HIGH_NIBBLE_FIRST = 1
"""`G726_PACKING_LEFT`: the first sample of an octet is in its high half, as in a DECT B-field and in AAL2."""

LOW_NIBBLE_FIRST = 2
"""`G726_PACKING_RIGHT`: as RFC 3551 4.5.4 has it."""

DIGITS = 128
"""As many as its DTMF receiver keeps."""

Samples = NDArray[np.int16]
POINTER, INT = ctypes.c_void_p, ctypes.c_int


class SpandspMissing(RuntimeError):
    """The library is not installed."""


def load() -> ctypes.CDLL:
    """The library with the types of the functions used here; raises SpandspMissing."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        raise SpandspMissing(f"{LIBRARY} was not found: install the Debian package {PACKAGE}") from None
    for name, result, *arguments in (
            ("g726_init", POINTER, POINTER, INT, INT, INT), ("g726_free", INT, POINTER),
            ("g726_decode", INT, POINTER, POINTER, ctypes.c_char_p, INT),
            ("g726_encode", INT, POINTER, POINTER, POINTER, INT),
            ("g722_encode_init", POINTER, POINTER, INT, INT), ("g722_encode_free", INT, POINTER),
            ("g722_decode_init", POINTER, POINTER, INT, INT), ("g722_decode_free", INT, POINTER),
            ("g722_decode", INT, POINTER, POINTER, ctypes.c_char_p, INT),
            ("g722_encode", INT, POINTER, POINTER, POINTER, INT),
            ("dtmf_rx_init", POINTER, POINTER, POINTER, POINTER), ("dtmf_rx_free", INT, POINTER),
            ("dtmf_rx", INT, POINTER, POINTER, INT), ("dtmf_rx_get", ctypes.c_size_t, POINTER, POINTER, INT)):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
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


class G722:
    """Both directions at 64 kbit/s and 16 kHz."""

    BITS = 64_000

    def __init__(self) -> None:
        self._library = load()
        self._encoder = self._library.g722_encode_init(None, self.BITS, 0)
        self._decoder = self._library.g722_decode_init(None, self.BITS, 0)
        if not self._encoder or not self._decoder:
            raise MemoryError("g722_init")

    def decode(self, octets: bytes) -> Samples:
        """Two samples for each octet."""
        samples = np.empty(2 * len(octets), np.int16)
        count = self._library.g722_decode(self._decoder, samples.ctypes.data, octets, len(octets))
        return samples[:count]

    def encode(self, samples: Samples) -> bytes:
        """One octet for each two samples."""
        samples = np.ascontiguousarray(samples, np.int16)
        octets = ctypes.create_string_buffer(len(samples))
        count = self._library.g722_encode(self._encoder, octets, samples.ctypes.data, len(samples))
        return octets.raw[:count]

    def __del__(self) -> None:
        if getattr(self, "_encoder", None):
            self._library.g722_encode_free(self._encoder)
        if getattr(self, "_decoder", None):
            self._library.g722_decode_free(self._decoder)
        self._encoder = self._decoder = None


def dtmf(samples: Samples) -> str:
    """The digits that are heard in int16 samples at 8 kHz."""
    library = load()
    state = library.dtmf_rx_init(None, None, None)
    samples = np.ascontiguousarray(samples, np.int16)
    library.dtmf_rx(state, samples.ctypes.data, len(samples))
    digits = ctypes.create_string_buffer(DIGITS + 1)
    count = library.dtmf_rx_get(state, digits, DIGITS)
    library.dtmf_rx_free(state)
    return digits.raw[:count].decode("ascii")
