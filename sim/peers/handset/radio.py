"""The handset's radio: the base that it is locked to, and its MAC connection."""

from collections.abc import Callable

import numpy as np

from sim.air import Air
from sim.peers.handset import fields
from sim.peers.handset.bearer import LOST
from sim.peers.handset.handover import roam
from sim.peers.handset.identity import Park
from sim.peers.handset.lock import Found, Search, accepts, of_system
from sim.peers.handset.mac import Connection
from sim.peers.handset.moves import Moves
from sim.time import Handle, Time

SCAN = 200_000
"""Time that looking for a base takes: our choice."""

ROAM = 1_000_000
"""Time between two looks for a better base while it has one: our choice."""

OFF, SEARCHING, LOCKED = "off", "searching", "locked"


class Radio:
    """`on_*` tell the layer above: locked(base, before), lost(), doubt() (a connection stands, but the base may be
    gone), page(Page), open(), segment(octets), moved(kind, detail), handed_over() (another connection carries the link
    from now on), cipher(on), gone(reason), ends(ends) (bearers with speech have come, or are about to go)."""

    def __init__(self, air: Air, time: Time, station, park: Park, random: np.random.Generator, external: bool):
        self.on_locked: Callable[[Found, Found | None], object] = lambda base, before: None
        self.on_lost: Callable[[], object] = lambda: None
        self.on_doubt: Callable[[], object] = lambda: None
        self.on_page: Callable[[fields.Page], object] = lambda page: None
        self.on_open: Callable[[], object] = lambda: None
        self.on_segment: Callable[[bytes], object] = lambda octets: None
        self.on_moved: Callable[[str, str], object] = lambda kind, detail: None
        self.on_handed_over: Callable[[], object] = lambda: None
        self.on_cipher: Callable[[bool], object] = lambda on: None
        self.on_gone: Callable[[int | None], object] = lambda reason: None
        self.on_ends: Callable[[list], object] = lambda ends: None
        self.park = park
        self.lock = OFF
        self.base: Found | None = None
        self.multiframe: int | None = None
        """The multiframe number as the base last told it."""
        self.search = Search(air, time, station)
        self._air, self._time, self._station, self._random = air, time, station, random
        self.connection = self.fresh(0)
        self.moves = Moves(self, time, external)
        self._scanning: Handle | None = None
        self._place: tuple[float, ...] = ()

    # Switched on and off

    def start(self) -> None:
        self.lock = SEARCHING
        self._place = self._air.position(self._station)
        self._air.clock(self._station).on_jump = self._jumped
        self.search.forget()
        self.rescan()

    def stop(self) -> None:
        """Silent at once: nobody is told."""
        self._time.cancel(self._scanning)
        self._scanning = None
        self.moves.stop()
        self.connection.cut()
        self.lock, self.base, self.multiframe = OFF, None, None
        self._listen()

    def forget(self) -> None:
        """Look for a base as if there had been none."""
        if self.lock != OFF:
            self.lock, self.base = SEARCHING, None
            self._time.cancel(self._scanning)
            self._scanning = None
            self.rescan()

    # Bases

    def system_changed(self) -> None:
        """A base has come, gone or moved, or we have."""
        place = self._air.position(self._station)
        if place == self._place:
            self.search.forget()
        self._place = place
        if self.lock == OFF:
            return
        if self.base is not None:
            self._look_again(self.base)
        self.rescan()

    def _look_again(self, base: Found) -> None:
        """Is it still there, and ours? A connection that stands is not given up for that before T201."""
        again = self.search.still(base) or self.search.again(base)
        if again is not None and accepts(self.park, again.base):
            if not self.connection.busy:
                self.base = again
        elif self.connection.busy:
            self.on_doubt()
        else:
            self._lost()

    def rescan(self) -> None:
        if self._scanning is None:
            self._scanning = self._time.after(SCAN if self.base is None else ROAM, self._scan)

    def _scan(self) -> None:
        self._scanning = None
        if self.lock == OFF or self.connection.busy:
            return
        heard = of_system(self.park, self.search.near())
        own = next((one for one in heard if one.rfpi == self._rfpi), None)
        best = roam(own, [one for one in heard if one is not own], self.moves.rule)
        if best is None:
            if self.base is not None:
                self._lost()
            return
        before, self.base = self.base, best
        self._follow()
        if before is None or before.rfpi != best.rfpi:
            self.lock = LOCKED
            self.on_locked(best, before)

    @property
    def _rfpi(self) -> "bytes | None":
        return None if self.base is None else self.base.rfpi

    def _lost(self) -> None:
        self.base, self.multiframe, self.lock = None, None, SEARCHING
        self._time.cancel(self._scanning)
        self._scanning = None
        self.rescan()
        self._listen()
        self._air.clock(self._station).follow(None)
        self.on_lost()

    def _jumped(self, why: str) -> None:
        """The base's time is not what it was: we hear it no longer. A connection ends by T201."""
        if self.base is not None and not self.connection.busy:
            self.search.forget()
            self._lost()

    def _follow(self) -> None:
        """Take the base's time, and hear what it broadcasts."""
        assert self.base is not None
        for field in self.base.beacon.fields:
            number = fields.multiframe(field)
            self.multiframe = self.multiframe if number is None else number
        self._air.clock(self._station).follow(self.base.beacon.station)
        self._listen()

    def _listen(self) -> None:
        idle = self.base is not None and not self.connection.busy
        self._air.listen(self._station, [self.base.beacon[:2]] if idle and self.base is not None else [])

    def heard(self, field: bytes) -> None:
        """A field from the base while no bearer is open, or one that is for all on a bearer."""
        if field[0] >> 5 == fields.PT:
            page = fields.read_page(field[1:])
            if page is not None:
                self.on_page(page)
        elif fields.multiframe(field) is not None:
            self.multiframe = fields.multiframe(field)

    # The connection

    def connect(self, pmid: int, wide: bool) -> bool:
        """Set a connection up to the base; False without a base or while there is one."""
        if self.base is None or self.connection.busy:
            return False
        self.base = self.search.again(self.base) or self.base
        self.connection = self.fresh(pmid)
        self._air.listen(self._station, [])
        self.connection.set_up(self.base, wide and self.base.base.wide)
        return True

    def drop(self, reason: int) -> None:
        self.moves.stop()
        self.connection.drop(reason)

    def fresh(self, pmid: int) -> Connection:
        """A connection whose reports come here."""
        new = Connection(self._air, self._time, self._station, pmid, self._random)
        new.on_open = lambda: self._opened(new)
        new.on_segment = lambda octets: self.on_segment(octets) if new is self.connection else None
        new.on_moved = lambda: self.moves.moved(new)
        new.on_cipher = lambda on: self.on_cipher(on) if new is self.connection else None
        new.on_broadcast = self.heard
        new.on_ends = lambda: self.on_ends(self.ends)
        new.on_gone = lambda reason: self._gone(new, reason)
        return new

    def carried_by(self, connection: Connection) -> None:
        """From now on, at another base than before."""
        self.connection, self.base = connection, connection.base
        self._follow()

    @property
    def ends(self) -> list:
        """Ends that carry speech, the best first."""
        return self.connection.ends + [end for one in self.moves.others for end in one.ends]

    def _opened(self, connection: Connection) -> None:
        if connection is self.connection:
            self.on_open()
        else:
            self.moves.opened(connection)

    def _gone(self, connection: Connection, reason: "int | None") -> None:
        if connection is not self.connection:
            self.moves.gone(connection, reason)
            return
        self.moves.stop()
        if reason == LOST and self.base is not None:
            # Whatever it was, it may have forgotten us.
            self._lost()
        self._listen()
        self.rescan()
        self.on_gone(reason)
