"""Pictures of a lab's run: the floor plan with what each base covers, slots and carriers over time, the sync tree,
and who was in a call when."""

import pathlib
import sys
from typing import Any

from hal.radio import LONG
from sim.lab.build import Stage
from sim.lab.people import HandsetPerson, Place

EVERY = 100_000
"""Microseconds between two looks at the bearers."""

SAMPLES = 4000
"""Looks in all, at most: a long lab is looked at less often."""

HINT = "no pictures: matplotlib is not installed; pip install 'gatesim[plots]' brings it"


def taken(bearer: "dict[str, Any]") -> "tuple[int, ...]":
    """A long slot takes up the one behind it as well."""
    slot = bearer["slot"]
    return (slot, slot + 1) if bearer.get("kind") == LONG else (slot,)


class Pictures:
    """Observes a run and writes plan.png, slots.png, calls.png and, where several radios are, sync.png into `out`."""

    def __init__(self, out: pathlib.Path):
        self._out = out
        self.slots: list[tuple[int, str, int, int]] = []
        self.ways: dict[str, list[Place]] = {}

    def begin(self, stage: Stage) -> None:
        self._stage = stage
        end = stage.lab.lab.duration
        self._step = max(EVERY, end // SAMPLES)
        stage.time.at(0, self._look)

    def _look(self) -> None:
        """Who has which slot on which carrier: (instant, board, slot, carrier); and where everybody is."""
        now = self._stage.time.now
        for name, machine in self._stage.machines.items():
            seen: Any = machine.radio.state() if machine.radio is not None else {"bearers": [], "dummy": None}
            used = [*seen["bearers"], *([seen["dummy"]] if seen["dummy"] else [])]
            self.slots += [(now, name, slot, one["carrier"]) for one in used for slot in taken(one)]
        for name, person in self._stage.people.items():
            if isinstance(person, HandsetPerson):
                way = self.ways.setdefault(name, [])
                if not way or way[-1] != person.place:
                    way.append(person.place)
        self._stage.time.after(self._step, self._look)

    def finish(self, result) -> "list[str]":
        try:
            import matplotlib as mpl
        except ImportError:
            print(f"gatesim lab: {HINT}", file=sys.stderr)
            return []
        from sim.lab.draw import STYLE, drawings

        written = []
        with mpl.rc_context(STYLE):
            for name, figure in drawings(self._stage, result, self.slots, self._step, self.ways):
                written.append(self._save(name, figure))
        return written

    def _save(self, name: str, figure: Any) -> str:
        from sim.lab.files import appearing

        with appearing(self._out / name) as there:
            figure.savefig(there, dpi=110, format="png")
        return str(self._out / name)

    def abandon(self) -> None:
        """Nothing is written before the end."""
