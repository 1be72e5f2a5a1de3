"""Labs: a TOML file that builds boards, handsets, peers and the air between them, lets things happen, and checks.

For a test of your own:

    import sim.lab

    result = sim.lab.load("site.toml").run(seed=7)
    assert result.passed, result.failed()
"""

import pathlib

from sim.lab import model
from sim.lab.model import LabError


class LoadedLab:
    """`model` is the file as read; `run` may be called any number of times."""

    def __init__(self, read: model.Lab):
        self.model = read

    def run(self, seed: "int | None" = None, out: "str | pathlib.Path | None" = None):
        """A `sim.lab.run.Result`; with `out` what the run leaves behind is written there."""
        from sim.lab.files import observers
        from sim.lab.run import run

        return run(self.model, seed, observers(out))


def load(path: "str | pathlib.Path") -> LoadedLab:
    """LabError (a UserError) names file, line, field and what is allowed."""
    return LoadedLab(model.read(path))


__all__ = ["LabError", "LoadedLab", "load"]
