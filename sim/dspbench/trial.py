"""One run of a canceller: what it is given, and what is measured of what it gives back."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from sim.dspbench.metrics import part
from sim.dspbench.signals import Signal, pcm

Measured = Iterable[tuple[str, float]]
"""Pairs of a figure's key and a value of it; figures.py says what becomes of many values."""


class Trial:
    """`far` int16; `echo` of it and the near end's `own` sound as floats; `near` int16, the sum of both.

    `measure(trial, result)` yields figures. A `plot` names the trial whose course is to be drawn.
    """

    def __init__(self, label: str, rate: int, far: Signal, echo: "Callable[[Signal], Signal]",
                 measure: "Callable[[Trial, Result], Measured]", own: "Signal | None" = None, plot: bool = False):
        self.label, self.rate, self.plot = label, rate, plot
        self.far = pcm(far)
        # The echo is that of the samples that the canceller sees, rounding and clipping included.
        self.echo = echo(self.far.astype(float))
        self.own = np.zeros(len(self.far)) if own is None else own
        self.near = pcm(self.echo + self.own)
        self.measure = measure

    @property
    def seconds(self) -> float:
        return len(self.far) / self.rate

    def run(self, canceller: Any) -> "Result":
        """Everything in one call where `canceller` is fresh; ValueError for what is no sound of that length."""
        # Copies: who works in place must not change what the next one hears.
        out = canceller.process(self.near.copy(), self.far.copy())
        out = np.asarray(np.frombuffer(out, "<i2") if isinstance(out, bytes) else out, float)
        if out.shape != self.near.shape:
            raise ValueError(f"{len(self.near)} samples went in and {' x '.join(map(str, out.shape))} came out")
        if not np.all(np.isfinite(out)):
            raise ValueError("what came out is not all numbers")
        return Result(self, out, self.delayed(canceller))

    def delayed(self, canceller: Any) -> int:
        delay = getattr(canceller, "delay", 0)
        if delay != round(delay) or not 0 <= delay < len(self.near):
            raise ValueError(f"delay is {delay}: samples, 0 or more, are needed")
        return int(delay)


class Result(NamedTuple):
    trial: Trial
    out: Signal
    delay: int

    def advanced(self) -> Signal:
        """The output as if the canceller had no delay; the end is filled with silence."""
        return np.concatenate([self.out[self.delay:], np.zeros(self.delay)])

    def residual(self) -> Signal:
        """What is left of the echo, and what was done to the near end's own sound that is no fixed filter."""
        heard = self.advanced()
        return heard - part(self.trial.own, heard) if self.trial.own.any() else heard
