"""How often an authentication code may be guessed, by one handset and by all together: our choice."""

from firmware.effects import MAJOR, Clear, Raise

WINDOW = 600_000_000
ONE, ALL = 10, 50
"""Wrong codes within the window that one IPEI may give, and all of them."""

GUESSING = 0x00140003
"""Alarm code: our choice, as all of subsystem 0x14."""


class Guesses:
    """Wrong codes of the last ten minutes, as (instant, IPEI); the latest `ALL` of them."""

    def __init__(self):
        self._wrong = []
        self._alarm = False

    def _age(self, now):
        while self._wrong and self._wrong[0][0] + WINDOW <= now:
            self._wrong.pop(0)

    def locked(self, ipei, now):
        """Why no code is taken from this handset now, or None."""
        self._age(now)
        if len(self._wrong) >= ALL:
            return "too many wrong codes in all"
        if len([1 for _, one in self._wrong if one == ipei]) >= ONE:
            return "too many wrong codes from it"
        return None

    def wrong(self, ipei, now):
        """Effects: an alarm when it is too much in all."""
        self._age(now)
        self._wrong = self._wrong[1 - ALL:] + [(now, ipei)]
        if len(self._wrong) < ALL or self._alarm:
            return []
        self._alarm = True
        text = "{} wrong authentication codes in ten minutes, subscription is locked".format(ALL)
        return [Raise(GUESSING, MAJOR, text)]

    def right(self, ipei):
        self._wrong = [one for one in self._wrong if one[1] != ipei]

    def due(self):
        return self._wrong[0][0] + WINDOW if self._alarm and self._wrong else None

    def tick(self, now):
        self._age(now)
        if not self._alarm or len(self._wrong) >= ALL:
            return []
        self._alarm = False
        return [Clear(GUESSING)]
