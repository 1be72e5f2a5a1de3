"""Finding bases: which there are, which are ours, how good they are. EN 300 175-3 11.3, 175-6 6."""

from typing import NamedTuple

from sim.air import Air, Beacon
from sim.peers.handset import fields
from sim.peers.handset.fields import Base
from sim.peers.handset.identity import Park
from sim.time import Time

WEAKEST = -83
"""dBm at which one bit in a thousand is wrong (175-2)."""

KNOWN = 10_000_000
"""Microseconds for which a handset takes a list of bases for complete: our choice."""


class Found(NamedTuple):
    """A base as the handset hears it; `rssi` in dBm."""

    rssi: float
    base: Base
    beacon: Beacon

    @property
    def rfpi(self) -> bytes:
        return self.base.rfpi

    @property
    def blind(self) -> "frozenset[int]":
        """Slots in which it takes no request."""
        return self.base.blind | self.beacon.blind | {self.beacon.slot}


class Survey(NamedTuple):
    """One line of a site survey: `rssi` in dBm, `fer` bad A-fields in 100."""

    rfpi: str
    rssi: int
    fer: int
    slot: int
    carrier: int
    ours: bool


class Search:
    """What one handset hears of the bases round it."""

    def __init__(self, air: Air, time: Time, station):
        self._air, self._time, self._station = air, time, station
        self._known: list[Found] = []
        self._known_until = -1

    def heard(self) -> "list[Found]":
        """Every base that can be received, the strongest first."""
        found = []
        for rssi, beacon in self._air.beacons(self._station):
            base = fields.read_base(beacon.fields)
            if base is not None:
                found.append(Found(rssi, base, beacon))
        self._known, self._known_until = found, self._time.now + KNOWN
        return found

    def near(self) -> "list[Found]":
        """The same from what was heard not long ago, at today's levels."""
        if self._time.now >= self._known_until or not self._known:
            return self.heard()
        now = [one._replace(rssi=self._air.level(self._station, one.beacon.station)) for one in self._known]
        return sorted((one for one in now if one.rssi >= WEAKEST), key=lambda one: -one.rssi)

    def still(self, known: Found) -> "Found | None":
        """A base at today's level, if it was heard not long ago and is not weak."""
        if self._time.now >= self._known_until:
            return None
        rssi = self._air.level(self._station, known.beacon.station)
        return known._replace(rssi=rssi) if rssi >= WEAKEST else None

    def forget(self) -> None:
        """Some base is not what it was."""
        self._known_until = -1

    def again(self, known: Found) -> "Found | None":
        """The same base as it is heard now."""
        return next((one for one in self.heard() if one.rfpi == known.rfpi), None)

    def survey(self, park: Park) -> "list[Survey]":
        lines = []
        for rssi, fer, beacon in self._air.survey(self._station):
            base = fields.read_base(beacon.fields)
            if base is not None:
                lines.append(Survey(base.rfpi.hex(), rssi, fer, beacon.slot, beacon.carrier, accepts(park, base)))
        return lines


def of_system(park: Park, found: "list[Found]") -> "list[Found]":
    """Those of the system that a PARK names."""
    return [one for one in found if accepts(park, one.base)]


def accepts(park: Park, base: Base) -> bool:
    """By its RFPI, or by a SARI that it sends (175-6 6.2)."""
    return park.accepts(base.rfpi) or any(park.accepts(ari) for ari in base.aris)
