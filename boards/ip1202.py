"""IP1202: multi-cell base station, built-in antennas."""

from boards.common import BUILT_IN, CODES_1202, EIGHT, FLASH, LAYOUT_1202, TRANSPORTS
from hal.description import Board

BOARD = Board(
    name="ip1202",
    title="IP1202",
    codes=CODES_1202,
    platform="DECT",
    multicell=True,
    smallest="11r1sr3",
    flash=FLASH,
    regions=LAYOUT_1202,
    radio=BUILT_IN,
    dsp=EIGHT,
    modem=True,
    transports=TRANSPORTS,
    micropython=None,
    source="article 31, Firmware Compatibility",
)
