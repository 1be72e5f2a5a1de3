"""Module MEDIA: the media properties of an interface, article 23."""

from collections import namedtuple

from firmware.config.schema import CHOICE, FLAG, NUMBER, TRACE, URL, Option
from firmware.effects import INFO, MINOR, Log
from firmware.media.coders import FAMILY, is_known
from firmware.module import Module

ARTICLE = "article 23"
CODECS = {"g711a": "pcma", "g711u": "pcmu", "g722": "g722", "g726-32": "g726-32", "aal2-g726-32": "g726-32-aal2",
          "opus-nb": "opus-nb", "opus-wb": "opus", "g729": "g729"}
"""A coder's name on the console -> the name that legs use."""

CODERS = ("g711a", "g711u", "g722", "g726-32", "aal2-g726-32", "opus-nb", "opus-wb", "g729")

WIDE = "g722"
"""What a handset with G.722 on the air is best heard in: nothing is lost on the way."""

Preference = namedtuple("Preference", ("codecs", "packet_ms", "events", "silence"))
"""What may be negotiated, best first; `events`: whether telephone-event is a capability; `silence`: whether to
compress it."""


def coder(prefix, default, title):
    """The four options of one coder preference."""
    return (
        Option(prefix + "coder", CHOICE, default, choices=CODERS, help=title, source=ARTICLE),
        Option(prefix + "frame", NUMBER, 20, "ms", 10, 60, help="duration of a packet, tens of ms", source=ARTICLE),
        Option(prefix + "sc", FLAG, False, help="silence compression", source=ARTICLE),
        Option(prefix + "exclusive", FLAG, False, help="offer no other coder", source=ARTICLE),
    )


SCHEMA = coder("", "g711a", "coder towards other than local media addresses") + coder(
    "local-", "g711a", "coder towards local media addresses") + (
    Option("t38", FLAG, False, help="detect fax and switch to T.38", source=ARTICLE),
    Option("audio-fax", FLAG, False, help="fax over a voice coder; takes two DSP channels", source=ARTICLE),
    Option("no-dtmf", FLAG, False, help="no detection of DTMF: it stays in band", source=ARTICLE),
    Option("pcm", FLAG, False, help="switch locally between physical interfaces", source=ARTICLE),
    Option("relay", CHOICE, "off", choices=("off", "on", "auto"), help="media relay", source=ARTICLE),
    Option("relay-video", FLAG, False, help="relay video as well", source=ARTICLE),
    Option("relay-rtt", FLAG, False, help="relay real-time text as well", source=ARTICLE),
    Option("no-ice", FLAG, False, help="no ICE", source=ARTICLE),
    Option("no-rtcp-mux", FLAG, False, help="RTCP always on a port of its own", source=ARTICLE),
    Option("turn-only", FLAG, False, help="offer relayed addresses only", source=ARTICLE),
    Option("moh", FLAG, False, help="music on hold source: one way, shared", source=ARTICLE),
    Option("record-url", URL, None, high=512, help="where recordings are put", source=ARTICLE),
    Option("srtp-key", CHOICE, "dtls-sdes", choices=("sdes-dtls", "dtls-sdes", "sdes", "dtls", "none"),
           help="key exchange for SRTP", source=ARTICLE),
    Option("srtp-cipher", CHOICE, "aes128-80", choices=("aes128-80", "aes128-32", "aes256-80", "aes256-32"),
           help="cipher of SRTP", source=ARTICLE),
    Option("g726-aal2", FLAG, False, help="take what a peer calls G726-32 as packed for AAL2, which some do",
           source="our choice"),
    Option("symmetric", FLAG, False, help="send to where the peer's packets come from (RFC 4961)",
           source="our choice"),
)
LATER = ("t38", "audio-fax", "pcm", "relay", "relay-video", "relay-rtt", "turn-only", "moh", "record-url",
         "srtp-key", "srtp-cipher")
"""Options that are taken and kept, but change nothing yet."""


class Media(Module):
    """Holds the properties; `codecs` are those the DSP knows, best first; any that RTP has no name for is left out,
    and a narrow variant of another is taken only where the console asks for it.
    """

    name = "MEDIA"
    schemas = {"": SCHEMA + TRACE}

    def __init__(self, codecs=("pcma", "pcmu")):
        self._chip = codecs
        self.codecs = tuple([name for name in codecs if is_known(name) and name not in FAMILY])
        self.values = {option.name: option.default for option in SCHEMA}

    def configure(self, sub, values, changed, now):
        self.values = {option.name: values.get(option.name, option.default) for option in SCHEMA}
        effects = []
        for prefix in ("", "local-"):
            name = prefix + "coder"
            if name in changed and _family(self._codec(prefix)) not in self.codecs:
                effects.append(Log(MINOR, "no {} here: {} is used instead".format(
                    self.values[name], self.codecs[0])))
        idle = [option.name for option in SCHEMA if option.name in changed and option.name in LATER
                and self.values[option.name] != option.default]
        if idle:
            effects.append(Log(INFO, "without effect in this release: " + ", ".join(idle)))
        return effects

    @property
    def symmetric(self):
        return bool(self.values["symmetric"])

    def preference(self, local, wide=False, chip=None):
        """The Preference towards a local or another media address; never empty. `wide`: for a handset that speaks
        G.722; `chip`: the codecs of another board's DSP, None for our own.
        """
        prefix = "local-" if local else ""
        first, silence = self._codec(prefix), self.values[prefix + "sc"]
        codecs = [first] if _family(first) in self.codecs else []
        if not codecs or not self.values[prefix + "exclusive"]:
            codecs.extend([other for other in self.codecs if other != _family(first)])
        if chip is not None:
            codecs = [name for name in codecs if name in chip or _family(name) in chip] or [chip[0]]
        if wide and WIDE in codecs and not self.values[prefix + "exclusive"]:
            codecs = [WIDE] + [name for name in codecs if name != WIDE]
        # The DSP works in frames of 10 ms.
        packet_ms = max(10, self.values[prefix + "frame"] // 10 * 10)
        spoken = tuple(["g729b" if silence and name == "g729" else name for name in codecs])
        return Preference(spoken, packet_ms, not self.values["no-dtmf"], silence)

    def on_chip(self, name):
        """The DSP's name of a codec that was agreed on."""
        if name == "g726-32" and self.values["g726-aal2"]:
            return "g726-32-aal2"
        return name if name in self._chip else _family(name)

    def _codec(self, prefix):
        return CODECS[self.values[prefix + "coder"]]


def _family(name):
    return FAMILY.get(name, name)
