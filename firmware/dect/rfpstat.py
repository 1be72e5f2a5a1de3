"""Module RFPSTAT0: what the radios of the system report, as XML.

Only our own radio so far; the texts "Master", "synchronized" and "Searching
for sync source" are those that monitoring scripts look for (console.md 3).
"""

from firmware.config.schema import TRACE
from firmware.module import Module


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
        dect = self._dect
        if not dect.running():
            return '<info><rfp sync="Searching for sync source"/></info>\r\n', []
        bearers, users = dect.calls.bearers, len(dect.calls.locations.handsets)
        return ('<info><rfp rfpi="{}" role="Master" sync="synchronized" hop="0" bearers="{}" busy="{}" users="{}"/>'
                '</info>\r\n').format(dect.rfpi.hex(), bearers.count, len(bearers.connections), users), []
