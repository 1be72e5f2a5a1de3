"""The DSP chip: speech channels between the radio's B-fields and packets for the network.

Firmware opens and joins channels and moves whole encoded packets; it never
touches a sample. A channel runs decoder -> echo canceller -> detectors -> encoder
in both directions, by itself, a frame of 10 ms at a time.
"""

from collections import namedtuple

from hal.contract import Protocol

Settings = namedtuple("Settings", ("codec", "packet_ms", "ec_type", "tail_ms", "silence", "remove_dtmf",
                                   "handset"))
"""How a channel runs: `codec` towards the network ("pcma", "pcmu", "g722" ...), milliseconds a packet, the echo
canceller's type and tail; `silence`: compress it, so that a pause is a "comfort" packet and then nothing (RFC 3389;
"opus" and "g729" have pauses of their own and send "speech" only);
`remove_dtmf`: digits of the handset that are detected do not reach the network in band; `handset`: what the B-fields
carry, "g726" (40 octets a frame) or "g722" (80, on long slots)."""

Packet = namedtuple("Packet", ("channel", "payload", "kind", "at"))
"""`kind` is "speech" or "comfort" (RFC 3389); `at` is ms from the channel's opening to the packet's first sample."""

Event = namedtuple("Event", ("channel", "source", "kind", "value"))
"""What a detector heard from "handset" or "network". By kind: "dtmf" with its digit, "dtmf-end" with its length in
ms, "fax" with "cng", "ced", "ced-reversals", "ansam" or "ansam-reversals", "progress" with "dial", "busy", "ringing"
or "congestion"."""

Status = namedtuple("Status", ("level_in", "level_out", "erl", "erle", "played", "missing"))


class DspBusy(ValueError):
    """No such channel is free, or the chip does not know the codec, of the network or of the handset."""


class Dsp(Protocol):
    """Channels are numbered 0 .. channels - 1. Levels are dBm0, ERL and ERLE in dB;
    `played` and `missing` count frames towards the handset that had and lacked a packet; a pause counts as neither.
    """

    channels: int
    codecs: "tuple[str, ...]"

    def open(self, channel: int, settings: Settings) -> None:
        """Start a channel; raises DspBusy."""
        ...

    def join(self, channel: int, bearer: "int | None") -> None:
        """Feed the channel from a radio bearer's B-fields and back; None parts them."""
        ...

    def close(self, channel: int) -> None: ...

    def play(self, channel: int, payload: bytes, kind: str = "speech") -> None:
        """One packet from the network, in playing order; `kind` as in Packet."""
        ...

    def tone(self, channel: int, name: "str | None", towards: str) -> None:
        """Play in place of what goes towards "handset" or "network"; raises DspBusy for an unknown tone.

        The names are those of Event and "special-information", "call-waiting"; None ends the tone.
        DTMF digits, up to 32 at once, are sent one by one, 150 ms each with 60 ms of pause.
        """
        ...

    def poll(self) -> "list[Packet | Event]": ...

    def status(self, channel: int) -> Status: ...
