"""Module FAX0: the FAX interface's options.

What the fax object and T.38 offer is documented (behaviours M04, M05; reference
fax.md 2); the options' names are our choice, since no public source has them.
"""

from firmware.config.schema import CHOICE, FLAG, NUMBER, SECRET, TEXT, TRACE, URL, Option
from firmware.module import Module
from firmware.system.words import line

OBJECT = "behaviours M04"
FACTS = "reference fax.md 2"

OPTIONS = (
    Option("t38", FLAG, True, source=OBJECT, help="offer and accept T.38 (UDPTL)"),
    Option("t38-version", NUMBER, 0, low=0, high=3, source=FACTS,
           help="T38FaxVersion; 0 is coded differently from the others"),
    Option("t38-max-bitrate", CHOICE, "14400", unit="bit/s", source=FACTS, help="T38FaxMaxBitRate",
           choices=("2400", "4800", "7200", "9600", "12000", "14400")),
    Option("t38-error-correction", CHOICE, "redundancy", choices=("none", "redundancy", "fec"), source=FACTS,
           help="T38FaxUdpEC"),
    Option("t38-redundancy", NUMBER, 3, unit="packets", low=0, high=7, source="our choice",
           help="earlier packets repeated in each datagram"),
    Option("t38-max-datagram", NUMBER, 400, unit="octets", low=150, high=1400, source=FACTS,
           help="T38FaxMaxDatagram; 3GPP TS 29.163 K.2 asks for 150 at least"),
    Option("t38-max-buffer", NUMBER, 1800, unit="octets", low=200, high=65535, source=FACTS, help="T38FaxMaxBuffer"),
    Option("audio-fax", FLAG, True, source="behaviours M15",
           help="fall back to G.711 audio; takes two DSP channels a call"),
    Option("modem", CHOICE, "v17", choices=("v17", "v29", "v27ter"), source=OBJECT,
           help="fastest modem: v17 up to 14400, v29 up to 9600, v27ter up to 4800 bit/s"),
    Option("ecm", FLAG, True, source=OBJECT, help="error correction mode (ITU-T T.30 Annex A)"),
    Option("receive-400dpi", FLAG, True, source=OBJECT, help="accept pages of 400 dpi"),
    Option("send-resolution", CHOICE, "400", unit="dpi", choices=("200", "400"), source=OBJECT,
           help="resolution tried first; a refusal at 400 is followed by a call at 200"),
    Option("append-number", FLAG, True, source=OBJECT, help="append the user's number to the subscriber id"),
    Option("header-line", TEXT, "", high=80, source=OBJECT, help="text at the top of each page"),
    Option("subscriber-id", TEXT, "", high=20, source="ITU-T T.30 5.3.6.2.4", help="number shown to the other side"),
    Option("url", URL, high=1000, source="behaviours M05", help="the fax app's web path, above /sff and /doc"),
    Option("user", TEXT, "", high=64, source="behaviours M05", help="WebDAV user: the app's instance name"),
    Option("pwd", SECRET, "", high=64, source="behaviours M05", help="WebDAV password: the instance's"),
)


class Fax(Module):
    """Keeps its configuration; sending and receiving are not part of this release."""

    name = "FAX0"
    schemas = {"": OPTIONS + TRACE}
    commands = {"info": "state of the interface"}

    def __init__(self):
        self.values = {}

    def configure(self, sub, values, changed, now):
        self.values = values
        return []

    def command(self, sub, words, now):
        if sub or words[:1] != ["info"]:
            return None, []
        return line("idle: sending and receiving are not part of this release"), []
