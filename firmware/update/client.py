"""Modules UP0 and UP1: the update client's configuration and the commands of update scripts.

The client itself is not part of this release. Its commands are known, so that
a script can be checked, and each says that nothing was done.
"""

from firmware.config.schema import FLAG, NUMBER, TEXT, TRACE, URL, Option
from firmware.module import Module
from firmware.system.words import line

SOURCE = "reference console.md 1, Update client"

OPTIONS = (
    Option("url", URL, high=1000, source=SOURCE,
           help="where the update script is; one that ends with / gets update-<product>.htm"),
    Option("poll", NUMBER, 15, unit="min", low=1, high=10080, source=SOURCE, help="how often the script is read"),
    Option("poll-fast", NUMBER, 1, unit="min", low=1, high=10080, source=SOURCE,
           help="the same while the device is factory-fresh"),
    Option("disc", FLAG, False, source=SOURCE, help="known from update scripts; its meaning is not public"),
    Option("no-dhcp", FLAG, False, source=SOURCE, help="do not take the URL from DHCP"),
    Option("provision", TEXT, high=200, source=SOURCE, help="provisioning code"),
)

ABSENT = "error: {} {}: the update client is not part of this release; nothing was done"


class UpdateClient(Module):
    """UP1, which polls and runs the script."""

    name = "UP1"
    schemas = {"": OPTIONS + TRACE}
    commands = {"check": "FINAL SERIAL", "times": "/allow HOURS /initial MIN", "time": "as times",
                "poll": "read the script now", "provision": "MIN"}

    def command(self, sub, words, now):
        word = words[0].lower() if words and not sub else ""
        return (line(ABSENT.format(self.name, word)) if word in self.commands else None), []


class Loader(UpdateClient):
    """UP0, which loads what the script names."""

    name = "UP0"
    schemas = {"": TRACE}
    commands = {"prot": "URL FINAL [SERIAL]: load firmware", "boot": "URL FINAL [SERIAL]: load boot code",
                "cfg": "URL FINAL [SERIAL]: load a configuration", "scfg": "URL: save the configuration"}
