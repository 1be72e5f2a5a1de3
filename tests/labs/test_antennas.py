"""Antennas in a lab: where they point decides who is in reach, and the map of levels shows it."""

import pytest

import sim.lab

LAB = """\
[lab]
duration = "10s"

[[board]]
name = "base"
model = "ip1203e"
sari = "31100422072149"
{antennas}

[[handset]]
name = "anna"
board = "base"
position = [340, 0]

[[handset]]
name = "bert"
board = "base"
position = [-340, 0]
"""
NOBODY, ANNA, BERT = set(), {"anna"}, {"bert"}


def located(tmp_path, antennas):
    path = tmp_path / "site.toml"
    path.write_text(LAB.format(antennas=antennas))
    result = sim.lab.load(path).run(seed=1)
    return {note.who for note in result.events if note.event == "located"}


@pytest.mark.parametrize(("antennas", "in_reach"), [
    ("", NOBODY),
    ('antennas = ["dipole", "dipole"]', NOBODY),
    ('antennas = ["directional"]', ANNA),
    ('antennas = ["directional"]\nazimuth = 180', BERT),
    ('antennas = ["directional"]\nazimuth = 90', NOBODY),
    ('antennas = ["directional", "directional"]\nazimuth = [0, 180]', ANNA | BERT),
])
def test_who_is_in_reach_is_where_the_antenna_points(tmp_path, antennas, in_reach):
    assert located(tmp_path, antennas) == in_reach
