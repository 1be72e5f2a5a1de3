"""The user authentication keys (UAK) of the handsets that are subscribed: EN 300 175-7 4.4.

A key belongs to a pair of IPUI and PARK, and is kept as the variable
DECT/UAK/<ARI>/<IPEI>, both in hexadecimal: so it outlives a reset, and a saved
configuration brings the subscriptions back to a fresh board.
"""

from binascii import hexlify, unhexlify

from firmware.config.store import StoreError
from firmware.config.vars import Vars
from firmware.dect.security import KEY
from firmware.effects import MINOR, Log

ROOT = "DECT/UAK/"


class Unsaved:
    """A store that keeps nothing."""

    def load(self):
        return None

    def commit(self, data):
        pass


class Keys:
    """`variables` is the device's firmware.config.vars.Vars; None: the keys are lost with this object."""

    def __init__(self, variables=None):
        self._vars = Vars(Unsaved()) if variables is None else variables
        self._prefix = ROOT

    def begin(self, ari):
        """The keys of this system count; those of any other are deleted."""
        self._prefix = "{}{:x}/".format(ROOT, ari.value)
        return self._forget([name for name in self._names() if not name.startswith(self._prefix)])

    def begun(self):
        return self._prefix != ROOT

    def _names(self):
        return [line.split(" ", 1)[0] for line in self._vars.read(ROOT)]

    def _forget(self, names):
        try:
            for name in names:
                self._vars.delete(name)
        except StoreError as error:
            return [Log(MINOR, "keys of another system stay: {}".format(error))]
        return [Log(MINOR, "{} handsets have to subscribe again".format(len(names)))] if names else []

    def of(self, ipei):
        """The UAK of a handset, or None if it is not subscribed."""
        var = self._vars.find(self._name(ipei))
        if var is None or len(var.value) != 2 * KEY or "b" not in var.flags:
            return None
        return unhexlify(var.value)

    def handsets(self):
        """The IPEIs that have a key, in the order in which they subscribed."""
        found: list = []
        for name in self._names():
            digits = name[len(self._prefix):]
            if name.startswith(self._prefix) and len(digits) == 9 and not digits.strip("0123456789abcdef"):
                found.append(int(digits, 16))
        return found

    def drop(self, ipei):
        """Whether there was a key; raises as `keep`."""
        return bool(self._vars.delete(self._name(ipei)))

    def keep(self, ipei, uak):
        """Raises firmware.config.store.StoreError with nothing changed."""
        self._vars.create(self._name(ipei), "pb", hexlify(uak).decode())

    def _name(self, ipei):
        return "{}{:09x}".format(self._prefix, ipei)
