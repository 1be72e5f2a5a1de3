"""Registrars and phones for a site, real programs or our own; and the lines that join a board to them."""

from typing import NamedTuple

from sim.assembly import TEST_SARI
from sim.peers.handset import DEFAULT_AC
from sim.peers.handset.audio import read_wav
from sim.peers.phone import Phone
from sim.peers.programs.baresip import Baresip
from sim.peers.programs.kamailio import Kamailio
from sim.peers.programs.process import MissingProgram
from sim.peers.registrar import Registrar
from sim.trace import Wav

OWN = "gatesim's own"


def dect_lines(address, users, sari=TEST_SARI):
    """Console lines that make a board the master of its own DECT system; `users` are (ipei, number, name)."""
    lines = [f"config add GW-DECT MASTER /mode active /sari {sari} /ac {DEFAULT_AC}",
             f"config add GW-DECT RADIO /master {address}"]
    for place, (ipei, number, name) in enumerate(users, 101):
        lines.append(f"mod cmd FLASHDIR0 add-item {place} (cn={name})(h323={name.lower()})(e164={number})(ipei={ipei})")
    return [*lines, "config write", "config activate"]


def sip_lines(registrar, user, password, interface="REG1"):
    """Console lines that register one AOR over UDP (article 09)."""
    host, port = registrar
    return [f"config change SIP {interface} /name pbx /aor {user}@{host} /proxy {host}:{port} /user {user} "
            f"/pwd {password}", "config write", "config activate"]


class Directory(NamedTuple):
    """Where to register: (host, port), the domain of its addresses, and what it is."""

    address: tuple[str, int]
    domain: str
    title: str


def kamailio(site, stack, folder, password):
    """Kamailio on an address of its own, or None where it is not installed."""
    try:
        process = stack.enter_context(Kamailio(folder, site.free_address(), password=password))
        return Directory(process.address, process.address[0], "Kamailio")
    except MissingProgram as missing:
        print(f"  ({missing}; taking gatesim's own)")
        return None


def own_registrar(site, users):
    net = site.net()
    registrar = Registrar(site.time, net, net.address, users)
    return Directory(registrar.address, registrar.realm, OWN)


class ProgramPhone:
    """baresip: `heard` is what it recorded, once the call has ended."""

    title = "baresip"

    def __init__(self, process, domain):
        self._process, self._domain = process, domain

    def ready(self):
        return "200 OK" in self._process.output() or "registered successfully" in self._process.output()

    def call(self, number):
        self._process.call(f"sip:{number}@{self._domain}")

    def hang_up(self):
        self._process.hang_up()

    def heard(self):
        return read_wav(self._process.recording())


def program_phone(site, stack, folder, registrar, password, says):
    """baresip, registered, or None where it is not installed."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("dump-*.wav"):
        old.unlink()
    with Wav(str(folder / "says.wav")) as wav:
        wav.put(says.astype("<i2").tobytes())
    try:
        process = stack.enter_context(Baresip(folder, site.free_address(), "phone", folder / "says.wav",
                                              registrar=registrar.address, password=password))
    except MissingProgram as missing:
        print(f"  ({missing}; taking gatesim's own)")
        return None
    return ProgramPhone(process, "{}:{}".format(*registrar.address))


class OwnPhone:
    title = OWN

    def __init__(self, phone: Phone):
        self._phone = phone

    def ready(self):
        return self._phone.registered

    def call(self, number):
        self._phone.call(number)

    def hang_up(self):
        self._phone.calls[-1].hang_up()

    def heard(self):
        return self._phone.calls[-1].record


def own_phone(site, registrar, password, says):
    phone = Phone(site.time, site.net(), "phone", password, source=says)
    phone.register(registrar.address, domain=registrar.domain)
    return OwnPhone(phone)
