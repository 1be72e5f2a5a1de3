"""IP1202/4: multi-cell base station with four channels."""

from boards.common import BUILT_IN, CODES_1202, FLASH, FOUR, LAYOUT_1202, TRANSPORTS
from hal.description import Board

BOARD = Board(
    name="ip1202_4",
    title="IP1202/4",
    codes=CODES_1202,
    platform="DECT",
    multicell=True,
    smallest="11r1sr3",
    flash=FLASH,
    regions=LAYOUT_1202,
    radio=BUILT_IN,
    dsp=FOUR,
    modem=True,
    transports=TRANSPORTS,
    micropython=None,
    source="article 31, Firmware Compatibility",
)
