"""The RGB status LED and a memory of what it has shown."""

from collections import deque
from collections.abc import Callable

from hal.led import OFF
from sim.time import Time


class Led:
    """hal.Led. `history` holds (instant, colour) of each change, oldest first, bounded;
    `on_change(instant, colour)` is called at each.
    """

    def __init__(self, time: Time, kept: int = 4096):
        self._time = time
        self.colour = OFF
        self.history: deque[tuple[int, int]] = deque(maxlen=kept)
        self.on_change: Callable[[int, int], object] = lambda instant, colour: None

    def show(self, colour: int) -> None:
        if not 0 <= colour <= 0xFFFFFF:
            raise ValueError(f"a colour is 0xRRGGBB, not {colour!r}")
        if colour == self.colour:
            return
        self.colour = colour
        self.history.append((self._time.now, colour))
        self.on_change(self._time.now, colour)
