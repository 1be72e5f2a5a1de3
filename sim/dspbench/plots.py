"""Pictures of a bench: ERLE over time, and spectrograms of the echo and of what was left of it."""

import pathlib
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from sim.dspbench.metrics import FLOOR, STEP, erle_over_time
from sim.dspbench.signals import Signal
from sim.dspbench.trial import Result

WINDOW = 0.35
QUIET, LOUD = -10.0, 75.0
"""dB relative to one step of 16 bits in a band: the range of colours."""

STYLE: Any = {
    "font.size": 9, "axes.grid": True, "grid.alpha": 0.3, "axes.spines.top": False, "axes.spines.right": False,
}
LINES = ("-", "--", "-.", ":")


def draw(plotted: "dict[str, dict[str, Result]]", folder: pathlib.Path) -> "list[pathlib.Path]":
    """Writes what can be drawn of trials by label and results by canceller; the paths."""
    if not plotted:
        return []
    with mpl.rc_context(STYLE):
        paths = [save(erle(plotted), folder / "erle.png")]
        for number, (label, results) in enumerate(plotted.items()):
            paths.append(save(spectrograms(label, results), folder / f"spectrogram-{number + 1}.png"))
    return paths


def save(figure: Figure, path: pathlib.Path) -> pathlib.Path:
    figure.savefig(path, dpi=110)
    return path


def erle(plotted: "dict[str, dict[str, Result]]") -> Figure:
    """A panel a trial, a line a canceller."""
    figure = Figure(figsize=(11, 2.6 * len(plotted) + 0.6), layout="constrained")
    panels = figure.subplots(len(plotted), 1, squeeze=False)[:, 0]
    names = list(dict.fromkeys(name for results in plotted.values() for name in results))
    for panel, (label, results) in zip(panels, plotted.items(), strict=True):
        for name, result in results.items():
            trial = result.trial
            values = erle_over_time(trial.echo, result.residual(), trial.rate, WINDOW)
            which = names.index(name)
            panel.plot(np.arange(len(values)) * STEP, values, label=name, color=f"C{which}",
                       linestyle=LINES[which % len(LINES)], linewidth=1.3)
        panel.set(title=label, ylabel="ERLE, dB", xlim=(0, trial.seconds))
        panel.axhline(0, color="black", linewidth=0.6)
    panels[-1].set_xlabel(f"start of a window of {WINDOW} s, s")
    lines, labels = panels[0].get_legend_handles_labels()
    figure.legend(lines, labels, loc="outside lower center", ncols=8, frameon=False)
    return figure


def spectrograms(label: str, results: "dict[str, Result]") -> Figure:
    """The echo on top, then the residual of each canceller, all in one scale of colours."""
    trial = next(iter(results.values())).trial
    rows = [("echo", trial.echo)] + [(f"residual of {name}", one.residual()) for name, one in results.items()]
    figure = Figure(figsize=(11, 1.9 * len(rows) + 0.6), layout="constrained")
    panels = figure.subplots(len(rows), 1, sharex=True, squeeze=False)[:, 0]
    picture: Any = None
    for panel, (name, signal) in zip(panels, rows, strict=True):
        picture = panel.imshow(
            bands(signal, trial.rate), origin="lower", aspect="auto", cmap="magma", vmin=QUIET, vmax=LOUD,
            extent=(0, trial.seconds, 0, trial.rate / 2000))
        panel.set(title=name, ylabel="kHz")
        panel.grid(False)
    panels[-1].set_xlabel("s")
    figure.colorbar(picture, ax=list(panels), label="dB", shrink=0.6)
    figure.suptitle(label)
    return figure


def bands(signal: Signal, rate: int) -> Signal:
    """Levels in dB by frequency (rows) and time: windows of 32 ms, half of which overlap."""
    size = 32 * rate // 1000
    starts = np.arange(0, len(signal) - size, size // 2)
    window = np.hanning(size)
    frames = np.fft.rfft(signal[starts[:, None] + np.arange(size)] * window, axis=1)
    return 10 * np.log10(np.abs(frames.T) ** 2 / np.sum(window ** 2) + FLOOR)
