"""What a board says of itself, and which boards may belong to one system (article 31)."""

from collections import namedtuple

from firmware.dect.between import CONNECTION_HANDOVER, EXTERNAL_HANDOVER
from firmware.dect.trunk_codec import Facts, Wishes

OLD_FAMILY, NEW_FAMILY, TOGETHER = "IP1202", "IP1203", 13
"""Both in one system need this major release."""

Base = namedtuple("Base", ("title", "mac", "address", "release", "multicell", "bearers", "channels", "codecs"))
"""This board: its model, MAC address, IP address, firmware release (major, minor, service), whether a system may have
another base beside it, its radio's bearers, its DSP's channels and codecs."""


def facts_of(base, role, radio):
    """trunk_codec.Facts of this `Base`; `radio` are the values of GW-DECT RADIO."""
    wishes = Wishes(_rfpi(radio.get("sync-rfpi")), _rfpi(radio.get("alt-sync-rfpi")), not radio.get("sync-slave"),
                    radio.get("region"))
    return Facts(role, base.mac, radio.get("name") or "", base.title, tuple(base.release), base.multicell,
                 base.bearers, base.channels, tuple(base.codecs), wishes)


def _rfpi(text):
    return bytes.fromhex(text) if text else None


def refusal(base, facts):
    """Why a board (trunk_codec.Facts) may not join the master on this `Base`, or None."""
    if not base.multicell:
        return "{} is a single-cell base station: no other base can join it".format(base.title)
    if not facts.multicell:
        return "{} is a single-cell base station: it cannot join another".format(facts.title)
    ours, theirs = base.release[0], facts.release[0]
    if theirs < ours:
        return "its firmware {}r{} is older than the system's {}r{}".format(
            theirs, facts.release[1], ours, base.release[1])
    if min(ours, theirs) < TOGETHER and _family(base.title) != _family(facts.title):
        return "{} and {} together need firmware {} in all of them".format(OLD_FAMILY, NEW_FAMILY, TOGETHER)
    return None


def _family(title):
    return title[:len(NEW_FAMILY)]


def capabilities(base):
    """What a radio of this master's system announces beside what the master part wants announced."""
    return (EXTERNAL_HANDOVER, CONNECTION_HANDOVER) if base.multicell else ()
