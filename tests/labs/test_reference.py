"""The format's table, its page, and the code that carries it out say the same."""

import pathlib
import re

import pytest

from sim.lab.checks import CHECKS as LOOKS
from sim.lab.model import Part, parse
from sim.lab.reference import PAGE, renewed
from sim.lab.schema import SECTIONS
from sim.lab.timeline import ACTIONS
from sim.lab.verbs import CHECKS, STEPS

TAKEN = vars(Part("lab", {}, 1))
ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_page_holds_the_reference_that_the_table_makes():
    page = PAGE.read_text()
    assert renewed(page) == page, "python -m sim.lab.reference writes it anew"


def test_every_step_of_the_table_can_be_done_and_every_check_looked_at():
    assert {one.name for one in STEPS} == set(ACTIONS)
    assert {one.name for one in CHECKS} == set(LOOKS)


def test_every_field_has_a_kind_and_a_help():
    for section in (*SECTIONS, *STEPS, *CHECKS):
        assert section.help.endswith("."), section.name
        for field in section.fields:
            assert field.kind.says and field.help, (section.name, field.name)
            assert field.name not in TAKEN, "a Part has an attribute of this name"
            assert not (field.required and field.default is not None)


BLOCKS = ["\n".join(line[4:] for line in block.splitlines())
          for block in re.findall(r"(?:^    .*\n|^\n)+", PAGE.read_text(), re.MULTILINE)]


@pytest.mark.parametrize("text", [text for text in BLOCKS if text.strip().startswith("[[")])
def test_what_the_page_shows_of_the_format_is_in_it(text):
    lab = parse('[lab]\nduration = "9s"\n[[board]]\nname = "base"\nsari = "31100422072149"\n'
                '[[handset]]\nname = "anna"\nboard = "base"\n' + text)
    for section in re.findall(r"^\[\[(.*?)\]\]", text, re.MULTILINE):
        assert lab.parts[section]
