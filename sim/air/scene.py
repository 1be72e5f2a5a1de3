"""Who hears whom while nobody moves, opens or closes: worked out once, used in every frame.

Time goes round: a burst that begins late in the simulation's frame disturbs what is sent at its beginning. Clocks that
are not in step slide past one another, so all is worked out again a few times a second.
"""

from typing import NamedTuple

import _gwair
import numpy as np
from numpy.typing import NDArray

from sim.air.clock import Clock
from sim.air.errors import CEILING, FLOOR, LEAK, NOISE, SENSITIVITY, ber, milliwatts
from sim.air.frames import BITS, CARRIERS, COUNT, FRAME_BITS, P00, SLOT_BITS, SLOTS
from sim.air.stations import Place, Stations
from sim.air.tables import BLOCKS, BURST, NOBODY, Tables

NOISE_MW = float(milliwatts(NOISE))
LEAST = float(milliwatts(FLOOR))
DUMMY, NOT_A_BURST = -1, -2
"""Instead of a row of the table of ends: a base's dummy bearer; energy that is no burst."""

CLEAN = 10.0 ** 1.6
"""How many times as strong as all else a burst has to be to have no errors: at 16 dB one bit in 10 ** 10 is wrong."""

_LEAK = np.ascontiguousarray(LEAK)


class Reach(NamedTuple):
    """Of receivers: the sender that each hears (or -1), in mW its power and that of all else in each block, and what
    follows from these: the bit error rates."""

    who: NDArray[np.int32]
    power: NDArray[np.float64]
    errors: NDArray[np.float64]

    @property
    def rssi(self) -> NDArray[np.int64]:
        return quantised(self.power)

    @property
    def intact(self) -> NDArray[np.float64]:
        """How likely an A-field comes through: at most one bit of the sync word wrong, none of the 64 behind it."""
        right = 1.0 - self.errors
        sync = right[:, 0] ** 16 + 16 * self.errors[:, 0] * right[:, 0] ** 15
        return np.where(self.who == NOBODY, 0.0, sync * (right[:, 1] * right[:, 2]) ** 32)


def quantised(power: NDArray[np.float64]) -> NDArray[np.int64]:
    """dBm as a receiver shows it, of rows of powers: whole ones from -93 to -33, what disturbs the A-field included."""
    total = power[:, 0] + power[:, 2:4].mean(axis=1) - NOISE_MW
    return np.clip(np.rint(10.0 * np.log10(np.maximum(total, 1e-12))), FLOOR, CEILING).astype(np.int64)


class Roots:
    """The clocks that all others follow."""

    def __init__(self, roots: "list[Clock]"):
        numbers = {id(root): number for number, root in enumerate({id(root): root for root in roots}.values())}
        self._clocks = list({id(root): root for root in roots}.values())
        self._of = np.array([numbers[id(root)] for root in roots], np.int64)
        self.slide = len(self._clocks) > 1

    def read(self) -> "tuple[NDArray[np.int64], NDArray[np.int32]]":
        """Of each station: its shift, and by how many frames its count is ahead, modulo 2 ** 28."""
        shift = np.array([clock.shift for clock in self._clocks], np.int64)
        offset = np.array([clock.offset % COUNT for clock in self._clocks], np.int32)
        return shift[self._of], offset[self._of]


class Bases:
    """Those that are on the air, and where their dummy bearers are."""

    def __init__(self, places: "list[Place]"):
        self.places = [place for place in places if place.beacon is not None]
        beacons = [(place.index, place.beacon.slot, place.beacon.carrier)
                   for place in places if place.beacon is not None]
        self.index, self.slots, self.carriers = np.array(beacons, np.int64).reshape(-1, 3).T


class Scene:
    def __init__(self, stations: Stations, tables: Tables):
        self.stations = stations
        self.emissions: dict[object, tuple[Place, int | None, int, int, int]] = {}
        """What is on the air without an end: who, slot, carrier, bits, row. Slot None: all the time."""
        self.roots: Roots | None = None
        """Whose crystal each station runs on; None when that has changed."""
        self.bases: Bases | None = None
        """Who has a beacon; None when that has changed."""
        self.senders = np.zeros(0, BURST)
        self.rssi = np.zeros(0, np.int64)
        """dBm of what each row of the table of ends receives."""
        self._tables = tables
        self._shift = np.zeros(0, np.int64)

    def work_out(self) -> None:
        """Anew for all open ends."""
        tables, ends = self._tables, self._tables.ends
        self._read_clocks()
        rows = np.nonzero(ends["open"])[0]
        open_ends = ends[rows]
        on = open_ends["sends"] != 0
        self.senders = np.concatenate((
            self.bursts(open_ends["station"][on], open_ends["fixed"][on], open_ends["slot"][on],
                        open_ends["carrier"][on], open_ends["wide"][on], rows[on]), self._emitted()))
        reach = self.reach(self.bursts(open_ends["station"], open_ends["fixed"], (open_ends["slot"] + 12) % SLOTS,
                                       open_ends["carrier"], open_ends["wide"], rows))
        sender = np.where(reach.who >= 0, self.senders["row"][reach.who] if len(self.senders) else -1, NOBODY)
        ends["who"][rows] = np.maximum(sender, NOBODY)
        if len(self.rssi) < len(ends):
            self.rssi = np.full(len(ends), int(FLOOR))
        self.rssi[rows] = reach.rssi
        weak = reach.power[:, 0] < milliwatts(SENSITIVITY)
        noisy = reach.errors.any(axis=1)
        ends["noisy"][rows] = np.where(noisy, np.where(weak, 1, 2), 0)
        tables.errors[rows[noisy]] = np.log1p(-reach.errors[noisy])

    @property
    def slides(self) -> bool:
        """Whether there are clocks that are not in step."""
        return self.roots is None or self.roots.slide

    def shift(self, place: Place) -> int:
        """Of a station's clock, as it was when the scene was worked out."""
        return int(self._shift[place.index])

    def forget(self, row: int) -> None:
        """A row that is used again has been heard by nobody."""
        if row < len(self.rssi):
            self.rssi[row] = int(FLOOR)

    def reach(self, receivers: NDArray) -> Reach:
        """What windows at certain places hear of all that is on the air."""
        count = len(receivers)
        who = np.full(count, NOBODY, np.int32)
        power = np.zeros((count, 1 + BLOCKS))
        gain = self.stations.gain
        room, order = np.empty(len(self.senders), BURST), np.empty(len(self.senders), np.int32)
        _gwair.hear(receivers, self.senders, gain, len(gain), _LEAK, NOISE_MW, LEAST, room, order, who, power)
        errors = np.zeros((count, BLOCKS))
        noisy = np.nonzero(power[:, 0] < CLEAN * power[:, 1:].max(axis=1, initial=0.0))[0]
        if len(noisy):
            wanted = np.maximum(power[noisy, :1], 1e-12)
            errors[noisy] = ber(10.0 * np.log10(wanted / power[noisy, 1:]))
        return Reach(who, power, errors)

    def bursts(self, station, fixed, slot, carrier, wide, row) -> NDArray:
        """Rows of BURST for what is sent in a slot, by each station's own clock."""
        bursts = np.empty(len(np.atleast_1d(station)), BURST)
        bursts["station"], bursts["fixed"], bursts["carrier"], bursts["row"] = station, fixed, carrier, row
        bursts["start"] = (np.asarray(slot) * SLOT_BITS - self._shift[station]) % FRAME_BITS
        bursts["bits"] = np.where(np.asarray(wide) != 0, BITS[1], BITS[0])
        return bursts

    def survey(self, here: Place) -> "tuple[list[Place], Reach]":
        """How a station hears the dummy bearers of all others."""
        if self.bases is None:
            self.bases = Bases(self.stations.places)
        away = self.bases.index != here.index
        others = [place for place in self.bases.places if place is not here]
        index, slots, carriers = self.bases.index[away], self.bases.slots[away], self.bases.carriers[away]
        windows = np.zeros(len(others), BURST)
        windows["station"], windows["carrier"], windows["row"] = here.index, carriers, NOBODY
        windows["start"] = (slots * SLOT_BITS - self._shift[index]) % FRAME_BITS
        windows["bits"] = P00
        reach = self.reach(windows)
        # Another one may be louder there.
        if others:
            reach.who[(reach.who < 0) | (self.senders["station"][reach.who] != index)] = NOBODY
        return others, reach

    def channels(self, here: Place) -> NDArray[np.float64]:
        """dBm in each pair of slots and carrier, the louder slot counting; what comes from other carriers included."""
        total = np.zeros((SLOTS, CARRIERS))
        others = self.senders[self.senders["station"] != here.index]
        gain = self.stations.gain[here.index]
        begin = (others["start"] + self._shift[here.index]) % FRAME_BITS
        power, carrier = gain[others["station"]], others["carrier"]
        first, last = begin // SLOT_BITS, (begin + np.minimum(others["bits"], FRAME_BITS) - 1) // SLOT_BITS
        for slot in range(min(SLOTS, int((last - first).max(initial=-1)) + 1)):
            there = first + slot <= last
            for beside in (-1, 0, 1):
                reached = there & (carrier + beside >= 0) & (carrier + beside < CARRIERS)
                np.add.at(total, ((first[reached] + slot) % SLOTS, carrier[reached] + beside),
                          power[reached] * _LEAK[abs(beside)])
        louder = np.maximum(total[:12], total[12:])
        return np.maximum(10.0 * np.log10(np.maximum(louder, 1e-12)), FLOOR)

    def _emitted(self) -> NDArray:
        bursts = np.zeros(len(self.emissions), BURST)
        for at, (place, slot, carrier, bits, row) in enumerate(self.emissions.values()):
            start = 0 if slot is None else int(slot * SLOT_BITS - self._shift[place.index]) % FRAME_BITS
            bursts[at] = (place.index, place.fixed, start, bits, carrier, row)
        return bursts

    def _read_clocks(self) -> None:
        """Shifts of all stations, and the offsets of the frame counts of open ends."""
        if self.roots is None:
            self.roots = Roots([place.clock.root() for place in self.stations.places])
        self._shift, offset = self.roots.read()
        if len(offset):
            ends = self._tables.ends
            ends["ahead"] = offset[ends["station"]]
