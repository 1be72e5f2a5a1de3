"""hal.Led and hal.Button on pins."""


class NoLed:
    """A board without a lamp."""

    def show(self, colour):
        pass


class Led:
    """A lamp of one colour: lit for any but black. `pin` is a machine.Pin or a lamp of its kind, lit at `level`."""

    def __init__(self, pin, level=1):
        self._pin = pin
        self._level = level

    def show(self, colour):
        self._pin.value(self._level if colour else 1 - self._level)


class NoButton:
    def pressed(self):
        return False


class Button:
    """`pin` is a machine.Pin that reads `level` while the finger is on it."""

    def __init__(self, pin, level):
        self._pin = pin
        self._level = level

    def pressed(self):
        return self._pin.value() == self._level
