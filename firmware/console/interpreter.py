"""One command line -> its reply and effects: the same for the serial line, HTTP and scripts."""

from firmware.config.configuration import UnknownPart, head
from firmware.config.options import OptionError, split
from firmware.config.store import NoSpace, StoreError
from firmware.console.commands import find
from firmware.console.result import error, shown, unknown
from firmware.effects import CRITICAL, INFO, MAJOR
from firmware.log import (
    ALL_COPIES_DAMAGED,
    CODES,
    COPY_DAMAGED,
    FLASH_REFUSED,
    MASK,
    NO_SPACE,
    is_secret,
    masked,
)
from hal.flash import FlashError

LIMIT = 16384
FLASH = "FLASHMAN0"


class Interpreter:
    """The command table over the parts of one device.

    `store` (config.store.Store) keeps the configuration, `variables` is a
    config.vars.Vars, `pending` a config.pending.Pending, `directory` has
    `lines()` for the saved form. Input never makes `run` raise, and it blocks
    for no longer than the flash does.
    """

    def __init__(self, registry, configuration, store, variables, log, pending, directory=None):
        self.registry = registry
        self.configuration = configuration
        self.store = store
        self.variables = variables
        self.log = log
        self.pending = pending
        self.directory = directory

    def run(self, line, now, who="serial"):
        """Carry out one line; `who` stands in the log: "serial", "admin@192.0.2.1", "script"."""
        if len(line) > LIMIT:
            return error("a line may have {} characters".format(LIMIT))
        words = split(line.strip("\r\n"))
        if words and words[0][:1] == "!":
            words = split(words[0][1:]) + words[1:]
        if not words or words[0][:1] == "#":
            return shown("")
        self.log.add("CMD", INFO, who + " " + self._masked(words), now)
        command, rest = find(words)
        if command is None:
            return unknown("no such command; help lists them")
        return self._guarded(command, rest, now)

    def check_flash(self, now):
        """Raise the alarm for copies that could not be read at boot."""
        stores = [store for store in (self.store, self.variables.store) if store.damage]
        if stores:
            code = ALL_COPIES_DAMAGED if any([store.lost for store in stores]) else COPY_DAMAGED
            self.log.raise_alarm(FLASH, code, CODES[code][0], "; ".join([store.damage for store in stores]), now)

    def written(self, now):
        """A commit succeeded: what stood against the flash no longer does."""
        self.log.clear_alarm(FLASH, NO_SPACE, now)
        self.log.clear_alarm(FLASH, FLASH_REFUSED, now)
        if not self.store.damage and not self.variables.store.damage:
            self.log.clear_alarm(FLASH, COPY_DAMAGED, now)
            self.log.clear_alarm(FLASH, ALL_COPIES_DAMAGED, now)

    def _guarded(self, command, rest, now):
        try:
            return command.run(self, rest, now)
        except UnknownPart as reason:
            return unknown(str(reason))
        except OptionError as reason:
            return error(str(reason))
        except MemoryError:
            return error("out of memory")
        except NoSpace as reason:
            self.log.raise_alarm(FLASH, NO_SPACE, MAJOR, "", now)
            return error(str(reason))
        except (StoreError, FlashError) as reason:
            self.log.raise_alarm(FLASH, FLASH_REFUSED, CRITICAL, "", now)
            return error("flash: {}".format(reason))

    def _masked(self, words):
        """The line without its secrets."""
        keyword = words[0].lower()
        if keyword == "vars" and len(words) > 4:
            return " ".join(words[:4]) + " " + MASK
        if keyword == "config" and len(words) > 2:
            sub = head(words[2:])[0]
            return masked(words, lambda name: self.configuration.is_secret(words[2], sub, name))
        return masked(words, is_secret)
