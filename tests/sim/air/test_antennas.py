"""Antennas: gain by direction, and which base takes which."""

import numpy as np
import pytest

import boards
from sim.air.antennas import ACCESSORIES, BUILT_IN, DIPOLE, Fittings, Mounted, best, directions, fit

PANEL = ACCESSORIES["directional"]


def test_a_dipole_is_round_and_deaf_above():
    assert DIPOLE.gain([0, 90, -120], 0).tolist() == [2.0, 2.0, 2.0]
    assert DIPOLE.gain(0, 90) == 2.0 - 25.0


@pytest.mark.parametrize("degrees", [0, 10, 30, 45, 60, 75])
def test_a_dipole_s_pattern_is_that_of_the_formula(degrees):
    angle = np.radians(degrees)
    expected = 20 * np.log10(np.cos(np.pi / 2 * np.sin(angle)) / np.cos(angle))
    assert abs(DIPOLE.gain(0, degrees) - 2.0 - expected) < 0.3


def test_a_directional_antenna_hears_its_front_much_better_than_its_back():
    assert PANEL.gain(0, 0) == 8.0
    assert PANEL.gain([37, -37, 323], 0).tolist() == [5.0, 5.0, 5.0]
    assert PANEL.gain(180, 0) == -12.0


def test_turning_it_turns_the_pattern():
    assert Mounted(PANEL, azimuth=90).gain([90, 0, -90], 0).round(6).tolist() == [8.0, -7.0, -12.0]


def test_tilting_it_up_moves_the_peak_up():
    up = Mounted(PANEL, tilt=30)
    assert up.gain(0, 30).round(6) == 8.0
    assert up.gain(0, 0) < up.gain(0, 20) < up.gain(0, 30)


def test_azimuth_and_tilt_go_together():
    corner = Mounted(PANEL, azimuth=-135, tilt=-20)
    assert corner.gain(-135, -20).round(6) == 8.0


def test_each_dipole_of_a_base_fills_the_nulls_of_the_other():
    azimuth, elevation = np.meshgrid(np.arange(0, 360, 5), np.arange(-90, 91, 5))
    alone = [one.gain(azimuth, elevation).min() for one in BUILT_IN]
    assert max(alone) < -15.0
    assert best(BUILT_IN, azimuth, elevation).min() > -9.0
    assert best(BUILT_IN, [0, 90, 180, 270], 0).round(6).tolist() == [2.0, 2.0, 2.0, 2.0]


def test_directions_between_places():
    azimuth, elevation = directions([(0, 0, 0)], [(10, 0, 0), (0, 5, 0), (3, 0, 1)])
    assert azimuth.tolist() == [[0.0, 90.0, 0.0]]
    assert elevation.round(3).tolist() == [[0.0, 0.0, 45.0]]


def test_both_ends_of_a_way_count():
    places = np.array([(0, 0, 0), (10, 0, 0), (-10, 0, 0), (0, 10, 0)], float)
    fitted = Fittings()
    assert not fitted.between(np.arange(4), places).any()
    fitted.fit(0, (Mounted(PANEL),))
    fitted.fit(1, (Mounted(PANEL, azimuth=180),))
    fitted.fit(3, BUILT_IN)
    table = fitted.between(np.arange(4), places)
    assert np.allclose(table, table.T)
    assert table[0, 1:3].round(6).tolist() == [16.0, -12.0]
    assert table[0, 3].round(6) == -7.0 + 2.0
    assert np.array_equal(fitted.between(np.array([2]), places), table[2:3])
    fitted.fit(0, ())
    assert fitted.between(np.array([2]), places)[0].round(6).tolist() == [0.0, 8.0, 0.0, table[2, 3].round(6)]


def board(name):
    return boards.find(name).radio


@pytest.mark.parametrize("name", ["ip1202", "ip1202_4", "ip1202_4s", "ip1203", "ip1203_4"])
def test_standard_models_have_two_dipoles_and_no_sockets(name):
    assert fit(board(name)) == BUILT_IN
    with pytest.raises(ValueError, match="no sockets"):
        fit(board(name), ["omni"])


@pytest.mark.parametrize("name", ["ip1202e", "ip1203e"])
def test_e_models_take_what_fits_their_two_sockets(name):
    assert fit(board(name)) == BUILT_IN
    assert fit(board(name), ["directional-dual"], azimuth=45)[0].azimuth == 45
    assert [one.antenna.code for one in fit(board(name), ["directional", "omni"])] == ["50-01202-005", "50-01202-006"]
    assert fit(board(name), ["dipole"]) == BUILT_IN[:1]
    with pytest.raises(ValueError, match="3 plugs for 2 sockets"):
        fit(board(name), ["directional-dual", "omni"])
    with pytest.raises(ValueError, match="no antenna is called yagi: there are dipole, directional-dual"):
        fit(board(name), ["yagi"])


def test_the_codes_are_those_of_the_article():
    assert sorted(one.code for one in ACCESSORIES.values() if one.code) == [
        "50-01202-004", "50-01202-005", "50-01202-006"]
