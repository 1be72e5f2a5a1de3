"""What is for nobody in particular: pages from bases, and requests from handsets to a base that scans."""

from typing import TYPE_CHECKING

import numpy as np

from sim.air.frames import COUNT, FRAME_BITS, MT, MULTIFRAME, P00, PAGE_FRAMES, PT, SLOT_BITS, SLOTS, Heard, ta
from sim.air.headers import filled
from sim.air.scene import DUMMY
from sim.air.stations import Place
from sim.air.tables import BURST, NOBODY

if TYPE_CHECKING:
    from sim.air.engine import Engine

PAGE_LIFETIME = 6 * MULTIFRAME
"""Frames that a page may wait for its turn (175-3 9.1.3.1)."""

ON_TIME = 8
"""As in core/hear.c."""


class Broadcast:
    def __init__(self, air: "Engine", random: np.random.Generator):
        self._air, self._random = air, random
        self._paging: dict[int, Place] = {}
        self._now: dict[int, bytes] = {}
        """What each base pages in this frame, by its index."""
        self._scanning: list[Place] | None = None

    @property
    def busy(self) -> bool:
        return bool(self._paging)

    def page(self, place: Place, field: bytes, fast: bool) -> bool:
        """False: the base is silent."""
        if place.beacon is None:
            return False
        if fast:
            place.fast.append(bytes(field))
        else:
            place.pages.append([bytes(field), PAGE_LIFETIME])
        self._paging[place.index] = place
        return True

    def tuned(self) -> None:
        """Somebody listens elsewhere now."""
        self._scanning = None

    def choose_pages(self, number: int) -> None:
        self._now.clear()
        for index, place in list(self._paging.items()):
            page = _page_now(place, (number + place.clock.offset) % MULTIFRAME)
            if page is not None:
                self._now[index] = page
            elif not place.pages and place.paging is None and not place.fast:
                del self._paging[index]

    def overlay(self) -> None:
        """Bearers say the page unless they have something of their own to say."""
        for index, page in self._now.items():
            for end in self._air.stations.places[index].ends:
                if self._air.tables.ends["length"][end.row]:
                    self._air.say(end.row, page)

    def beaconed(self, place: Place) -> bytes:
        """The field of a dummy bearer in this frame."""
        beacon = place.beacon
        assert beacon is not None
        count = (self._air.number + place.clock.offset) % COUNT
        if place.index in self._now:
            return self._now[place.index]
        field = beacon.fields[count % len(beacon.fields)]
        return filled(field, count, (count + place.clock.scan) % place.carriers, beacon.slot, beacon.carrier)

    def heard(self, fixed: int) -> "list[tuple]":
        """Who is to be told of what was sent in this half."""
        if fixed:
            return self._pages_heard() if self._now else []
        requests = [row for row, field in self._air.said.items() if ta(field) in (MT, PT)]
        return [one for row in requests for one in self._request_heard(row)]

    def _pages_heard(self) -> "list[tuple]":
        windows = self._listeners()
        air = self._air
        reach = air.scene.reach(windows)
        told = []
        levels, intact = reach.rssi, reach.intact
        for at in np.nonzero(reach.who != NOBODY)[0].tolist():
            sender = air.scene.senders[reach.who[at]]
            station, row = int(sender["station"]), int(sender["row"])
            page = self._now.get(station)
            if page is None or not (row == DUMMY or air.said.get(row) is page):
                continue
            if self._random.random() < intact[at]:
                field = page if row == DUMMY else air.sent(row)
                place = air.stations.places[int(windows["station"][at])]
                slot, carrier = self._ears[at]
                told.append((place.station.heard, Heard(slot, carrier, int(levels[at]), field)))
        return told

    def _listeners(self) -> np.ndarray:
        places = [(place.index, ear) for place in self._air.stations.places for ear in place.ears]
        self._ears = [ear for _, ear in places]
        windows = self._air.scene.bursts(
            np.array([index for index, _ in places], np.int64), 0, np.array([ear[0] for _, ear in places], np.int64),
            [ear[1] for _, ear in places], 0, NOBODY)
        windows["bits"] = P00
        return windows

    def _request_heard(self, row: int) -> "list[tuple]":
        air = self._air
        burst = air.scene.senders[air.scene.senders["row"] == row]
        if not len(burst):
            return []
        scanning = self._scanners(int(burst["start"][0]), int(burst["carrier"][0]))
        if not scanning:
            return []
        windows = np.zeros(len(scanning), BURST)
        for at, (place, _, start) in enumerate(scanning):
            windows[at] = (place.index, 1, start, P00, burst["carrier"][0], NOBODY)
        reach = air.scene.reach(windows)
        told = []
        for (place, slot, _), who, level, intact in zip(scanning, reach.who, reach.rssi, reach.intact, strict=True):
            if who != NOBODY and air.scene.senders["row"][who] == row and self._random.random() < intact:
                told.append((place.station.heard, Heard(slot, int(burst["carrier"][0]), int(level), air.sent(row))))
        return told

    def _scanners(self, start: int, carrier: int) -> "list[tuple[Place, int, int]]":
        """Bases that listen on a carrier in a free slot that begins then: with the slot, and where it begins."""
        found = []
        if self._scanning is None:
            self._scanning = [place for place in self._air.stations.places if place.scans]
        for place in self._scanning:
            count = self._air.number + place.clock.offset
            if (count + place.clock.scan) % place.carriers != carrier:
                continue
            begin = (start + self._air.scene.shift(place)) % FRAME_BITS
            slot = (begin + SLOT_BITS // 2) // SLOT_BITS % SLOTS
            late = begin - slot * SLOT_BITS
            if slot >= 12 and abs(late) <= ON_TIME and slot - 12 not in place.taken():
                found.append((place, slot, (start - late) % FRAME_BITS))
        return found


def _page_now(place: Place, frame: int) -> "bytes | None":
    """The page of this frame: one begins in frame 0 and is repeated in three more; a fast one goes out once."""
    if frame == 0:
        place.paging = place.pages.popleft()[0] if place.pages else None
    for waiting in list(place.pages):
        waiting[1] -= 1
        if not waiting[1]:
            place.pages.remove(waiting)
    page = place.paging if frame in PAGE_FRAMES else None
    if frame >= PAGE_FRAMES[-1]:
        place.paging = None
    if page is None and place.fast:
        return place.fast.popleft()
    return page
