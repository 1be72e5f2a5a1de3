"""The console of a MicroPython board: it boots, keeps its configuration, and noise does not end it."""

import random
import time

import pytest

from tests.upy.rig import PROMPT, Board, heap_in_use

HEAP_AFTER_BOOT = 300 * 1024
WHOLE, ROOM = 512 * 1024, 100 * 1024
"""What messages and requests that are remembered need, besides."""


FAULT = """
from board import BOARD
from firmware.main import boot
from hal.ports.micropython import run

class Faulty:
    def __init__(self, gateway):
        self.loop = self
        self.restart, self.drain = None, gateway.loop.drain
        self.gateway = gateway
    def poll(self, now):
        if self.gateway.loop.hardware.serial.read():
            raise {fault}
        self.gateway.loop.poll(now)
    def due(self):
        return None

run(BOARD, lambda parts, now: Faulty(boot(parts, now)))
"""


def test_it_boots_to_the_prompt_and_says_who_it_is(board):
    board.start()
    assert 'product="UPY-UNIX"' in board.run("mod cmd CMD0 box-info")
    assert board.run("mod cmd LED state") == "idle\r\n"
    assert board.run("no such thing") == "?\r\n"


def test_the_heap_after_boot_is_under_300_kib_and_a_call_leaves_room(image):
    fresh, registered, called = heap_in_use(image)
    assert fresh < HEAP_AFTER_BOOT
    assert fresh + 50_000 < registered < called - 10_000, "what nobody uses is not imported"
    assert called < WHOLE - ROOM


def test_what_is_written_outlives_a_reset_and_a_power_cut_and_what_is_not_does_not(board):
    board.start()
    for line in ("config add CMD0 /name Hall%207", "mod cmd FLASHDIR0 add-item 101 (cn=Anna)(e164=201)",
                 "vars create X509/TRUSTED pba 6239", "config write"):
        assert board.run(line) == "ok\r\n", line
    assert board.run("config add CMD0 /name Unsaved") == "ok\r\n"
    board.reset()
    assert board.run("config show") == "config change CMD0 /name Hall%207\r\n"
    assert "Anna" in board.run("mod cmd FLASHDIR0 show")
    board.stop()
    board.start()
    assert board.run("config show") == "config change CMD0 /name Hall%207\r\n"


def test_the_script_of_article_31_is_taken_line_by_line(board):
    board.start()
    with open("examples/article-31.txt") as script:
        lines = [line.strip() for line in script if line.strip() and line[0] != "#"]
    for line in lines[:-1]:
        assert board.run(line).startswith("ok"), line
    assert lines[-1] == "!reset"
    board.reset()
    assert "DEVMANPP /firm-dh7 3.0.16" in board.run("config show")


def test_a_reply_longer_than_the_line_holds_comes_at_once_and_whole(board):
    board.start()
    lines = [f"config change SIP REG{number} /name {'trunk' * 12} /disable /aor {number}@pbx.example.com"
             for number in range(1, 61)]
    for line in lines:
        assert board.run(line) == "ok\r\n"
    began = time.monotonic()
    shown = board.run("config show")
    assert shown.splitlines() == lines
    assert time.monotonic() - began < 3


def test_what_the_board_lacks_is_not_offered(board):
    board.start()
    for module in ("GW-DECT", "RFPSTAT0", "MEDIA", "FAX0", "TSIP", "SIPS"):
        assert board.run(f"config show {module}") == "?\r\n"
    assert board.run("mod cmd CALL channels") == "none\r\n"


@pytest.mark.parametrize("seed", range(3))
def test_garbage_on_the_line_does_not_end_the_firmware(board, seed):
    chance = random.Random(seed)
    board.start()
    for _ in range(20):
        board.type(chance.randbytes(chance.randrange(1, 400)) + b"\x03" * chance.randrange(3) + b"\r")
        time.sleep(0.02)
    # ECMA-48 strings that noise has begun end with CAN; then one line must do.
    board.type(b"\x18\r")
    time.sleep(0.5)
    board.vm.output()
    board.type(b"mod cmd CMD0 box-info\r")
    assert b'product="UPY-UNIX"' in board.read(b"/></info>\r\n" + PROMPT)


def test_a_line_without_end_is_cut_off_and_the_heap_lasts(board):
    board.start()
    for _ in range(60):
        board.type(b"x" * 1000)
    board.type(b"\r")
    assert b"error: a line may have" in board.read(PROMPT)
    assert board.run("mod cmd CMD0 xml-info") == '<info name="UPY-UNIX"/>\r\n'


@pytest.mark.parametrize("fault", ["ValueError('a bug')", "MemoryError()"])
def test_a_fault_of_the_running_firmware_is_shown_and_ends_in_a_reset(image, tmp_path, fault):
    board = Board(image, tmp_path, main=FAULT.format(fault=fault))
    try:
        board.start()
        board.type(b"\r")
        board.read(fault.partition("(")[0].encode())
        assert board.resets()
    finally:
        board.stop()


def test_ctrl_c_alone_is_a_key_and_behind_a_cr_the_way_to_micropythons_prompt(board):
    board.start()
    time.sleep(0.4)
    board.type(b"\x03")
    board.read(PROMPT)
    assert board.run("mod cmd CMD0 xml-info") == '<info name="UPY-UNIX"/>\r\n'
    time.sleep(0.4)
    board.type(b"\r\x03")
    board.read(b"leaving the firmware")
    board.read(b">>> ")
    board.type(b"print(6 * 7)\r")
    board.read(b"\n42")


def test_ctrl_c_twice_within_two_seconds_leaves_too(board):
    board.start()
    for _ in range(2):
        time.sleep(0.4)
        board.type(b"\x03")
    board.read(b"leaving the firmware")


def test_what_comes_right_behind_the_way_out_goes_to_micropythons_prompt(board):
    """As mpremote begins: it does not wait between its Ctrl-C and its Ctrl-A."""
    board.start()
    time.sleep(0.4)
    board.type(b"\r\x03\r\x01")
    board.read(b"leaving the firmware")
    board.read(b"raw REPL; CTRL-B to exit\r\n>")
