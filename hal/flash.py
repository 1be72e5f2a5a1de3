"""NOR flash, as little as the firmware may assume of it."""

from hal.contract import Protocol


class FlashError(Exception):
    """An access outside the device, across a sector, or one that the chip refused."""


class Flash(Protocol):
    """`program` only clears bits; `erase` sets a whole sector to ones.

    Power may fail inside either: then that call's own bytes are undefined, no
    others. `program` splits at page borders by itself, so that a cut may leave
    whole pages done and others not. Calls block for as long as the chip does.
    """

    size: int
    sector: int
    page: int

    def read(self, at: int, length: int) -> bytes: ...

    def program(self, at: int, data: bytes) -> None: ...

    def erase(self, at: int) -> None:
        """Erase the one sector that begins at `at`."""
        ...
