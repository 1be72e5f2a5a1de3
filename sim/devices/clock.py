"""The board's clock: virtual time since power-on, and a time of day that somebody may set."""

from sim.time import Time

SECOND = 1_000_000


class Clock:
    """hal.Clock. `powered_on` is the instant of virtual time at which `now` is 0."""

    def __init__(self, time: Time, wall: "int | None" = None):
        self._time = time
        self.powered_on = time.now
        self._epoch: "int | None" = None
        if wall is not None:
            self.set_wall(wall)

    def now(self) -> int:
        return self._time.now - self.powered_on

    def wall(self) -> "int | None":
        return None if self._epoch is None else self._epoch + self._time.now // SECOND

    def set_wall(self, seconds: "int | None") -> None:
        """Seconds since 1970 (UTC) at this instant; None: nobody has set the clock."""
        self._epoch = None if seconds is None else seconds - self._time.now // SECOND
