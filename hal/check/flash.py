"""The contract of hal.flash."""

from hal.check.contract import need, refuses
from hal.flash import FlashError

ONES = b"\xff"


def check_flash(flash):
    """Destroys the contents of the first two sectors and of the last."""
    _geometry(flash)
    _erase(flash)
    _program(flash)
    _pages(flash)
    _neighbours(flash)
    _borders(flash)
    _errors(flash)
    for at in (0, flash.sector, flash.size - flash.sector):
        flash.erase(at)


def _geometry(flash):
    need(flash.size > 0 and flash.size % flash.sector == 0, "a flash is a whole number of sectors")
    need(flash.size >= 3 * flash.sector, "a flash has at least three sectors")
    need(flash.sector % flash.page == 0, "a sector is a whole number of pages")


def _erase(flash):
    flash.erase(0)
    content = flash.read(0, flash.sector)
    need(isinstance(content, bytes), "read returns bytes")
    need(content == ONES * flash.sector, "erase sets a whole sector to ones")
    for at in range(0, flash.sector, flash.page):
        flash.program(at, b"\x00" * flash.page)
    flash.erase(0)
    need(flash.read(0, flash.sector) == ONES * flash.sector, "erase sets programmed octets to ones again")


def _program(flash):
    flash.erase(0)
    flash.program(0, b"\x5a\xff\x00")
    need(flash.read(0, 4) == b"\x5a\xff\x00\xff", "program stores octets in an erased sector, and no others")
    flash.program(0, b"\xf0\x0f\xff")
    need(flash.read(0, 3) == b"\x50\x0f\x00", "program only clears bits")
    flash.program(0, b"")
    need(flash.read(0, 3) == b"\x50\x0f\x00", "program of nothing changes nothing")
    need(flash.read(0, 0) == b"", "read of nothing gives nothing")
    buffer = bytearray(b"\x12\x34")
    flash.program(8, buffer)
    buffer[0] = 0
    need(flash.read(8, 2) == b"\x12\x34", "program takes any octets and keeps no hold on its argument")


def _pages(flash):
    flash.erase(0)
    data = bytes([(7 * i + 1) & 0xFF for i in range(2 * flash.page + 3)])
    at = flash.page - 2
    if at + len(data) > flash.sector:
        data = data[:flash.sector - at]
    flash.program(at, data)
    need(flash.read(at, len(data)) == data, "program splits at page borders by itself")
    need(flash.read(0, at) == ONES * at, "program changes nothing before its octets")
    rest = flash.sector - at - len(data)
    need(flash.read(at + len(data), rest) == ONES * rest, "program changes nothing behind its octets")


def _neighbours(flash):
    flash.erase(0)
    flash.erase(flash.sector)
    flash.program(flash.sector - 2, b"\x11\x22")
    flash.program(flash.sector, b"\x33\x44")
    need(flash.read(flash.sector - 2, 4) == b"\x11\x22\x33\x44", "read goes across sectors")
    flash.erase(flash.sector)
    need(flash.read(flash.sector - 2, 4) == b"\x11\x22\xff\xff", "erase leaves the sector before alone")
    flash.program(flash.sector, b"\x33\x44")
    flash.erase(0)
    need(flash.read(flash.sector - 2, 4) == b"\xff\xff\x33\x44", "erase leaves the sector behind alone")


def _borders(flash):
    last = flash.size - flash.sector
    flash.erase(last)
    flash.program(flash.size - 1, b"\x77")
    need(flash.read(flash.size - 1, 1) == b"\x77", "the last octet of the chip can be programmed and read")


def _errors(flash):
    before = flash.read(0, 2 * flash.sector)
    size, sector = flash.size, flash.sector
    refuses(FlashError, "read past the end raises FlashError", flash.read, size - 1, 2)
    refuses(FlashError, "read outside the chip raises FlashError", flash.read, size, 1)
    refuses(FlashError, "read before the chip raises FlashError", flash.read, -1, 1)
    refuses(FlashError, "program past the end raises FlashError", flash.program, size - 1, b"\0\0")
    refuses(FlashError, "program before the chip raises FlashError", flash.program, -1, b"\0\0")
    refuses(FlashError, "program across a sector raises FlashError", flash.program, sector - 1, b"\0\0")
    refuses(FlashError, "erase between sectors raises FlashError", flash.erase, 1)
    refuses(FlashError, "erase outside the chip raises FlashError", flash.erase, size)
    need(flash.read(0, 2 * sector) == before, "a refused access changes nothing")
    need(flash.read(size - 1, 1) == b"\x77", "a refused access changes nothing at the end of the chip")
