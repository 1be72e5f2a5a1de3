"""IP1203e: multi-cell base station for external antennas."""

from boards.common import EIGHT, EXTERNAL, FLASH, LAYOUT_1203, TRANSPORTS
from hal.description import Board

BOARD = Board(
    name="ip1203e",
    title="IP1203e",
    codes=("IP1203e",),
    platform="DECT",
    multicell=True,
    smallest="13r1",
    flash=FLASH,
    regions=LAYOUT_1203,
    radio=EXTERNAL,
    dsp=EIGHT,
    modem=True,
    transports=TRANSPORTS,
    micropython=None,
    source="article 31, Firmware; article 21",
)
