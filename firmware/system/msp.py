"""Module MSP0: the options of the DSP channels, which CALL reads when it opens one."""

from firmware.config.schema import NUMBER, TRACE, Option
from firmware.effects import INFO, Log
from firmware.module import Module
from firmware.system.words import line, lines
from firmware.system.xml import element

EC_TYPES = ("off", "noise optimised", "default")
EC_TYPE = 2
TAIL_MS = 128
"""Our choice: the echo path of a DECT call, its 20 ms of bulk delay included, is much shorter."""


class Msp(Module):
    """`ec_type` and `tail_ms` hold for channels opened from now on; `dsp` (hal.dsp.Dsp) is only asked for status."""

    name = "MSP0"
    schemas = {"": (
        Option("ec-type", NUMBER, EC_TYPE, low=0, high=2, source="article 31",
               help="echo canceller: 0 off, 1 for noisy rooms, 2 with suppressor and comfort noise"),
        Option("tail", NUMBER, TAIL_MS, unit="ms", low=32, high=256, help="longest echo that is cancelled"),
    ) + TRACE}
    commands = {"xml-info": "settings and channels", "status": "the same in words"}

    def __init__(self, dsp=None):
        self.ec_type = EC_TYPE
        self.tail_ms = TAIL_MS
        self._dsp = dsp

    def configure(self, sub, values, changed, now):
        self.ec_type = values.get("ec-type", EC_TYPE)
        self.tail_ms = values.get("tail", TAIL_MS)
        if "ec-type" not in changed and "tail" not in changed:
            return []
        return [Log(INFO, "echo canceller {}, {} ms".format(EC_TYPES[self.ec_type], self.tail_ms))]

    def command(self, sub, words, now):
        word = words[0] if words and not sub else ""
        if word == "xml-info":
            return line(element("info", [("ec-type", self.ec_type), ("tail", self.tail_ms)],
                                "".join([self._element(channel) for channel in self._channels()]))), []
        if word == "status":
            return lines(["echo canceller {} ({}), tail {} ms".format(
                self.ec_type, EC_TYPES[self.ec_type], self.tail_ms)] + [self._row(one) for one in self._channels()]), []
        return None, []

    def _channels(self):
        return range(self._dsp.channels) if self._dsp is not None else ()

    def _element(self, channel):
        status = self._dsp.status(channel)
        return element("ch", [
            ("id", channel), ("in", "{:.1f}".format(status.level_in)), ("out", "{:.1f}".format(status.level_out)),
            ("erl", "{:.1f}".format(status.erl)), ("erle", "{:.1f}".format(status.erle)),
            ("played", status.played), ("missing", status.missing)])

    def _row(self, channel):
        status = self._dsp.status(channel)
        return "channel {}: in {:.1f}, out {:.1f} dBm0, ERL {:.1f}, ERLE {:.1f} dB, {} played, {} missing".format(
            channel, status.level_in, status.level_out, status.erl, status.erle, status.played, status.missing)
