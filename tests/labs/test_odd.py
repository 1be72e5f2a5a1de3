"""Labs that are right and unusual: they run, with all that is drawn and written of them."""

import pytest

from sim.lab.files import observers
from sim.lab.model import parse
from sim.lab.run import run

BASE = '[lab]\nduration = "3s"\n[[board]]\nname = "base"\nsari = "31100422072149"\n'
ANNA = '[[handset]]\nname = "anna"\nboard = "base"\n'
PHONE = '[[phone]]\nname = "desk"\n'


def step(do, **fields):
    return f'[[step]]\nat = "2s"\ndo = "{do}"\n' + "".join(f'{name} = "{value}"\n' for name, value in fields.items())


@pytest.mark.parametrize("text", [
    '[lab]\nduration = "1s"\n',
    '[lab]\nduration = 0\n',
    '[lab]\nduration = "1s"\n[[board]]\nname = "dev"\nmodel = "rp2"\n',
    '[lab]\nduration = "1s"\n' + PHONE,
    '[lab]\nduration = "1s"\n[[registrar]]\nname = "pbx"\n',
    '[lab]\nduration = "1s"\n[[board]]\nname = "base"\n',
    '[lab]\nduration = "1s"\n[[jammer]]\nname = "alone"\non = "0s"\n',
    BASE,
    BASE + ANNA + "position = [-3, 4, -2]\n",
    BASE + ANNA + 'model = "ip50"\nsari = "31100422072149"\n',
    BASE + ANNA + PHONE + step("call", who="desk", to="anna") + step("call", who="desk", number="*5#")
    + step("call", who="anna", to="desk"),
    BASE + ANNA + 'number = "a.b+c"\n' + PHONE + 'number = "x*#"\n' + step("call", who="desk", to="anna"),
    BASE + ANNA + 'walk = [["1s", 0, 0], ["2s", 3, 0, 1], ["9s", 3, 0, 1]]\n',
    BASE + 'power = "5s"\n' + ANNA + step("console", who="base", lines="config show")
    + step("reset-button", who="base"),
    BASE + '[[board]]\nname = "far"\nmaster = "base"\nposition = [5000, 0, 9]\n' + step("power-off", who="base"),
    BASE + 'release = "16r1"\nconfig = ["reset", "config show"]\n' + ANNA,
    BASE + '[[foreign]]\nname = "others"\ncalls = 3\non = "1s"\n' + ANNA,
], ids=range(17))
def test_it_runs_and_leaves_its_files(text, tmp_path):
    result = run(parse(text, str(tmp_path / "odd.toml")), observers=observers(tmp_path / "out"))
    assert result.passed, result.failed()
    assert {name.rpartition("/")[2] for name in result.files} >= {"junit.xml", "result.json", "calls.png", "events.log"}
