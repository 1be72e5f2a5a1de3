"""The console's serial line."""

from hal.contract import Protocol


class Serial(Protocol):
    """A UART with FIFOs of limited depth; nothing here blocks."""

    def read(self) -> bytes:
        """All octets received since the last call, in order; may be empty."""
        ...

    def write(self, data: bytes) -> int:
        """Queue octets for sending; returns how many fitted. The rest is the caller's."""
        ...

    def events(self) -> "list[str]":
        """"overrun" and "break" since the last call, in order."""
        ...
