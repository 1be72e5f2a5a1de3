"""The reset button, and the finger on it."""

from collections.abc import Callable

from sim.time import Time


class Button:
    """hal.Button. Firmware polls it; `wake` is called at both edges."""

    def __init__(self, time: Time):
        self._time = time
        self._held = False
        self.wake: Callable[[], object] = lambda: None

    def pressed(self) -> bool:
        return self._held

    def press(self, microseconds: "int | None" = None) -> None:
        """Hold it down, for so long or until `release`."""
        self._set(True)
        if microseconds is not None:
            self._time.after(microseconds, self.release)

    def release(self) -> None:
        self._set(False)

    def _set(self, held: bool) -> None:
        if held != self._held:
            self._held = held
            self.wake()
