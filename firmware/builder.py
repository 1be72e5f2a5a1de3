"""What a device is made of: its modules, built and wired.

What a board lacks is not imported either: a MicroPython board has no memory for it.
"""

from firmware.button import Button
from firmware.config.configuration import LIMIT, Configuration
from firmware.config.pending import Pending
from firmware.config.saved import saved_config
from firmware.config.store import Store
from firmware.config.vars import Vars
from firmware.console.interpreter import Interpreter
from firmware.console.serial import Console
from firmware.effects import INFO, MAJOR, MINOR
from firmware.led import Led
from firmware.log import IMAGE_DAMAGED, Log
from firmware.module import Registry
from firmware.ota.devman import Firmware, Parameters
from firmware.ota.sysclient import SysClient
from firmware.ota.unite import Transport, Unite
from firmware.system.box import Box
from firmware.system.cdr import Cdr
from firmware.system.certificates import Certificates
from firmware.system.cpu import Cpu
from firmware.system.directory import Directory
from firmware.system.journal import Journal
from firmware.system.msp import Msp
from firmware.update.bootcode import MAIN, MINI, MINI_MODULES, checked
from firmware.update.client import Loader, UpdateClient
from firmware.update.flashman import FlashManager
from hal.description import region
from hal.sip import TCP, TLS

IMAGES = ("boot", MINI, MAIN)

SMALL_HTTP = (2, 2048)
SMALL_LOG = (8192, 20)
"""Where memory is short: connections and octets of a body; octets of text and events."""

STORES = ("config", "vars", "dir")
"""Each is a pair of flash regions, NAME_a and NAME_b."""


class Builder:
    """The parts of one device, in the order in which they need one another."""

    def __init__(self, hardware, profile):
        self.hardware = hardware
        self.profile = profile
        self.registry = Registry()
        self.log = Log(*(SMALL_LOG if hardware.board.micropython else ()))
        self.pending = Pending()
        self.stores = [(name, self._store(name)) for name in STORES]
        (_, self.store), (_, vars_store), (_, directory_store) = self.stores
        self.configuration = Configuration(
            self.registry, self.log, self.pending, min(LIMIT, self.store.capacity))
        self.variables = Vars(vars_store)
        self.directory = Directory(directory_store)
        self.interpreter = Interpreter(
            self.registry, self.configuration, self.store, self.variables, self.log, self.pending, self.directory)
        self.calls = self.dect = self.loop = None

    def _store(self, name):
        board, flash = self.hardware.board, self.hardware.flash
        a, b = region(board, name + "_a"), region(board, name + "_b")
        capacity = self.profile.vars_space(board, a.size) - flash.page if name == "vars" else None
        return Store(flash, a, b, flash.sector, capacity)

    def modules(self, chosen):
        """All modules of the main firmware, or those that the mini firmware has."""
        modules = self._system(chosen)
        if chosen.kind != "main":
            return [module for module in modules if module.name in MINI_MODULES]
        return modules + self._services() + self._telephony()

    def _system(self, chosen):
        hardware, board = self.hardware, self.hardware.board
        box = Box(board.title, self.profile.release.text(), hardware.mac, self.pending, sync=self._sync)
        banner = "{} {} {}\n".format(board.title, self.profile.release.text(), chosen.kind)
        return [
            Led(),
            Console(self.interpreter, board.title, banner),
            box,
        ] + self._network(box) + [
            Loader(), UpdateClient(),
            FlashManager(hardware.flash, board.regions),
            Button(self.store, chosen.kind == "tftp" and hardware.button.pressed()),
        ]

    def _network(self, box):
        """A board that carries SIP over nothing has no network."""
        hardware, board = self.hardware, self.hardware.board
        if not board.transports:
            return []
        from firmware.http.door import Door
        from firmware.http.server import Http
        from firmware.system.network import Ethernet, Ip

        door = Door(self.interpreter, {
            "/cfg.txt": lambda now: saved_config(self.configuration, self.directory, self.variables),
            "/log.txt": lambda now: "".join([line + "\r\n" for line in self.log.lines()])})
        return [
            Ip(hardware.net, self._sockets),
            Ethernet(hardware.net, hardware.mac),
            Http(door, box.password_of, hardware.entropy(16), board.title, *(SMALL_HTTP if board.micropython else ())),
        ]

    def _services(self):
        return [
            Cpu(), Journal(self.log), Certificates(self.variables), Cdr(), Cdr("CDR1"), self.directory,
            Unite(), Parameters(), Firmware(), Transport(), SysClient(), SysClient("SYSCLIENT2"),
        ] + self._fax()

    def _fax(self):
        if not self.hardware.board.modem:
            return []
        from firmware.fax.interface import Fax

        return [Fax()]

    def _telephony(self):
        board, msp = self.hardware.board, Msp(self.hardware.dsp)
        if board.radio is not None and board.dsp is not None:
            return self._speech(msp) + self._sip()
        from firmware.call.absent import NoCalls

        self.calls = NoCalls(self.directory)
        return [msp, self.calls] + self._sip()

    def _speech(self, msp):
        """Radio, DSP and the calls between them and the network."""
        from firmware.call.module import CallModule
        from firmware.dect.master import Dect
        from firmware.dect.radio_part import RadioPart
        from firmware.dect.rfpstat import RfpStat
        from firmware.dect.roaming import Guests

        hardware, radio, dsp = self.hardware, self.hardware.radio, self.hardware.dsp
        media, channels = self._media(), dsp.channels if dsp is not None else 0
        users = Guests(self.directory)
        self.calls = CallModule(
            users, media, dsp, channels, lambda: (msp.ec_type, msp.tail_ms), hardware.net.address,
            hardware.entropy)
        part = None if radio is None else RadioPart(radio, hardware.board.multicell, hardware.entropy)
        self.dect = Dect(users, part, self._base(radio, dsp), self.variables, hardware.entropy)
        self.calls.radios = self.dect.radio_facts
        return [media, msp, self.calls, self.dect, RfpStat(self.dect)]

    def _base(self, radio, dsp):
        """What other boards of a DECT system get to know of this one."""
        from firmware.dect.joining import Base

        hardware, board = self.hardware, self.hardware.board
        return Base(board.title, hardware.mac, hardware.net.address, tuple(self.profile.release), board.multicell,
                    radio.bearers if radio is not None else 0, dsp.channels if dsp is not None else 0,
                    self.profile.codecs(dsp.codecs) if dsp is not None else ())

    def _media(self):
        """What calls may speak: the DSP's codecs, less those that the release does not encode."""
        from firmware.media.properties import Media

        dsp = self.hardware.dsp
        return Media() if dsp is None else Media(self.profile.codecs(dsp.codecs))

    def _sip(self):
        """A module for each transport that the board carries SIP over."""
        hardware, transports = self.hardware, self.hardware.sip.transports
        if not transports:
            return []
        from firmware.sip.interface import Sip

        modules: list = [Sip(hardware.net.address, hardware.entropy, hardware.sip.limits)]
        if TCP in transports or TLS in transports:
            from firmware.sip.streams import Sips, Tsip

            modules += [module() for transport, module in ((TCP, Tsip), (TLS, Sips)) if transport in transports]
        return modules

    def _sockets(self):
        return self.loop.sockets() if self.loop is not None else []

    def _sync(self):
        return "-" if self.dect is None else self.dect.sync()

    def _damaged(self):
        """What is wrong with each firmware image, also those that this boot does without."""
        regions, flash = self.hardware.board.regions, self.hardware.flash
        found = [(one.name, checked(flash, regions, one.name)) for one in regions if one.name in IMAGES]
        return ["{}: {}".format(name, image) for name, image in found if isinstance(image, str)]

    def load(self, chosen, now):
        """Read what flash keeps; the modules that own it tell of damage when they start."""
        log = self.log
        log.add("BOOT", INFO, "{}: {}".format(chosen.kind, chosen.reason), now)
        damaged = self._damaged()
        if damaged:
            log.raise_alarm("FLASHMAN0", IMAGE_DAMAGED, MAJOR, "; ".join(damaged), now)
        saved = self.store.load()
        warnings = self.configuration.load(saved) if saved is not None else []
        for warning in warnings + self.variables.load():
            log.add("BOOT", MINOR, warning, now)
