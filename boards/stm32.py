"""Arduino Portenta H7 (STM32H747, 8 MiB of RAM and 15 MiB of file system beside the chip): Ethernet, lamps, no button.

The file systems within the chips themselves (96 KiB on a NUCLEO-F767ZI) are too small for the firmware.
"""

from boards.development import FLASH, LAYOUT, TRANSPORTS
from hal.description import MIB, Board, MicroPython

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
    micropython=MicroPython(port="pyboard", arch="armv7emdp", heap=8 * MIB, led=("LED_RED", 0), button=None),
    source="MicroPython, ports/stm32/boards/ARDUINO_PORTENTA_H7",
)
