"""Who was turned away at the trunk's door: an alarm that stands while they go on trying."""

from firmware.dect.options import TURNED_AWAY
from firmware.effects import MAJOR, MINOR, Clear, Log, Raise

MEMORY = 60_000_000
"""A radio tries again every few seconds; one that has not for a minute has given up, or is in."""

MOST = 16
"""Hosts in the alarm, and lines in the log in that time: a sender's address may be anything."""


class Complaints:
    def __init__(self):
        self._turned: list = []
        self._since = self._lines = self._unsaid = 0

    def note(self, host, why, now):
        """Somebody at `host` was refused."""
        known = [one for one in self._turned if one[0] == host]
        same = [one for one in known if one[1] == why]
        others = [one for one in self._turned if one[0] != host][-(MOST - 1):]
        self._turned = others + [(host, why, now + MEMORY)]
        return [] if same else self._say(host, why, now) + self._alarm()

    def _say(self, host, why, now):
        if now - self._since >= MEMORY:
            self._since, self._lines = now, 0
        if self._lines >= MOST:
            self._unsaid += 1
            return []
        more = ", and {} others before".format(self._unsaid) if self._unsaid else ""
        self._lines, self._unsaid = self._lines + 1, 0
        return [Log(MINOR, "trunk: {} is refused: {}{}".format(host, why, more))]

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
