"""What stands between a base and a handset of a lab decides whether they hear one another."""

import pytest

import sim.lab

LAB = """\
[lab]
duration = "10s"
seed = 1

[[board]]
name = "base"
sari = "31100422072149"
position = [1, 1]

[[handset]]
name = "anna"
board = "base"
position = [60, 1, {floor}]
"""
WALL = """
[[plan.wall]]
from = [{x}, -100]
to = [{x}, 100]
{what}
"""


def metal(*places):
    return "".join(WALL.format(x=x, what='material = "metal"') for x in places)


def located(tmp_path, text, seed=None):
    path = tmp_path / "site.toml"
    path.write_text(text)
    result = sim.lab.load(path).run(seed=seed)
    return any(note.event == "located" for note in result.events)


@pytest.mark.parametrize(("plan", "in_reach"), [
    ("", True),
    (metal(20), True),
    (metal(20, 40), False),
    (WALL.format(x=20, what="loss_db = 20") + WALL.format(x=40, what="loss_db = 9"), True),
    (WALL.format(x=20, what="loss_db = 45"), False),
])
def test_walls_take_away_what_they_are_made_of(tmp_path, plan, in_reach):
    assert located(tmp_path, LAB.format(floor=0) + plan) is in_reach


@pytest.mark.parametrize(("floor", "plan", "in_reach"), [
    (1, "", True), (2, "", True), (3, "", False), (3, "[plan]\nfloor_loss_db = 8\n", True)])
def test_ceilings_do_too(tmp_path, floor, plan, in_reach):
    assert located(tmp_path, LAB.format(floor=floor) + plan) is in_reach


def test_shadows_are_the_seed_s(tmp_path):
    """At the rim, where 14 dB of shadows decide."""
    text = LAB.format(floor=2) + "[plan]\nfloor_loss_db = 17\n[air]\nshadowing_db = 14\n"
    seeds = range(1, 9)
    once, again = ([located(tmp_path, text, seed) for seed in seeds] for _ in (1, 2))
    assert once == again
    assert len(set(once)) == 2
