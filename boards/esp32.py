"""ESP32-S3 with 8 MiB of PSRAM, as on its DevKitC: radio network, the boot button."""

from boards.development import FLASH, LAYOUT, TRANSPORTS
from hal.description import MIB, Board, MicroPython

BOARD = Board(
    name="esp32",
    title="ESP32",
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
    micropython=MicroPython(port="esp32", arch="xtensawin", heap=8 * MIB, led=None, button=(0, 0)),
    source="MicroPython, ports/esp32/boards/ESP32_GENERIC_S3, variant SPIRAM_OCT",
)
