"""IP1203: multi-cell base station, built-in antennas."""

from boards.common import BUILT_IN, EIGHT, FLASH, LAYOUT_1203, TRANSPORTS
from hal.description import Board

BOARD = Board(
    name="ip1203",
    title="IP1203",
    codes=("IP1203",),
    platform="DECT",
    multicell=True,
    smallest="13r1",
    flash=FLASH,
    regions=LAYOUT_1203,
    radio=BUILT_IN,
    dsp=EIGHT,
    modem=True,
    transports=TRANSPORTS,
    micropython=None,
    source="article 31, Firmware",
)
