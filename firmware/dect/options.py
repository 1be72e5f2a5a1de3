"""Options of GW-DECT, and what they make of the base: who it is, or why it stays silent."""

from firmware.config.schema import ADDRESS, CHOICE, FLAG, SECRET, TEXT, Option
from firmware.dect import identities, security

NO_SARI, WRONG_SARI = 0x00140001, 0x00140002
"""Alarm codes: our choice, as all of subsystem 0x14."""


class Sari(Option):
    """A SARI as it is printed, with its check digit."""

    def read(self, text):
        if text:
            identities.parse_ari(text)
        return text


class Code(Option):
    """An authentication code, of decimal digits."""

    def read(self, text):
        if text:
            security.authentication_code(text)
        return text


MASTER = (
    Option("mode", CHOICE, "off", choices=("active", "standby", "off"),
           help="whether this device is the master of the DECT system", source="console.md 3"),
    Sari("sari", TEXT, "", help="identity of the system, as printed on its licence", source="article 31"),
    Option("name", TEXT, "", high=32, help="name of the DECT system"),
    Code("ac", SECRET, "", help="code of 1 to 8 digits that a handset subscribes with; empty: the IPEI is enough"),
    Option("subscription", FLAG, True, help="let handsets subscribe"),
    Option("authenticate", CHOICE, "calls", choices=("registration", "calls"),
           help="when a handset has to prove its key: as it registers, or before each call too"),
)

RADIO = (
    Option("master", ADDRESS, "", high=64, help="IP address of the master that this radio belongs to",
           source="console.md 1"),
    Option("name", TEXT, "", high=32, help="name of the radio"),
    Option("disable", FLAG, False, help="keep the radio silent"),
)


def identity(master, radio):
    """((alarm code, text) or None, the ARI to run with or None) for the values of both sub-modules."""
    if master.get("mode") != "active":
        return None, None
    sari = master.get("sari")
    if not sari:
        return (NO_SARI, "no SARI: the DECT master does not start"), None
    try:
        ari = identities.parse_ari(sari)
    except ValueError as wrong:
        return (WRONG_SARI, "SARI {}: {}".format(sari, wrong)), None
    return None, ari if radio.get("master") and not radio.get("disable") else None
