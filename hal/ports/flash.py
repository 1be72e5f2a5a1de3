"""NOR flash in the board's file system: a file for each sector, no file for an erased one.

One big file would be dear: littlefs writes a file anew from the first octet
that changes to its end. A sector's file takes one block of it, and `close`
puts it there whole, so that a cut leaves a call undone or done.
"""

import os

from hal.flash import FlashError

PAGE = 256


class SectorFiles:
    """hal.Flash of `size` octets in the folder `folder`, which is made if it is not there.

    `before(what, at)` is called ahead of each change, "program" or "erase": a
    test cuts the power there. A file that is too short reads as erased behind
    its end: a cut at the very first write leaves it so.
    """

    def __init__(self, folder, size, sector, page=PAGE, before=None):
        self.size = size
        self.sector = sector
        self.page = page
        self._folder = folder
        self._before = before
        self._written = set()
        try:
            os.mkdir(folder)
        except OSError:
            pass
        for name in os.listdir(folder):
            if len(name) == 4 and name.isdigit() and int(name) < size // sector:
                self._written.add(int(name))

    def read(self, at, length):
        self._check(at, length)
        data = bytearray(length)
        done = 0
        while done < length:
            number, start = divmod(at + done, self.sector)
            count = min(length - done, self.sector - start)
            data[done:done + count] = self._part(number, start, count)
            done += count
        return bytes(data)

    def program(self, at, data):
        self._check(at, len(data))
        number, start = divmod(at, self.sector)
        if start + len(data) > self.sector:
            raise FlashError("program of {} octets at 0x{:x} crosses a sector".format(len(data), at))
        if not data:
            return
        self._announce("program", at)
        try:
            if number not in self._written:
                self._written.add(number)
                self._create(number)
            self._clear_bits(number, start, data)
        except OSError as error:
            raise FlashError("the file system: {}".format(error))

    def erase(self, at):
        self._check(at, self.sector)
        number, start = divmod(at, self.sector)
        if start:
            raise FlashError("erase at 0x{:x}: no sector of {} octets begins there".format(at, self.sector))
        self._announce("erase", at)
        if number in self._written:
            _remove(self._path(number))
            self._written.discard(number)

    def _check(self, at, length):
        if at < 0 or at + length > self.size:
            raise FlashError("{} octets at 0x{:x} are outside the flash of 0x{:x}".format(length, at, self.size))

    def _announce(self, what, at):
        if self._before is not None:
            self._before(what, at)

    def _path(self, number):
        return "{}/{:04d}".format(self._folder, number)

    def _part(self, number, start, count):
        """Octets of one sector."""
        if number not in self._written:
            return b"\xff" * count
        try:
            with open(self._path(number), "rb") as file:
                file.seek(start)
                data = file.read(count)
        except OSError as error:
            raise FlashError("the file system: {}".format(error))
        return data + b"\xff" * (count - len(data))

    def _create(self, number):
        """The file of an erased sector."""
        ones = b"\xff" * self.page
        with open(self._path(number), "wb") as file:
            for _ in range(self.sector // self.page):
                file.write(ones)

    def _clear_bits(self, number, start, data):
        """A page at a time: a board may have no memory left for more in one piece."""
        with open(self._path(number), "r+b") as file:
            for done in range(0, len(data), self.page):
                part = data[done:done + self.page]
                file.seek(start + done)
                old = file.read(len(part))
                file.seek(start + done)
                file.write(bytes([(old[i] if i < len(old) else 0xFF) & part[i] for i in range(len(part))]))


def _remove(path):
    try:
        os.remove(path)
    except OSError as error:
        raise FlashError("the file system: {}".format(error))
