"""Where the contents of a flash chip live: in memory, or in a file that a killed process leaves whole."""

import fcntl
import os
import stat
from tempfile import mkstemp
from typing import Protocol

ERASED = b"\xff"
_CHUNK = 1 << 16


class FlashFileError(Exception):
    """A flash file that cannot be used; the sentence names the file and what mends it."""


class ForeignFile(FlashFileError):
    """A regular file that nobody uses and that is no flash of this size; it may be set aside."""


class Cells(Protocol):
    def read(self, at: int, length: int) -> bytes: ...

    def write(self, at: int, data: bytes) -> None: ...

    def close(self) -> None: ...


class MemoryCells:
    """By sector, and only those that are not erased: a hundred idle boards cost little."""

    def __init__(self, size: int, sector: int, image: "bytes | None"):
        if image is not None and len(image) != size:
            raise ValueError(f"an image of {len(image)} octets for a chip of {size}")
        self._sector = sector
        self._erased = ERASED * sector
        self._sectors: dict[int, bytes] = {}
        if image is not None:
            self.write(0, bytes(image))

    def read(self, at: int, length: int) -> bytes:
        first, skip = divmod(at, self._sector)
        last = (at + length + self._sector - 1) // self._sector
        whole = b"".join([self._sectors.get(number, self._erased) for number in range(first, last)])
        return whole[skip:skip + length]

    def write(self, at: int, data: bytes) -> None:
        first, skip = divmod(at, self._sector)
        last = (at + len(data) + self._sector - 1) // self._sector
        whole = self.read(first * self._sector, skip) + data
        whole += self.read(at + len(data), last * self._sector - at - len(data))
        for number in range(first, last):
            content = whole[(number - first) * self._sector:(number - first + 1) * self._sector]
            if content == self._erased:
                self._sectors.pop(number, None)
            else:
                self._sectors[number] = content

    def close(self) -> None:
        pass


class FileCells:
    """A file exactly as long as the chip, locked against a second process, written through."""

    def __init__(self, path: str, size: int):
        self._path = path
        create(path, size)
        self._fd = _open(path)
        try:
            self._claim(size)
        except BaseException:
            os.close(self._fd)
            raise

    def read(self, at: int, length: int) -> bytes:
        return os.pread(self._fd, length, at)

    def write(self, at: int, data: bytes) -> None:
        os.pwrite(self._fd, data, at)

    def close(self) -> None:
        """Gives the lock back; idempotent."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _claim(self, size: int) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FlashFileError(f"{self._path}: another board is running on this flash file") from None
        found = os.fstat(self._fd)
        if not stat.S_ISREG(found.st_mode):
            raise FlashFileError(f"{self._path} is no regular file: name a file for the flash contents")
        if found.st_size != size:
            raise ForeignFile(f"{self._path} holds {found.st_size} octets, the board's flash {size}:"
                              " it belongs to another board or is cut short")


def create(path: str, size: int) -> None:
    """An erased flash file, if there is none; never half of one, whoever else tries."""
    if os.path.lexists(path):
        return
    try:
        fd, temporary = mkstemp(prefix=".flash-", dir=os.path.dirname(path) or ".")
    except OSError as error:
        raise FlashFileError(f"{path}: the flash file cannot be created: {error.strerror}") from None
    try:
        with os.fdopen(fd, "wb") as file:
            os.fchmod(fd, 0o644)
            for at in range(0, size, _CHUNK):
                file.write(ERASED * min(_CHUNK, size - at))
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError as error:
        raise FlashFileError(f"{path}: the flash file cannot be created: {error.strerror}") from None
    finally:
        os.unlink(temporary)


def set_aside(path: str) -> str:
    """Rename a flash file that cannot be used to FILE.bad, FILE.bad.1 ...; returns the name, which was free."""
    kept, number = path + ".bad", 0
    try:
        while True:
            try:
                os.link(path, kept, follow_symlinks=False)
                break
            except FileExistsError:
                number += 1
                kept = f"{path}.bad.{number}"
        os.unlink(path)
    except OSError as error:
        raise FlashFileError(f"{path} cannot be set aside as {kept}: {error.strerror}; name another file") from None
    return kept


def _open(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise FlashFileError(f"{path}: the flash file cannot be opened: {error.strerror}") from None
