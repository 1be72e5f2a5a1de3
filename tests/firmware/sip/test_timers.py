"""The queue of everything that waits."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.sip.timers import LEAST_DEAD, Timers


class Sleeper:
    def __init__(self):
        self.armed = None
        self.when = None

    def due(self):
        return self.when


@given(st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(0, 50))), max_size=60))
@settings(max_examples=200, deadline=None)
def test_what_is_due_comes_up_at_its_instant_however_often_it_was_moved(moves):
    timers, sleepers = Timers(), [Sleeper() for _ in range(5)]
    for which, when in moves:
        sleepers[which].when = when
        timers.arm(sleepers[which])
    for now in range(52):
        right = {sleeper for sleeper in sleepers if sleeper.when is not None and sleeper.when <= now}
        found = set()
        while (sleeper := timers.pop(now)) is not None:
            assert sleeper.when <= now
            found.add(sleeper)
            sleeper.when = None
            timers.arm(sleeper)
        assert found == right
    assert timers.due() is None


def test_a_timer_that_was_stopped_leaves_no_instant_behind():
    timers, sleeper = Timers(), Sleeper()
    sleeper.when = 300
    timers.arm(sleeper)
    sleeper.when = None
    timers.arm(sleeper)
    assert timers.due() is None


def test_stopped_timers_do_not_pile_up():
    timers = Timers()
    for _ in range(10_000):
        sleeper = Sleeper()
        for sleeper.when in (300, 32, None):
            timers.arm(sleeper)
    assert len(timers._heap) <= 2 * LEAST_DEAD
