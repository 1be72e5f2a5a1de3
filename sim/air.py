"""Who hears whom: the air between the bases and the handsets of one simulation.

Time is cut into frames of 10 ms that all stations share; a frame is simulated
only while somebody is on the air. First the bases send (slots 0 to 11) and the
handsets hear, then the other way round. What an idle base sends over and over
is not simulated: `beacons` computes who hears it when asked. Only bursts on the
same slot and carrier disturb one another, and there are no walls yet.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.phy import B_FIELD, CAPTURE, FIELD, FLOOR, POWER, SENSITIVITY, Octets, path_loss, r_crc, x_crc
from sim.time import Handle, Time

FRAME = 10_000
CARRIERS = 10
SCAN = -1
"""Instead of a carrier, in an ear: that of a base's scan, which goes round all carriers, one a frame."""

SILENCE = b"\xFF" * B_FIELD
"""A B-field of nothing but the ADPCM code for "no change"."""

Ear = tuple[int, int]


class Sent(NamedTuple):
    """One burst as a station hands it over: `field` is the A-field without its CRC, `b` None for none."""

    slot: int
    carrier: int
    field: bytes
    b: "bytes | None"


class Heard(NamedTuple):
    """One burst as received: `field` and `b` are None where their CRC was wrong or there was none."""

    slot: int
    carrier: int
    rssi: float
    field: "bytes | None"
    b: "bytes | None"


class Beacon(NamedTuple):
    """What a base sends on its dummy bearer; `blind` are the slots that are taken there (P_T "blind slots")."""

    slot: int
    carrier: int
    fields: "tuple[bytes, ...]"
    blind: "frozenset[int]"


class Station(Protocol):
    """A base or a handset; the air calls these."""

    def transmit(self, frame: int) -> Iterable[Sent]: ...

    def receive(self, frame: int, heard: Heard) -> None: ...

    def frame_over(self, frame: int) -> None:
        """The frame has ended; called for stations that are on the air."""

    def system_changed(self) -> None:
        """A base has appeared, vanished or moved, or the station itself has moved."""

    def beacon_now(self) -> "Beacon | None":
        """What it sends as an idle base."""


class Air:
    """Stations are known by the object itself; positions are in metres. `counts` tells what became of bursts."""

    def __init__(self, time: Time, seed: int = 1):
        self._time = time
        self._random = np.random.default_rng(seed)
        self._stations: list[Station] = []
        self._index: dict[int, int] = {}
        self._fixed: list[bool] = []
        self._positions: list[tuple[float, float]] = []
        self._ears: list[Sequence[Ear]] = []
        self._active: list[Station] = []
        self._loss: NDArray[np.float64] | None = None
        self._tuned: dict[bool, NDArray[np.int64]] = {}
        self._last: tuple[int, list[tuple[int, Sent]]] = (-10, [])
        self._ticking: Handle | None = None
        self.tap: Callable[[int, int, Sent], object] | None = None
        """Given each burst that is sent: now, number of the frame, the burst."""
        self.frames = 0
        self.counts = {"sent": 0, "heard": 0, "weak": 0, "collided": 0, "bad_a": 0, "bad_x": 0}

    def add(self, station: Station, position: tuple[float, float], fixed: bool) -> None:
        self._index[id(station)] = len(self._stations)
        self._stations.append(station)
        self._fixed.append(fixed)
        self._positions.append(position)
        self._ears.append(())
        self._loss = None

    def move(self, station: Station, position: tuple[float, float]) -> None:
        index = self._index[id(station)]
        self._positions[index] = position
        self._loss = None
        if self._fixed[index]:
            self.system_changed()
        else:
            station.system_changed()

    def position(self, station: Station) -> tuple[float, float]:
        return self._positions[self._index[id(station)]]

    def tune(self, station: Station, ears: Sequence[Ear]) -> None:
        """Where a station listens from now on: (slot, carrier) pairs."""
        index = self._index[id(station)]
        self._ears[index] = tuple(ears)
        self._tuned.pop(self._fixed[index], None)

    def key_up(self, station: Station) -> None:
        """The station has something to send or to wait for: frames run until all have keyed down."""
        if station not in self._active:
            self._active.append(station)
            self._active.sort(key=lambda one: self._index[id(one)])
        if self._ticking is None:
            self._schedule()

    def key_down(self, station: Station) -> None:
        if station in self._active:
            self._active.remove(station)

    def system_changed(self) -> None:
        for station, fixed in zip(list(self._stations), list(self._fixed), strict=True):
            if not fixed:
                station.system_changed()

    def beacons(self, station: Station) -> "list[tuple[float, Beacon]]":
        """Level in dBm and content of each idle base that the station can receive, strongest first."""
        here = self._index[id(station)]
        found = []
        for index, other in enumerate(self._stations):
            beacon = other.beacon_now() if self._fixed[index] and index != here else None
            if beacon is not None and self._level(here, index) >= SENSITIVITY:
                found.append((self._level(here, index), index, beacon))
        return [(level, beacon) for level, _, beacon in sorted(found, key=lambda one: (-one[0], one[1]))]

    def level(self, receiver: Station, sender: Station) -> float:
        """dBm at which one station receives another."""
        return self._level(self._index[id(receiver)], self._index[id(sender)])

    def channels(self, station: Station) -> NDArray[np.float64]:
        """dBm in each pair of slots (rows 0 to 11) and carrier (columns), the louder slot of a pair counting."""
        here = self._index[id(station)]
        levels = np.full((12, CARRIERS), FLOOR)
        frame, sent = self._last
        if self._time.now // FRAME - frame > 1:
            sent = []
        used = [(index, one.slot, one.carrier) for index, one in sent]
        for index, other in enumerate(self._stations):
            beacon = other.beacon_now() if self._fixed[index] else None
            if beacon is not None:
                used.append((index, beacon.slot, beacon.carrier))
        for index, slot, carrier in used:
            if index != here:
                levels[slot % 12, carrier] = max(levels[slot % 12, carrier], self._level(here, index))
        return levels

    def _level(self, receiver: int, sender: int) -> float:
        return POWER - float(self._losses()[receiver, sender])

    def _losses(self) -> NDArray[np.float64]:
        if self._loss is None:
            places = np.array(self._positions, dtype=np.float64)
            apart = places[:, None, :] - places[None, :, :]
            self._loss = path_loss(np.sqrt((apart ** 2).sum(axis=2)))
        return self._loss

    def _schedule(self) -> None:
        self._ticking = self._time.at((self._time.now // FRAME + 1) * FRAME, self._frame)

    def _frame(self) -> None:
        frame = self._time.now // FRAME
        self.frames += 1
        self._ticking = None
        sent: list[tuple[int, Sent]] = []
        for fixed in (True, False):
            sent += self._half(fixed, frame)
        self._last = (frame, sent)
        for station in list(self._active):
            station.frame_over(frame)
        if self._active and self._ticking is None:
            self._schedule()

    def _half(self, fixed: bool, frame: int) -> "list[tuple[int, Sent]]":
        """One direction of a frame: the bases' slots, or the handsets'."""
        sent = []
        for station in list(self._active):
            index = self._index[id(station)]
            if self._fixed[index] == fixed:
                sent += [(index, one) for one in station.transmit(frame)]
        if sent:
            self.counts["sent"] += len(sent)
            tap = self.tap
            if tap is not None:
                for _, one in sent:
                    tap(self._time.now, frame, one)
            self._propagate(sent, not fixed, frame)
        return sent

    def _receivers(self, fixed: bool) -> NDArray[np.int64]:
        """Rows of (station, slot, carrier) for every ear of one kind of station."""
        rows = self._tuned.get(fixed)
        if rows is None:
            rows = np.array([(index, *ear) for index, ears in enumerate(self._ears) for ear in ears
                             if self._fixed[index] == fixed], dtype=np.int64).reshape(-1, 3)
            self._tuned[fixed] = rows
        return rows

    def _propagate(self, sent: "list[tuple[int, Sent]]", to_fixed: bool, frame: int) -> None:
        ears = self._receivers(to_fixed)
        carriers = np.where(ears[:, 2] == SCAN, frame % CARRIERS, ears[:, 2])
        senders = np.array([(index, one.slot * CARRIERS + one.carrier) for index, one in sent])
        row, burst = np.nonzero((ears[:, 1] * CARRIERS + carriers)[:, None] == senders[None, :, 1])
        if not len(row):
            return
        level = POWER - self._losses()[ears[row, 0], senders[burst, 0]]
        clear = np.full(len(row), np.inf)
        if len(row) > 1 and (row[1:] == row[:-1]).any():
            row, burst, level, clear = _strongest(row, burst, level)
        noticed = level >= FLOOR
        self._deliver(sent, ears[row[noticed]], burst[noticed], level[noticed], clear[noticed], frame)

    def _deliver(self, sent, ears, burst, level, clear, frame) -> None:
        """Check the CRCs of all that is noticed, and hand it to the stations."""
        if not len(burst):
            return
        fields, checks, b_fields, marks = _encoded([sent[one][1] for one in burst])
        weak, collided = level < SENSITIVITY, clear < CAPTURE
        torn = np.nonzero(weak | collided)[0]
        if len(torn):
            fields[torn] ^= self._noise(len(torn), FIELD)
            b_fields[torn] ^= self._noise(len(torn), B_FIELD)
            checks[torn] ^= self._noise(len(torn), 2).view(np.uint16)[:, 0]
        good_a = (r_crc(fields) == checks).tolist()
        good_x = (x_crc(b_fields) == marks).tolist()
        counts = self.counts
        counts["heard"] += len(burst)
        counts["weak"] += int(weak.sum())
        counts["collided"] += int((collided & ~weak).sum())
        for at, one in enumerate(burst.tolist()):
            original = sent[one][1]
            counts["bad_a"] += not good_a[at]
            counts["bad_x"] += not good_x[at]
            field = fields[at].tobytes() if good_a[at] else None
            b = b_fields[at].tobytes() if good_x[at] and original.b is not None else None
            heard = Heard(original.slot, original.carrier, float(level[at]), field, b)
            self._stations[int(ears[at, 0])].receive(frame, heard)

    def _noise(self, rows: int, octets: int) -> Octets:
        """One bit in four is wrong in a burst that is too weak or disturbed."""
        random = self._random.integers(0, 256, (2, rows, octets), dtype=np.uint8)
        return random[0] & random[1]


def _encoded(bursts: "list[Sent]") -> "tuple[Octets, NDArray[np.uint16], Octets, Octets]":
    """A-fields, their CRCs, B-fields and their X-CRCs, as the senders' controllers compute them."""
    fields = np.frombuffer(b"".join([one.field for one in bursts]), np.uint8).reshape(-1, FIELD).copy()
    b_fields = np.frombuffer(b"".join([one.b or SILENCE for one in bursts]), np.uint8).reshape(-1, B_FIELD).copy()
    return fields, r_crc(fields), b_fields, x_crc(b_fields)


def _strongest(row, burst, level):
    """Of the bursts in each ear the loudest, and by how many dB it exceeds the sum of the others."""
    order = np.lexsort((burst, -level, row))
    row, burst, level = row[order], burst[order], level[order]
    first = np.concatenate(([True], row[1:] != row[:-1]))
    group = np.cumsum(first) - 1
    power = 10.0 ** (level / 10.0)
    others = np.bincount(group, power) - power[first]
    clear = level[first] - 10.0 * np.log10(np.maximum(others, 1e-30))
    return row[first], burst[first], level[first], clear
