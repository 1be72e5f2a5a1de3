"""A base that takes its time from another: what its receiver finds, keeps and loses."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hal.radio import Followed, Strayed
from sim.air import Air
from sim.air.frames import MULTIFRAME

if TYPE_CHECKING:
    from sim.devices.radio import Radio

SECOND = 1_000_000
NOTICED = SECOND
"""Until a receiver is in step with a base, or notices that it no longer is: six multiframes. Our choice."""

UNUSABLE, KEPT = 90, 80
"""Bad A-fields in 100: more than that are unusable as a new source; fewer are needed to stay in step."""


class Following:
    """Looks when something on the air has changed, not by the clock, so that a quiet night costs nothing."""

    def __init__(self, air: Air, radio: "Radio", tell: "Callable[[Followed | Strayed], object]"):
        self._air, self._radio, self._tell = air, radio, tell
        self._rfpi: bytes | None = None
        self._source: object = None
        self._carriers = 0
        self._lost = False
        """Whether it is out of step with a base that it was in step with."""
        self._due: list | None = None
        air.clock(radio).on_jump = self._jumped

    def follow(self, rfpi: "bytes | None") -> None:
        self.stop()
        if rfpi is not None:
            self._rfpi = bytes(rfpi)
            self._later()

    def stop(self) -> None:
        """Go on alone."""
        self._air.time.cancel(self._due)
        self._rfpi = self._due = None
        self._lost = False
        self._release()

    @property
    def followed(self) -> "bytes | None":
        return self._rfpi if self._source is not None else None

    def look(self) -> None:
        """Something has changed."""
        if self._rfpi is not None and self._due is None:
            self._later()

    def _later(self) -> None:
        self._due = self._air.time.after(NOTICED, self._check)

    def _check(self) -> None:
        self._due = None
        if self._source is None:
            self._seek()
            return
        found = self._find(KEPT, self._source)
        if found is None:
            self._release()
            self._fade()
        elif self._air.stations.find(self._source).carriers != self._carriers:
            self._stray("carriers")

    def _seek(self) -> None:
        station = self._find(UNUSABLE)
        if station is None:
            return
        why = self._put_since(station) if self._lost else None
        if why is not None:
            self._stray(why)
            return
        try:
            self._air.clock(self._radio).follow(station)
        except ValueError:
            # It follows us: two that follow one another have no time at all.
            return
        self._lost = False
        self._source, self._carriers = station, self._air.stations.find(station).carriers
        self._tell(Followed(self._rfpi))

    def _find(self, most: int, source: object = None) -> object:
        for _, fer, place in self._air.noticed(self._radio):
            if place.rfpi == self._rfpi and fer <= most and source in (None, place.station):
                return place.station
        return None

    def _put_since(self, station: object) -> "str | None":
        """What of its time is no longer ours; that our crystals have drifted apart is nothing."""
        _, frames, pscn = self._air.clock(station).against(self._air.clock(self._radio))
        if frames:
            return "frame" if frames % MULTIFRAME else "multiframe"
        return "pscn" if pscn else None

    def _jumped(self, why: str) -> None:
        """The source has been put; by now we are on our own crystal."""
        if self._source is not None:
            source, self._source = self._source, None
            self._air.time.cancel(self._due)
            self._due = self._air.time.after(NOTICED, lambda: self._noticed(source, why))

    def _noticed(self, source: object, why: str) -> None:
        """A source that is silent by now cannot have told us its new time."""
        if self._find(KEPT, source) is None:
            self._due = None
            self._fade()
        else:
            self._stray(why)

    def _fade(self) -> None:
        self._lost = True
        self._tell(Strayed(self._rfpi, "signal"))

    def _stray(self, why: str) -> None:
        rfpi, self._rfpi, self._due = self._rfpi, None, None
        self._lost = False
        self._release()
        self._tell(Strayed(rfpi, why))

    def _release(self) -> None:
        if self._source is not None:
            self._source = None
            self._air.clock(self._radio).follow(None)
