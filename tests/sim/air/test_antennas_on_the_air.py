"""The antennas of a station are in the levels at which it is heard, and hears."""

from sim.air import Air
from sim.air.antennas import ACCESSORIES, Mounted
from sim.time import Time
from tests.sim.air.bearer import Mute


def test_a_directional_antenna_is_heard_in_front_and_hears_there():
    air = Air(Time())
    base, before, behind = Mute(), Mute(), Mute()
    air.add(base, (0.0, 0.0), fixed=True)
    air.add(before, (10.0, 0.0), fixed=False)
    air.add(behind, (-10.0, 0.0), fixed=False)
    assert air.level(before, base) == air.level(behind, base) == 24 - 68
    air.fit(base, (Mounted(ACCESSORIES["directional"]),))
    assert air.level(before, base) == air.level(base, before) == 24 - 68 + 8
    assert air.level(behind, base) == air.level(base, behind) == 24 - 68 - 12
    air.move(behind, (20.0, 0.0))
    assert abs(air.level(behind, base) - (24 - 38 - 39.031 + 8)) < 0.01
    air.fit(base, ())
    assert air.level(before, base) == 24 - 68
