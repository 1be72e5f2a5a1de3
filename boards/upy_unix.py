"""MicroPython's unix port behind a pty: a board for whoever has none, with a heap as small as a real one's."""

from boards.development import FLASH, LAYOUT, TRANSPORTS
from hal.description import KIB, Board, MicroPython

BOARD = Board(
    name="upy_unix",
    title="UPY-UNIX",
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
    micropython=MicroPython(port="linux", arch="x64", heap=512 * KIB, led=None, button=None),
    source="MicroPython, ports/unix",
)
