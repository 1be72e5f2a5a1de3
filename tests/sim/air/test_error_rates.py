"""What the engine loses is what the formula says: at the edge of a cell, and beside an interferer."""

import pytest

from sim.air.errors import ber, milliwatts, ratio
from sim.air.jammer import Emitter
from tests.sim.air.bearer import Bearer

FRAMES = 4000
LEVELS = [(-86.0, "weak"), (-85.0, "weak"), (-83.0, "at the sensitivity"), (-80.0, "good")]


def lost(share):
    """Of A-fields: more than one wrong bit in a sync word of 16, or any in 64."""
    right = 1.0 - share
    return 1.0 - (right ** 16 + 16 * share * right ** 15) * right ** 64


def apart(level):
    """Metres at which a station is heard at that level."""
    return 10.0 ** ((24.0 - level - 38.0) / 30.0)


def measured(bearer):
    bearer.time.run(bearer.time.now + 10_000 * FRAMES)
    spoilt, good = (sum(end.counts[name] for end in bearer.ends) for name in ("bad", "good"))
    return spoilt / (spoilt + good)


@pytest.mark.parametrize("level", [level for level, _ in LEVELS], ids=[name + str(level) for level, name in LEVELS])
def test_weak_bursts_are_lost_as_often_as_the_formula_says(level):
    expected = float(lost(ber(ratio(level))))
    assert abs(measured(Bearer(apart(level))) - expected) < 0.03


@pytest.mark.parametrize("carriers_apart", [0, 1, 2])
def test_beside_an_interferer_at_the_limit_about_one_a_field_in_ten_is_lost(carriers_apart):
    """EN 300 175-2 6.4: one wrong bit in a thousand beside -83.5, -60 and -39 dBm, the wanted one at -73."""
    limit = (-83.5, -60.0, -39.0)[carriers_apart]
    bearer = Bearer(apart(-73.0))
    x = apart(-73.0) / 2
    # As far from one end as from the other.
    far = 10.0 ** (60.0 / 30.0)
    other = Emitter(bearer.air, (x, (far ** 2 - x ** 2) ** 0.5), power=limit + 38.0 + 60.0)
    other.emit(3 + carriers_apart)
    expected = float(lost(ber(ratio(-73.0, milliwatts(-83.5)))))
    assert 0.05 < expected < 0.15
    assert abs(measured(bearer) - expected) < 0.02


def test_without_interference_nothing_is_lost():
    assert measured(Bearer(apart(-73.0))) == 0.0
