"""docs/monitor.md holds the tables that the schema makes."""

import pathlib

from sim.monitor.commands import Commands
from sim.monitor.reference import tables
from sim.monitor.schema import COMMANDS

PAGE = pathlib.Path(__file__).resolve().parents[3] / "docs" / "monitor.md"


def test_the_page_holds_the_tables_that_the_schema_makes():
    assert tables() in PAGE.read_text(), "python -m sim.monitor.reference prints them"


def test_every_command_but_the_negotiation_can_be_carried_out():
    names = {"_" + one.name.replace("-", "_") for one in COMMANDS if one.name != "qmp_capabilities"}
    assert names <= set(vars(Commands))
