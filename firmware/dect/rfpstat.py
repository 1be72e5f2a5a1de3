"""Module RFPSTAT0: what the radios of the system report, as XML.

The texts "Master", "synchronized" and "Searching for sync source" are those that
monitoring scripts look for; the columns are those of the vendor's page (console.md 3).
"""

from firmware.config.schema import TRACE
from firmware.dect.radios import COUNTED
from firmware.dect.shown import WORDS
from firmware.module import Module
from firmware.system.xml import element

SEARCHING = WORDS["searching"]


class RfpStat(Module):
    """`dect` is the module GW-DECT."""

    name = "RFPSTAT0"
    schemas = {"": TRACE}
    commands = {"rfp-stat2": "synchronisation and load of each radio"}

    def __init__(self, dect):
        self._dect = dect

    def command(self, sub, words, now):
        if not words or words[0].lower() != "rfp-stat2":
            return None, []
        system = self._dect.system
        rows = [_row(system, radio) for radio in system.radios] + [_missing(radio) for radio in system.missing]
        if not system.running():
            rows = [element("rfp", [("sync", self._lone())])]
        users = len(self._dect.calls.locations.handsets)
        return element("info", (("users", users),), "".join(rows)) + "\r\n", []

    def _lone(self):
        """Of a board without a master part."""
        return SEARCHING if not self._dect.home.on_air() else self._dect.sync()


def _row(system, radio):
    state, hop = radio.state, system.hop(radio)
    shown: list = [("rpn", radio.rpn), ("rfpi", radio.rfpi.hex()), ("name", radio.facts.name), ("host", radio.host)]
    if state is None:
        return element("rfp", shown + [("sync", SEARCHING)])
    # A radio that has the time from itself is the sync master; monitoring counts it as synchronized.
    role = "Master" if state.sync == "master" else "Slave"
    sync = "synchronized" if state.sync == "master" else WORDS[state.sync]
    shown += [("role", role), ("sync", sync), ("hop", "-" if hop is None else hop)]
    if state.source is not None:
        shown += [("source", state.source.hex()), ("rssi", state.rssi or "-"), ("fer", state.fer)]
    shown += [("bearers", radio.facts.bearers), ("busy", state.busy), ("sync-lost", state.lost),
              ("cause", state.cause or "")]
    return element("rfp", shown + [(name, radio.counts[name]) for name in COUNTED])


def _missing(radio):
    return element("rfp", [
        ("rpn", radio.rpn), ("rfpi", radio.rfpi.hex()), ("name", radio.facts.name), ("host", radio.host),
        ("sync", SEARCHING), ("missing", "true")])
