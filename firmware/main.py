"""boot(hardware): the bootcode's choice, then the firmware that it chose, started."""

from firmware import profile
from firmware.builder import Builder
from firmware.config.saved import saved_config
from firmware.led import Fact
from firmware.loop import Loop
from firmware.update.bootcode import MAIN, MINI, checked, choose


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
        from firmware.console import script

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
        image = checked(flash, board.regions, name)
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
