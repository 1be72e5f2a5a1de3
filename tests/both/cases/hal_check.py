"""The conformance suite runs on a board as it does on the host, and finds the same faults there."""

from hal import check
from hal.flash import FlashError
from hal.sip import Limits


class Flash:
    """NOR flash in a bytearray; `fault` names what it does wrong."""

    size, sector, page = 4096, 1024, 256

    def __init__(self, fault=""):
        self.cells = bytearray(b"\xff" * self.size)
        self.fault = fault

    def _check(self, at, length):
        if at < 0 or at + length > self.size:
            raise FlashError("outside")

    def read(self, at, length):
        self._check(at, length)
        return bytes(self.cells[at:at + length])

    def program(self, at, data):
        self._check(at, len(data))
        if data and at // self.sector != (at + len(data) - 1) // self.sector:
            raise FlashError("across a sector")
        for i in range(len(data)):
            self.cells[at + i] = data[i] if self.fault == "ram" else self.cells[at + i] & data[i]

    def erase(self, at):
        self._check(at, self.sector)
        if at % self.sector and self.fault != "careless":
            raise FlashError("between sectors")
        for i in range(self.sector - (self.fault == "short")):
            self.cells[at + i] = 0xFF


class Clock:
    def __init__(self, unit):
        self.time = 0
        self.unit = unit

    def advance(self, microseconds):
        self.time += microseconds

    def now(self):
        return self.time // self.unit

    def wall(self):
        return None


class Carrier:
    transports = ("udp",)
    srtp = False

    def __init__(self, message):
        self.limits = Limits(message, 10, 640)


class Led:
    colour = 0

    def show(self, colour):
        self.colour = colour


class Button:
    held = False

    def pressed(self):
        return self.held

    def hold(self, held):
        self.held = held


def report(name, run, *arguments):
    try:
        run(*arguments)
        print(name, "keeps the contract")
    except check.ContractError as error:
        print(name, "breaks it:", error)


for fault in ("", "ram", "careless", "short"):
    report("flash " + fault, check.check_flash, Flash(fault))
for unit in (1, 1000):
    clock = Clock(unit)
    report("clock {}".format(unit), check.check_clock, clock, clock.advance)
for message in (1500, 500):
    report("carrier {}".format(message), check.check_sip, Carrier(message))
led, button = Led(), Button()
report("led", check.check_led, led, lambda: led.colour)
report("led", check.check_led, led, lambda: 7)
report("button", check.check_button, button, button.hold)
