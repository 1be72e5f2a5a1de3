"""Two copies in a flash in RAM, through commits, damage and want of space."""

from firmware.config.store import NoSpace, Store
from hal.description import Region
from tests.both.stubs import SECTOR, RamFlash

flash = RamFlash()
A, B = Region("a", 0, 4 * SECTOR), Region("b", 4 * SECTOR, 4 * SECTOR)


def boot():
    store = Store(flash, A, B, SECTOR)
    data = store.load()
    print(None if data is None else (len(data), data[:8]), store.damage, store.lost, store.used, store.capacity)
    return store


store = boot()
for data in (b"first", b"first", b"second " * 1000, b"", b"third"):
    flash.operations = []
    store.commit(data)
    print(flash.operations)
    store = boot()
try:
    store.commit(bytes(store.capacity + 1))
except NoSpace as error:
    print(error)
boot()
flash.program(B.at + store.start, b"\x00")
store = boot()
store.commit(b"repaired")
boot()
flash.program(A.at, b"\x00")
flash.program(B.at, b"\x00")
boot()
