"""Switching encryption on and off: EN 300 175-7 6.5.3, EN 300 175-3 7.2.5.7.

The handset asks, the base confirms, the handset grants: from the frame behind the
grant on both cipher, or both do not. The base may confirm only once it has its
order; until the grant no C_T goes out. A confirmation that is not granted is
repeated every two frames, five times in all; then the connection is released.
"""

from collections import namedtuple

from firmware.dect import mt
from firmware.dect.bearer import FRAME

TURN, TRIES = 2 * FRAME, 5

DRAIN = 4 * FRAME
"""How long a confirmation waits at most for C_T that is under way: the handset asks for ten frames only."""

Confirm = namedtuple("Confirm", ("command",))
"""To be said to the handset."""

Switched = namedtuple("Switched", ("key",))
Failed = namedtuple("Failed", ())


class Switch:
    """`key` is what is in use now, None for in clear. Methods return what is to be done."""

    def __init__(self):
        self.key = None
        self._wanted = False
        self._target = None
        self._at = None
        self._left = 0

    def order(self, key):
        """The handset may ask for this key (None: for none) from now on."""
        self._wanted = True
        self._target = key
        self._at = None
        self._left = 0

    def holding(self):
        """Whether C_T has to wait."""
        return self._left > 0

    def heard(self, command, drained, now):
        """`drained` is the instant at which all C_T will have gone out."""
        stop = command >= mt.STOP_REQUEST
        if not self._wanted or stop != (self._target is None):
            return []
        command -= mt.STOP_REQUEST if stop else 0
        if command == mt.START_REQUEST and not self._left:
            self._left = TRIES + 1
            self._at = max(now, min(drained, now + DRAIN))
            return self.tick(now)
        if command == mt.START_GRANT and 0 < self._left <= TRIES:
            return self._switch()
        return []

    def _switch(self):
        self.key, self._wanted, self._at, self._left = self._target, False, None, 0
        return [Switched(self.key)]

    def due(self):
        return self._at

    def tick(self, now):
        if self._at is None or now < self._at:
            return []
        if self._left <= 1:
            self._wanted, self._at, self._left = False, None, 0
            return [Failed()]
        self._left -= 1
        self._at = now + TURN
        return [Confirm(mt.START_CONFIRM if self._target is not None else mt.STOP_CONFIRM)]
