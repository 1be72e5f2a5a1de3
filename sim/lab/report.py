"""What came of a lab, for people and as a plain dict."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 160
"""Columns where nobody says how many there are."""


def as_dict(result) -> "dict[str, Any]":
    """Of a `sim.lab.run.Result`; times in seconds."""
    return {
        "lab": result.name, "seed": result.seed, "passed": result.passed, "duration": result.duration,
        "hash": result.hash, "events": result.counted,
        "checks": [{"name": one.name, "kind": one.kind, "line": one.line, "passed": one.passed, "said": one.said,
                    "at": one.at / 1e6} for one in result.checks],
        "calls": result.calls, "radio": result.radio, "air": result.air, "files": result.files,
    }


def show(result, took: float, console: "Console | None" = None) -> None:
    """The table of checks, then what failed, then the hash."""
    console = console or Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = WIDE
    console.print(Text(f"{result.name}, seed {result.seed}: {result.duration:g} s in {took:.1f} s", style="bold"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(overflow="fold")
    table.add_column(style="dim", overflow="fold")
    for check in result.checks:
        mark = Text("ok", style="green") if check.passed else Text("FAILED", style="bold red")
        table.add_row(mark, Text(check.name), Text(check.said))
    console.print(table)
    failed = result.failed()
    count = len(result.checks)
    console.print(f"{count - len(failed)} of {count} checks hold" + (
        "; failed: " + ", ".join(one.name for one in failed) if failed else ""), markup=False)
    if result.files:
        folder = result.files[0].rpartition("/")[0]
        console.print(f"{len(result.files)} files in {folder}/", markup=False)
    console.print(f"{result.counted} events, hash {result.hash}", markup=False)
