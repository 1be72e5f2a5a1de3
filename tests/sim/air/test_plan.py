"""Walls and ceilings between two places."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.air.plan import MATERIALS, Plan, Wall, room, wall

FLAT = Plan([wall((5, -10), (5, 10), "brick")])


def between(plan, one, other):
    return float(plan.losses([one], [other])[0, 0])


def test_a_wall_counts_once_for_those_on_both_sides_of_it():
    assert between(FLAT, (0, 0), (10, 3)) == 3.5
    assert between(FLAT, (0, 0), (4.9, 3)) == 0.0


def test_a_way_beside_a_wall_s_end_is_free():
    assert between(FLAT, (0, 0), (10, 15)) == 3.5
    assert between(FLAT, (0, 9), (10, 11.5)) == 0.0


def test_a_way_along_a_wall_is_free():
    assert between(FLAT, (5, -20), (5, 20)) == 0.0
    assert between(FLAT, (4, -20), (4, 20)) == 0.0


def test_losses_of_several_walls_add_up():
    rooms = Plan([wall((x, 0), (x, 10), material) for x, material in ((2, "glass"), (4, "concrete-40"), (6, 1.25))])
    assert rooms.losses([(0, 5), (3, 5), (5, 5)], [(7, 5)]).tolist() == [[20.25], [18.25], [1.25]]


def test_a_corner_is_one_wall():
    assert between(Plan(room(0, 0, 10, 10, "brick")), (5, 5), (15, 15)) == 3.5


def test_ceilings_add_up_between_floors():
    house = Plan(ceilings={0: 20.0}, ceiling=17.0)
    floors = house.losses([(0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 0, -1)], [(3, 3, 0)])
    assert floors[:, 0].tolist() == [0.0, 20.0, 37.0, 17.0]


def test_on_the_stairs_the_ceiling_is_passed_half_way():
    house = Plan()
    assert [between(house, (0, 0, level), (0, 0, 0)) for level in (0.25, 0.49, 0.5, 1.0)] == [0.0, 0.0, 17.0, 17.0]


def test_a_wall_disturbs_only_on_its_own_floor():
    house = Plan([wall((5, -10), (5, 10), "metal", floor=1)], ceiling=0.0)
    assert between(house, (0, 0, 0), (10, 0, 0)) == 0.0
    assert between(house, (0, 0, 1), (10, 0, 1)) == 30.0


def test_a_way_between_floors_meets_the_walls_of_the_floor_that_it_is_on_there():
    house = Plan([wall((2, -9), (2, 9), 1.0, floor=0), wall((2, -9), (2, 9), 2.0, floor=1),
                  wall((8, -9), (8, 9), 4.0, floor=0), wall((8, -9), (8, 9), 8.0, floor=1)], ceiling=0.0)
    assert between(house, (0, 0, 0), (10, 0, 1)) == 1.0 + 8.0


def test_a_material_that_is_none_is_refused():
    with pytest.raises(KeyError, match="rubber"):
        wall((0, 0), (1, 1), "rubber")


def test_every_material_of_the_table_makes_a_wall():
    assert [wall((0, 0), (1, 1), name).loss for name in MATERIALS] == list(MATERIALS.values())


def test_places_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="rows of x, y and floor"):
        Plan().losses([(1.0, 2.0, 3.0, 4.0)], [(0, 0)])


def test_nobody_is_no_error():
    assert FLAT.losses(np.zeros((0, 3)), [(0, 0)]).shape == (0, 1)
    assert FLAT.losses([(0, 0)], []).shape == (1, 0)


def test_the_area_is_what_the_walls_take_up():
    assert Plan(room(-3, 1, 20, 8, "brick")).area == (-3.0, 1.0, 20.0, 8.0)
    assert Plan(room(-3, 1, 20, 8, "brick"), area=(0, 0, 9, 9)).area == (0, 0, 9, 9)


def turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def crosses(one, other, barrier):
    """By the turns of the four triangles; None where three points are nearly in a line."""
    start, end = (barrier.x1, barrier.y1), (barrier.x2, barrier.y2)
    turns = (turn(one, other, start), turn(one, other, end), turn(start, end, one), turn(start, end, other))
    if min(abs(one) for one in turns) < 1e-6:
        return None
    return (turns[0] > 0) != (turns[1] > 0) and (turns[2] > 0) != (turns[3] > 0)


METRES = st.floats(-50, 50)
PLACE = st.tuples(METRES, METRES)


@settings(max_examples=200, deadline=None)
@given(PLACE, PLACE, st.lists(st.builds(Wall, METRES, METRES, METRES, METRES, st.just(1.0), st.just(0)), max_size=6))
def test_crossings_are_those_of_the_slow_rule(one, other, walls):
    slow = [crosses(one, other, each) for each in walls]
    if None not in slow:
        assert between(Plan(walls), one, other) == sum(slow)


def test_many_places_and_walls_at_once_are_the_same_as_one_by_one():
    random = np.random.default_rng(5)
    walls = [Wall(*random.uniform(0, 100, 4), float(random.uniform(1, 9)), int(random.integers(0, 3)))
             for _ in range(150)]
    house = Plan(walls)
    there = np.column_stack((random.uniform(0, 100, (120, 2)), random.uniform(0, 2, 120)))
    here = np.column_stack((random.uniform(0, 100, (80, 2)), random.integers(0, 3, 80)))
    whole = house.losses(there, here)
    assert np.allclose(whole, house.losses(here, there).T, atol=1e-9)
    for i, j in ((0, 0), (60, 40), (119, 79)):
        assert abs(whole[i, j] - between(house, there[i], here[j])) < 1e-9
