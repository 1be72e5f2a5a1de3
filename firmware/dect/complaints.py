"""Who was turned away at the trunk's door: an alarm that stands while they go on trying."""

from firmware.dect.options import TURNED_AWAY
from firmware.dect.sparing import Sparing
from firmware.effects import MAJOR, MINOR, Clear, Log, Raise

MEMORY = 60_000_000
"""A radio tries again every few seconds; one that has not for a minute has given up, or is in."""

MOST = 16
"""Hosts in the alarm, and lines a minute in the log: a sender's address may be anything."""


class Complaints:
    def __init__(self):
        self._turned: list = []
        self._lines = Sparing(MOST)

    def note(self, host, why, now):
        """Somebody at `host` was refused."""
        known = [one for one in self._turned if one[0] == host]
        same = [one for one in known if one[1] == why]
        others = [one for one in self._turned if one[0] != host][-(MOST - 1):]
        self._turned = others + [(host, why, now + MEMORY)]
        line = Log(MINOR, "trunk: {} is refused: {}".format(host, why))
        return [] if same else self._lines.take(line, now) + self._alarm()

    def forget(self, host):
        """It has joined."""
        return self._keep([one for one in self._turned if one[0] != host])

    def due(self):
        return min([until for _, _, until in self._turned]) if self._turned else None

    def tick(self, now):
        return self._keep([one for one in self._turned if one[2] > now])

    def _keep(self, left):
        if len(left) == len(self._turned):
            return []
        self._turned = left
        return self._alarm()

    def _alarm(self):
        if not self._turned:
            return [Clear(TURNED_AWAY)]
        text = ", ".join(["{}: {}".format(host, why) for host, why, _ in self._turned])
        return [Raise(TURNED_AWAY, MAJOR, "refused " + text)]
