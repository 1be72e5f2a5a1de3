"""The reset button (reference console.md 2, "Button": facts of version 7 gateways).

Released within a second it restarts the device; held for longer, the device
restarts into TFTP mode, and held on for ten seconds in all its configuration
is cleared. That it acts while the firmware runs, and that vars and the
directory stay, is our choice.
"""

from collections import namedtuple

from firmware.config.store import StoreError
from firmware.effects import MAJOR, Log, Restart
from firmware.module import Module
from hal.flash import FlashError

Pressed = namedtuple("Pressed", ("held",))
"""The loop tells it at each change of hal.button."""

TFTP = 1_000_000
CLEAR = 10_000_000
"""Microseconds for which the button is held."""


class Button(Module):
    """`store` is the configuration's; `held`: the bootcode found the button pressed, as it does after TFTP."""

    name = "BUTTON"
    alone = True

    def __init__(self, store, held):
        self._store = store
        self._in_tftp = held
        self._since = None

    def start(self, now):
        if self._in_tftp:
            self._since = now - TFTP
        return []

    def receive(self, message, now):
        if not isinstance(message, Pressed):
            return []
        if message.held:
            self._since = now if self._since is None else self._since
            return []
        since, self._since = self._since, None
        short = since is not None and now - since < TFTP
        return [Restart("now", "the reset button")] if short else []

    def tick(self, now):
        due = self.due()
        if due is None or now < due:
            return []
        if not self._in_tftp:
            self._since = None
            return [Restart("now", "the reset button is held")]
        self._since = None
        try:
            self._store.commit(b"")
        except (StoreError, FlashError) as error:
            return [Log(MAJOR, "the configuration could not be cleared: {}".format(error))]
        return [Log(MAJOR, "the configuration is cleared")]

    def due(self):
        if self._since is None:
            return None
        return self._since + (CLEAR if self._in_tftp else TFTP)
