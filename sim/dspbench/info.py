"""What the DSP core here is and can do."""

import pathlib
import platform
from typing import Any

from sim.dspbench.cancellers import KINDS

FEATURES = ("sse2", "sse4_1", "avx", "avx2", "fma", "asimd", "neon")
"""As Linux calls them in /proc/cpuinfo; those that signal processing cares about."""


def processor() -> "list[str]":
    """Which of FEATURES this machine has; none where it cannot be told."""
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return []
    lines = [line for line in text.splitlines() if line.lower().startswith(("flags", "features"))]
    present = set(lines[0].split()) if lines else set()
    return [name for name in FEATURES if name in present]


def info() -> "dict[str, Any]":
    """Fit for JSON; the settings are those that firmware.dsp.EchoCanceller takes."""
    from firmware import dsp

    core = getattr(dsp, "_gwdsp", None)
    missing = {kind.name: kind.missing() for kind in KINDS}
    return {
        "core": "C extension" if core is not None else "none: Python reference codecs only",
        "codecs": list(dsp.CODECS),
        "rates": [8000, 16000], "tails, ms": "32 to 256, default 128",
        "ec-types": ["0 off", "1 linear stage for noisy rooms", "2 with suppressor and comfort noise (default)"],
        "machine": platform.machine(),
        "processor": processor(),
        # What the core chose when it was asked, and so what its hot loops run on.
        "registers": getattr(core, "registers", "portable"),
        "cancellers": [name for name, reason in missing.items() if reason is None],
        "not here": [f"{name} ({reason})" for name, reason in missing.items() if reason is not None],
    }
