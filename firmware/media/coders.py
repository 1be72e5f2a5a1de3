"""Codecs under their neutral names: payload types, clock rates, variants of one codec."""

from firmware.call.leg import Codec

STATIC = {"pcmu": 0, "pcma": 8, "g722": 9, "g729": 18, "g729b": 18}
"""RFC 3551 table 4; g722's clock rate is 8000 there by mistake and for ever."""

DYNAMIC = {"g726-32": 96, "opus": 97, "opus-nb": 97, "g726-32-aal2": 98}
"""Our numbers for those that have none of their own."""

COMFORT, COMFORT_TYPE = "cn", 13
"""RFC 3389 4: comfort noise at a clock of 8000 Hz."""

TELEPHONE_EVENT = "telephone-event"
EVENT_TYPES = {8000: 101, 48000: 102}
"""RFC 4733 2.1: events run on the clock of the audio that they stand in for."""

LESSER = {"opus": "opus-nb", "g729b": "g729"}
"""A variant and the one that both sides use where only one of them has the first."""

FAMILY = {"opus-nb": "opus", "g729b": "g729"}
"""What a DSP calls a variant that it does not tell apart: each decodes what the other encodes, for a packet of Opus
says its band (RFC 6716 3.1), and a frame of G.729 that describes silence is short (RFC 3551 4.5.6)."""

OPUS = ("opus", "opus-nb")
OWN_SILENCE = ("opus", "opus-nb", "g729b")
"""These have pauses of their own (RFC 7587 3.1.3, G.729 Annex B)."""

NO_SILENCE = ("g729",)
"""Whose pauses the other side has declined."""


def is_known(name):
    """Whether a codec has a payload type here."""
    return name in STATIC or name in DYNAMIC


def rate(name):
    """The RTP clock in Hz; RFC 7587 4.1 for Opus, whatever it carries."""
    return 48000 if name in OPUS else 8000


def codec(name):
    """Ours, as we offer it."""
    number = STATIC.get(name)
    return Codec(name, DYNAMIC[name] if number is None else number, rate(name))


def has_pauses(name, comfort):
    """Whether silence can be left out of what is sent; `comfort`: whether the peer takes RFC 3389."""
    return name in OWN_SILENCE or (comfort and name not in NO_SILENCE)


def comfort():
    return Codec(COMFORT, COMFORT_TYPE, 8000)


def both(one, other):
    """The variant that two sides share of a codec, None if these are two codecs."""
    if one == other:
        return one
    if LESSER.get(one, one) == LESSER.get(other, other):
        return LESSER.get(one, one)
    return None
