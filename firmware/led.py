"""The status LED: what the device does -> a pattern of 100 ms blocks (article 31, "Status indication LED").

A pattern is a tuple of (colour, blocks) runs that repeats for ever. Other
modules say what they know by `Tell("LED", Fact(name, value))`.
"""

from collections import namedtuple

from firmware.config.schema import TRACE
from firmware.effects import Show
from firmware.module import Module
from hal.led import BLUE, OFF, RED, YELLOW

Fact = namedtuple("Fact", ("name", "value"))
"""`starting`, `full`, `download`, `mini`, `tftp`, `link` and `fatal` are bool, `traffic` is the
number of busy bearers, `sync` is None outside deployment mode, else "good", "bad" or "none"."""

BLOCK = 100_000
"""Microseconds."""

PATTERNS = {
    "idle": ((BLUE, 1),),
    "starting": ((BLUE, 1), (OFF, 1)),
    "traffic": ((OFF, 4), (BLUE, 20)),
    "full": ((RED, 4), (BLUE, 20)),
    "download": ((BLUE, 4), (OFF, 6)),
    "mini": ((YELLOW, 1), (OFF, 1)),
    "tftp": ((YELLOW, 1),),
    "no-ethernet": ((RED, 1), (OFF, 1)),
    "fatal": ((RED, 1),),
    "sync-good": ((BLUE, 20), (YELLOW, 4)),
    "sync-bad": ((BLUE, 4), (OFF, 6), (BLUE, 4), (OFF, 6), (YELLOW, 4)),
    "sync-none": ((RED, 20), (YELLOW, 4)),
}

AT_BOOT = {"starting": True, "traffic": 0, "full": False, "download": False, "mini": False, "tftp": False,
           "link": True, "fatal": False, "sync": None}


def colour(pattern, block):
    """The colour shown in the `block`-th 100 ms after the pattern began, from 0."""
    block %= length(pattern)
    for shown, blocks in pattern:
        if block < blocks:
            return shown
        block -= blocks
    return OFF


def length(pattern):
    return sum([blocks for _, blocks in pattern])


def next_change(pattern, block):
    """The first block after `block` that shows another colour, or None for a solid pattern."""
    for later in range(block + 1, block + length(pattern) + 1):
        if colour(pattern, later) != colour(pattern, block):
            return later
    return None


def state(facts):
    """Which of the twelve states to show: the worst wins (the order is our choice, article 31 gives none).

    What keeps the device from working comes before what it is busy with. Deployment mode hides
    traffic, since somebody is walking with a handset then, and the search for synchronisation,
    which is what it tells of.
    """
    for name, shown in (
            ("fatal", facts["fatal"]), ("no-ethernet", not facts["link"]), ("tftp", facts["tftp"]),
            ("mini", facts["mini"]), ("download", facts["download"])):
        if shown:
            return name
    if facts["sync"] in ("good", "bad", "none"):
        return "sync-" + facts["sync"]
    if facts["starting"]:
        return "starting"
    if facts["full"]:
        return "full"
    return "traffic" if facts["traffic"] else "idle"


class Led(Module):
    """Shows the state; begins its pattern anew whenever the state changes (article 31)."""

    name = "LED"
    alone = True
    schemas = {"": TRACE}
    commands = {"state": "what the LED shows"}

    def __init__(self):
        self.facts = dict(AT_BOOT)
        self.state = state(self.facts)
        self._since = 0
        self._next = None

    def start(self, now):
        return self._show(now)

    def receive(self, message, now):
        if not isinstance(message, Fact) or message.name not in self.facts:
            return []
        self.facts[message.name] = message.value
        return [] if state(self.facts) == self.state else self._show(now)

    def tick(self, now):
        if self._next is None or now < self._next:
            return []
        return self._advance((now - self._since) // BLOCK)

    def due(self):
        return self._next

    def command(self, sub, words, now):
        if words[:1] != ["state"]:
            return None, []
        return self.state + "\r\n", []

    def _show(self, now):
        self.state = state(self.facts)
        self._since = now
        return self._advance(0)

    def _advance(self, block):
        pattern = PATTERNS[self.state]
        later = next_change(pattern, block)
        self._next = None if later is None else self._since + later * BLOCK
        return [Show(colour(pattern, block))]
