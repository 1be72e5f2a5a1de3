"""The whole firmware on devices in RAM: from power-on to the prompt, console lines, a reset; then the mini firmware."""

from boards import find
from firmware import main
from firmware.update.image import pack
from hal.description import region
from hal.hardware import Hardware
from hal.net import Bound
from hal.sip import Limits


class SparseFlash:
    """hal.Flash that keeps only the sectors that are not erased."""

    def __init__(self, size, sector, page):
        self.size, self.sector, self.page = size, sector, page
        self._sectors = {}

    def read(self, at, length):
        parts = []
        while length:
            number, skip = divmod(at, self.sector)
            count = min(length, self.sector - skip)
            cells = self._sectors.get(number)
            parts.append(b"\xff" * count if cells is None else bytes(cells[skip:skip + count]))
            at, length = at + count, length - count
        return b"".join(parts)

    def program(self, at, data):
        number, skip = divmod(at, self.sector)
        cells = self._sectors.setdefault(number, bytearray(b"\xff" * self.sector))
        for offset, octet in enumerate(data):
            cells[skip + offset] &= octet

    def erase(self, at):
        self._sectors.pop(at // self.sector, None)


class Serial:
    def __init__(self):
        self.typed, self.sent = b"", b""

    def read(self):
        data, self.typed = self.typed, b""
        return data

    def events(self):
        return []

    def write(self, data):
        self.sent += data
        return len(data)


class Net:
    address, link = "192.0.2.1", True

    def bind(self, key, port):
        return Bound(key, port)

    listen = bind

    def send(self, key, to, data):
        pass

    write = close = send

    def poll(self):
        return []


class Lamp:
    colour = None

    def show(self, colour):
        self.colour = colour


class Button:
    held = False

    def pressed(self):
        return self.held


class Carrier:
    transports, srtp, limits = ("udp",), False, Limits(1500, 10, 640)


def power_on(flash):
    """Boot, and show what is on the serial line by then."""
    gateway = main.boot(Hardware(
        board=board, clock=None, flash=flash, serial=Serial(), led=Lamp(), button=Button(), net=Net(), sip=Carrier(),
        entropy=bytes), 0)
    show(gateway)
    return gateway


def show(gateway):
    serial = gateway.loop.hardware.serial
    print(serial.sent.decode().replace("\r\n", "\n"))
    serial.sent = b""


def type_line(gateway, line, now):
    gateway.loop.hardware.serial.typed = line + b"\r"
    gateway.loop.poll(now)
    show(gateway)


board = find("ip1203")
flash = SparseFlash(board.flash.size, board.flash.sector, board.flash.page)
for name in ("boot", "mini", "firmware"):
    flash.program(region(board, name).at, pack(board.title, "15r1sr4", b"payload"))

gateway = power_on(flash)
type_line(gateway, b"!config add SIP REG1 /aor 201@192.0.2.9 /no-reg", 1000)
type_line(gateway, b"config write", 2000)
type_line(gateway, b"config activate", 3000)
type_line(gateway, b"mod cmd IP0 udp-sockets", 4000)
type_line(gateway, b"mod", 5000)
type_line(gateway, b"reset", 6000)
print(gateway.loop.restart.when, hex(gateway.loop.hardware.led.colour))

gateway = power_on(flash)
type_line(gateway, b"config show", 1000)
gateway.loop.hardware.button.held = True
gateway.loop.poll(2000)
gateway.loop.poll(1002000)
print(gateway.loop.restart.reason)

flash.program(region(board, "firmware").at, b"\0")
gateway = power_on(flash)
type_line(gateway, b"config show", 1000)
print(gateway.boot.reason, [alarm.text for alarm in gateway.log.alarms()])
