"""What the factory does: firmware images into an empty chip."""

import functools
import pathlib
import zlib

from hal.description import Board

ROOT = pathlib.Path(__file__).resolve().parent.parent
PORTABLE = ("firmware", "hal")

IMAGES = ("boot", "mini", "firmware")
"""The flash regions that leave the factory with an image."""


@functools.cache
def payload() -> bytes:
    """The portable sources, one after the other as `length name NUL text`, deflated."""
    parts = []
    for folder in PORTABLE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name, text = str(path.relative_to(ROOT)).encode(), path.read_bytes()
            parts.append(b"%d %s\0%s" % (len(text), name, text))
    return zlib.compress(b"".join(parts), 1)


def manufacture(flash, board: Board, release: str, renew: bool = False):
    """Write the boot, mini and main images where there are none; `renew` writes the main image in any case."""
    for where in [one for one in board.regions if one.name in IMAGES]:
        if blank(flash, where) or (renew and where.name == "firmware"):
            from sim.image import build

            content = payload() if where.name == "firmware" else where.name.encode()
            write(flash, where, build(board.title, release, content))


def blank(flash, where) -> bool:
    return flash.read(where.at, flash.page) == b"\xff" * flash.page


def write(flash, where, image: bytes):
    """Erase what the image needs, then program it, as a programmer in the factory would."""
    if len(image) > where.size:
        raise ValueError(f"an image of {len(image)} octets does not fit the region {where.name}")
    for at in range(0, len(image), flash.sector):
        flash.erase(where.at + at)
        flash.program(where.at + at, image[at:at + flash.sector])
