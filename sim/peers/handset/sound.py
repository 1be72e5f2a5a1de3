"""Samples of a handset: WAV files, sampling rates, and the way from its loudspeaker to its microphone."""

import wave
from pathlib import Path

import numpy as np

from sim.peers.spandsp import Samples

RATE, WIDE_RATE = 8_000, 16_000


def echo_path(loss_db: float, milliseconds: float = 6.0, seed: int = 1, rate: int = RATE) -> np.ndarray:
    """An impulse response: noise under an exponential decay of 60 dB, its energy `loss_db` below one."""
    count = max(1, round(rate * milliseconds / 1000))
    taps = np.random.default_rng(seed).standard_normal(count) * 10.0 ** (-3.0 * np.arange(count) / count)
    return taps / np.sqrt((taps ** 2).sum()) * 10.0 ** (-loss_db / 20.0)


def read_wav(path: "str | Path", rate: int = RATE) -> Samples:
    """The samples of a WAV file; ValueError if it is not 16-bit mono at that rate."""
    with wave.open(str(path), "rb") as file:
        form = file.getnchannels(), file.getsampwidth(), file.getframerate()
        if form != (1, 2, rate):
            raise ValueError(f"{path}: 16-bit mono at {rate} Hz is needed")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def write_wav(path: "str | Path", samples: Samples, rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())


def at_rate(samples: Samples, rate: int, wanted: int) -> Samples:
    """Between 8 and 16 kHz: straight lines between samples one way, every second sample and its neighbours the
    other way: without a delay."""
    if rate == wanted or not len(samples):
        return samples
    if wanted == WIDE_RATE:
        places = np.arange(2 * len(samples)) / 2
        return np.rint(np.interp(places, np.arange(len(samples)), samples)).astype(np.int16)
    padded = np.pad(samples[:len(samples) // 2 * 2].astype(np.int32), 1, "edge")
    return (padded[:-2:2] + 2 * padded[1:-1:2] + padded[2::2] >> 2).astype(np.int16)
