"""The handsets of article 31 and their forerunners, as data.

What the article does not say of a model is our choice: EMC and model codes,
displays, wideband, service codes of models other than IP64 and IP65.
"""

from typing import NamedTuple

OURS, ASCOM = 0x02A1, 0x02A2
"""Manufacturer codes in MODEL-ID: our choice."""

DEVICE_INFO, IDENTITY, SURVEY = "*#34#", "*#06#", "*#77#"
GAP, CAP = 0x02, 0x01
"""Profiles in TERMINAL-CAPABILITY (EN 300 175-5 7.7.41)."""

FULL_TCLW, PLAIN_TCLW = 2, 1
"""Echo parameter there: TCLw above 46 dB or above 34 dB."""


class Model(NamedTuple):
    """`code` within its manufacturer's; `download` names its firmware in DEVMANPP; `screen` is (lines, columns)."""

    name: str
    code: int
    emc: int = OURS
    profiles: int = GAP | CAP
    sms: bool = False
    alarm: bool = False
    bluetooth: bool = False
    wired: bool = False
    wideband: bool = False
    services: tuple[str, ...] = (DEVICE_INFO, IDENTITY)
    screen: tuple[int, int] = (4, 20)
    download: str = ""
    successor: str = ""
    supported: bool = True
    accessories: tuple[str, ...] = ()

    @property
    def cap(self) -> bool:
        """Whether it can do external handover (CAP-N.1), which these bases ask for."""
        return bool(self.profiles & CAP)

    @property
    def identity(self) -> bytes:
        """Content of MODEL-ID (7.7.46)."""
        return self.emc.to_bytes(2, "big") + bytes((self.code,))

    @property
    def capability(self) -> bytes:
        """Content of TERMINAL-CAPABILITY (7.7.41): tones and display, echo, profiles."""
        return bytes((0x25, 0x80 | PLAIN_TCLW << 4, 0x80 | self.profiles))


CHARGER, D83_CHARGER = "50-00060-001", "50-00083-019"
PROGRAMMER, D83_PROGRAMMER = "50-00060-021", "50-00083-020"
D83 = (D83_CHARGER, D83_PROGRAMMER)
NEW = (CHARGER, PROGRAMMER)

MODELS = {model.name: model for model in (
    Model("IP61", 61, successor="IP64", supported=False),
    Model("IP63", 63, sms=True, bluetooth=True, successor="IP65", supported=False),
    Model("IP64", 64, wired=True, wideband=True, download="dh6", accessories=NEW),
    Model("IP65", 65, sms=True, bluetooth=True, wired=True, wideband=True, download="dh7", accessories=NEW,
          services=(DEVICE_INFO, IDENTITY, SURVEY), screen=(6, 22)),
    Model("d83 Talker", 83, ASCOM, accessories=D83, wideband=True),
    Model("d83 Messenger", 84, ASCOM, accessories=D83, wideband=True, sms=True),
    Model("d83 Protector", 85, ASCOM, accessories=D83, wideband=True, sms=True, alarm=True),
    *(Model(f"IP{number}", number, profiles=GAP, supported=False) for number in (50, 52, 54, 55, 56)),
)}

DEFAULT = "IP65"

WIRED_HEADSETS = {
    "50-00060-29": "in-ear headset, incl. cable with phone jack",
    "50-00060-30": "headset with mic on boom, quick disconnect (needs adapter 50-00060-032)",
}
"""Tested by the manufacturer with IP64 and IP65, by order number."""

THIRD_PARTY = (
    "Sennheiser 506090 CMB 01 CRTL",
    "Apple iPhone Headset with 4-pole 3.5mm jack",
)
"""Reported by partners, without support."""

NO_CTI = "audio not working correct on outgoing calls with various CTI clients"
BLUETOOTH_HEADSETS = {
    "Jabra EVOLVE 65 MS Stereo": "", "Jabra EVOLVE 75": "", "Jabra MOTION UC+ MS": "", "Jabra STEALTH": "",
    "Jabra SUPREME UC MS": NO_CTI, "Peltor WS Headset XP (MT H7 WS5)": "", "Plantronics B825-M Voyager Focus": "",
    "Plantronics BackBeat GO 2": "", "Plantronics Blackwire 710": "",
    "Plantronics Explorer 500 Bluetooth Headset Black": "", "Plantronics ML20": "not for IP65", "Plantronics M70": "",
    "Plantronics M90": "", "Plantronics Voyager 5200 BT Headset EU": "", "Plantronics Voyager Edge": "",
    "Plantronics Voyager Legend UC": NO_CTI,
}
"""Tested by the manufacturer with IP63 and IP65 (11/20/18), with what was reported."""

EU = ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
      "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK")
EFTA = ("CH", "IS", "LI", "NO")
APPROVED = frozenset(EU + EFTA)
"""Where bases and handsets are approved; elsewhere they work, but use is probably illegal."""


def find(name: str) -> Model:
    """A model by name, in any case and with - for a space; ValueError names those there are."""
    for model in MODELS.values():
        if model.name.lower() == name.strip().lower().replace("-", " "):
            return model
    raise ValueError(f"{name}: a handset is one of {', '.join(MODELS)}")


def headset(model: Model, name: str) -> "str | None":
    """What is known of a headset at this model: a remark, empty if it works, None if it is not on the list."""
    if model.bluetooth and name in BLUETOOTH_HEADSETS:
        remark = BLUETOOTH_HEADSETS[name]
        return None if remark == f"not for {model.name}" else "" if remark.startswith("not for") else remark
    if model.wired and name in WIRED_HEADSETS:
        return WIRED_HEADSETS[name]
    return "no support" if model.wired and name in THIRD_PARTY else None
