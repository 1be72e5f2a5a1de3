"""`gatesim run -device antenna,...`: what is plugged into an e-model is heard on the air, and what does not fit is
refused before the boot."""

import contextlib

import pytest

from sim.cli import parser
from sim.commands.run import Run, site_of
from sim.peers.handset import Handset
from tests.cli.gatesim import inside, refused

ISOLATED = ("-net", "none")
AHEAD = "handset,ipei=0466003541858,x=20,y=0"


def level(*antennas, model="ip1203e"):
    """dBm at which the board that these options make hears the handset."""
    plugs = [word for one in antennas for word in ("-device", one)]
    arguments = parser().parse_args(["run", *ISOLATED, "-icount", "-M", model, "-serial", "none", "-device", AHEAD,
                                     *plugs])
    with site_of(arguments) as site, contextlib.ExitStack() as stack:
        machine, _ = Run(site, arguments).build(stack)
        machine.power_on()
        handset = next(place.station for place in site.air.stations.places if isinstance(place.station, Handset))
        return site.air.level(machine.radio, handset)


def test_where_an_antenna_points_is_how_loud_a_handset_is():
    before, behind = (level(f"antenna,kind=directional,azimuth={way}") for way in (0, 180))
    assert before == pytest.approx(24 - 38 - 39.03 + 8, abs=0.01)
    assert before - behind == pytest.approx(20.0)


def test_two_antennas_look_two_ways_and_the_better_one_counts():
    both = level("antenna,kind=directional,azimuth=180", "antenna,kind=directional,azimuth=0,tilt=0")
    assert both == level("antenna,kind=directional,azimuth=0") > level()


def test_without_any_it_has_its_two_dipoles():
    assert level() == level(model="ip1203") == pytest.approx(24 - 38 - 39.03 + 2, abs=0.5)


@pytest.mark.parametrize(("model", "antennas", "words"), [
    ("ip1203", ["antenna,kind=omni"], "no sockets for antennas: take an IP1202e or IP1203e"),
    ("ip1203e", ["antenna,kind=omni"] * 3, "3 plugs for 2 sockets"),
    ("ip1203e", ["antenna,kind=directional-dual", "antenna,kind=omni"], "3 plugs for 2 sockets"),
    ("ip1203e", ["antenna,kind=yagi"], "no antenna is called yagi"),
    ("ip1203e", ["antenna"], "which? antenna,kind="),
    ("ip1203e", ["antenna,kind=omni,azimuth=north"], "azimuth=north is no number"),
    ("ip1203e", ["antenna,kind=omni,tilt=nan"], "tilt=nan is no number"),
    ("ip1203e", ["antenna,kind=omni,gain=9"], "antenna,kind=directional|"),
    ("upy-unix", ["antenna,kind=omni"], "has no radio"),
    ("ip9", ["antenna,kind=omni"], "no board 'ip9'"),
])
def test_what_does_not_fit_is_refused(capsys, model, antennas, words):
    plugs = [word for one in antennas for word in ("-device", one)]
    assert refused(inside(capsys, "run", *ISOLATED, "-M", model, *plugs), words)
