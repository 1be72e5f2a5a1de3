"""A device of stub modules on a flash in RAM: runs on CPython and on MicroPython."""

from firmware.config.configuration import Configuration
from firmware.config.pending import Pending
from firmware.config.schema import CHOICE, FLAG, NUMBER, SECRET, TEXT, TRACE, URL, VERSION, Option
from firmware.config.store import Store
from firmware.config.vars import Vars
from firmware.console.interpreter import Interpreter
from firmware.console.serial import Console
from firmware.log import Log
from firmware.module import Module, Registry
from hal.description import Region

SECTOR = 4096
PAGE = 256
SIZE = 1 << 16


class RamFlash:
    """hal.Flash in a bytearray; `operations` lists what was programmed and erased."""

    def __init__(self, size=SIZE, sector=SECTOR, page=PAGE):
        self.size = size
        self.sector = sector
        self.page = page
        self.operations = []
        self._cells = bytearray(b"\xff" * size)

    def read(self, at, length):
        return bytes(self._cells[at:at + length])

    def program(self, at, data):
        self.operations.append(("program", at, len(data)))
        for offset, octet in enumerate(data):
            self._cells[at + offset] &= octet

    def erase(self, at):
        self.operations.append(("erase", at, self.sector))
        self._cells[at:at + self.sector] = b"\xff" * self.sector


def stores(flash, size=4 * SECTOR):
    """Stores for the configuration and for vars."""
    pairs = []
    for first, names in ((0, ("config_a", "config_b")), (2, ("vars_a", "vars_b"))):
        a, b = [Region(name, (first + index) * size, size) for index, name in enumerate(names)]
        pairs.append(Store(flash, a, b, flash.sector))
    return pairs


class Stub(Module):
    """Remembers what it was configured with; `mod cmd` echoes its words."""

    commands = {"echo": "say the words again"}

    def __init__(self, name, schemas):
        self.name = name
        self.schemas = schemas
        self.seen = []

    def configure(self, sub, values, changed, now):
        self.seen.append((sub, values, list(changed)))
        return [("configured", sub)] if changed else []

    def command(self, sub, words, now):
        if words[:1] != ["echo"]:
            return None, []
        return sub + "|" + "|".join(words[1:]), [("echoed", sub)]


class StubDirectory:
    def lines(self):
        return ["mod cmd FLASHDIR0 add-item 101 (cn=Anna)(e164=201)"]


def traced(*options):
    return options + TRACE


def modules():
    return [
        Stub("CMD0", {"": traced(Option("name", TEXT, high=30), Option("pwd", SECRET, high=24))}),
        Stub("MSP0", {"": traced(Option("ec-type", NUMBER, 2, low=0, high=2))}),
        Stub("DEVMANBW", {"": traced(Option("hs-param-url", URL),
                                     Option("cfg-poll-interval", NUMBER, 60, "min", 1, 1440))}),
        Stub("DEVMANPP", {"": traced(Option("firm-dh7", VERSION), Option("firm-dh7-url", URL),
                                     Option("firm-dh6", VERSION), Option("firm-dh6-url", URL))}),
        Stub("CUNITE", {"": TRACE, "FILEGET": TRACE}),
        Stub("MATP", {"": TRACE}),
        Stub("GW-DECT", {"": TRACE, "MASTER": (Option("mode", CHOICE, "OFF", choices=("OFF", "ACTIVE", "STANDBY")),
                                               Option("sari", TEXT, reset=True))}),
        Stub("SIP", {"": (Option("pai", FLAG, False), Option("options-interval", NUMBER, 0, "s", 0, 3600)),
                     "REG*": (Option("aor", TEXT), Option("pwd", SECRET), Option("pai", FLAG))}),
    ]


class Device:
    """One boot on a flash: pass the flash on for the next."""

    def __init__(self, flash=None, now=0):
        self.flash = flash or RamFlash()
        self.registry = Registry(modules())
        self.log = Log(8192)
        self.pending = Pending()
        self.configuration = Configuration(self.registry, self.log, self.pending)
        self.store, vars_store = stores(self.flash)
        self.variables = Vars(vars_store)
        self.warnings = self.configuration.load(self.store.load() or b"") + self.variables.load()
        self.effects = self.configuration.activate(now)
        self.interpreter = Interpreter(self.registry, self.configuration, self.store, self.variables, self.log,
                                       self.pending, StubDirectory())
        self.console = Console(self.interpreter, "IP1203", "gatesim IP1203 15r1sr4")

    def run(self, line, now=0):
        return self.interpreter.run(line, now)

    def module(self, name):
        return self.registry.find(name)
