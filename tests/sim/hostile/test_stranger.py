"""A station that belongs to nobody says anything to the base: Anna's call goes on, what it took comes free again."""

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from sim.site import Site
from tests.sim.hostile.rogue import Rogue, parse, printed, scripts
from tests.sim.hostile.stage import Stage
from tests.sim.hostile.strategies import STRANGER


def attacked(steps, encryption=False):
    with Site(virtual=True) as site:
        stage = Stage(site, encryption).begin()
        rogue = Rogue(stage)
        rogue.play(steps)
        rogue.leave()
        stage.unharmed()


@settings(max_examples=30, deadline=None)
@given(STRANGER, st.booleans())
def test_whatever_a_stranger_says_a_call_goes_on_and_nothing_is_left_behind(steps, encryption):
    note(printed(steps))
    attacked(steps, encryption)


@pytest.mark.parametrize("path", scripts("up-"), ids=lambda path: path.name)
def test_what_was_once_thought_up_still_holds(path):
    attacked(parse(path.read_text()))
