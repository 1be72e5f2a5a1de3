"""Each board with MicroPython boots: its own image on the VM, with stand-ins for what only its hardware has."""

import pytest

import boards
from tests.upy.rig import install, run_script

MACHINE = """
made = []

class Pin:
    IN, OUT, PULL_UP, PULL_DOWN = 0, 1, 2, 3

    def __init__(self, name, mode, pull=None):
        self.name, self.pull = name, pull
        self.level = 1 if pull == 2 else 0
        made.append(name)

    def value(self, *level):
        if level:
            self.level = level[0]
        return self.level

def unique_id():
    return b"\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08"

def reset():
    print("reset")
    raise SystemExit
"""
NETWORK = """
STA_IF = 0

class {kind}:
    joined = False

    def __init__(self, *what):
        pass

    def active(self, on):
        pass

    def connect(self, ssid, password):
        self.joined = (ssid, password) == ("office", "secret word")

    def isconnected(self):
        return self.joined or {kind!r} == "LAN"

    def ifconfig(self, wanted=None):
        return ("127.0.0.249", "255.0.0.0", "127.0.0.1", "127.0.0.1")

    def config(self, what):
        return b"\\x02\\x00\\x00\\x00\\x00\\x07"
"""
START = """
import gc, select, sys
gc.threshold(16384)
import machine
from board import BOARD
from firmware.main import boot
from hal.ports import micropython
parts = micropython.hardware(BOARD, select.poll())
gateway = boot(parts, parts.clock.now())
for line in ("mod cmd CMD0 box-info", "config add CMD0 /name Kept", "config write", "mod cmd IP0 address"):
    print(gateway.run_line(line, parts.clock.now()).reply)
gateway.loop.poll(parts.clock.now())
print(machine.made)
gc.collect()
print(gc.mem_alloc())
"""
WITHOUT_WIRE = """
def LAN():
    raise TypeError("a board without Ethernet")
"""
NETWORKS = {"rp2": "WLAN", "esp32": "WLAN", "stm32": "LAN"}
PINS = {"rp2": ["LED"], "rp2_pico2": ["LED"], "esp32": [0], "stm32": ["LED_RED"], "upy_unix": []}


@pytest.mark.parametrize("name", boards.DEVELOPMENT)
def test_a_board_boots_with_its_own_pins_and_network_and_keeps_its_configuration(image, tmp_path, name):
    board = boards.load(name)
    install(tmp_path, name)
    (tmp_path / "machine.py").write_text(MACHINE)
    if name in NETWORKS:
        kind = NETWORKS[name]
        (tmp_path / "network.py").write_text(NETWORK.format(kind=kind) + (WITHOUT_WIRE if kind == "WLAN" else ""))
        (tmp_path / "board.txt").write_text("# the office\nssid office\npassword secret word\n")
    heap = f"{min(board.micropython.heap, 512 * 1024)}"
    said = run_script(START, tmp_path, heap=heap)
    assert f'product="{board.title}"' in said
    assert f"{PINS[name]}\n" in said
    assert ("127.0.0.249" in said) == (name in NETWORKS)
    if name in NETWORKS:
        assert 'mac="02-00-00-00-00-07"' in said
    assert 'name="Kept"' in run_script(START, tmp_path, heap=heap)
    assert int(said.split()[-1]) < 300 * 1024


def test_a_board_with_a_radio_that_was_told_no_network_boots_without_one(image, tmp_path):
    install(tmp_path, "rp2")
    (tmp_path / "machine.py").write_text(MACHINE)
    (tmp_path / "network.py").write_text(NETWORK.format(kind="WLAN") + WITHOUT_WIRE)
    said = run_script(START, tmp_path)
    assert 'product="RP2"' in said
    assert "0.0.0.0" in said
