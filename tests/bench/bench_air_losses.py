"""What a step of one handset costs among 900 stations: its losses to all others, with shadows and 100 walls."""

import numpy as np
import pytest

from sim.air.plan import Plan, Wall
from sim.air.propagation import Propagation

pytestmark = pytest.mark.bench
STATIONS, WALLS = 900, 100


@pytest.fixture(scope="module")
def places():
    random = np.random.default_rng(1)
    return np.column_stack((random.uniform(0, 200, (STATIONS, 2)), random.integers(0, 3, STATIONS)))


def plan():
    random = np.random.default_rng(2)
    return Plan([Wall(*random.uniform(0, 200, 4), 3.0, int(random.integers(0, 3))) for _ in range(WALLS)])


@pytest.mark.parametrize("what", ["distance", "shadows", "shadows and walls"])
def test_one_handset_moves(what, places, benchmark, figure):
    air = Propagation(plan() if "walls" in what else None, seed=1, shadowing=6.0 if "shadows" in what else 0.0)
    steps = np.random.default_rng(3).uniform(0, 200, (64, 2))
    turn = iter(range(1 << 30))

    def step():
        places[0, :2] = steps[next(turn) % 64]
        return air.loss(places[:1], places)

    assert step().shape == (1, STATIONS)
    benchmark(step)
    figure(f"a step among {STATIONS} stations: {what}", "", f"{benchmark.stats.stats.median * 1e3:.2f} ms")
