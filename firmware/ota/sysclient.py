"""Modules SYSCLIENT and SYSCLIENT2: the connection to the Devices App, which this release does not make.

No public source names their options.
"""

from firmware.config.schema import TRACE
from firmware.module import Module
from firmware.system.words import line


class SysClient(Module):
    """One of the two; `name` tells which."""

    schemas = {"": TRACE}
    commands = {"info": "state of the connection"}

    def __init__(self, name="SYSCLIENT"):
        self.name = name

    def command(self, sub, words, now):
        if sub or words[:1] != ["info"]:
            return None, []
        return line("not connected: the Devices App client is not part of this release"), []
