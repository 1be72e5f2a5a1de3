"""hal.Clock on the ticks of MicroPython, which wrap."""

import time

UNSET = 1_700_000_000
"""Seconds since 1970: a board whose clock is earlier has never had it set."""


class Clock:
    """To be read at least every few minutes: the ticks wrap after 2**30 µs on a 32-bit board."""

    def __init__(self):
        self._ticks = time.ticks_us()
        self._now = 0

    def now(self):
        ticks = time.ticks_us()
        self._now += time.ticks_diff(ticks, self._ticks)
        self._ticks = ticks
        return self._now

    def wall(self):
        seconds = int(time.time()) + _epoch()
        return seconds if seconds >= UNSET else None


def _epoch():
    """Seconds from 1970 to where the board's own clock begins, 1970 or 2000."""
    return 0 if time.gmtime(0)[0] == 1970 else 946_684_800
