"""A look at a DSP board's link: greets the board as its host would, and shows the frames of both directions."""

import os
import time

from hal.link import Down, Link, Out
from sim.line import Line
from sim.screen import Screen

TURN = 0.05
"""Seconds between two looks at the clock."""


class LinkWatch:
    """A host that has no calls: the board tells what it is, and then that it is alive."""

    def __init__(self, line: Line, screen: Screen):
        self._line, self._screen = line, screen
        self._link = Link(int(time.time() * 1000))
        self._began = time.monotonic()

    def run(self, keyboard=None, leave=b"", seconds=None) -> None:
        """Until a key of `leave` comes from the descriptor `keyboard`, or so many seconds are over."""
        while seconds is None or time.monotonic() - self._began < seconds:
            came, typed = self._line.wait(TURN, other=keyboard)
            if typed:
                keys = os.read(keyboard, 1024)
                if not keys or any(key in keys for key in leave):
                    return
            self._turn(self._line.read() if came else b"")

    def _turn(self, data):
        now = int((time.monotonic() - self._began) * 1e6)
        self._screen.show(data, "< ")
        effects = self._link.receive(data, now)
        if self._link.due() <= now:
            effects = effects + self._link.tick(now)
        for effect in effects:
            if isinstance(effect, Out):
                self._screen.show(effect.data, "> ")
                self._line.write(effect.data)
            elif isinstance(effect, Down):
                self._screen.note(f"the session has ended: {effect.reason}")
