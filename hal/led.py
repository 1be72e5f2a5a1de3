"""The RGB status LED."""

from hal.contract import Protocol

OFF = 0x000000
RED = 0xFF0000
YELLOW = 0xFFFF00
BLUE = 0x0000FF


class Led(Protocol):
    """One lamp that holds its colour until it is given another."""

    def show(self, colour: int) -> None:
        """0xRRGGBB."""
        ...
