"""Options of GW-DECT, and what they make of a board: master, standby master, radio, or why it stays silent."""

from collections import namedtuple

from firmware.config.schema import ADDRESS, CHOICE, FLAG, NUMBER, SECRET, TEXT, Option
from firmware.dect import identities, security
from firmware.dect.synctree import LAST_REGION

NO_SARI, WRONG_SARI = 0x00140001, 0x00140002
"""Alarm codes: our choice, as all of subsystem 0x14."""

TURNED_AWAY, NOT_TAKEN, NO_MASTER, RADIO_LOST, SAME_RFPI, NO_PORT, NO_LEADER = (
    0x00140010, 0x00140011, 0x00140012, 0x00140013, 0x00140014, 0x00140015, 0x00140016)
"""The master refused a radio; a radio was refused; it has no master; a radio is gone; another base has our RFPI;
the trunk's port is taken; a sync region has no radio that may lead."""


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


class Rfpi(Option):
    """The identity of a radio, ten hexadecimal digits."""

    def read(self, text):
        text = text.lower()
        if text and (len(text) != 10 or text.strip("0123456789abcdef")):
            raise ValueError("ten hexadecimal digits, such as 102243a300")
        return text


KEY = "secret that master and radios share; each side has to have the same one"

MASTER = (
    Option("mode", CHOICE, "off", choices=("active", "standby", "off"),
           help="whether this device is the master of the DECT system", source="console.md 3"),
    Sari("sari", TEXT, "", help="identity of the system, as printed on its licence", source="article 31"),
    Option("name", TEXT, "", high=32, help="name of the DECT system"),
    Code("ac", SECRET, "", help="code of 1 to 8 digits that a handset subscribes with; empty: the IPEI is enough"),
    Option("subscription", FLAG, True, help="let handsets subscribe"),
    Option("authenticate", CHOICE, "calls", choices=("registration", "calls"),
           help="when a handset has to prove its key: as it registers, or before each call too"),
    Option("encryption", CHOICE, "off", choices=("off", "on"), help="cipher calls (DSC); needs an ac"),
    Option("wideband", FLAG, False, help="G.722 on long slots for handsets that have it"),
    Option("primary", ADDRESS, "", high=64, help="of a standby: IP address of the master that it stands in for",
           source="console.md 3"),
    Option("pari", NUMBER, None, low=1, high=36, help="number of this PARI master; unset: the PARI is the SARI",
           source="console.md 3"),
    Option("region", NUMBER, 0, low=0, high=LAST_REGION, help="sync region of radios that name none",
           source="console.md 3"),
    Option("mobility", TEXT, "", high=128, help="other masters whose users may come: IP addresses and commas",
           source="console.md 3"),
    Option("trunk-key", SECRET, "", high=64, help=KEY),
)

RADIO = (
    Option("master", ADDRESS, "", high=64, help="IP address of the master that this radio belongs to",
           source="console.md 1"),
    Option("standby", ADDRESS, "", high=64, help="IP address of the standby master"),
    Option("name", TEXT, "", high=32, help="name of the radio"),
    Option("disable", FLAG, False, help="keep the radio silent"),
    Option("deployment", FLAG, False, help="show on the LED how well other bases are heard", source="article 31"),
    Rfpi("sync-rfpi", TEXT, "", help="take the time from this radio only", source="console.md 3"),
    Rfpi("alt-sync-rfpi", TEXT, "", help="and from this one where that is not heard", source="console.md 3"),
    Option("sync-slave", FLAG, False, help="never lead a sync region"),
    Option("region", NUMBER, None, low=0, high=LAST_REGION, help="sync region; unset: the master's",
           source="console.md 3"),
    Option("listen", NUMBER, 30, "s", 0, 120, help="how long a sync master listens for others before it starts",
           source="console.md 3"),
    Option("trunk-key", SECRET, "", high=64, help=KEY),
)

Roles = namedtuple("Roles", ("alarm", "mode", "sari", "pari", "primary", "others", "home", "hosts"))
"""What a board is to be. `mode` "active", "standby" or "off"; `others` are masters whose users may come; `home` is
where its radio belongs: "here", "there" (to whoever of `hosts` answers) or None."""

OFF = Roles(None, "off", None, None, None, (), None, ())


def roles(master, radio, address):
    """`Roles` for the values of both sub-modules on a board with this IP address."""
    mode = master.get("mode") or "off"
    alarm = sari = primary = None
    if mode != "off":
        alarm, sari = identity(master)
    if mode == "standby":
        primary = master.get("primary") or None
        alarm = alarm or (None if primary else (NO_MASTER, "standby of whom? no /primary"))
    if alarm is not None:
        mode = "off"
    home, hosts = _home(radio, mode, primary, address)
    pari = None if sari is None else paris(sari, master.get("pari"))
    named = [host.strip() for host in (master.get("mobility") or "").split(",")]
    others = tuple([host for host in named if host and not own(host, address)]) if mode == "active" else ()
    return Roles(alarm, mode, sari, pari, primary, others, home, hosts)


def _home(radio, mode, primary, address):
    named = [radio.get(name) for name in ("master", "standby") if radio.get(name)]
    if not radio.get("master") or radio.get("disable"):
        return None, ()
    others = tuple([host for host in named if not own(host, address)])
    if len(others) < len(named):
        if mode == "active":
            return "here", ()
        if mode == "standby":
            return "there", others or (primary,)
    return ("there", others) if others else (None, ())


def own(host, address):
    """Whether an address is this board's."""
    return host in (address, "127.0.0.1")


def identity(master):
    """((alarm code, text) or None, the ARI to run with or None)."""
    sari = master.get("sari")
    if not sari:
        return (NO_SARI, "no SARI: the DECT master does not start"), None
    try:
        return None, identities.parse_ari(sari)
    except ValueError as wrong:
        return (WRONG_SARI, "SARI {}: {}".format(sari, wrong)), None


def paris(sari, number):
    """The PARI of a PARI master: the SARI itself, or with its low six bits moved on by the number (our choice)."""
    if number is None:
        return sari
    return identities.Ari(sari.length, sari.value & ~63 | (sari.value + number & 63))
