"""Which radio part number (RPN) a board has.

It is kept by the board's MAC address as the variable DECT/RPN/<MAC>, so that a radio has the same RFPI after every
restart.
"""

from binascii import hexlify, unhexlify

from firmware.config.store import StoreError
from firmware.config.vars import Vars
from firmware.dect.keys import Unsaved
from firmware.effects import MINOR, Log

ROOT = "DECT/RPN/"


class Numbers:
    """`variables` is the device's firmware.config.vars.Vars; None: the numbers are lost with this object."""

    def __init__(self, variables=None):
        self._variables = Vars(Unsaved()) if variables is None else variables

    def find(self, mac):
        """The number that a board has, or None."""
        var = self._variables.find(_name(mac))
        octets = b"" if var is None else _octets(var.value)
        return octets[0] if len(octets) == 1 else None

    def items(self):
        """(MAC, number) of all boards, by number."""
        found = []
        for line in self._variables.read(ROOT):
            mac = _octets(line.split(" ")[0][len(ROOT):])
            number = self.find(mac) if len(mac) == 6 else None
            if number is not None:
                found.append((number, mac))
        return [(mac, number) for number, mac in sorted(found)]

    def give(self, mac, most):
        """(number, effects) for a board: that which it has, else the lowest one below `most` that is free, or None."""
        number = self.find(mac)
        if number is not None and number < most:
            return number, []
        taken = [number for _, number in self.items()]
        for number in range(most):
            if number not in taken:
                return number, self.keep(mac, number)
        return None, []

    def keep(self, mac, number):
        """From now on the board has this number, and no other board; effects."""
        effects: list = []
        if self.find(mac) == number:
            return effects
        for other, taken in self.items():
            if taken == number:
                effects += self.forget(other)
        return effects + self._store("create", _name(mac), "pb", hexlify(bytes([number])).decode())

    def forget(self, mac):
        return self._store("delete", _name(mac))

    def _store(self, method, *arguments):
        try:
            getattr(self._variables, method)(*arguments)
        except StoreError as error:
            return [Log(MINOR, "the numbers of radios are not kept: {}".format(error))]
        return []


def _name(mac):
    return ROOT + hexlify(mac).decode()


def _octets(text):
    try:
        return unhexlify(text)
    except ValueError:
        return b""
