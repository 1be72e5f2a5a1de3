"""docs/air.md: its example runs, and its table of error rates is that of the code."""

import pathlib
import re

from sim.air.antennas import ACCESSORIES
from sim.air.errors import SELECTIVITY, ber
from sim.air.plan import MATERIALS

TEXT = (pathlib.Path(__file__).resolve().parents[3] / "docs" / "air.md").read_text()


def test_the_example_runs_as_it_stands(capsys):
    (code,) = re.findall("```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(code, "docs/air.md", "exec"), {})
    shape, rate = capsys.readouterr().out.splitlines()
    assert shape.startswith("(10, 20) squares")
    assert rate == "wrong bits at -83 dBm: 0.001"


def lost(ratio):
    """An A-field with its sync word: at most one wrong bit in 16, none in 64."""
    right = 1.0 - ber(ratio)
    return 1.0 - (right ** 16 + 16 * (1 - right) * right ** 15) * right ** 64


def test_the_table_of_error_rates_is_right():
    assert ber(14.0) < 1e-6
    assert abs(ber(10.5) - 1e-3) < 1e-6
    assert abs(ber(8.0) - 15e-3) < 1e-3
    assert abs(ber(5.0) - 1 / 12) < 0.02
    assert [round(100 * float(lost(one))) for one in (14.0, 10.5, 8.0, 5.0)] == [0, 6, 63, 100]


def test_the_figures_of_the_tables_are_those_of_the_code():
    assert all(f"{one.code} | {one.peak:.0f} dBi" in TEXT for one in ACCESSORIES.values() if one.code)
    assert all(f"| {one} dB |" in TEXT for one in SELECTIVITY[1:])
    row = ("glass, wood, plaster {glass:g}, brick {brick:g}, concrete of 10, 15, 40 cm {concrete-10:g}, "
           "{concrete-15:g}, {concrete-40:g}, coated glass {coated-glass:g}, metal {metal:g} dB")
    assert row.format(**MATERIALS) in TEXT
    assert f"| ceiling | {MATERIALS['ceiling']:g} dB each |" in TEXT
    assert MATERIALS["glass"] == MATERIALS["wood"] == MATERIALS["plaster"]
