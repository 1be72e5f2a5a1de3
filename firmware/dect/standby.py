"""A standby master: it keeps a copy of keys, locations and radio numbers, and serves while the primary is gone."""

from firmware.dect.between import Kept, Located
from firmware.dect.trunk_codec import Copied, Numbered
from firmware.effects import INFO, MINOR, Log

PATIENCE = 15_000_000
"""Without contact to the primary before the standby serves, from when it starts or was refused: our choice."""

GONE = 1_000_000
"""After a session with the primary has ended."""

GRACE = 60_000_000
"""Once the primary is back, calls may end for so long before the standby gives it the radios."""


class Standby:
    """`serving` says whether it is to be the master now. Methods return effects."""

    def __init__(self, calls, numbers, sari, now):
        self._calls, self._numbers = calls, numbers
        self.serving = False
        self.contact = False
        self._deadline = now + PATIENCE
        self._copied: "list | None" = None
        self._located: list = []
        self.began = calls.gate.keys.begin(sari)

    def joined(self, now):
        """The primary is there: what it sends from now on is its whole copy."""
        self.contact, self._copied, self._located = True, [], []
        self._deadline = now + GRACE if self.serving else None
        return [Log(INFO, "the primary master is there")]

    def parted(self, why, now):
        self.contact, self._copied = False, None
        self._deadline = None if self.serving else now + GONE
        return [Log(MINOR, "the primary master is gone: {}".format(why))]

    def turned(self, now):
        """The primary refuses: it is there."""
        if not self.serving:
            self._deadline = now + PATIENCE
        return []

    def heard(self, message):
        """A part of the copy."""
        if isinstance(message, Numbered):
            return self._numbers.keep(message.mac, message.radio)
        if isinstance(message, Kept):
            return self._key(message)
        if isinstance(message, Located):
            self._located = [ipei for ipei in self._located if ipei != message.ipei]
            if message.radio is not None:
                self._located.append(message.ipei)
        if isinstance(message, Copied) and self._copied is not None:
            copied, self._copied = self._copied, None
            return self._drop([ipei for ipei in self._calls.gate.keys.handsets() if ipei not in copied])
        return []

    def _key(self, kept):
        if self._copied is not None and kept.uak is not None:
            self._copied.append(kept.ipei)
        if self._calls.gate.keys.of(kept.ipei) == kept.uak:
            return []
        return self._calls.restore(kept) or []

    def _drop(self, unknown):
        effects: list = []
        for ipei in unknown:
            effects += self._calls.restore(Kept(ipei, None)) or []
        return effects

    def locate(self):
        """As the standby begins to serve: the handsets that were registered at the primary."""
        effects: list = []
        for ipei in self._located:
            effects += self._calls.restore(Located(ipei, 0)) or []
        return effects

    def due(self, busy):
        return 0 if self.serving and self.contact and not busy else self._deadline

    def tick(self, busy, now):
        """Effects; look at `serving` behind them. `busy`: whether calls are up."""
        if self.serving and self.contact and not busy:
            self._deadline = now
        if self._deadline is None or self._deadline > now:
            return []
        self._deadline = None
        self.serving = not self.contact
        return [Log(MINOR, "standby master {}".format("takes over" if self.serving else "gives back"))]
