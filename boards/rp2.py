"""Raspberry Pi Pico 2 W (RP2350, 520 KiB of RAM): radio network, lamp on the network chip.

The first Pico's RAM is too small.
"""

from boards.development import FLASH, LAYOUT, TRANSPORTS
from hal.description import KIB, Board, MicroPython

BOARD = Board(
    name="rp2",
    title="RP2",
    codes=(),
    platform="MicroPython",
    multicell=False,
    smallest="",
    flash=FLASH,
    regions=LAYOUT,
    radio=None,
    dsp=None,
    modem=False,
    transports=TRANSPORTS,
    micropython=MicroPython(port="rp2", arch="armv7emsp", heap=420 * KIB, led="LED", button=None),
    source="MicroPython, ports/rp2/boards/RPI_PICO2_W",
)
