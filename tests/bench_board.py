"""A whole board on virtual time with a terminal at its serial line."""

from hal.description import region
from sim.devices.flash import NorFlash
from sim.devices.uart_backends import MemoryBackend
from sim.site import Site

PATIENCE = 3_000_000
"""Virtual microseconds after which an answer is overdue; a restart takes 0.1 s."""


class Terminal:
    """One Machine and who sits before it; a context manager."""

    def __init__(self, name="ip1203", flash=None, on=True, **options):
        self.site = Site(virtual=True, seed=options.pop("seed", 0))
        self.line = MemoryBackend(flow=True)
        self.machine = self.site.board(name, flash=flash, backend=self.line, **options)
        self.prompt = self.machine.board.title + "> "
        self.losses = []
        self.machine.on_loss = lambda machine, reason: self.losses.append(reason)
        self.banner = ""
        if on:
            self.machine.power_on()
            self.banner = self.answer()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.site.close()

    @property
    def gateway(self):
        return self.machine.gateway

    def pass_time(self, seconds):
        self.site.time.run(self.site.time.now + round(seconds * 1_000_000))

    def answer(self):
        """What the board says up to its next prompt; "" if power fails meanwhile."""
        said, time, losses = [], self.site.time, len(self.losses)

        def complete():
            said.append(self.line.take().decode())
            return "".join(said).endswith(self.prompt) or len(self.losses) > losses

        assert time.run_until(complete, time.now + PATIENCE), "".join(said)
        return "" if len(self.losses) > losses else "".join(said)[:-len(self.prompt)].replace("\r\n", "\n")

    def type(self, line):
        """The reply to a line, without its echo."""
        self.line.send(line.encode() + b"\r")
        return self.answer().partition("\n")[2]

    def alarms(self):
        return [(alarm.module, alarm.code) for alarm in self.gateway.log.alarms()]

    def region(self, name):
        return region(self.machine.board, name)


def copied(flash):
    """A chip of its own with the same contents."""
    return NorFlash(flash, image=flash.image())
