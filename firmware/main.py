"""boot(hardware): the bootcode's choice, then the modules of that firmware, built and wired."""

from firmware import profile
from firmware.button import Button
from firmware.call.module import CallModule
from firmware.config.configuration import Configuration
from firmware.config.pending import Pending
from firmware.config.saved import saved_config
from firmware.config.store import Store
from firmware.config.vars import Vars
from firmware.console import script
from firmware.console.interpreter import Interpreter
from firmware.console.serial import Console
from firmware.dect.master import Dect
from firmware.dect.rfpstat import RfpStat
from firmware.dsp.msp import Msp
from firmware.effects import INFO, MAJOR, MINOR
from firmware.fax.interface import Fax
from firmware.http.door import Door
from firmware.http.server import Http
from firmware.led import Fact, Led
from firmware.log import IMAGE_DAMAGED, Log
from firmware.loop import Loop
from firmware.media.properties import Media
from firmware.module import Registry
from firmware.ota.devman import Firmware, Parameters
from firmware.ota.sysclient import SysClient
from firmware.ota.unite import Transport, Unite
from firmware.sip.interface import Sip, Sips, Tsip
from firmware.system.box import Box
from firmware.system.cdr import Cdr
from firmware.system.certificates import Certificates
from firmware.system.cpu import Cpu
from firmware.system.directory import Directory
from firmware.system.journal import Journal
from firmware.system.network import Ethernet, Ip
from firmware.update.bootcode import MAIN, MINI, MINI_MODULES, choose
from firmware.update.client import Loader, UpdateClient
from firmware.update.flashman import FlashManager
from firmware.update.image import check
from hal.description import region

IMAGES = ("boot", MINI, MAIN)

STORES = ("config", "vars", "dir")
"""Each is a pair of flash regions, NAME_a and NAME_b."""


class Gateway:
    """A running firmware. `loop` drives it; the rest is what a simulator or a test looks at."""

    def __init__(self, loop, builder, boot):
        self.loop = loop
        self.interpreter = builder.interpreter
        self.boot = boot
        self.release = builder.profile.release
        self.calls = builder.calls
        self.dect = builder.dect
        self.stores = builder.stores
        self.log = loop.log
        self.registry = loop.registry

    def idle(self):
        """Whether no call is up: a reset "when idle" may happen."""
        return self.calls is None or self.calls.busy() == 0

    def run_line(self, line, now, who="script"):
        """One console line with all its effects; returns the Result."""
        result = self.interpreter.run(line, now, who)
        self.loop.apply(self.registry.find("CONSOLE"), result.effects, now)
        return result

    def run_script(self, text, now, after=0):
        """A script's lines, after number `after`, up to one that restarts the device; each `script.Line`."""
        done = []
        for number, line in script.lines(text):
            if number > after and self.loop.restart is None:
                done.append(script.Line(number, line, self.run_line(line, now)))
        return done

    def saved_config(self):
        interpreter = self.interpreter
        return saved_config(interpreter.configuration, interpreter.directory, interpreter.variables)


def boot(hardware, now):
    """Check the images, start the main firmware or the mini firmware; returns its Gateway.

    TFTP mode is the mini firmware too, under another light: its transfer is not part of this release.
    """
    board = hardware.board
    chosen = choose(hardware.flash, board.regions, hardware.button)
    return start(hardware, profile.Profile(release(hardware.flash, board)), chosen, now)


def release(flash, board):
    """The release that the main image names, else the mini image, or the default where neither can be read."""
    for name in (MAIN, MINI):
        image = check(flash, region(board, name))
        try:
            return profile.parse(image if isinstance(image, str) else image.release)
        except ValueError:
            continue
    return profile.parse(profile.DEFAULT)


def start(hardware, profile, chosen, now):
    """Build and start the firmware of a Profile as the bootcode chose it (firmware.update.bootcode.Boot)."""
    builder = Builder(hardware, profile)
    registry = builder.registry
    for module in builder.modules(chosen):
        registry.add(module)
    loop = builder.loop = Loop(hardware, registry, builder.log)
    gateway = Gateway(loop, builder, chosen)
    builder.load(chosen, now)
    loop.start(now)
    if chosen.kind != "main":
        loop.receive(registry.find("LED"), Fact(chosen.kind, True), now)
    loop.apply(registry.find("CONSOLE"), builder.configuration.activate(now), now)
    return gateway


class Builder:
    """The parts of one device, in the order in which they need one another."""

    def __init__(self, hardware, profile):
        self.hardware = hardware
        self.profile = profile
        self.registry = Registry()
        self.log = Log()
        self.pending = Pending()
        self.stores = [(name, self._store(name)) for name in STORES]
        (_, self.store), (_, vars_store), (_, directory_store) = self.stores
        self.configuration = Configuration(self.registry, self.log, self.pending)
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
        door = Door(self.interpreter, {
            "/cfg.txt": lambda now: saved_config(self.configuration, self.directory, self.variables),
            "/log.txt": lambda now: "".join([line + "\r\n" for line in self.log.lines()])})
        banner = "{} {} {}\n".format(board.title, self.profile.release.text(), chosen.kind)
        return [
            Led(),
            Console(self.interpreter, board.title, banner),
            box,
            Ip(hardware.net, self._sockets),
            Ethernet(hardware.net, hardware.mac),
            Http(door, box.password_of, hardware.entropy(16), board.title),
            Loader(), UpdateClient(),
            FlashManager(hardware.flash, board.regions),
            Button(self.store, chosen.kind == "tftp" and hardware.button.pressed()),
        ]

    def _services(self):
        return [
            Cpu(), Journal(self.log), Certificates(self.variables), Cdr(), Cdr("CDR1"), self.directory,
            Unite(), Parameters(), Firmware(), Transport(), SysClient(), SysClient("SYSCLIENT2"), Fax(),
        ]

    def _media(self):
        """What calls may speak: the DSP's codecs, less those that the release does not encode."""
        dsp = self.hardware.dsp
        return Media() if dsp is None else Media(self.profile.codecs(dsp.codecs))

    def _telephony(self):
        hardware = self.hardware
        media, msp = self._media(), Msp(hardware.dsp)
        channels = hardware.dsp.channels if hardware.dsp is not None else 0
        self.calls = CallModule(
            self.directory, media, hardware.dsp, channels, lambda: (msp.ec_type, msp.tail_ms), hardware.net.address,
            hardware.entropy)
        radio = hardware.radio
        self.dect = Dect(self.directory, radio.bearers if radio else 0, radio.carriers if radio else 0, channels)
        sip = Sip(hardware.net.address, hardware.entropy, hardware.sip.limits)
        return [media, msp, self.calls, self.dect, RfpStat(self.dect), sip, Tsip(), Sips()]

    def _sockets(self):
        return self.loop.sockets() if self.loop is not None else []

    def _sync(self):
        return "-" if self.dect is None or not self.dect.running() else "Master"

    def _damaged(self):
        """What is wrong with each firmware image, also those that this boot does without."""
        board, flash = self.hardware.board, self.hardware.flash
        found = [(name, check(flash, region(board, name))) for name in IMAGES]
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
