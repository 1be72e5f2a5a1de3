"""hal.Led and hal.Button on pins."""


class NoLed:
    """A board without a lamp."""

    def show(self, colour):
        pass


class Led:
    """A lamp of one colour: lit for any but black. `pin` is a machine.Pin or a lamp of its kind."""

    def __init__(self, pin):
        self._pin = pin

    def show(self, colour):
        self._pin.value(1 if colour else 0)


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
