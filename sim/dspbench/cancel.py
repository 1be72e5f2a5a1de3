"""The echo canceller of the gateway on two recordings."""

import wave
from typing import Any, NamedTuple

import numpy as np

from sim.peers.talker import level_dbm0
from sim.status import UserError

RATES = (8000, 16000)
QUIETEST = -96.0
"""dBm0 reported for a file of nothing but zeros."""


STREAMED = 2**30
"""Frames from which on a header tells of a pipe whose end was not known yet."""


class Recording(NamedTuple):
    rate: int
    samples: np.ndarray
    """int16"""
    notes: "list[str]"


def read(path: str) -> Recording:
    """A 16-bit mono WAV file at 8 or 16 kHz; UserError for anything else."""
    try:
        with wave.open(path, "rb") as file:
            rate, octets, told = file.getframerate(), file.getsampwidth(), file.getnframes()
            channels, data = file.getnchannels(), file.readframes(told)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except (wave.Error, EOFError) as error:
        raise UserError(f"{path} is not a WAV file of PCM samples: {str(error) or 'it ends too early'}") from error
    if channels != 1 or octets != 2 or rate not in RATES:
        raise UserError(f"{path} has {channels} channel{'s' if channels != 1 else ''} of {8 * octets} bits at {rate} "
                        "Hz: mono, 16 bits and 8000 or 16000 Hz are needed")
    samples = np.frombuffer(data[:len(data) // 2 * 2], "<i2")
    cut = len(samples) < told < STREAMED
    return Recording(rate, samples, [f"{path} ends after {len(samples)} of {told} samples"] if cut else [])


def fitted(far: np.ndarray, wanted: int) -> "tuple[np.ndarray, list[str]]":
    """`far` as long as the near end, and a note where it was not."""
    if len(far) == wanted:
        return far, []
    change = "cut" if len(far) > wanted else "filled with silence"
    return np.resize(np.append(far, np.zeros(max(0, wanted - len(far)), far.dtype)), wanted), [
        f"the far end has {len(far)} samples and the near end {wanted}: the far end was {change}"]


def cancel_files(options: Any) -> "dict[str, Any]":
    """Read options.near and options.far, write options.out; what was done and found, fit for JSON."""
    from firmware import dsp

    rate, near, near_notes = read(options.near)
    far_rate, far, far_notes = read(options.far)
    if rate != far_rate:
        raise UserError(f"{options.near} is at {rate} Hz and {options.far} at {far_rate} Hz: they must be equal")
    if not len(near):
        raise UserError(f"{options.near} has no samples")
    try:
        canceller = dsp.EchoCanceller(rate=rate, tail_ms=options.tail, ec_type=options.ec_type, linear=options.linear)
    except (RuntimeError, ValueError) as error:
        raise UserError(str(error)) from error
    far, notes = fitted(far, len(near))
    out = processed(canceller, near, far, rate)
    write(options.out, rate, out)
    status, notes = canceller.status(), near_notes + far_notes + notes
    return {
        "out": options.out, "rate": rate, "samples": len(near), "seconds": round(len(near) / rate, 4),
        "ec_type": options.ec_type, "linear": options.linear, "tail_ms": options.tail, "notes": notes,
        "near_dbm0": level(near), "far_dbm0": level(far), "out_dbm0": level(out),
        "erl": round(status["erl"], 2), "erle": round(status["erle"], 2), "delay_ms": status["delay_ms"],
    }


def processed(canceller: Any, near: np.ndarray, far: np.ndarray, rate: int) -> np.ndarray:
    """As long as `near` and in step with it: whole frames go in, and the canceller's own delay is taken off."""
    frame, lag = rate // 100, canceller.delay
    more = -(len(near) + lag) % frame + lag
    padded = [np.append(signal, np.zeros(more, np.int16)).astype("<i2").tobytes() for signal in (near, far)]
    return np.frombuffer(canceller.process(*padded), "<i2")[lag:lag + len(near)]


def write(path: str, rate: int, samples: np.ndarray) -> None:
    try:
        # A file of our own: wave.open(path) leaves half an object behind where it cannot write.
        with open(path, "wb") as file, wave.open(file, "wb") as out:
            out.setparams((1, 2, rate, 0, "NONE", ""))
            out.writeframes(samples.astype("<i2").tobytes())
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error


def level(samples: np.ndarray) -> float:
    return round(max(QUIETEST, float(level_dbm0(samples))), 2)
