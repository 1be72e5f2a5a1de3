"""Module FLASHMAN0: what the flash holds."""

from firmware.config.schema import TRACE
from firmware.module import Module
from firmware.system.words import line, lines


class FlashManager(Module):
    """`flash` is a hal.flash.Flash, `regions` are its hal.description.Region."""

    name = "FLASHMAN0"
    schemas = {"": TRACE}
    commands = {"info": "how much of each region is in use", "reset": "AREA: not part of this release"}

    def __init__(self, flash, regions):
        self._flash = flash
        self._regions = regions

    def command(self, sub, words, now):
        word = words[0].lower() if words and not sub else ""
        if word == "info":
            return lines([self._usage(region) for region in self._regions]), []
        if word == "reset":
            return line("error: reset {}: not part of this release; nothing was erased".format(
                " ".join(words[1:])[:40])), []
        return None, []

    def _usage(self, region):
        used = used_octets(self._flash, region)
        return "{:<9} at 0x{:06x} size {:>8} used {:>8} free {:>8}".format(
            region.name, region.at, region.size, used, region.size - used)


def used_octets(flash, region):
    """Octets in the sectors of a region that are not erased."""
    blank = b"\xff" * flash.sector
    used = 0
    for at in range(region.at, region.at + region.size, flash.sector):
        if flash.read(at, flash.sector) != blank:
            used += flash.sector
    return used
