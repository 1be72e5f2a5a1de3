"""Time as a board knows it."""

from hal.contract import Protocol

MILLISECOND = 1_000
SECOND = 1_000_000


class Clock(Protocol):
    """A free-running counter and, where there is one, the time of day.

    Only the loop's driver reads it: firmware is handed `now` with each input.
    """

    def now(self) -> int:
        """Microseconds since power-on; never goes back."""
        ...

    def wall(self) -> "int | None":
        """Seconds since 1970 (UTC), or None while nobody has set the clock."""
        ...
