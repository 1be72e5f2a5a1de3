"""One run of the flash tool: look, compare, stage, decide, restart."""

from collections import namedtuple

from hal.ports.staged import NEXT, SUFFIX
from sim.status import UserError
from tools.flash.board import Board
from tools.flash.images import image
from tools.flash.plan import names, octets, plan
from tools.flash.repl import FlashError, Repl

TRIES = 3
"""Attempts at one file before the line or the flash chip is called bad."""

BOOT = 20.0
"""Seconds from a reset to the prompt."""

BYTECODE = 6
OLDEST = (1, 28, 0)

Wanted = namedtuple("Wanted", ("name", "platform", "architecture"))
"""A kind of board: its name, its sys.platform, the architecture that its processor must have."""


class NotRunning(FlashError):
    """All is written, but the board does not come to the console's prompt."""


class Watcher:
    """Told how far it is; this one does not care."""

    def step(self, text):
        """What is being done now."""

    def total(self, octets):
        """How much will be written."""

    def wrote(self, octets):
        """More of it."""


class Flasher:
    """Brings images onto the board behind a sim.line.Line."""

    def __init__(self, line, wanted, images, watcher=None, force=False):
        self._repl = Repl(line)
        self._board = Board(self._repl)
        self._wanted, self._images, self._force = wanted, images, force
        self._watcher = watcher or Watcher()

    def run(self):
        """A report as a dict. FlashError, UserError or LineLost leave a board that boots as before or is
        repaired by the next run."""
        try:
            return self._run()
        except BaseException:
            self._repl.give_up()
            raise

    def _run(self):
        self._watcher.step("stopping what runs")
        self._repl.enter()
        completed = self._board.prepare()
        identity = self._board.identity()
        self._suits(identity)
        self._watcher.step("comparing")
        todo = self._plan()
        self._acceptable(todo, identity)
        if any((todo.write, todo.resume, todo.remove, todo.kept, todo.stale, todo.foreign)):
            self._install(todo)
        self._watcher.step("restarting")
        self._repl.leave()
        title = self._booted()
        return {
            "board": self._wanted.name, "machine": identity.machine,
            "micropython": ".".join(str(part) for part in identity.version), "prompt": title,
            "written": [one.path for one in todo.write], "resumed": [one.path for one in todo.resume],
            "removed": todo.remove, "kept": todo.kept, "mended": todo.mended,
            "unchanged": todo.same, "completed": completed,
            "octets": sum(len(one.data) for one in todo.write), "free": identity.free, "heap": identity.heap,
        }

    def _suits(self, identity):
        wanted = self._wanted
        if identity.name != "micropython":
            raise UserError(f"the board runs {identity.name}, not MicroPython")
        if identity.platform != wanted.platform:
            raise UserError(f"wrong board: {wanted.name} says {wanted.platform} of itself, but this one "
                            f"{identity.platform} ({identity.machine}); name its kind with --board")
        if wanted.architecture and identity.architecture != wanted.architecture:
            raise UserError(f"wrong board: {wanted.name} has a processor of architecture {wanted.architecture}, but "
                            f"this one {identity.architecture} ({identity.machine})")
        if identity.bytecode != BYTECODE or identity.version < OLDEST:
            raise UserError("the board's MicroPython {}.{}.{} is too old: ".format(*identity.version)
                            + "{}.{}.{} or later is needed".format(*OLDEST))

    def _plan(self):
        listed = self._board.listed()
        paths = names(self._images, listed)
        staged = self._board.staged(paths)
        return plan(self._images, listed, self._board.look(paths), staged)

    def _acceptable(self, todo, identity):
        if todo.blocked:
            raise UserError("folders on the board are where files must be: " + ", ".join(todo.blocked))
        if todo.foreign and not self._force:
            raise UserError("files on the board that are not gatesim's are in the way: "
                            + ", ".join(todo.foreign) + "; save them, and overwrite them with --force")
        self._fits(todo, identity)

    def _fits(self, todo, identity):
        """The new stands beside the old until it counts; what another run has left half done need not."""
        needed = octets(todo.write, identity.block)
        if needed > identity.free and todo.stale:
            self._board.discard([path + SUFFIX for path in todo.stale])
            identity = self._board.identity()
        if needed <= identity.free:
            return
        whole = octets(self._images, identity.block)
        if whole > identity.size:
            raise UserError(f"the board's file system is too small: the firmware takes {whole} octets, it has "
                            f"{identity.size} in all; another MicroPython image or board gives it more")
        raise UserError(f"the board's file system is full: {needed} octets are needed beside what it holds, "
                        f"{identity.free} are free. The old firmware stays. Remove files of your own; or, where there "
                        "are none, the old firmware (mpremote rm -r :firmware), and flash again at once")

    def _install(self, todo):
        # A stale staged file would come in with the others.
        self._board.discard([path + SUFFIX for path in todo.stale])
        self._watcher.total(sum(len(one.data) for one in todo.write))
        for one in todo.write:
            self._watcher.step(one.path)
            self._stage(one)
        # A source would be taken instead of what is compiled from it; what has the same name is replaced.
        self._board.discard([path for path in todo.foreign if path not in [one.path for one in self._images]])
        text = "".join([f"{one.digest} {one.path}\n" for one in self._images] + [f"- {path}\n" for path in todo.kept])
        self._stage(image(NEXT, text.encode()), counted=False)
        self._watcher.step("putting it in place")
        self._board.decide()

    def _stage(self, one, counted=True):
        for _ in range(TRIES):
            if self._board.stage(one, self._watcher.wrote if counted else lambda octets: None):
                return
        raise FlashError(f"{one.path} reads back otherwise than it was written, {TRIES} times: "
                         "the line or the board's flash is bad")

    def _booted(self):
        title, said = self._repl.prompt(BOOT)
        if title is None:
            last = [line for line in said.splitlines() if line.strip() and not line.startswith((">>>", "Type"))]
            raise NotRunning("the firmware ended at once; the board says: " + " / ".join(last[-4:-1] or last))
        return title
