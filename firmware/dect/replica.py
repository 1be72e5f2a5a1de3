"""What a standby master keeps of the other's handsets until it takes over."""

from firmware.config.store import StoreError
from firmware.dect.between import Kept, Located
from firmware.effects import MINOR, Log


class Replica:
    """Keys are stored at once where `keys` knows its system, locations count from `begin` on."""

    def __init__(self, keys, locations):
        self._keys, self._locations = keys, locations
        self._changes = []

    def take(self, change):
        """A `Kept` or `Located`; effects."""
        if isinstance(change, Kept) and self._keys.begun():
            return self._key(change)
        self._changes = [one for one in self._changes if type(one) is not type(change) or one.ipei != change.ipei]
        self._changes.append(change)
        return []

    def begin(self):
        """It is the master now; effects."""
        changes, self._changes = self._changes, []
        effects = []
        for change in changes:
            effects += self._located(change) if isinstance(change, Located) else self._key(change)
        return effects

    def _located(self, change):
        if change.radio is None:
            return self._locations.forget(change.ipei)
        return self._locations.take(change.ipei, change.radio)

    def _key(self, change):
        try:
            if change.uak is None:
                self._keys.drop(change.ipei)
            else:
                self._keys.keep(change.ipei, change.uak)
        except StoreError as error:
            return [Log(MINOR, "a key of the other master could not be kept: {}".format(error))]
        return []
