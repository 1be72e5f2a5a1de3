import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.time import Time


def test_events_run_at_their_own_instants_and_now_ends_at_until():
    time, seen = Time(), []
    for when in (30, 10, 20, 41):
        time.at(when, lambda: seen.append(time.now))
    time.run(40)
    assert seen == [10, 20, 30]
    assert (time.now, time.next(), len(time)) == (40, 41, 1)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 20), max_size=60))
def test_events_of_one_instant_run_in_the_order_of_scheduling(instants):
    time, seen = Time(), []
    for number, when in enumerate(instants):
        time.at(when, lambda when=when, number=number: seen.append((when, number)))
    time.run(20)
    assert seen == sorted(seen)
    assert len(seen) == len(instants)


def test_a_callback_may_schedule_for_this_very_instant():
    time, seen = Time(), []
    time.at(5, lambda: (seen.append("a"), time.after(0, lambda: seen.append(("b", time.now)))))
    time.run(5)
    assert seen == ["a", ("b", 5)]


def test_time_never_goes_back():
    time, seen = Time(now=100), []
    time.at(50, lambda: seen.append(time.now))
    time.run(70)
    assert (seen, time.now) == ([], 100)
    time.run(100)
    assert (seen, time.now) == ([100], 100)


def test_a_cancelled_event_does_not_run_and_cancelling_is_idempotent():
    time, seen = Time(), []
    handle = time.at(5, lambda: seen.append("cancelled"))
    kept = time.at(5, lambda: seen.append("kept"))
    for _ in range(2):
        time.cancel(handle)
    time.cancel(None)
    time.run(5)
    time.cancel(kept)
    assert (seen, time.next(), len(time)) == (["kept"], None, 0)


def test_cancelled_events_do_not_pile_up():
    time = Time()
    time.at(10**9, lambda: None)
    for _ in range(100_000):
        time.cancel(time.after(10**9, lambda: None))
    assert sum(len(events) for events in time._events.values()) < 500
    assert len(time) == 1


def test_an_exception_in_a_callback_leaves_the_rest_of_the_queue_to_run():
    time, seen = Time(), []
    time.at(5, lambda: 1 // 0)
    time.at(5, lambda: seen.append(time.now))
    with pytest.raises(ZeroDivisionError):
        time.run(10)
    time.run(10)
    assert seen == [5]


def test_a_callback_that_runs_time_is_told_not_to():
    time = Time()
    time.at(5, lambda: time.run(10))
    with pytest.raises(RuntimeError, match="already running"):
        time.run(10)


def test_run_until_stops_right_after_the_event_that_made_it_true():
    time, seen = Time(), []
    for when in (10, 20, 30):
        time.at(when, lambda: seen.append(time.now))
    assert time.run_until(lambda: 20 in seen, limit=100)
    assert time.now == 20
    assert not time.run_until(lambda: False, limit=100)
    assert (time.now, seen) == (100, [10, 20, 30])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["at", "cancel", "run", "until", "raise", "next"]), st.integers(0, 30)),
                max_size=120))
def test_whatever_is_scheduled_cancelled_and_interrupted_runs_as_a_sorted_list_would(actions):
    time, seen, handles, waiting = Time(), [], [], {}

    def run(number, fault):
        seen.append((time.now, number))
        del waiting[number]
        if fault:
            raise LookupError

    def due(until):
        return sorted((when, number) for number, (when, _) in waiting.items() if when <= until)

    for what, value in actions:
        if what in ("at", "raise"):
            number, fault = len(handles), what == "raise"
            handles.append(time.at(time.now + value % 7, lambda number=number, fault=fault: run(number, fault)))
            waiting[number] = (time.now + value % 7, fault)
        elif what == "cancel" and handles:
            time.cancel(handles[value % len(handles)])
            waiting.pop(value % len(handles), None)
        elif what == "next":
            assert time.next() == min((when for when, _ in waiting.values()), default=None)
        elif what in ("run", "until"):
            until, done = time.now + value, len(seen)
            expected = due(until)
            faults = [at for at, (_, number) in enumerate(expected) if waiting[number][1]]
            stop = min(faults[:1] + ([value % 3] if what == "until" and expected else []), default=None)
            try:
                if what == "run":
                    time.run(until)
                else:
                    time.run_until(lambda done=done, value=value: len(seen) > done + value % 3, until)
            except LookupError:
                pass
            assert seen[done:] == (expected if stop is None else expected[:stop + 1])
        assert len(time) == len(waiting)
