"""What a MicroPython board runs at power-on: it is flashed as main.py."""

import gc

from hal.ports import staged

COLLECT = 16 * 1024
"""Octets allocated between two collections. MicroPython would collect only when the heap is full, and by then
what is to stay lies scattered all over it: no free block would be longer than a datagram.
"""


def start():
    gc.threshold(COLLECT)
    from board import BOARD

    from firmware.main import boot
    from hal.ports.micropython import run

    run(BOARD, boot)


if staged.finish():
    # This file may have been replaced too; MicroPython resets for SystemExit.
    raise SystemExit
start()
