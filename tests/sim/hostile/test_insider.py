"""A handset with a key whose bursts, frames and messages are wrong in any way, in any state of a call of its own."""

from ast import literal_eval

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from sim.site import Site
from tests.sim.hostile.insider import Insider
from tests.sim.hostile.rogue import scripts
from tests.sim.hostile.stage import Stage
from tests.sim.hostile.strategies import INSIDER


def attacked(steps, encryption):
    with Site(virtual=True) as site:
        stage = Stage(site, encryption).begin()
        insider = Insider(stage)
        insider.play(steps)
        insider.leave()
        stage.unharmed(75)


@settings(max_examples=30, deadline=None)
@given(INSIDER, st.booleans())
def test_whatever_a_handset_says_the_others_call_goes_on_and_nothing_is_left_behind(steps, encryption):
    note("\n".join(map(repr, steps)))
    attacked(steps, encryption)


@pytest.mark.parametrize("encryption", [False, True])
@pytest.mark.parametrize("path", scripts("inside-"), ids=lambda path: path.name)
def test_what_was_once_thought_up_still_holds(path, encryption):
    attacked([literal_eval(line) for line in path.read_text().splitlines() if line[:1] != "#"], encryption)
