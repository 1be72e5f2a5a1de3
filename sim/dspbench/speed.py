"""What a canceller costs: nanoseconds of thread CPU time a sample, all of them measured in turn in one run."""

import contextlib
import time
from typing import Any

import numpy as np

from sim.dspbench import signals as s
from sim.dspbench.cancellers import Kind, Missing, guarded

SPEED = "speed"
SPEED_RATES = (8000, 16000)
ROUNDS = 5
SECONDS = 4.0

RATIO = 5.0
RIVALS = {"linear": "speexdsp", "ec2": "speexdsp-rs"}
"""Whose time each of ours must undercut by RATIO."""


def sound(rate: int) -> "tuple[np.ndarray, np.ndarray]":
    """near, far: half CSS, half double talk, as a call has both."""
    far = s.pcm(np.concatenate([s.css(SECONDS / 2, rate, 1), s.speech(SECONDS / 2, rate, 1)]))
    own = np.concatenate([np.zeros(round(SECONDS / 2 * rate)), s.speech(SECONDS / 2, rate, 2, -20)])
    return s.pcm(s.filtered(far.astype(float), s.hybrid("D.4", rate)) + own), far


def spent(process: Any, near: np.ndarray, far: np.ndarray) -> int:
    began = time.thread_time_ns()
    process(near, far)
    return time.thread_time_ns() - began


def speeds(kinds: "list[Kind]", rate: int, tail_ms: int, failed: "dict[str, str]") -> "list[dict[str, Any]]":
    """A row for each that runs at `rate`; what broke one goes into `failed`.

    The least of ROUNDS counts: what others do only ever adds. A canceller reached through ctypes has a method
    `empty` that makes the same calls to a function that does nothing; its time is taken off.
    """
    near, far = sound(rate)
    where = f"speed at {rate} Hz: "
    running: "dict[str, Any]" = {}
    for kind in kinds:
        with guarded(failed, kind.name, where), contextlib.suppress(Missing):
            running[kind.name] = kind.make(rate, tail_ms)
    least = {name: float("inf") for name in running}
    for _ in range(ROUNDS):
        for name in [name for name in running if name not in failed]:
            with guarded(failed, name, where):
                least[name] = min(least[name], once(running[name], near.copy(), far.copy()) / len(near))
    return [row(name, rate, tail_ms, least) for name in running if name not in failed]


def once(canceller: Any, near: np.ndarray, far: np.ndarray) -> int:
    """Nanoseconds, at least 1."""
    empty = spent(canceller.empty, near, far) if hasattr(canceller, "empty") else 0
    return max(1, spent(canceller.process, near, far) - empty)


def row(name: str, rate: int, tail_ms: int, least: "dict[str, float]") -> "dict[str, Any]":
    rival = least.get(RIVALS.get(name, ""))
    ratio = None if rival is None else round(rival / least[name], 2)
    return {
        "canceller": name, "rate": rate, "tail_ms": tail_ms, "ns_per_sample": round(least[name], 2),
        "channels": int(1e9 / rate / least[name]), "rival": RIVALS.get(name) if ratio else None, "times_faster": ratio,
        "demand": RATIO if ratio else None, "met": None if ratio is None else ratio >= RATIO,
    }
