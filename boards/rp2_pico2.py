"""Raspberry Pi Pico 2 (RP2350, 520 KiB of RAM) without a network: the console only."""

from boards.development import FLASH, LAYOUT, NONE
from hal.description import KIB, Board, MicroPython

BOARD = Board(
    name="rp2_pico2",
    title="RP2-PICO2",
    codes=(),
    platform="MicroPython",
    multicell=False,
    smallest="",
    flash=FLASH,
    regions=LAYOUT,
    radio=None,
    dsp=None,
    modem=False,
    transports=NONE,
    micropython=MicroPython(port="rp2", arch="armv7emsp", heap=460 * KIB, led="LED", button=None),
    source="MicroPython, ports/rp2/boards/RPI_PICO2",
)
