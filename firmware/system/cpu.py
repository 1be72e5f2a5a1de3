"""Module CPU: how busy the processor is."""

from firmware.config.schema import TRACE
from firmware.module import Module
from firmware.system.words import line


class Cpu(Module):
    """`usage()` is the load in percent, or None where the board does not measure it."""

    name = "CPU"
    schemas = {"": TRACE}
    commands = {"mips-usage": "load of the processor in percent"}

    def __init__(self, usage=None):
        self._usage = usage

    def command(self, sub, words, now):
        if sub or words[:1] != ["mips-usage"]:
            return None, []
        percent = self._usage() if self._usage else None
        return line("not measured on this board" if percent is None else "{} %".format(percent)), []
