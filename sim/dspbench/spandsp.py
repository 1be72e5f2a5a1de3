"""The line echo canceller of libspandsp (Debian package libspandsp2): sample by sample, at 8 kHz only."""

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.dspbench.cancellers import Missing, Samples, nothing
from sim.peers import spandsp as g726

ADAPTION = 1
"""ECHO_CAN_USE_ADAPTION of echo.h: no suppressor, no clipping, no filters."""


def load() -> ctypes.CDLL:
    try:
        library = g726.load()
    except g726.SpandspMissing as reason:
        raise Missing(str(reason)) from None
    library.echo_can_init.restype = ctypes.c_void_p
    library.echo_can_init.argtypes = [ctypes.c_int, ctypes.c_int]
    library.echo_can_update.restype = ctypes.c_int16
    library.echo_can_update.argtypes = [ctypes.c_void_p, ctypes.c_int16, ctypes.c_int16]
    library.echo_can_free.argtypes = [ctypes.c_void_p]
    return library


def missing() -> "str | None":
    try:
        load()
    except Missing as reason:
        return str(reason)
    return None


@contextlib.contextmanager
def quiet() -> "Iterator[None]":
    """Descriptor 1 leads nowhere for a while: the library prints a line for each sample."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        # What the C library still holds back must not come out later.
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


class Spandsp:
    delay = 0

    def __init__(self, rate: int, tail_ms: int):
        if rate != 8000:
            raise Missing("spandsp's canceller is one for 8 kHz")
        self.library = load()
        self.state = self.library.echo_can_init(rate * tail_ms // 1000, ADAPTION)

    def process(self, near: Samples, far: Samples) -> Samples:
        return self._samples(near, far, self.library.echo_can_update)

    def empty(self, near: Samples, far: Samples) -> Samples:
        """The calls of `process`, to a function that does nothing."""
        return self._samples(near, far, nothing([ctypes.c_void_p, ctypes.c_int16, ctypes.c_int16]))

    def _samples(self, near: Samples, far: Samples, update: Any) -> Samples:
        state = self.state
        with quiet():
            out = [update(state, tx, rx) for tx, rx in zip(far.tolist(), near.tolist(), strict=True)]
        return np.array(out, np.int64).astype(np.int16)

    def __del__(self) -> None:
        if getattr(self, "state", None):
            self.library.echo_can_free(self.state)
            self.state = None
