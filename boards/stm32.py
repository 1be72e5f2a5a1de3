"""NUCLEO-F767ZI (STM32F767, 512 KiB of RAM): Ethernet, lamps, the user button."""

from boards.development import FLASH, LAYOUT, TRANSPORTS
from hal.description import KIB, Board, MicroPython

BOARD = Board(
    name="stm32",
    title="STM32",
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
    micropython=MicroPython(port="pyboard", arch="armv7emdp", heap=400 * KIB, led="LED1", button=("SW", 1)),
    source="MicroPython, ports/stm32/boards/NUCLEO_F767ZI",
)
