"""Log lines about what strangers do: whoever wants can cause any number, and the ring log has room for some hundred."""

from firmware.effects import Log

MINUTE = 60_000_000


class Sparing:
    """At most `most` lines a minute; the next one tells how many there were besides."""

    def __init__(self, most):
        self._most = most
        self._since = self._lines = self._unsaid = 0

    def take(self, line, now):
        """A list with the `Log`, or empty."""
        if now - self._since >= MINUTE:
            self._since, self._lines = now, 0
        if self._lines >= self._most:
            self._unsaid += 1
            return []
        self._lines += 1
        unsaid, self._unsaid = self._unsaid, 0
        return [Log(line.severity, "{}; {} more before".format(line.text, unsaid)) if unsaid else line]
