"""Bases that are not ours: one that bears our identity, and a system of somebody else's with calls of its own.

Two systems with the same SARI disturb one another (article 31): handsets take the foreign base for one of theirs,
and their requests come to nothing there. A system with another SARI takes up slots and is not in step with ours.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.air.frames import BITS, CARRIERS, Beacon
from sim.air.stations import POWER, Position
from sim.peers.handset.identity import park
from sim.time import Handle, Time

if TYPE_CHECKING:
    from sim.air.air import Air
    from sim.air.frames import Heard

NT_ALONE, QT_ALONE = 0x6E, 0x8E
"""Headers of an identity and of system information in a burst without B-field: TA 3 and 4, BA 7 (175-3 7.1)."""

STATIC, CAPABILITIES, MULTIFRAME = 0x00, 0x30, 0x60
"""Q_H, the high nibble of a Q_T (7.2.3)."""

ABLE = (17, 27, 32, 33, 36, 37, 38, 45, 46)
"""Bits of fixed part capabilities: full slots, I_N, G.726, GAP speech, authentication, ciphering, location
registration, external handover, connection handover (7.2.3.4 and 175-5 annex F)."""

QT_FRAME = 8
"""Of a multiframe: the one with system information."""


def rfpi(sari: str, number: int) -> bytes:
    """The identity of a base of the system with that printed SARI: five octets, E = 0. ValueError for a wrong SARI."""
    ari = park(sari)
    if ari.bits != 31:
        raise ValueError(f"{sari}: an ARI of {ari.bits} bits leaves no room for a base's number of 8")
    return (int(ari.value, 2) << 8 | number).to_bytes(5, "big")


def beacon_fields(identity: bytes, able: "tuple[int, ...]" = ABLE) -> "tuple[bytes, ...]":
    """What an idle base says in three multiframes: its identity, and system information in frame 8."""
    bits = sum(1 << 47 - bit for bit in able)
    carriers = (1 << CARRIERS) - 1
    # Slot, carrier, PSCN and multiframe number are filled in as it is sent.
    static = bytes((STATIC, carriers >> 8, carriers & 0xFF, 0, 0))
    able_to = bytes((CAPABILITIES | bits >> 32,)) + (bits & 0xFFFFFFFF).to_bytes(4, "big")
    said = (static, able_to, bytes((MULTIFRAME, 0, 0, 0, 0)))
    named = bytes((NT_ALONE,)) + identity
    return tuple(bytes((QT_ALONE,)) + said[frame // 16] if frame % 16 == QT_FRAME else named for frame in range(48))


class ForeignBase:
    """A base with an RFPI of its own choice that answers nobody; `requests` counts who has asked.

    `sari` is printed, as on a certificate; `number` its RPN; slot 0 to 11 by its own clock, which nobody follows.
    """

    def __init__(self, air: "Air", position: Position, sari: str, number: int = 0xC8, slot: int = 0,
                 carrier: int = 0, power: float = POWER):
        self.rfpi = rfpi(sari, number)
        self.requests = 0
        self.on = False
        self._air = air
        self._slot, self._carrier = slot, carrier
        air.add(self, position, fixed=True, power=power)

    def start(self) -> None:
        """On the air; idempotent."""
        self.on = True
        self._air.beacon(self, Beacon(self._slot, self._carrier, beacon_fields(self.rfpi)))
        self._air.scan(self, True)

    def stop(self) -> None:
        """Silent; idempotent."""
        self.on = False
        self._air.beacon(self, None)
        self._air.scan(self, False)

    def heard(self, heard: "Heard") -> None:
        self.requests += 1

    def system_changed(self) -> None:
        """It looks for nobody."""


class AlienSystem:
    """A base of somebody else's with `calls` calls on it: each takes a pair of slots on a carrier, and after `hold`
    seconds on the average ends while another begins elsewhere. The seed draws them."""

    def __init__(self, air: "Air", time: Time, position: Position, sari: str, calls: int = 4, hold: float = 60.0,
                 seed: int = 1, power: float = POWER):
        self.base = ForeignBase(air, position, sari, power=power)
        self.calls, self.hold = calls, hold
        self._air, self._time = air, time
        self._random = np.random.default_rng([seed, 0xA11E])
        self._bursts: dict[int, list[object]] = {}
        self._ends: dict[int, Handle] = {}

    def start(self) -> None:
        """On the air with all its calls; idempotent."""
        if not self.base.on:
            self.base.start()
            for number in range(self.calls):
                self._call(number)

    def stop(self) -> None:
        """Silent; idempotent."""
        self.base.stop()
        for number in list(self._bursts):
            self._time.cancel(self._ends.pop(number, None))
            self._over(number)

    def _call(self, number: int) -> None:
        """A new call in place of the one of that number. Its handset sends from about where the base is."""
        self._over(number)
        slot, carrier = int(self._random.integers(1, 12)), int(self._random.integers(CARRIERS))
        self._bursts[number] = [self._air.emit(self.base, carrier, one, BITS[0]) for one in (slot, slot + 12)]
        lasts = round(self._random.exponential(self.hold) * 1_000_000)
        self._ends[number] = self._time.after(lasts, lambda: self._call(number))

    def _over(self, number: int) -> None:
        for mark in self._bursts.pop(number, ()):
            self._air.quieten(mark)
