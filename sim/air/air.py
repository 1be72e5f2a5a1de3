"""The air: who is where, who is on it, and what becomes of every burst.

All stations share one frame of 10 ms; where each station's own frame lies in that, its `Clock` says. A frame is run
only while a bearer is open or a page waits. First the bases' bursts are received, then the handsets'. What an
open end says when it has nothing to say, and who hears it, costs no Python: the loops are in C, and who hears whom is
worked out only when somebody opens, closes or moves.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.air.clock import PRECISION, Clock
from sim.air.ends import End, kind_of
from sim.air.engine import Engine
from sim.air.frames import (
    CARRIERS,
    COUNT,
    FRAME_BITS,
    FULL,
    NT,
    P00,
    PT,
    QT,
    Beacon,
    Ear,
    Tapped,
    ta,
)
from sim.air.headers import filled
from sim.air.propagation import Propagation
from sim.air.scene import DUMMY, NOT_A_BURST
from sim.air.stations import POWER, Place, Position, Station
from sim.air.tables import NOBODY
from sim.time import Time

if TYPE_CHECKING:
    from sim.air.antennas import Mounted
    from sim.air.plan import Plan

Surveyed = tuple[int, int, Beacon]


class Air(Engine):
    """Stations are known by the object itself; positions are (x, y) in metres, or (x, y, floor).

    `counts` tells what became of bursts. The first base has the simulation's frame; others have clocks of their own,
    drawn from the seed.
    """

    def __init__(self, time: Time, seed: int = 1, propagation: "Propagation | None" = None,
                 plan: "Plan | None" = None):
        super().__init__(time, seed, propagation or Propagation(plan, seed))
        self._seed = seed
        self._restarts = 0
        self._moved: dict[int, Station] = {}
        """Who has moved at this instant and not been told yet."""

    # Stations.

    def add(self, station: Station, position: Position, fixed: bool, power: float = POWER) -> None:
        index = len(self.stations.places)
        first = fixed and not any(place.fixed for place in self.stations.places)
        place = Place(index, station, tuple(position), fixed, power, self._clock(index, first))
        self.stations.add(place)
        place.clock.on_change = self._clocks_changed
        self._clocks_changed()

    def move(self, station: Station, position: Position) -> None:
        place = self.stations.find(station)
        loud = place.fixed or any(one[0] is place for one in self.scene.emissions.values())
        heard = self._audience(place) if loud else set()
        self.stations.move(place, tuple(position))
        if loud or place.ends:
            self.changed()
        if loud:
            self._tell(heard | self._audience(place) | {place.index})
        elif self.time.running:
            # Many take a step at one instant: their levels are worked out together, once all have.
            if not self._moved:
                self.time.at(self.time.now, self._tell_moved)
            self._moved[place.index] = station
        else:
            station.system_changed()

    def restart(self, station: Station) -> None:
        """A base that was without power begins its frames anew, anywhere, and counts them from anywhere."""
        self._restarts += 1
        place = self.stations.find(station)
        other = self._clock(place.index, False, self._restarts)
        place.clock.set(other.shift, other.frames, other.pscn)

    def fit(self, station: Station, antennas: "tuple[Mounted, ...]") -> None:
        """The antennas of a station (sim.air.antennas.fit); a new one has none: 0 dBi all round."""
        self.stations.fit(self.stations.find(station), tuple(antennas))
        self.changed()

    def position(self, station: Station) -> Position:
        return self.stations.find(station).position

    def clock(self, station: object) -> Clock:
        return self.stations.find(station).clock

    def level(self, receiver: Station, sender: Station) -> float:
        """dBm at which one station receives another."""
        find = self.stations.find
        return float(self.stations.level[find(receiver).index, find(sender).index])

    # Bearers.

    def end(self, station: Station, slot: int, carrier: int, kind: str = FULL) -> End:
        """Open an end of a bearer that sends in `slot`, 0 .. 23, and receives twelve slots later."""
        place = self.stations.find(station)
        if not 0 <= slot < 24 or not 0 <= carrier < CARRIERS:
            raise ValueError("there is no slot {} on carrier {}".format(slot, carrier))
        row, link = self.tables.take_end(), self.new_link()
        end = End(self, row, link, station, (slot, carrier), kind_of(kind))
        columns = {"open": 1, "fixed": place.fixed, "station": place.index, "slot": slot, "carrier": carrier,
                   "wide": end.wide, "link": link.row, "length": 0, "name": NOBODY, "expect": NOBODY, "who": NOBODY}
        for name, value in columns.items():
            self.tables.ends[name][row] = value
        self.scene.forget(row)
        self.ends[row] = end
        place.ends.append(end)
        self.changed()
        self.run()
        return end

    # What stands still on the air.

    def beacon(self, station: Station, beacon: "Beacon | None") -> None:
        """What a base sends on its dummy bearer from now on; None: it is silent."""
        place = self.stations.find(station)
        says = _said(beacon)
        news = says != place.says
        place.beacon, place.says = beacon, says
        if beacon is not None:
            place.counting = [at for at, field in enumerate(beacon.fields) if ta(field) == QT]
            place.rfpi = next((field[1:] for field in beacon.fields if ta(field) == NT), None)
        if beacon is None:
            place.pages.clear()
            place.paging = None
            self.scene.emissions.pop((place.index, "beacon"), None)
        else:
            self.scene.emissions[place.index, "beacon"] = (place, beacon.slot, beacon.carrier, P00, DUMMY)
        if news:
            self.scene.bases = None
            self.changed()
            self._tell(self._audience(place))

    def emit(self, station: Station, carrier: int, slot: "int | None" = None, bits: int = P00) -> object:
        """Energy that says nothing, until `quieten`: in one slot of each frame, or (slot None) all the time."""
        mark, place = object(), self.stations.find(station)
        length = FRAME_BITS if slot is None else bits
        self.scene.emissions[mark] = (place, slot, carrier, length, NOT_A_BURST)
        self.changed()
        self._tell(self._audience(place))
        return mark

    def quieten(self, mark: object) -> None:
        gone = self.scene.emissions.pop(mark, None)
        if gone is not None:
            self.changed()
            # Bases that it drowned can be heard again.
            self._tell(self._audience(gone[0]))

    def page(self, station: Station, field: bytes, fast: bool = False) -> None:
        """A P_T field on all bearers of a base, as hal.radio.Radio.page says."""
        if self.broadcast.page(self.stations.find(station), field, fast):
            self.run()

    # Looking round.

    def listen(self, station: Station, ears: Sequence[Ear]) -> None:
        """Where a handset without a bearer listens for pages: (slot, carrier) pairs; empty: nowhere.

        It hears what comes on time by its own clock, which has to follow that of the base.
        """
        place = self.stations.find(station)
        place.ears = tuple(ears)
        self.broadcast.tuned()

    def scan(self, station: Station, on: bool, carriers: int = CARRIERS) -> None:
        """Whether a base listens for requests, in all free slots on the carrier of its PSCN."""
        place = self.stations.find(station)
        place.scans, place.carriers = on, carriers
        place.clock.carriers = carriers
        self.broadcast.tuned()

    def beacons(self, station: Station) -> "list[tuple[float, Beacon]]":
        """Level in dBm and content of each base that the station can receive, strongest first."""
        return [(rssi, beacon) for rssi, fer, beacon in self.survey(station) if fer <= 50]

    def survey(self, station: Station) -> "list[Surveyed]":
        """Of each base that it notices, strongest first: RSSI in dBm, bad A-fields in 100, what it says."""
        return [(level, fer, self._now(place)) for level, fer, place in self.noticed(station)]

    def noticed(self, station: Station) -> "list[tuple[int, int, Place]]":
        """As `survey`, with what the air knows of each base instead of what it says at this moment."""
        self.current()
        here = self.stations.find(station)
        others, reach = self.scene.survey(here)
        known = np.nonzero(reach.who != NOBODY)[0]
        level, index = reach.power[known, 0], np.array([others[at].index for at in known], np.int64)
        order = known[np.lexsort((index, -level))].tolist()
        rates, levels = np.rint(100 - 100 * reach.intact).astype(int).tolist(), reach.rssi.tolist()
        return [(levels[at], rates[at], others[at]) for at in order]

    def channels(self, station: Station) -> NDArray[np.float64]:
        """dBm in each pair of slots (rows 0 to 11, by the station's clock) and carrier (columns), the louder slot of a
        pair counting, the station's own bursts not."""
        self.current()
        return self.scene.channels(self.stations.find(station))

    # Frames.

    def tap(self, callback: "Callable[[int, int, Tapped], object]", idle: bool = False) -> None:
        """Give it each burst: now, number of the frame, the burst. `idle`: frames run all the time, so that the dummy
        bearers of an idle system are seen as well."""
        self._taps.add(callback, idle)
        self.run()

    def untap(self, callback: "Callable[[int, int, Tapped], object]") -> None:
        self._taps.remove(callback)

    def _now(self, place: Place) -> Beacon:
        beacon = place.beacon
        assert beacon is not None
        clock = place.clock
        fields = list(beacon.fields)
        number, pscn = clock.frames, clock.pscn
        for at in place.counting:
            fields[at] = filled(fields[at], number, pscn, beacon.slot, beacon.carrier)
        bearers = tuple([(end.slot, end.carrier) for end in place.ends])
        blind = beacon.blind | place.taken()
        return Beacon(beacon.slot, beacon.carrier, tuple(fields), frozenset(blind), bearers, place.station)

    def _tell_moved(self) -> None:
        moved, self._moved = self._moved, {}
        for station in moved.values():
            station.system_changed()

    def _tell(self, audience: "set[int]") -> None:
        for one in sorted(audience):
            self.stations.places[one].station.system_changed()

    def _audience(self, place: Place) -> "set[int]":
        """Who may hear a base: all but those that are too far away."""
        level = self.stations.level[:, place.index]
        return {one for one in np.nonzero(level >= -100.0)[0].tolist() if one != place.index}

    def _clock(self, index: int, first: bool, restart: int = 0) -> Clock:
        random = np.random.default_rng([self._seed, index, restart, 3])
        ppm, bits = random.uniform(-PRECISION, PRECISION), random.uniform(-FRAME_BITS / 2, FRAME_BITS / 2)
        frames, scan = int(random.integers(COUNT)), int(random.integers(CARRIERS))
        if first:
            return Clock(self.time, find=self.clock)
        return Clock(self.time, ppm, frames * FRAME_BITS + bits, scan, find=self.clock)

    def _clocks_changed(self) -> None:
        self.scene.roots = None
        self.changed()


def _said(beacon: "Beacon | None") -> "frozenset[bytes]":
    """What of a beacon makes others look again: P_T fields change with each bearer, and nobody cares."""
    if beacon is None:
        return frozenset()
    return frozenset(one for one in beacon.fields if ta(one) != PT) | {bytes((beacon.slot, beacon.carrier))}
