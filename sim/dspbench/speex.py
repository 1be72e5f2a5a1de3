"""The canceller of libspeexdsp (Debian package libspeexdsp1), with and without its residual echo suppression."""

import ctypes
from typing import Any

import numpy as np

from sim.dspbench.cancellers import Missing, Samples, nothing

LIBRARY, PACKAGE = "libspeexdsp.so.1", "libspeexdsp1"
ECHO_SET_RATE = 24
PREPROCESS_SET_DENOISE, PREPROCESS_SET_ECHO_STATE = 0, 24
"""Requests of speex_echo.h and speex_preprocess.h."""


def load() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        raise Missing(f"{LIBRARY} was not found: install the Debian package {PACKAGE}") from None
    pointer, number = ctypes.c_void_p, ctypes.c_int
    library.speex_echo_state_init.restype = library.speex_preprocess_state_init.restype = pointer
    library.speex_echo_state_init.argtypes = library.speex_preprocess_state_init.argtypes = [number, number]
    library.speex_echo_cancellation.argtypes = [pointer] * 4
    library.speex_preprocess_run.argtypes = [pointer, pointer]
    library.speex_echo_ctl.argtypes = library.speex_preprocess_ctl.argtypes = [pointer, number, pointer]
    library.speex_echo_state_destroy.argtypes = library.speex_preprocess_state_destroy.argtypes = [pointer]
    return library


def missing() -> "str | None":
    try:
        load()
    except Missing as reason:
        return str(reason)
    return None


class Speex:
    """Frames of 10 ms. Suppression works only together with its noise reduction, so both are on or off."""

    def __init__(self, rate: int, tail_ms: int, suppress: bool = False):
        self.library = load()
        self.frame = rate // 100
        self.delay = self.frame if suppress else 0
        self.echo = self.library.speex_echo_state_init(self.frame, rate * tail_ms // 1000)
        self.preprocess = None
        value = ctypes.c_int(rate)
        # Without it the library takes 8 kHz for granted.
        self.library.speex_echo_ctl(self.echo, ECHO_SET_RATE, ctypes.byref(value))
        if suppress:
            self.preprocess = self.library.speex_preprocess_state_init(self.frame, rate)
            self.library.speex_preprocess_ctl(self.preprocess, PREPROCESS_SET_ECHO_STATE, self.echo)
            on = ctypes.c_int(1)
            self.library.speex_preprocess_ctl(self.preprocess, PREPROCESS_SET_DENOISE, ctypes.byref(on))

    def process(self, near: Samples, far: Samples) -> Samples:
        return self._frames(near, far, self.library.speex_echo_cancellation, self.library.speex_preprocess_run)

    def empty(self, near: Samples, far: Samples) -> Samples:
        """The calls of `process`, to functions that do nothing."""
        return self._frames(near, far, nothing([ctypes.c_void_p] * 4), nothing([ctypes.c_void_p] * 2))

    def _frames(self, near: Samples, far: Samples, cancel: Any, finish: Any) -> Samples:
        near, far, out = np.ascontiguousarray(near), np.ascontiguousarray(far), np.empty(len(near), np.int16)
        starts = [array.ctypes.data for array in (near, far, out)]
        for at in range(0, 2 * len(near), 2 * self.frame):
            cancel(self.echo, starts[0] + at, starts[1] + at, starts[2] + at)
            if self.preprocess is not None:
                finish(self.preprocess, starts[2] + at)
        return out

    def __del__(self) -> None:
        if getattr(self, "preprocess", None) is not None:
            self.library.speex_preprocess_state_destroy(self.preprocess)
        if getattr(self, "echo", None):
            self.library.speex_echo_state_destroy(self.echo)
            self.echo = None
