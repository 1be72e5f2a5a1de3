"""The cancellers on the bench, and how to bring another.

A canceller is an object with `process(near, far) -> int16 samples` for int16 arrays of equal length, any
multiple of 10 ms, and, if its output lags behind `near`, an attribute `delay` in samples. A Kind says how to
make one: a fresh one for each trial.
"""

import contextlib
import ctypes
import importlib
import importlib.util
import pathlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.status import UserError

Samples = NDArray[np.int16]


class Canceller(Protocol):
    def process(self, near: Samples, far: Samples) -> Samples: ...


class Kind(NamedTuple):
    name: str
    title: str
    make: "Callable[[int, int], Any]"
    """make(rate, tail_ms) -> Canceller"""
    missing: "Callable[[], str | None]" = lambda: None
    """Why it cannot run here, or None."""
    linear: bool = True
    """False where a suppressor alters what is left: ERLE is then not that of a filter."""
    seeds: int = 99
    """It takes part in no more than this many seeds."""


class Missing(Exception):
    """The library of a peer is not here."""


@contextlib.contextmanager
def guarded(failed: "dict[str, str]", name: str, where: str = "") -> "Iterator[None]":
    """What breaks inside is told in `failed`: one that breaks must not take the others' figures with it."""
    try:
        yield
    except (Exception, SystemExit) as error:
        failed[name] = f"{where}{type(error).__name__}: {error}"


class Ours:
    """The canceller of the gateway: firmware.dsp."""

    def __init__(self, rate: int, tail_ms: int, ec_type: int, linear: bool):
        from firmware import dsp

        self.core = dsp.EchoCanceller(rate=rate, tail_ms=tail_ms, ec_type=ec_type, linear=linear)
        self.delay = self.core.delay

    def process(self, near: Samples, far: Samples) -> Samples:
        return np.frombuffer(self.core.process(near, far), "<i2")


def ours(ec_type: int, linear: bool = False) -> "Callable[[int, int], Ours]":
    return lambda rate, tail_ms: Ours(rate, tail_ms, ec_type, linear)


def core_missing() -> "str | None":
    from firmware import dsp

    try:
        dsp.EchoCanceller()
    except RuntimeError as error:
        return str(error)
    return None


def nothing(types: "list[Any]") -> Any:
    """A C function that ignores its arguments, of those types: what a call through ctypes costs by itself."""
    # A prototype of its own: the attribute of a library is one object for all its users.
    address = ctypes.cast(ctypes.CDLL(None).abs, ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(ctypes.c_int, *types)(address)


def peer(module: str, make: str, **options: Any) -> "Callable[[int, int], Any]":
    """A maker out of a module of this package, imported when it is asked for."""
    return lambda rate, tail_ms: getattr(importlib.import_module(module), make)(rate, tail_ms, **options)


def peer_missing(module: str) -> "Callable[[], str | None]":
    return lambda: importlib.import_module(module).missing()


SPEEX, SPANDSP, WEBRTC = (f"sim.dspbench.{name}" for name in ("speex", "spandsp", "webrtc"))

KINDS = (
    Kind("linear", "gatesim, linear stage", ours(2, linear=True), core_missing),
    Kind("ec2", "gatesim, ec-type 2", ours(2), core_missing, linear=False),
    Kind("ec1", "gatesim, ec-type 1", ours(1), core_missing),
    Kind("ec0", "gatesim, ec-type 0", ours(0), core_missing),
    Kind("speexdsp", "speexdsp", peer(SPEEX, "Speex"), peer_missing(SPEEX)),
    Kind("speexdsp-rs", "speexdsp + suppression", peer(SPEEX, "Speex", suppress=True), peer_missing(SPEEX),
         linear=False),
    Kind("spandsp", "spandsp", peer(SPANDSP, "Spandsp"), peer_missing(SPANDSP), seeds=1),
    Kind("aec3", "WebRTC AEC3", peer(WEBRTC, "Aec3"), peer_missing(WEBRTC), linear=False),
)
DEFAULT = ("linear", "ec2", "ec1", "speexdsp", "speexdsp-rs", "spandsp", "aec3")
QUICK = ("linear", "ec2", "speexdsp", "speexdsp-rs")


def find(name: str) -> Kind:
    """A Kind by name, or `FILE.py:FACTORY` or `MODULE:FACTORY` with FACTORY(rate, tail_ms) -> canceller."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    if ":" in name:
        return foreign(name)
    raise UserError(f"no canceller {name}: there are {', '.join(kind.name for kind in KINDS)}, "
                    "or FILE.py:FACTORY for one of your own")


def find_all(names: "tuple[str, ...]") -> "tuple[Kind, ...]":
    """Kinds of different names: two files may both have a `Mine`."""
    kinds: "dict[str, Kind]" = {}
    for name in names:
        kind = find(name)
        taken = kind.name in kinds or any(kind.name == one.name != name for one in KINDS)
        kinds[name if taken else kind.name] = kind._replace(name=name) if taken else kind
    return tuple(kinds.values())


def foreign(name: str) -> Kind:
    where, _, what = name.rpartition(":")
    try:
        factory = getattr(loaded(where), what)
    except Exception as error:
        raise UserError(f"canceller {name}: {type(error).__name__}: {error}") from error
    return Kind(what, what, factory, linear=getattr(factory, "linear", True))


def loaded(where: str) -> Any:
    if not where.endswith(".py"):
        return importlib.import_module(where)
    spec = importlib.util.spec_from_file_location(pathlib.Path(where).stem, where)
    if spec is None or spec.loader is None:
        raise ImportError(f"{where} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
