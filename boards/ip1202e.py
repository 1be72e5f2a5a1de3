"""IP1202e: multi-cell base station for external antennas."""

from boards.common import CODES_1202, EIGHT, EXTERNAL, FLASH, LAYOUT_1202, TRANSPORTS
from hal.description import Board

BOARD = Board(
    name="ip1202e",
    title="IP1202e",
    codes=CODES_1202,
    platform="DECT",
    multicell=True,
    smallest="11r1sr3",
    flash=FLASH,
    regions=LAYOUT_1202,
    radio=EXTERNAL,
    dsp=EIGHT,
    modem=True,
    transports=TRANSPORTS,
    micropython=None,
    source="article 31, Firmware Compatibility; article 21",
)
