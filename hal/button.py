"""The reset button behind the pin hole."""

from hal.contract import Protocol


class Button(Protocol):
    def pressed(self) -> bool:
        """Whether it is held down at this moment."""
        ...
