import asyncio
import os
import time as wall

import pytest

from sim.pace import FORGIVEN, Pace
from sim.time import Time


def run(pace, until=None, limit=10.0):
    asyncio.run(asyncio.wait_for(pace.run(until), limit))


def test_virtual_microseconds_pass_as_the_walls_do():
    time = Time()
    seen = []
    for when in (10_000, 30_000, 60_000):
        time.at(when, lambda: seen.append((time.now, wall.monotonic())))
    began = wall.monotonic()
    run(Pace(time), until=60_000)
    assert [instant for instant, _ in seen] == [10_000, 30_000, 60_000]
    for instant, at in seen:
        assert at - began >= instant / 1e6


def test_an_event_that_comes_late_still_sees_its_own_instant():
    time, seen = Time(), []
    time.at(1_000, lambda: wall.sleep(0.05))
    for frame in range(1, 5):
        time.at(frame * 10_000, lambda: seen.append(time.now))
    pace = Pace(time)
    run(pace, until=60_000)
    assert seen == [10_000, 20_000, 30_000, 40_000]
    assert pace.worst_lag >= 30_000


def test_a_reader_is_called_with_time_brought_up_to_now():
    time = Time()
    pace = Pace(time)
    source, sink = os.pipe()
    seen = []

    def read():
        seen.append((os.read(source, 10), time.now))
        pace.stop()

    async def session():
        pace.add_reader(source, read)
        asyncio.get_running_loop().call_later(0.03, os.write, sink, b"hello")
        await asyncio.wait_for(pace.run(), 5)

    asyncio.run(session())
    os.close(source)
    os.close(sink)
    assert seen[0][0] == b"hello"
    assert seen[0][1] >= 29_000


def test_what_a_reader_schedules_for_now_runs_at_once():
    time = Time()
    pace = Pace(time)
    source, sink = os.pipe()
    os.write(sink, b"x")
    pace.add_reader(source, lambda: (os.read(source, 1), time.at(time.now, pace.stop)))
    began = wall.monotonic()
    run(pace)
    pace.remove_reader(source)
    os.close(source)
    os.close(sink)
    assert wall.monotonic() - began < 1


def test_an_exception_in_an_event_comes_out_of_run():
    class Cut(BaseException):
        pass

    def fail():
        raise Cut

    time = Time()
    time.at(100, fail)

    async def session():
        with pytest.raises(Cut):
            await Pace(time).run()

    asyncio.run(session())


def test_while_paused_time_stands_and_afterwards_goes_on_from_there():
    time, seen = Time(), []
    time.at(20_000, lambda: seen.append(time.now))
    pace = Pace(time)
    pace.pause()

    async def session():
        task = asyncio.create_task(pace.run(20_000))
        await asyncio.sleep(0.06)
        assert (seen, time.now) == ([], 0)
        pace.resume()
        await asyncio.wait_for(task, 5)

    asyncio.run(session())
    assert seen == [20_000]


def test_an_asyncio_event_and_a_predicate_end_the_run():
    async def session():
        time, event = Time(), asyncio.Event()
        asyncio.get_running_loop().call_later(0.02, event.set)
        await asyncio.wait_for(Pace(time).run(event), 5)
        assert event.is_set()
        ticks = []
        time.after(1_000, lambda: ticks.append(time.now))
        due = time.now + 1_000
        await asyncio.wait_for(Pace(time).run(lambda: bool(ticks)), 5)
        assert ticks == [due]

    asyncio.run(session())


def test_a_gap_like_a_suspended_laptop_is_skipped():
    time = Time()
    pace = Pace(time)
    time.at(1_000, lambda: setattr(pace, "_origin", pace._origin - 10 * FORGIVEN))
    frames = []

    def frame():
        frames.append(time.now)
        time.after(10_000, frame)

    time.at(2_000, frame)
    run(pace, until=50_000)
    assert len(frames) == 5
    assert pace.slipped > 9 * FORGIVEN


def test_a_hundred_idle_boards_cost_under_one_per_cent_of_a_core_each():
    time = Time()

    def second():
        time.after(1_000_000, second)

    for board in range(100):
        time.after(board * 10_000, second)
    before = wall.process_time()
    run(Pace(time), until=1_000_000)
    assert wall.process_time() - before < 0.5
