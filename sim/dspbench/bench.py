"""Runs cancellers through cases, and gathers what was measured."""

import platform
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from sim.dspbench import figures as f
from sim.dspbench import metrics
from sim.dspbench.cancellers import Kind, Missing, guarded
from sim.dspbench.cases import CASES, Setting
from sim.dspbench.speed import SPEED, SPEED_RATES, speeds
from sim.dspbench.trial import Result, Trial

WEIGHTS = {"css": 200, "doubletalk": 190, "noise": 280, "tones": 100, "speech": 60, "change": 56, SPEED: 60}
"""Rough seconds of sound in a case, for the progress bar; 30 for the others."""


class Plan(NamedTuple):
    kinds: "tuple[Kind, ...]"
    cases: "tuple[str, ...]"
    """Names of CASES, and SPEED."""
    seeds: "tuple[int, ...]" = (1, 2, 3)
    rate: int = 8000
    tail_ms: int = 128
    quick: bool = False


class Value(NamedTuple):
    """What one trial gave for one figure."""

    value: float
    seed: int
    trial: str


def nobody(done: float, text: str) -> None:
    """Watches the progress and says nothing."""


class Bench:
    """One run: `run()`, then `report()`. `plotted` holds the results of the trials to be drawn."""

    def __init__(self, plan: Plan, progress: "Callable[[float, str], None]" = nobody):
        self.plan, self.progress = plan, progress
        self.values: "dict[str, dict[str, list[Value]]]" = {}
        """By figure and canceller."""
        self.plotted: "dict[str, dict[str, Result]]" = {}
        self.skipped: "dict[str, str]" = {}
        self.failed: "dict[str, str]" = {}
        self.speeds: "list[dict[str, Any]]" = []
        self.kinds = [kind for kind in plan.kinds if self._usable(kind)]

    def _usable(self, kind: Kind) -> bool:
        reason = kind.missing()
        if reason is None:
            with guarded(self.failed, kind.name):
                try:
                    kind.make(self.plan.rate, self.plan.tail_ms)
                except Missing as error:
                    reason = str(error)
            if kind.name in self.failed:
                return False
        if reason is not None:
            self.skipped[kind.name] = reason
        return reason is None

    def run(self) -> None:
        sound = [name for name in self.plan.cases if name != SPEED]
        speed = WEIGHTS[SPEED] if SPEED in self.plan.cases else 0
        total = sum(WEIGHTS.get(name, 30) for name in sound) * len(self.plan.seeds) + speed
        for seed in self.plan.seeds:
            for name in sound:
                self._case(name, Setting(self.plan.rate, seed, self.plan.quick), WEIGHTS.get(name, 30) / total)
        for rate in SPEED_RATES if speed else ():
            self.progress(0, f"speed at {rate} Hz")
            unbroken = [kind for kind in self.kinds if kind.name not in self.failed]
            self.speeds += speeds(unbroken, rate, self.plan.tail_ms, self.failed)
            self.progress(speed / total / len(SPEED_RATES), "")

    def _case(self, name: str, on: Setting, share: float) -> None:
        trials = list(CASES[name](on))
        kinds = [kind for kind in self.kinds if self.plan.seeds.index(on.seed) < kind.seeds]
        for trial in trials:
            for kind in kinds:
                self.progress(0, f"seed {on.seed}, {trial.label}: {kind.name}")
                if kind.name not in self.failed:
                    self._try(kind, trial, on.seed)
                self.progress(share / len(trials) / len(kinds), "")

    def _try(self, kind: Kind, trial: Trial, seed: int) -> None:
        with guarded(self.failed, kind.name, f"{trial.label}: "):
            result = trial.run(kind.make(self.plan.rate, self.plan.tail_ms))
            for key, value in trial.measure(trial, result):
                self.values.setdefault(key, {}).setdefault(kind.name, []).append(Value(value, seed, trial.label))
            if trial.plot and seed == self.plan.seeds[0]:
                self.plotted.setdefault(trial.label, {})[kind.name] = result

    def report(self) -> "dict[str, Any]":
        """Everything measured, fit for JSON: null stands for a time that never came."""
        plan = self.plan
        return {
            "rate": plan.rate, "tail_ms": plan.tail_ms, "seeds": list(plan.seeds), "quick": plan.quick,
            "machine": platform.machine(), "python": platform.python_version(), "numpy": np.__version__,
            "cancellers": {kind.name: {"title": kind.title, "linear": kind.linear} for kind in self.kinds},
            "skipped": self.skipped, "failed": self.failed, "notes": self._notes(),
            "figures": [self._figure(one) for one in f.FIGURES if one.key in self.values],
            "speed": self.speeds,
        }

    def _notes(self) -> "list[str]":
        notes = [f"{kind.name}: first seed only, as it is slow" for kind in self.kinds
                 if kind.seeds < len(self.plan.seeds)]
        missing = metrics.pesq_missing()
        return notes + ([missing] if missing and {"doubletalk", "idle"} & set(self.plan.cases) else [])

    def _figure(self, figure: f.Figure) -> "dict[str, Any]":
        by_name = self.values[figure.key]
        row = {name: summary(figure, values) for name, values in by_name.items()}
        verdict = f.verdict(figure, row)
        return {
            "key": figure.key, "title": figure.title, "unit": figure.unit, "digits": figure.digits,
            "less_is_better": figure.less, "demand": figure.demand, "demanded_of": figure.ours,
            "met": None if verdict is None else verdict.met,
            "values": {name: finite(value) for name, value in row.items()},
            "by_seed": {name: by_seed(figure, values) for name, values in by_name.items()},
            "worst": {name: worst(figure, values) for name, values in by_name.items()},
        }


def summary(figure: f.Figure, values: "list[Value]") -> float:
    return float(figure.of([one.value for one in values]))


def by_seed(figure: f.Figure, values: "list[Value]") -> "dict[str, float | None]":
    seeds = dict.fromkeys(one.seed for one in values)
    return {str(seed): finite(summary(figure, [one for one in values if one.seed == seed])) for seed in seeds}


def worst(figure: f.Figure, values: "list[Value]") -> "dict[str, Any]":
    """The trial to look at first."""
    one = (max if figure.less else min)(values)
    return {"value": finite(one.value), "seed": one.seed, "trial": one.trial}


def finite(value: float) -> "float | None":
    return round(value, 3) if np.isfinite(value) else None
