"""The drawings of a lab, each a matplotlib Figure."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import Normal, Stroke

from sim.air.coverage import grid
from sim.lab import air
from sim.lab.build import Stage
from sim.lab.people import Place

Ways = dict[str, list[Place]]
"""Where each handset has been, in order."""

STYLE: Any = {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 10}
MARGIN = 4.0
"""Metres round what is in the building."""

POINTS = 90
"""Of the map along the longer side."""

SHORTEST = 0.1
"""Seconds that an axis of time shows at least."""

LOUD, QUIET = -30.0, -93.0
"""dBm: the range of colours."""

EDGE = -83.0
"""dBm: a handset's sensitivity (EN 300 175-2)."""

CALL_COLOURS = {"setting up": "#c3cfd9", "ringing": "#f0b429", "talking": "#2f80ed"}
CALL_STATES = {"dialling": "setting up", "start": "setting up", "answering": "setting up", "ending": "setting up",
               "ringing": "ringing", "ringback": "ringing", "incoming": "ringing", "talking": "talking",
               "connected": "talking"}
OVER = ("idle", "ended")
SYNC_COLOURS = {"master": "#0b6e4f", "synchronized": "#2e9e5b", "coasting": "#d9a404", "searching": "#c0392b",
                "off": "#7b8794"}


def drawings(stage: Stage, result, slots: "list[tuple[int, str, int, int]]", step: int,
             ways: Ways) -> "Iterator[tuple[str, Figure]]":
    if stage.machines and any(machine.radio is not None for machine in stage.machines.values()):
        yield "plan.png", plan(stage, ways)
        yield "slots.png", occupancy(slots, step, result.duration)
    yield "calls.png", calls(result, list(stage.people))
    if sum(view["running"] for view in result.radio.values()) > 1:
        yield "sync.png", sync_tree(result.radio)


def floors(stage: Stage, ways: Ways) -> "list[int]":
    """Those on which there is anything, from the ground up."""
    found = {int(part.position[2]) for section in ("board", "handset", "jammer", "foreign")
             for part in stage.parts(section)}
    found |= {round(place[2]) for way in ways.values() for place in way}
    return sorted(found | {int(part.get("from")[2]) for part in stage.parts("plan.wall")})


def extent(stage: Stage, ways: Ways) -> "tuple[float, float, float, float]":
    """x0, x1, y0, y1 in metres of all that is there; neither side is less than a quarter of the other."""
    points = [part.position[:2] for section in ("board", "jammer", "foreign") for part in stage.parts(section)]
    points += [place[:2] for way in ways.values() for place in way]
    points += [part.get(end)[:2] for part in stage.parts("plan.wall") for end in ("from", "to")]
    if stage.lab.plan.size is not None:
        points += [(0.0, 0.0), stage.lab.plan.size[:2]]
    xs, ys = zip(*points, strict=True)
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    more_x, more_y = MARGIN + max(0.0, high / 4 - wide) / 2, MARGIN + max(0.0, wide / 4 - high) / 2
    return min(xs) - more_x, max(xs) + more_x, min(ys) - more_y, max(ys) + more_y


def plan(stage: Stage, ways: Ways) -> Figure:
    """A row for each floor, from the top, a column for each base: how loud it is there."""
    levels = floors(stage, ways)[::-1]
    bases = [name for name, machine in stage.machines.items() if machine.radio is not None]
    x0, x1, y0, y1 = extent(stage, ways)
    wide = max(3.2, min(7.0, 14.0 / len(bases)))
    high = max(2.0, wide * (y1 - y0) / (x1 - x0)) + 0.5
    figure = Figure(figsize=(wide * len(bases) + 1.2, high * len(levels) + 0.6), layout="constrained")
    axes = figure.subplots(len(levels), len(bases), squeeze=False, sharex=True, sharey=True)
    area, resolution = (x0, y0, x1, y1), max(x1 - x0, y1 - y0) / POINTS
    for row, level in enumerate(levels):
        for column, name in enumerate(bases):
            image = _map(axes[row][column], stage, name, level, area, resolution)
            for who, way in ways.items():
                _handset(axes[row][column], who, way, level)
            axes[row][column].set_title(f"{name}, floor {level}")
    figure.colorbar(image, ax=axes, label="dBm at a handset; the line is -83 dBm", shrink=0.8)
    for one in axes[-1]:
        one.set_xlabel("m")
    return figure


def _map(axes, stage, name, level, area, resolution):
    xs, ys = grid(area, resolution)
    levels = air.level_grid(stage, name, level, area, resolution)
    image = axes.pcolormesh(xs, ys, levels, cmap="viridis", vmin=QUIET, vmax=LOUD, shading="nearest", rasterized=True)
    if levels.min() < EDGE < levels.max():
        axes.contour(xs, ys, levels, levels=[EDGE], colors="white", linewidths=1.2, linestyles="--")
    _walls(axes, stage, level)
    _things(axes, stage, name, level)
    axes.set_aspect("equal")
    axes.set_xlim(xs[0], xs[-1])
    axes.set_ylim(ys[0], ys[-1])
    return image


def _walls(axes, stage, level):
    for part in stage.parts("plan.wall"):
        start, end = part.get("from"), part.to
        if start[2] == level:
            width = 0.8 + 0.14 * air.wall_loss(part)
            axes.plot([start[0], end[0]], [start[1], end[1]], color="black", linewidth=width, solid_capstyle="butt")


def _things(axes, stage, name, level):
    for part in stage.parts("board"):
        if part.position[2] == level and stage.machines[part.name].radio is not None:
            own = part.name == name
            axes.plot(*part.position[:2], marker="^", color="red" if own else "white", markersize=9 if own else 6,
                      markeredgecolor="black")
    for section in ("jammer", "foreign"):
        for part in stage.parts(section):
            if part.position[2] == level:
                axes.plot(*part.position[:2], marker="X", color="magenta", markersize=8, markeredgecolor="black")


def _handset(axes, name, way, level):
    """Its way on this floor, and its name where it was at the end."""
    here = [place for place in way if round(place[2]) == level]
    if not here:
        return
    xs, ys = [place[0] for place in here], [place[1] for place in here]
    if len(here) > 1:
        axes.plot(xs, ys, color="white", linewidth=1.2, alpha=0.9)
    if round(way[-1][2]) != level:
        return
    axes.plot(xs[-1], ys[-1], marker="o", color="white", markersize=4, markeredgecolor="black")
    axes.annotate(name, (xs[-1], ys[-1]), textcoords="offset points", xytext=(4, 3), color="white", fontsize=7,
                  path_effects=[Stroke(linewidth=1.6, foreground="#102a43"), Normal()])


def occupancy(slots: "list[tuple[int, str, int, int]]", step: int, duration: float) -> Figure:
    """For each base which pairs of slots were on the air when; the colour is the carrier."""
    names = list(dict.fromkeys(name for _, name, _, _ in slots)) or ["no base"]
    figure = Figure(figsize=(11, 0.6 + 2.0 * len(names)), layout="constrained")
    axes = figure.subplots(len(names), 1, squeeze=False, sharex=True)[:, 0]
    colours = Figure().add_subplot().pcolormesh(np.zeros((1, 1)), cmap="tab10", vmin=-0.5, vmax=9.5)
    for one, name in zip(axes, names, strict=True):
        mine = [(at, slot, carrier) for at, board, slot, carrier in slots if board == name]
        one.broken_barh([(0, 0)], (0, 0))
        for carrier in sorted({carrier for _, _, carrier in mine}):
            for slot in range(12):
                bars = [(at / 1e6, step / 1e6) for at, used, on in mine if (used, on) == (slot, carrier)]
                one.broken_barh(bars, (slot - 0.4, 0.8), color=colours.cmap(carrier / 9.0), linewidth=0)
        one.set_ylim(-0.6, 11.6)
        one.set_yticks(range(0, 12, 2))
        one.set_ylabel(f"{name}\nslot pair")
        one.set_xlim(0, max(duration, SHORTEST))
        one.grid(alpha=0.25)
    axes[-1].set_xlabel("s of virtual time")
    handles = [Patch(color=colours.cmap(carrier / 9.0), label=str(carrier)) for carrier in range(10)]
    figure.legend(handles=handles, title="carrier", loc="outside right upper", fontsize=8)
    return figure


def calls(result, names: "list[str]") -> Figure:
    """A row for each person: what they were doing."""
    figure = Figure(figsize=(11, 1.2 + 0.34 * len(names)), layout="constrained")
    axes = figure.add_subplot()
    seen = set()
    for row, name in enumerate(names):
        axes.axhline(row, color="#e4e7eb", linewidth=0.8, zorder=0)
        for start, end, state in stretches(result, name):
            seen.add(state)
            axes.broken_barh([(start, max(end - start, result.duration / 1000))], (row - 0.35, 0.7),
                             color=CALL_COLOURS[state], linewidth=0)
        for note in result.events:
            if note.who == name and "handover" in note.event:
                axes.plot(note.at / 1e6, row, marker="v", color="crimson", markersize=6)
                seen.add("handover")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, max(result.duration, SHORTEST))
    axes.set_xlabel("s of virtual time")
    axes.grid(axis="x", alpha=0.3)
    handles: list[Any] = [Patch(color=colour, label=state) for state, colour in CALL_COLOURS.items() if state in seen]
    if "handover" in seen:
        handles.append(Line2D([], [], marker="v", color="crimson", linestyle="", label="handover"))
    if handles:
        figure.legend(handles=handles, loc="outside right upper", fontsize=8)
    return figure


def stretches(result, name: str) -> "list[tuple[float, float, str]]":
    """(start, end, state) in seconds, in which somebody was in a call."""
    found, state, since = [], None, 0.0
    for note in result.events:
        if note.who != name or (note.event not in CALL_STATES and note.event not in OVER):
            continue
        if state is not None:
            found.append((since, note.at / 1e6, state))
        state, since = CALL_STATES.get(note.event), note.at / 1e6
    if state is not None:
        found.append((since, result.duration, state))
    return found


def sync_tree(radio: "dict[str, dict[str, Any]]") -> Figure:
    """Who takes the time from whom: hops from left to right."""
    figure = Figure(figsize=(8, 1.0 + 0.9 * len(radio)), layout="constrained")
    axes = figure.add_subplot()
    by_rfpi = {view["rfpi"]: name for name, view in radio.items() if view["rfpi"]}
    rows = {name: row for row, name in enumerate(radio)}
    hop_of = {one["rfpi"]: one["hop"] for view in radio.values() for one in view["system"]}
    hops = {name: hop_of.get(view["rfpi"]) or 0 for name, view in radio.items()}
    for name, view in radio.items():
        sync = view["sync"]
        source = by_rfpi.get(sync["source"])
        if source is not None and source != name:
            axes.annotate("", (hops[name], rows[name]), (hops[source], rows[source]),
                          arrowprops={"arrowstyle": "->", "shrinkA": 34, "shrinkB": 36, "color": "#52606d"})
        figures = [f"{value:g} {unit}" for key, unit in (("rssi", "dBm"), ("fer", "FER"))
                   if isinstance(value := sync[key], (int, float))]
        axes.text(hops[name], rows[name], "\n".join([name, sync["state"], *figures]), ha="center", va="center",
                  color="white", fontsize=8, bbox={"boxstyle": "round,pad=0.5", "linewidth": 0,
                                                   "facecolor": SYNC_COLOURS.get(sync["state"], "#7b8794")})
    axes.set_xlim(-0.7, max(hops.values()) + 0.7)
    axes.set_ylim(len(radio) - 0.4, -0.6)
    axes.set_xticks(range(max(hops.values()) + 1))
    axes.set_xlabel("hop")
    axes.set_yticks([])
    return figure
