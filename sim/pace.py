"""Ties virtual time to the wall clock, on asyncio: for boards that meet real programs."""

import asyncio
from collections.abc import Callable
from time import monotonic_ns

from sim.time import Time

SLICE = 50_000
"""Virtual µs that are made good at once when behind; sockets are served in between."""

FORGIVEN = 2_000_000
"""A gap above this (a suspended laptop, a debugger) is skipped, not made good."""

Condition = Callable[[], bool]


class Pace:
    """Runs a Time so that its microseconds pass as the wall's do.

    Nothing polls: between two events the process sleeps in the selector.
    Before a reader's callback runs, time has been brought up to now, with each
    event at its own due instant, so that 10 ms frames do not bunch even when
    the host was late. `lag` is how late the last due event ran, in µs;
    `worst_lag` the worst since `run` began; `slipped` what was skipped.

    Readers may be registered before `run`. An exception out of any callback
    ends `run` and is raised there.
    """

    def __init__(self, time: Time):
        self.time = time
        self.lag = 0
        self.worst_lag = 0
        self.slipped = 0
        self.paused = False
        self._readers: dict[int, Callable[[], object]] = {}
        self._writers: dict[int, Callable[[], object]] = {}
        self._loop: "asyncio.AbstractEventLoop | None" = None
        self._done: "asyncio.Future | None" = None
        self._timer: "asyncio.TimerHandle | None" = None
        self._origin = 0
        self._condition: "Condition | None" = None

    def add_reader(self, fd: int, callback: Callable[[], object]) -> None:
        """Call `callback` whenever `fd` is readable; one callback a descriptor."""
        self._readers[fd] = callback
        loop = self._live()
        if loop is not None:
            loop.add_reader(fd, self.act, callback)

    def remove_reader(self, fd: int) -> None:
        """Idempotent; call it before the descriptor is closed."""
        loop = self._live()
        if self._readers.pop(fd, None) is not None and loop is not None:
            loop.remove_reader(fd)

    def add_writer(self, fd: int, callback: Callable[[], object]) -> None:
        self._writers[fd] = callback
        loop = self._live()
        if loop is not None:
            loop.add_writer(fd, self.act, callback)

    def remove_writer(self, fd: int) -> None:
        loop = self._live()
        if self._writers.pop(fd, None) is not None and loop is not None:
            loop.remove_writer(fd)

    def act(self, callback: Callable[[], object]) -> None:
        """Bring time up to now, call, and run what that has made due.

        For whatever comes from outside the queue of events: a socket, a monitor command.
        """
        if self._live() is None or self.time.running:
            callback()
            return
        try:
            self._catch_up()
            callback()
            self.time.run(self.time.now)
        except BaseException as error:
            self._fail(error)
            return
        self._settle()

    def pause(self) -> None:
        """Stop time and leave input where it waits; `resume` goes on from the same instant."""
        loop = self._live()
        if loop is not None:
            self._detach(loop)
        self.paused = True

    def resume(self) -> None:
        if self.paused:
            self.paused = False
            if self._loop is not None:
                self._attach(self._loop)

    def stop(self) -> None:
        """End `run` at the next turn of the event loop."""
        if self._done is not None and not self._done.done():
            self._done.set_result(None)

    async def run(self, until: "int | Condition | asyncio.Event | None" = None) -> None:
        """Run until an instant, until a predicate holds (asked after each event batch), until
        an asyncio.Event is set, or until `stop`."""
        if self._done is not None:
            raise RuntimeError("this Pace is already running")
        self._loop = loop = asyncio.get_running_loop()
        self._done = loop.create_future()
        self._condition = self._as_condition(until)
        self.worst_lag = 0
        watcher = loop.create_task(self._watch(until)) if isinstance(until, asyncio.Event) else None
        if self._condition is not None and self._condition():
            self.stop()
        elif not self.paused:
            self._attach(loop)
        try:
            await self._done
        finally:
            if watcher is not None:
                watcher.cancel()
            self._detach(loop)
            self._done = self._loop = None

    def _as_condition(self, until) -> "Condition | None":
        if isinstance(until, int):
            # An event of its own, so that the loop wakes for it.
            self.time.at(until, lambda: None)
            return lambda: self.time.now >= until
        return until if callable(until) else None

    async def _watch(self, event: asyncio.Event) -> None:
        await event.wait()
        self.stop()

    def _live(self) -> "asyncio.AbstractEventLoop | None":
        """The event loop while time passes on it."""
        return None if self.paused else self._loop

    def _attach(self, loop: asyncio.AbstractEventLoop) -> None:
        self._origin = monotonic_ns() // 1000 - self.time.now
        for fd, callback in self._readers.items():
            loop.add_reader(fd, self.act, callback)
        for fd, callback in self._writers.items():
            loop.add_writer(fd, self.act, callback)
        self._arm(loop)

    def _detach(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for fd in self._readers:
            loop.remove_reader(fd)
        for fd in self._writers:
            loop.remove_writer(fd)

    def _wall(self) -> int:
        return monotonic_ns() // 1000 - self._origin

    def _catch_up(self) -> None:
        """Run what is due, at most one SLICE, and note how late it was."""
        due, wall = self.time.next(), self._wall()
        if due is None or due > wall:
            self.lag = 0
            self.time.run(max(wall, self.time.now))
            return
        self.lag = wall - due
        if self.lag > FORGIVEN:
            self.slipped += self.lag
            self._origin += self.lag
            wall = due
        self.worst_lag = max(self.worst_lag, self.lag)
        self.time.run(min(wall, max(due, self.time.now) + SLICE))

    def _turn(self) -> None:
        self._timer = None
        try:
            self._catch_up()
        except BaseException as error:
            self._fail(error)
            return
        self._settle()

    def _settle(self) -> None:
        loop = self._live()
        if self._condition is not None and self._condition():
            self.stop()
        elif loop is not None and self._done is not None and not self._done.done():
            self._arm(loop)

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        due = self.time.next()
        self._timer = None if due is None else loop.call_later(max(0, due - self._wall()) / 1e6, self._turn)

    def _fail(self, error: BaseException) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(error)
