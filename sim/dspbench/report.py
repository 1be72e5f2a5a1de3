"""The bench's table for people."""

from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

MISSED = "!"


def table(report: "dict[str, Any]") -> Group:
    """Figures by canceller, speed by canceller, and what was left out."""
    parts: "list[Any]" = []
    if report["figures"]:
        parts.append(figures(report))
    if report["speed"]:
        parts += ["", speed(report["speed"])]
    return Group(*parts, *remarks(report))


def figures(report: "dict[str, Any]") -> Table:
    seeds = report["seeds"]
    out = Table(box=None, header_style="bold", pad_edge=False, title_justify="left", title=(
        f"{report['rate']} Hz, tail {report['tail_ms']} ms, "
        f"{len(seeds)} seed{'s' if len(seeds) > 1 else ''}{', quick' if report['quick'] else ''}"))
    out.add_column("figure", no_wrap=True)
    out.add_column("demand", no_wrap=True, justify="right")
    for name in report["cancellers"]:
        out.add_column(name, no_wrap=True, justify="right")
    for figure in report["figures"]:
        out.add_row(f"{figure['title']}, {figure['unit']}", demand(figure),
                    *(cell(figure, name) for name in report["cancellers"]))
    return out


def demand(figure: "dict[str, Any]") -> str:
    wanted = figure["demand"]
    if wanted is None:
        return ""
    sign = "<=" if figure["less_is_better"] else ">="
    return f"{sign} {wanted if isinstance(wanted, str) else number(wanted, figure)}"


def number(value: float, figure: "dict[str, Any]") -> str:
    return format(value, f".{figure['digits']}f")


def cell(figure: "dict[str, Any]", name: str) -> Text:
    if name not in figure["values"]:
        return Text("-")
    value = figure["values"][name]
    text = "never" if value is None else number(value, figure)
    if figure["met"] is None or name != figure["demanded_of"]:
        return Text(text)
    return Text(text, "bold green") if figure["met"] else Text(MISSED + text, "bold red")


def speed(rows: "list[dict[str, Any]]") -> Table:
    out = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("speed", "Hz", "ns/sample", "channels a core", "faster than its rival", "demand"):
        out.add_column(heading, no_wrap=True, justify="left" if heading == "speed" else "right")
    for row in rows:
        faster, style = "", ""
        if row["times_faster"] is not None:
            style = "bold green" if row["met"] else "bold red"
            faster = f"{'' if row['met'] else MISSED}{row['times_faster']:.1f} x {row['rival']}"
        out.add_row(row["canceller"], str(row["rate"]), f"{row['ns_per_sample']:.1f}", str(row["channels"]),
                    Text(faster, style), f">= {row['demand']:.0f} x" if row["demand"] else "")
    return out


def remarks(report: "dict[str, Any]") -> "list[str]":
    rows = report["figures"] + report["speed"]
    held, missed = sum(row["met"] is not None for row in rows), sum(row["met"] is False for row in rows)
    lines = ["", f"{held - missed} of {held} demands met" + (f", {MISSED} marks the others" if missed else "")]
    unfair = [name for name, one in report["cancellers"].items() if not one["linear"]]
    if unfair:
        lines.append(f"{', '.join(unfair)}: ERLE includes a suppressor, and comfort noise counts as residual")
    lines += report["notes"]
    lines += [f"skipped {name}: {reason}" for name, reason in report["skipped"].items()]
    return lines + [f"FAILED {name}: {reason}" for name, reason in report["failed"].items()]
