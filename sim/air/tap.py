"""Every burst as it is on the air, for whoever wants to see them: ciphered, scrambled, with its check bits."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.air import bits
from sim.air.frames import B_FULL, B_LONG, COUNT, CT, FIELD, SLOT_BITS, Reception, Tapped
from sim.air.headers import stream

if TYPE_CHECKING:
    from sim.air.engine import Engine

Callback = Callable[[int, int, Tapped], object]


class Taps:
    """Truth value: whether anybody looks."""

    def __init__(self, air: "Engine"):
        self._air = air
        self._callbacks: list[tuple[Callback, bool]] = []
        self._sent: dict[int, Tapped] = {}

    def __bool__(self) -> bool:
        return bool(self._callbacks)

    @property
    def idle(self) -> bool:
        return any(idle for _, idle in self._callbacks)

    def add(self, callback: Callback, idle: bool) -> None:
        self._callbacks.append((callback, idle))

    def remove(self, callback: Callback) -> None:
        # A bound method is a new object each time: equality, not identity.
        self._callbacks = [one for one in self._callbacks if one[0] != callback]

    def before(self, fixed: int) -> None:
        """Look at what is about to be sent: afterwards the octets are gone."""
        ends = self._air.tables.ends
        sending = (ends["open"] != 0) & (ends["fixed"] == fixed) & (ends["sends"] != 0)
        # Q2 is set in the loop, from what was received last.
        ends["asked"][sending] = ends["good"][sending]
        self._sent = {}
        for wide in (0, 1):
            rows = np.nonzero(sending & (ends["wide"] == wide))[0]
            if len(rows):
                self._look(rows, fixed, B_LONG if wide else B_FULL)

    def after(self, fixed: int) -> None:
        """Tell what has been sent, and who has received it how."""
        air = self._air
        ends, rssi = air.tables.ends, air.scene.rssi
        heard: dict[int, list[Reception]] = {}
        rows = np.nonzero((ends["open"] != 0) & (ends["fixed"] != fixed) & (ends["who"] >= 0))[0]
        for row, who, level, a, x in zip(*(column[rows].tolist() for column in (
                np.arange(len(ends)), ends["who"], rssi, ends["sound"], ends["whole"])), strict=True):
            heard.setdefault(who, []).append(Reception(air.ends[row].station, level, bool(a), bool(x)))
        found = [burst._replace(heard=tuple(heard.get(row, ()))) for row, burst in self._sent.items()]
        if fixed:
            found += self._dummies()
        for burst in sorted(found, key=lambda one: one.slot):
            for callback, _ in self._callbacks:
                callback(air.now, air.number, burst)

    def _look(self, rows: "NDArray[np.int64]", fixed: int, octets: int) -> None:
        """Keep what these rows, all with B-fields of one length, are about to send."""
        air = self._air
        tables, ends = air.tables, air.tables.ends
        numbers = (air.number + ends["ahead"][rows].astype(np.int64)) % COUNT
        links = ends["link"][rows]
        out = np.frombuffer(tables.out, np.uint8).reshape(-1, B_LONG)[links, :octets].copy()
        out[tables.links["fresh"][links] == 0] = 0xFF
        fields = np.frombuffer(b"".join([air.sent(row) for row in rows.tolist()]), np.uint8).reshape(-1, FIELD).copy()
        for at in np.nonzero(ends["key"][rows])[0].tolist():
            tail, body = stream(air.ends[int(rows[at])].key, int(numbers[at]), bool(fixed), octets == B_LONG)
            out[at] ^= np.frombuffer(body, np.uint8)
            if fields[at, 0] >> 5 in CT:
                fields[at, 1:] ^= np.frombuffer(tail, np.uint8)
        b = bits.scramble(out, numbers & 7)
        x, crc = bits.x_crc(b).tolist(), bits.r_crc(fields).tolist()
        for at, row in enumerate(rows.tolist()):
            end = air.ends[row]
            shift = air.scene.shift(air.stations.find(end.station))
            self._sent[row] = Tapped(1 - fixed, end.carrier, end.slot, int(numbers[at]), _begin(end.slot, shift),
                                     end.station, fields[at].tobytes() + crc[at].to_bytes(2, "big"),
                                     b[at].tobytes(), x[at], ())

    def _dummies(self) -> "list[Tapped]":
        air = self._air
        found = []
        for place in air.stations.places:
            beacon = place.beacon
            if beacon is not None:
                number = (air.number + place.clock.offset) % COUNT
                found.append(Tapped(0, beacon.carrier, beacon.slot, number,
                                    _begin(beacon.slot, air.scene.shift(place)), place.station,
                                    _checked(air.broadcast.beaconed(place)), None, None, ()))
        return found


def _begin(slot: int, shift: int) -> int:
    return (slot * SLOT_BITS - shift) % (24 * SLOT_BITS)


def _checked(field: bytes) -> bytes:
    """With its R-CRC."""
    crc = bits.r_crc(np.frombuffer(field, np.uint8)[None])
    return field + int(crc[0]).to_bytes(2, "big")
