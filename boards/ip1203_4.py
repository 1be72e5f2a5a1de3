"""IP1203/4: multi-cell base station with four channels."""

from boards.common import BUILT_IN, FLASH, FOUR, LAYOUT_1203, TRANSPORTS
from hal.description import Board

BOARD = Board(
    name="ip1203_4",
    title="IP1203/4",
    codes=("IP1203/4",),
    platform="DECT",
    multicell=True,
    smallest="13r1",
    flash=FLASH,
    regions=LAYOUT_1203,
    radio=BUILT_IN,
    dsp=FOUR,
    modem=True,
    transports=TRANSPORTS,
    micropython=None,
    source="article 31, Firmware",
)
