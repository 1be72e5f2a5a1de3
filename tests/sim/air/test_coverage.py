"""The map of a base's level."""

import numpy as np

from sim.air.coverage import grid, rssi_map
from sim.air.plan import Plan, room, wall
from sim.air.propagation import Propagation


def test_a_map_has_a_row_for_each_y_and_a_column_for_each_x():
    columns, rows = grid((0, 0, 10, 4), 2.0)
    assert (columns.tolist(), rows.tolist()) == ([1, 3, 5, 7, 9], [1, 3])
    air = Propagation(Plan(room(0, 0, 10, 4, "brick")))
    assert rssi_map(air, (1, 1, 0), 2.0).shape == (2, 5)


def test_the_level_falls_with_the_distance_and_behind_a_wall():
    air = Propagation(Plan([wall((20, 0), (20, 10), "metal")], area=(0, 0, 40, 10)))
    level = rssi_map(air, (0.5, 5.5, 0))[5]
    assert level[0] == 24.0 - 38.0 + 2.0
    assert (np.diff(level)[1:] < 0).all()
    assert level[19] - level[20] > 30.0


def test_without_a_plan_the_surroundings_are_shown():
    level = rssi_map(Propagation(), (100, 100, 0), 5.0)
    assert level.shape == (12, 12)
    assert level.max() == level[5:7, 5:7].max()


def test_another_floor_is_a_ceiling_away():
    air = Propagation(Plan(room(0, 0, 20, 20, "glass")))
    same, above = (rssi_map(air, (10, 10, 0), 2.0, floor=floor) for floor in (0, 1))
    assert (same > above).all()
