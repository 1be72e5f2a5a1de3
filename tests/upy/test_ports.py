"""hal.ports on the VM keeps the contracts of hal.check."""

import contextlib
import os
import subprocess
import threading
from pathlib import Path

import pytest

from sim.devboard.vm import find_vm
from tests.upy.rig import run_script

ROOT = Path(__file__).parents[2]
FLASH = """
from hal.check.flash import check_flash
from hal.ports.flash import SectorFiles
flash = SectorFiles("chip", 16384, 4096)
check_flash(flash)
flash.program(16383, b"\x77")
again = SectorFiles("chip", 16384, 4096)
print(again.read(16383, 1).hex(), again.read(8192, 2).hex())
"""
NET = """
import select, time
from hal.check.net import check_net
from hal.check.simple import check_clock
from hal.ports.clock import Clock
from hal.ports.interface import Fixed
from hal.ports.net import Net
nets = [Net(Fixed("127.0.0.251"), select.poll()), Net(Fixed("127.0.0.252"), select.poll())]
check_net(nets[0], nets[1], time.sleep_us)
check_clock(Clock(), time.sleep_us)
print("kept")
"""
BUTTONS = """
from hal.check.simple import check_button
from hal.ports.pins import Button, Led, NoButton, NoLed

class Pin:
    def __init__(self, level):
        self.level = level
    def value(self, *level):
        if level:
            self.level = level[0]
        return self.level

for pressed in (0, 1):
    pin = Pin(1 - pressed)
    check_button(Button(pin, pressed), lambda held: pin.value(pressed if held else 1 - pressed))
check_button(NoButton())
lamp = Pin(0)
for colour in (0xFF0000, 0, 0x0000FF):
    Led(lamp).show(colour)
    print(lamp.level)
dark = Led(lamp, 0)
for colour in (0xFF0000, 0):
    dark.show(colour)
    print(lamp.level)
NoLed().show(1)
"""
SERIAL = """
import select, sys, time
from hal.check.serial import check_serial
from hal.ports.clock import Clock
from hal.ports.micropython import quiet
from hal.ports.serial import Serial

class Far:
    "The other end, whose two directions the test carries."
    def __init__(self):
        self.to, self.back = open("/dev/fd/{to}", "wb"), open("/dev/fd/{back}", "rb")
        self.there = select.poll()
        self.there.register(self.back, select.POLLIN)

    def send(self, data):
        self.to.write(data)

    def take(self):
        got = bytearray()
        while self.there.poll(0):
            got += self.back.read(1)
        return bytes(got)

restore = quiet()
check_serial(Serial(select.poll(), Clock()), Far(), time.sleep_us)
restore()
print("kept", file=sys.stderr)
"""
SHORT = """
from hal.ports.flash import SectorFiles
open("chip/0001", "wb").write(b"\\x12\\x34")
flash = SectorFiles("chip", 16384, 4096)
print(flash.read(4095, 4).hex(), flash.read(8191, 1).hex())
"""


@pytest.fixture(autouse=True)
def vm(image):
    return image


def test_flash_in_files_is_nor_flash_and_is_still_there_for_the_next_boot(tmp_path):
    assert run_script(FLASH, tmp_path, path=f"{ROOT}:.frozen").split() == ["77", "ffff"]


def test_a_sector_file_that_a_cut_left_short_reads_as_erased_behind_its_end(tmp_path):
    (tmp_path / "chip").mkdir()
    assert run_script(SHORT, tmp_path, path=f"{ROOT}:.frozen").split() == ["ff1234ff", "ff"]


def test_the_network_keeps_its_contract_udp_and_tcp_and_the_clock_runs(tmp_path):
    assert run_script(NET, tmp_path, heap="2M", path=f"{ROOT}:.frozen") == "kept\n"


def test_pins_make_a_lamp_and_a_button(tmp_path):
    assert run_script(BUTTONS, tmp_path, path=f"{ROOT}:.frozen").split() == ["1", "0", "1", "0", "1"]


def test_the_console_keeps_its_contract_on_a_terminal(tmp_path):
    master, slave = os.openpty()
    heard, to = os.pipe()
    back, saying = os.pipe()
    carriers = [threading.Thread(target=carry, args=pair) for pair in ((heard, master), (master, saying))]
    for one in carriers:
        one.start()
    done = subprocess.run(
        [find_vm(), "-X", "heapsize=2M", "-c", SERIAL.format(to=to, back=back)], cwd=tmp_path, stdin=slave,
        stdout=slave, stderr=subprocess.PIPE, pass_fds=(to, back), timeout=60, check=False,
        env={**os.environ, "MICROPYPATH": f"{ROOT}:.frozen"})
    os.close(to)
    os.close(slave)
    for one in carriers:
        one.join(10)
    for number in (master, heard, back, saying):
        os.close(number)
    assert done.stderr.decode() == "kept\n"


def carry(source, sink):
    """Octets from one descriptor to another until one of them is closed."""
    with contextlib.suppress(OSError):
        while data := os.read(source, 4096):
            os.write(sink, data)
