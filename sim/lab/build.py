"""A lab on its stage: boards, registrars, phones, handsets and transmitters, made from the parts of a file."""

from functools import partial
from typing import Any

from sim.assembly import TEST_SARI
from sim.callrun import check_libraries
from sim.devices.virtual_net import VirtualNet
from sim.lab.air import Transmitter, antennas_of, handset_options, propagation
from sim.lab.boot import LedWatch, Script
from sim.lab.exchange import PASSWORD, people_lines, registrar
from sim.lab.model import Lab, Part
from sim.lab.people import HandsetPerson, Person, PhonePerson, at
from sim.lab.record import Record
from sim.lab.sense import PLACEHOLDER, numbers_of
from sim.machine import Machine, ReleaseRefused
from sim.network import Path
from sim.peers.handset.identity import printed_ipei
from sim.peers.registrar import Registrar
from sim.site import Site
from sim.stage import dect_lines, sip_lines
from sim.status import UserError

TRUNK_KEY = "trunk-secret"
EMC = 0x1234
"""Manufacturer code of handsets without an IPEI of their own."""

NETWORK = "10.0.0."


class Stage:
    """`machines`, `people`, `registrars` and `transmitters` by name; everything is off until `start`."""

    def __init__(self, lab: Lab, seed: int):
        self.lab, self.seed = lab, seed
        self.site = Site(virtual=True, seed=seed)
        self.time = self.site.time
        self.record = Record(self.time)
        self.addresses: dict[str, str] = {}
        self.machines: dict[str, Machine] = {}
        self.people: dict[str, Person] = {}
        self.registrars: dict[str, Registrar] = {}
        self.transmitters: dict[str, Transmitter] = {}
        self.refused: list[str] = []
        self.antennas: dict[str, Any] = {}
        self._building: dict[str, VirtualNet] = {}
        self.logs: dict[str, list[str]] = {}
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *error) -> None:
        self.close()

    def close(self) -> None:
        self.site.close()

    def parts(self, section: str) -> "list[Part]":
        return self.lab.parts[section]

    def _build(self) -> None:
        self._libraries()
        self.site.propagation = propagation(self.lab, self.seed)
        self._network()
        for part in self.parts("registrar"):
            self._registrar(part)
        for part in self.parts("board"):
            self._board(part)
        numbers = numbers_of(self.lab.parts)
        for place, part in enumerate(self.parts("handset"), 1):
            self._handset(part, numbers[part.name], place)
        for part in self.parts("phone"):
            person = PhonePerson(self, part, part.number or part.name, self._building[part.name])
            self.people[part.name] = person
        for part in (*self.parts("foreign"), *self.parts("jammer")):
            self.transmitters[part.name] = Transmitter(self, part)

    def _libraries(self) -> None:
        """UserError names the package of a codec that somebody here speaks and that is not installed."""
        codecs = [codec for part in self.parts("phone") for codec in part.codecs]
        for codec in [None] * bool(self.parts("handset")) + codecs:
            check_libraries(codec)

    def _network(self) -> None:
        """A NIC for each, with an address of its own."""
        everybody = [*self.parts("board"), *self.parts("registrar"), *self.parts("phone")]
        taken = {part.address for part in everybody if part.address}
        free = (f"{NETWORK}{last}" for last in range(1, 255) if f"{NETWORK}{last}" not in taken)
        self.site.path = path_of(self.lab.network)
        for part in everybody:
            address = part.address or next(free, None)
            if address is None:
                raise UserError(f"{self.lab.path}: more than 254 hosts: give them addresses")
            net = self.site.net(address)
            net.tap = self.record.tap_net(address)
            self.addresses[part.name], self._building[part.name] = address, net
        for part in self.parts("network.path"):
            self.site.network.set_path(path_of(part), self.addresses[part.get("from")], self.addresses[part.to])

    def _registrar(self, part: Part) -> None:
        self.registrars[part.name] = registrar(self, part, numbers_of(self.lab.parts), self._building[part.name])

    def _board(self, part: Part) -> None:
        try:
            self.antennas[part.name] = antennas_of(part)
            machine = self.site.board(part.model, net=self._building[part.name], release=part.release,
                                      position=at(part.position), antennas=self.antennas[part.name])
        except (KeyError, ValueError, ReleaseRefused) as error:
            raise UserError(f"{self.lab.path}:{part.line}: [[board]] {part.name}: {error.args[0]}") from error
        self.machines[part.name] = machine
        machine.uart.tap = lambda now, direction, data: self.record.console(part.name, now, direction, data)
        machine.on_boot = Script(self, part)
        machine.on_loss = lambda board, reason: self.record.note(part.name, "power lost", reason)
        machine.led.on_change = LedWatch(self, part.name, machine)

    def _handset(self, part: Part, number: str, place: int) -> None:
        sari = part.sari or self.lab.named[part.board].sari or TEST_SARI
        ipei = part.ipei or printed_ipei(EMC, place)
        self.people[part.name] = HandsetPerson(self, part, number, ipei, sari, handset_options(part))

    def start(self) -> None:
        """Boards with power at the beginning get it now; phones register."""
        for part in self.parts("board"):
            self.time.at(part.power, partial(self.power_on, part.name))
        for part in self.parts("phone"):
            person = self.people[part.name]
            if part.registrar and isinstance(person, PhonePerson):
                registrar = self.registrars[part.registrar]
                person.phone.register(registrar.address, domain=registrar.realm)

    def power_on(self, name: str) -> None:
        if self.machines[name].gateway is None:
            self.record.note(name, "power on")
            self.machines[name].power_on()

    def power_off(self, name: str) -> None:
        self.keep_log(name)
        self.machines[name].power_off()
        self.record.note(name, "power off")

    def cable(self, name: str, plugged: bool) -> None:
        self.machines[name].net.link = plugged
        self.machines[name].net.wake()

    def move(self, name: str, place: "tuple[float, float, float]") -> None:
        if name in self.people:
            person = self.people[name]
            assert isinstance(person, HandsetPerson)
            person.move(place)
        else:
            mover = self.transmitters[name].station if name in self.transmitters else self.machines[name].radio
            self.site.air.move(mover, at(place))

    def transmit(self, name: str, on: bool) -> None:
        self.transmitters[name].switch(on)

    def keep_log(self, name: str) -> None:
        """The ring log goes with the power; what stood in it is kept for the checks."""
        gateway = self.machines[name].gateway
        if gateway is not None:
            self.logs.setdefault(name, []).extend(gateway.log.lines())

    def log(self, name: str) -> "list[str]":
        gateway = self.machines[name].gateway
        return self.logs.get(name, []) + (gateway.log.lines() if gateway is not None else [])

    def type(self, name: str, line: str) -> str:
        """One console line on a board; its answer. A board without power says nothing."""
        machine = self.machines[name]
        if machine.gateway is None:
            return ""
        result = machine.run_line(self.filled(line, name))
        self.typed(name, line, result.reply)
        return result.reply

    def calls(self, name: str) -> "tuple[list[dict[str, Any]], list[dict[str, Any]]]":
        """Of a board: (those that have ended, those that are up)."""
        machine = self.machines[name]
        if machine.gateway is None or machine.board.radio is None:
            return [], []
        return machine.gateway.calls.records(), machine.gateway.calls.active()

    def typed(self, name: str, line: str, reply: str) -> None:
        now = self.time.now
        self.record.console(name, now, "in", line.encode() + b"\n")
        self.record.console(name, now, "out", reply.encode())

    def filled(self, line: str, name: str) -> str:
        """{address} and {NAME} replaced by addresses."""
        return PLACEHOLDER.sub(lambda match: self.addresses.get(name if match[1] == "address" else match[1], match[0]),
                               line)

    def script(self, part: Part) -> "list[str]":
        """All console lines that a board gets at its first boot."""
        lines = []
        users = [one for one in self.people.values() if isinstance(one, HandsetPerson) and one.part.board == part.name]
        if part.sari:
            if any(one.master == part.name for one in self.parts("board")):
                lines.append(f"config add GW-DECT MASTER /trunk-key {TRUNK_KEY}")
            if part.wideband:
                lines.append("config add GW-DECT MASTER /wideband")
            lines += dect_lines(self.addresses[part.name], [(one.ipei, one.number, one.name) for one in users],
                                part.sari)
        elif part.master:
            lines += [f"config add GW-DECT RADIO /master {self.addresses[part.master]} /trunk-key {TRUNK_KEY}",
                      "config write", "config activate"]
        if part.registrar:
            address = self.registrars[part.registrar].address
            names = [part.trunk] if part.trunk else [one.number for one in users]
            if part.people:
                lines += people_lines(address)
            else:
                for place, name in enumerate(names, 1):
                    lines += sip_lines(address, name, PASSWORD, f"REG{place}")
        return lines + [self.filled(line, part.name) for line in part.config]


def path_of(part: Part) -> Path:
    """As the virtual network takes it: µs, and chances from 0 to 1."""
    return Path(delay=round(part.delay_ms * 1000), jitter=round(part.jitter_ms * 1000), loss=part.loss_percent / 100,
                reorder=part.reorder_percent / 100, duplicate=part.duplicate_percent / 100)
