"""Runs a lab on virtual time, from power-on to its end, and says what came of it."""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from sim.lab.build import Stage
from sim.lab.checks import Checks, Outcome
from sim.lab.model import Lab
from sim.lab.record import Note
from sim.lab.timeline import Timeline
from sim.radio_view import view

SLICE = 100_000
"""Virtual microseconds after which progress is told and Ctrl-C is heard."""

ENDED = "end"


class Result(NamedTuple):
    """`hash` is that of all events: equal for equal labs, seeds and programs. `calls` and `radio` are of each
    board by name, `air` is what became of all bursts."""

    name: str
    seed: int
    passed: bool
    checks: "list[Outcome]"
    hash: str
    events: "list[Note]"
    counted: int
    duration: float
    calls: "dict[str, list[dict[str, Any]]]"
    radio: "dict[str, dict[str, Any]]"
    air: "dict[str, int]"
    files: "list[str]"

    def failed(self) -> "list[Outcome]":
        return [one for one in self.checks if not one.passed]


class Observer(Protocol):
    """Watches a run: `begin` before power comes; then `finish`, which returns the files it wrote, or `abandon`."""

    def begin(self, stage: Stage) -> None: ...

    def finish(self, result: Result) -> "list[str]": ...

    def abandon(self) -> None: ...


def run(lab: Lab, seed: "int | None" = None, observers: "Sequence[Observer]" = (),
        progress: "Callable[[int, int], object]" = lambda now, end: None) -> Result:
    chosen = lab.lab.seed if seed is None else seed
    with Stage(lab, chosen) as stage, contextlib.ExitStack() as undo:
        for observer in observers:
            undo.callback(observer.abandon)
            observer.begin(stage)
        timeline = Timeline(stage)
        checks = Checks(stage)
        stage.start()
        pass_time(stage, lab.lab.duration, progress)
        outcomes = checks.finish() + own_checks(stage, timeline)
        result = concluded(stage, chosen, outcomes)
        for observer in observers:
            result = result._replace(files=result.files + observer.finish(result))
        undo.pop_all()
        return result


def pass_time(stage: Stage, end: int, progress: "Callable[[int, int], object]") -> None:
    time = stage.time
    while time.now < end:
        progress(time.now, end)
        time.run(min(end, time.now + SLICE))
    progress(end, end)
    stage.record.note("lab", ENDED)


def own_checks(stage: Stage, timeline: Timeline) -> "list[Outcome]":
    """What must hold in every lab: its lines are accepted, its steps happen."""
    return [
        Outcome("every console line is accepted", "lines", 0, not stage.refused, "; ".join(stage.refused) or "all",
                stage.time.now),
        Outcome("every step happened", "steps", 0, not timeline.missed(), "; ".join(timeline.missed()) or "all",
                stage.time.now),
    ]


def concluded(stage: Stage, seed: int, outcomes: "list[Outcome]") -> Result:
    """What people heard goes into the hash as well, the last link of every chain, and what became of bursts."""
    record, lab = stage.record, stage.lab
    for name, person in stage.people.items():
        record.hash.add("heard", name, person.heard().astype("<i2").tobytes())
    counts = stage.site.air.counts
    record.hash.add("air", *[f"{name} {value}" for name, value in counts.items()])
    calls = {name: [one for some in stage.calls(name) for one in some] for name in stage.machines}
    return Result(
        name=lab.lab.name or lab.folder.joinpath(lab.path).stem, seed=seed,
        passed=all(one.passed for one in outcomes), checks=outcomes, hash=record.hash.hexdigest(),
        events=list(record.notes), counted=record.hash.events, duration=stage.time.now / 1e6, calls=calls,
        radio={name: view(machine) for name, machine in stage.machines.items()},
        air=counts, files=[])
