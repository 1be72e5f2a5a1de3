"""Where a base is heard: its level over a floor, for plots and checks of a plan."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.air.antennas import BUILT_IN, Mounted, gain_towards
from sim.air.plan import HEIGHT
from sim.air.propagation import Propagation
from sim.air.stations import POWER

AROUND = 30.0
"""Metres to each side of a base that are shown where no plan says what there is."""


def grid(area: "tuple[float, float, float, float]", resolution: float) -> "tuple[NDArray, NDArray]":
    """Middles of squares of `resolution` metres: x of the columns, y of the rows."""
    x1, y1, x2, y2 = area
    return (np.arange(x1 + resolution / 2, max(x2, x1 + resolution), resolution),
            np.arange(y1 + resolution / 2, max(y2, y1 + resolution), resolution))


def rssi_map(propagation: Propagation, base: "tuple[float, float, float]", resolution: float = 1.0,
             floor: "float | None" = None, area: "tuple[float, float, float, float] | None" = None,
             antennas: Sequence[Mounted] = BUILT_IN) -> NDArray[np.float64]:
    """dBm at which a handset hears a base at (x, y, floor): rows of y from the lowest, columns of x.

    `floor` is that of the handset, otherwise the base's; `area` (x1, y1, x2, y2) is otherwise that of the plan;
    no `antennas` are 0 dBi all round.
    """
    plan = propagation.plan
    if area is None:
        x, y = base[:2]
        area = plan.area if plan is not None and plan.walls else (x - AROUND, y - AROUND, x + AROUND, y + AROUND)
    columns, rows = grid(area, resolution)
    x, y = np.meshgrid(columns, rows)
    places = np.column_stack((x.ravel(), y.ravel(), np.full(x.size, base[2] if floor is None else floor)))
    height = HEIGHT if plan is None else plan.height
    level = POWER - propagation.loss(places, [base])[:, 0]
    if antennas:
        level += gain_towards([base], antennas, places, height)[0]
    return level.reshape(x.shape)
