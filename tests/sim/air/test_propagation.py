"""Losses between places: the formula, walls, and shadows that stay where they are."""

import numpy as np
import pytest

from sim.air.plan import Plan, wall
from sim.air.propagation import CORRELATION, Propagation, path_loss


def test_path_loss_is_38_db_at_a_metre_and_30_more_each_decade_indoors():
    assert path_loss([0.0, 1.0, 10.0, 100.0]).tolist() == [38.0, 38.0, 68.0, 98.0]


def test_free_space_is_that_of_the_planning_table():
    assert [round(float(one)) for one in path_loss([1, 10, 50, 100], exponent=2.0)] == [38, 58, 72, 78]


def test_without_a_plan_the_walls_are_in_the_exponent():
    assert Propagation().loss([(0, 0, 0)], [(10, 0, 0), (0, 100, 0)]).tolist() == [[68.0, 98.0]]


def test_with_a_plan_they_are_counted():
    house = Propagation(Plan([wall((5, -5), (5, 5), "concrete-10")]))
    assert house.loss([(0, 0)], [(10, 0), (0, 10)]).tolist() == [[64.0, 58.0]]


def test_a_floor_is_three_metres_and_a_ceiling():
    assert Propagation(Plan()).loss([(0, 0, 0)], [(0, 0, 1)])[0, 0] == round(38 + 20 * np.log10(3) + 17, 3)


def places(count, seed=3, size=200.0):
    random = np.random.default_rng(seed)
    return np.column_stack((random.uniform(0, size, (count, 2)), random.integers(0, 3, count)))


def shadows(air, there, here):
    return air.loss(there, here) - Propagation(air.plan).loss(there, here)


def test_losses_are_the_same_in_both_directions_and_in_every_batch():
    air = Propagation(Plan([wall((50, 0), (50, 200), "brick")]), seed=4, shadowing=6.0)
    there, here = places(60), places(40, seed=8)
    whole = air.loss(there, here)
    assert (whole == air.loss(here, there).T).all()
    assert (whole[7:8] == air.loss(there[7:8], here)).all()
    assert (whole[:, 3:4] == air.loss(there, here[3:4])).all()


def test_the_same_seed_gives_the_same_shadows_and_another_seed_others():
    there, here = places(30), places(30, seed=8)
    one, again, other = (Propagation(seed=seed, shadowing=6.0).loss(there, here) for seed in (1, 1, 2))
    assert (one == again).all()
    assert np.abs(one - other).mean() > 3.0


def test_shadows_are_normal_with_the_deviation_that_was_asked_for():
    drawn = np.concatenate([shadows(Propagation(seed=seed, shadowing=6.0), places(60), places(60, seed=9)).ravel()
                            for seed in range(12)])
    assert abs(drawn.mean()) < 0.5
    assert abs(drawn.std() - 6.0) < 0.5
    assert abs((np.abs(drawn) < 6.0).mean() - 0.683) < 0.03


@pytest.mark.parametrize(("metres", "least", "most"), [(1.0, 0.97, 1.0), (CORRELATION, 0.5, 0.7), (40.0, -0.15, 0.15)])
def test_shadows_change_smoothly_over_some_metres(metres, least, most):
    base = np.array([[0.0, 0.0, 0.0]])
    here = places(400) + (100.0, 0, 0)
    beside = here + (metres, 0, 0)
    pairs = [(shadows(air, here, base)[:, 0], shadows(air, beside, base)[:, 0])
             for air in (Propagation(seed=seed, shadowing=6.0) for seed in range(8))]
    one, other = (np.concatenate(each) for each in zip(*pairs, strict=True))
    assert least <= np.corrcoef(one, other)[0, 1] <= most


def test_two_stations_side_by_side_have_no_shadow_between_them():
    air = Propagation(seed=2, shadowing=8.0)
    here = places(100)
    apart = shadows(air, here, here + (0.5, 0, 0)).diagonal()
    assert np.abs(apart).max() < 2.0
