"""On the file system that boards have: hal.flash on littlefs, and power that fails at any block it writes."""

from pathlib import Path

import pytest

from tests.upy.rig import run_script

ROOT = Path(__file__).parents[2]
CHIP = """
import os, vfs
from hal.check.flash import check_flash
from hal.description import Region
from hal.ports.flash import SectorFiles
from firmware.config.store import Store, StoreError
from hal.flash import FlashError

BLOCK, BLOCKS = 512, 160

EIO = -5

class Blocks:
    "RAM with the interface of a block device; behind the first `left` writes and erases it is dead."
    def __init__(self, data=bytes(BLOCK * BLOCKS)):
        self.data = bytearray(data)
        self.left = None

    def readblocks(self, block, buffer, offset=0):
        if self.left == 0:
            return EIO
        at = block * BLOCK + offset
        buffer[:] = self.data[at:at + len(buffer)]
        return 0

    def spent(self):
        if self.left is None:
            return False
        if self.left > 0:
            self.left -= 1
        return self.left == 0

    def writeblocks(self, block, buffer, offset=0):
        if self.spent():
            return EIO
        at = block * BLOCK + offset
        self.data[at:at + len(buffer)] = buffer
        return 0

    def ioctl(self, op, arg):
        if op == 6:
            if self.spent():
                return EIO
            self.data[arg * BLOCK:(arg + 1) * BLOCK] = b"\\xff" * BLOCK
        return {4: BLOCKS, 5: BLOCK}.get(op, 0)

def mounted(blocks):
    try:
        vfs.umount("/lfs")
    except OSError:
        pass
    vfs.mount(vfs.VfsLfs2(blocks), "/lfs")
    return SectorFiles("/lfs/chip", 16384, 2048)

def fresh():
    blocks = Blocks()
    vfs.VfsLfs2.mkfs(blocks)
    return blocks

REGIONS = Region("a", 0, 8192), Region("b", 8192, 8192)

def store(flash):
    return Store(flash, REGIONS[0], REGIONS[1], flash.sector)
"""
CHECK = CHIP + """
check_flash(mounted(fresh()))
print("kept")
"""
SWEEP = CHIP + """
OLD, NEW = b"old " * 300, b"new " * 700
blocks = fresh()
keeping = store(mounted(blocks))
keeping.load()
keeping.commit(b"older")
keeping.commit(OLD)
image = bytes(blocks.data)
found, cut, left = [], True, 1
while cut:
    blocks = Blocks(image)
    keeping = store(mounted(blocks))
    assert keeping.load() == OLD
    blocks.left = left
    try:
        keeping.commit(NEW)
    except (FlashError, StoreError):
        pass
    cut = blocks.left == 0
    again = store(mounted(Blocks(blocks.data)))
    got = again.load()
    assert got in (OLD, NEW), (left, got)
    assert cut or got == NEW
    found.append("new" if got == NEW else "old")
    again.commit(b"after")
    assert again.load() == b"after"
    left += 1
print(left, found == sorted(found, reverse=True), found[0], found[-1])
"""
FULL = CHIP + """
blocks = fresh()
flash = mounted(blocks)
keeping = store(flash)
keeping.load()
keeping.commit(b"kept")
try:
    for number in range(BLOCKS):
        with open("/lfs/foreign{}".format(number), "wb") as file:
            file.write(b"x" * BLOCK)
except OSError:
    pass
try:
    keeping.commit(b"y" * 6000)
    print("room")
except (FlashError, StoreError) as error:
    print("refused")
print(store(mounted(blocks)).load())
"""


@pytest.fixture(autouse=True)
def vm(image):
    return image


def run(script, where):
    return run_script(script, where, heap="2M", path=f"{ROOT}:.frozen").split()


def test_flash_on_littlefs_keeps_the_contract(tmp_path):
    assert run(CHECK, tmp_path) == ["kept"]


def test_power_that_fails_at_any_block_leaves_the_old_or_the_new(tmp_path):
    steps, monotone, first, last = run(SWEEP, tmp_path)
    assert int(steps) > 10
    assert (monotone, first, last) == ("True", "old", "new")


def test_a_full_file_system_refuses_and_what_was_kept_is_still_there(tmp_path):
    assert run(FULL, tmp_path) == ["refused", "b'kept'"]
