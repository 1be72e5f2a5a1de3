"""IP1202/4s: single-cell base station with four channels: no handover, no roaming."""

from boards.common import BUILT_IN, CODES_1202, FLASH, FOUR, LAYOUT_1202, TRANSPORTS
from hal.description import Board

BOARD = Board(
    name="ip1202_4s",
    title="IP1202/4s",
    codes=CODES_1202,
    platform="DECT",
    multicell=False,
    smallest="13r1sr8",
    flash=FLASH,
    regions=LAYOUT_1202,
    radio=BUILT_IN,
    dsp=FOUR,
    modem=True,
    transports=TRANSPORTS,
    micropython=None,
    source="article 31, Product Availability",
)
