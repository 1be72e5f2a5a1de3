"""Modules DEVMANBW and DEVMANPP: firmware and parameters for handsets over the air (article 31, "OTA").

This release keeps and checks their configuration; the downloads to the
handsets are not part of it, and the log says so when they are switched on.
"""

from firmware.config.schema import NUMBER, TRACE, URL, VERSION, Option
from firmware.effects import INFO, MINOR, Log
from firmware.module import Module
from firmware.system.words import lines

SOURCE = "article 31"
ABSENT = "; the transfer to handsets is not part of this release"

PARAMETER_OPTIONS = (
    Option("hs-param-url", URL, high=1000, source=SOURCE,
           help="enables over-the-air updates; with a value, where the handsets' parameters (.xml) are"),
    Option("cfg-poll-interval", NUMBER, 60, unit="min", low=1, high=1440, source=SOURCE,
           help="how often the parameter file is read anew"),
)

FIRMWARE_OPTIONS = (
    Option("firm-dh7", VERSION, high=32, source=SOURCE, help="firmware that IP65 handsets shall have, e.g. 3.0.16"),
    Option("firm-dh7-url", URL, high=1000, source=SOURCE, help="where the IP65 firmware (.bin) is"),
    Option("firm-dh6", VERSION, high=32, source=SOURCE, help="firmware that IP64 handsets shall have"),
    Option("firm-dh6-url", URL, high=1000, source=SOURCE, help="where the IP64 firmware (.bin) is"),
)


class Parameters(Module):
    """DEVMANBW: whether over-the-air updates are on, and the handsets' parameter file."""

    name = "DEVMANBW"
    schemas = {"": PARAMETER_OPTIONS + TRACE}
    commands = {"info": "what is configured"}

    def __init__(self):
        self.enabled = False
        self.url = ""
        self.interval = 60

    def configure(self, sub, values, changed, now):
        was = self.enabled
        self.enabled = "hs-param-url" in values
        self.url = values.get("hs-param-url", "")
        self.interval = values["cfg-poll-interval"]
        return [Log(INFO, "over-the-air updates are enabled" + ABSENT)] if self.enabled and not was else []

    def command(self, sub, words, now):
        if sub or words[:1] != ["info"]:
            return None, []
        return lines(["over-the-air updates: " + ("on" if self.enabled else "off") + ABSENT,
                      "parameter file: " + (self.url or "none"),
                      "read every: {} min".format(self.interval)]), []


class Firmware(Module):
    """DEVMANPP: which firmware the handsets shall have."""

    name = "DEVMANPP"
    schemas = {"": FIRMWARE_OPTIONS + TRACE}
    commands = {"info": "what is configured"}

    def __init__(self):
        self.wanted = {}

    def configure(self, sub, values, changed, now):
        self.wanted = {}
        for kind in ("dh6", "dh7"):
            self.wanted[kind] = values.get("firm-" + kind), values.get("firm-" + kind + "-url")
        return [Log(MINOR, "/{}: only .bin files can be loaded, not {}".format(name, values[name][-40:]))
                for name in changed if name.endswith("-url") and _foreign(values.get(name, ""))]

    def command(self, sub, words, now):
        if sub or words[:1] != ["info"]:
            return None, []
        shown = ["{}: {} from {}".format(kind, self.wanted[kind][0] or "-", self.wanted[kind][1] or "-")
                 for kind in sorted(self.wanted)]
        return lines(shown or ["nothing is configured"]), []


def _foreign(url):
    """Whether a URL names a file of another kind than the .bin that article 31 asks for."""
    return bool(url) and not url.split("?", 1)[0].lower().endswith(".bin")
