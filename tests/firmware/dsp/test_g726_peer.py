"""G.726 against libspandsp, which we did not write."""

import ctypes
import os

import numpy as np
import pytest

from firmware import dsp

LEFT, RIGHT = 1, 2
"""spandsp's packings: first code in the high bits, or in the low ones."""


@pytest.fixture
def spandsp():
    try:
        library = ctypes.CDLL("libspandsp.so.2")
    except OSError:
        if os.environ.get("CI") == "true":
            pytest.fail("libspandsp2 is not installed")
        pytest.skip("libspandsp2 is not installed")
    library.g726_init.restype = ctypes.c_void_p
    library.g726_init.argtypes = [ctypes.c_void_p] + [ctypes.c_int] * 3
    library.g726_encode.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
    library.g726_decode.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
    library.g726_release.argtypes = [ctypes.c_void_p]
    return library


@pytest.mark.peer
@pytest.mark.parametrize(("codec", "packing"), [("g726-32", RIGHT), ("g726-32-aal2", LEFT)])
def test_octets_and_samples_are_those_of_spandsp(codec, packing, spandsp, signals):
    pcm = signals(1).speech(3, -26)  # louder, spandsp lets its output wrap round where ours saturates
    assert np.max(np.abs(pcm)) < 30000
    pcm = pcm.astype("<i2")
    octets = np.zeros(len(pcm) // 2, "u1")
    state = spandsp.g726_init(None, 32000, 0, packing)
    assert spandsp.g726_encode(state, octets.ctypes.data, pcm.ctypes.data, len(pcm)) == len(octets)
    spandsp.g726_release(state)
    assert dsp.Encoder(codec).encode(pcm) == octets.tobytes()
    heard = np.zeros(len(pcm), "<i2")
    state = spandsp.g726_init(None, 32000, 0, packing)
    assert spandsp.g726_decode(state, heard.ctypes.data, octets.ctypes.data, len(octets)) == len(pcm)
    spandsp.g726_release(state)
    assert dsp.Decoder(codec).decode(octets) == heard.tobytes()
