"""A seeded wrapper round any HAL object: calls fail, results get lost, late or wrong."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from random import Random

DROP, CORRUPT, DELAY, RAISE = "drop", "corrupt", "delay", "raise"
KINDS = (DROP, CORRUPT, DELAY, RAISE)


@dataclass(frozen=True)
class Fault:
    """What happens to calls of `method`.

    `calls` numbers the calls concerned, from 1 (None: all), `chance` thins
    them. "raise" raises `error` before the call; "drop" leaves the call out,
    or, for a call that returns something, empties what it returns; "delay"
    holds a returned list back for `by` calls; "corrupt" flips one bit, of what
    is returned or else of what is passed.
    """

    method: str
    kind: str
    chance: float = 1.0
    calls: "Container[int] | None" = None
    error: "BaseException | None" = None
    by: int = 1

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"a fault is one of {', '.join(KINDS)}, not {self.kind!r}")
        if (self.kind == RAISE) != (self.error is not None):
            raise ValueError("`error` goes with raise, and only with it")


class Faulty:
    """Stands in for `target`: every other attribute, also `wake`, is the target's own.

    `happened` lists (method, call number, kind) of each fault so far.
    """

    def __init__(self, target: object, *faults: Fault, seed: int = 0):
        own = {"_target": target, "_faults": faults, "_random": Random(seed), "_calls": {}, "_held": [], "happened": []}
        self.__dict__.update(own)

    def __getattr__(self, name: str):
        found = getattr(self._target, name)
        faults = [fault for fault in self._faults if fault.method == name]
        return self._wrapped(name, found, faults) if faults else found

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._target, name, value)

    def _wrapped(self, name: str, found: Callable, faults: "list[Fault]") -> Callable:
        def call(*arguments):
            number = self._calls[name] = self._calls.get(name, 0) + 1
            kinds = {fault.kind: fault for fault in faults if self._strikes(fault, number)}
            self.happened.extend((name, number, kind) for kind in kinds)
            return self._call(found, arguments, kinds, number)
        return call

    def _strikes(self, fault: Fault, number: int) -> bool:
        if fault.calls is not None and number not in fault.calls:
            return False
        return fault.chance >= 1 or self._random.random() < fault.chance

    def _call(self, found: Callable, arguments: tuple, kinds: "dict[str, Fault]", number: int):
        error = kinds[RAISE].error if RAISE in kinds else None
        if error is not None:
            raise error
        if DROP in kinds and any(isinstance(one, bytes) for one in arguments):
            return None
        given = tuple(map(self._flip, arguments)) if CORRUPT in kinds else arguments
        result = found(*given)
        if DROP in kinds and result is not None:
            return type(result)()
        if CORRUPT in kinds:
            result = self._flip(result)
        return self._late(result, kinds.get(DELAY), number) if isinstance(result, list) else result

    def _late(self, result: list, delay: "Fault | None", number: int) -> list:
        if delay is not None and result:
            self._held.append((number + delay.by, result))
            result = []
        due = [events for when, events in self._held if when <= number]
        self._held[:] = [(when, events) for when, events in self._held if when > number]
        return [event for events in due for event in events] + result

    def _flip(self, value):
        """One bit of the octets in `value`, wherever they are; anything else as it is."""
        if isinstance(value, (bytes, bytearray)) and value:
            changed = bytearray(value)
            changed[self._random.randrange(len(changed))] ^= 1 << self._random.randrange(8)
            return bytes(changed)
        if isinstance(value, list):
            return [self._flip(one) for one in value]
        if isinstance(value, tuple):
            parts = [self._flip(one) for one in value]
            return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
        return value
