"""The time of each station: where its frames begin, how it counts them, and whose it takes over.

Nothing runs here: a clock is worked out when it is asked for. Its position is kept as the
bits by which it is ahead of the simulation's frame; a crystal that is off by one part per million gains
1.152 bits a second.
"""

from collections.abc import Callable

from sim.air.frames import CARRIERS, COUNT, FRAME, FRAME_BITS, MULTIFRAME
from sim.time import Time

PRECISION = 5.0
"""Parts per million by which a crystal may be off (EN 300 175-2 4.2.2, under nominal conditions)."""

SAME = 8.0
"""Bits that a clock may be put forward or back without anyone who follows noticing: our choice."""

PULLED = 240.0
"""Bits by which a clock that begins to follow another is pulled there so slowly that all who follow it come along: half
a slot, two bits a frame for a second. Our choice."""


class Clock:
    """`ppm`: what its own crystal gains. `on_jump(why)` is called when the clock that is followed has been put:
    it is no longer followed then; `why` is "frame", "multiframe" or "pscn"."""

    def __init__(self, time: Time, ppm: float = 0.0, ahead: float = 0.0, scan: int = 0, carriers: int = CARRIERS,
                 find: "Callable[[object], Clock] | None" = None):
        self.ppm = ppm
        self.carriers = carriers
        self.on_jump: Callable[[str], object] = lambda why: None
        self.on_change: Callable[[], object] = lambda: None
        self._time = time
        self._at, self._ahead, self._scan = time.now, float(ahead), scan % carriers
        self._source: Clock | None = None
        self._followers: list[Clock] = []
        self._find = find

    @property
    def ahead(self) -> float:
        """Bits by which it is ahead of the simulation's frame, whole frames included."""
        if self._source is not None:
            return self._source.ahead
        return self._ahead + (self._time.now - self._at) * 1.152e-6 * self.ppm

    @property
    def offset(self) -> int:
        """Frames by which its count is ahead of the simulation's."""
        return int((self.ahead + FRAME_BITS / 2) // FRAME_BITS)

    @property
    def shift(self) -> int:
        """Bits by which its slot 0 comes before that of the simulation: -5760 .. 5759."""
        return round(self.ahead - self.offset * FRAME_BITS)

    @property
    def frames(self) -> int:
        """Its count of the frame that the simulation is in, 28 bits."""
        return (self._time.now // FRAME + self.offset) % COUNT

    @property
    def multiframe(self) -> int:
        return self.frames // MULTIFRAME

    @property
    def scan(self) -> int:
        """What is added to the count of frames to give the PSCN."""
        return self._source.scan if self._source is not None else self._scan

    @property
    def pscn(self) -> int:
        """The carrier on which it listens for requests in this frame (175-3 7.2.3.2.12)."""
        return (self.frames + self.scan) % self.carriers

    @property
    def source(self) -> "Clock | None":
        return self._source

    def root(self) -> "Clock":
        """The one whose crystal it runs on."""
        return self if self._source is None else self._source.root()

    def follow(self, other: object = None) -> None:
        """Run as another station's clock does from now on, or None: go on alone from where it is now.

        Those who follow us notice where that is not where we were. ValueError where the other follows us.
        """
        source = self._clock(other)
        if source is self._source:
            return
        if source is not None and source.root() is self:
            raise ValueError("a clock cannot follow one that follows it")
        before = self.ahead, self.scan
        self._leave()
        self._put(*before)
        if source is not None:
            self._source = source
            source._followers.append(self)
        self._changed(before, PULLED)

    def set(self, shift: "int | None" = None, frames: "int | None" = None, pscn: "int | None" = None) -> None:
        """Put it: what a restart, or a fault, does. What is None stays."""
        before = self.ahead, self.scan
        shift = self.shift if shift is None else shift
        offset = self.offset if frames is None else frames - self._time.now // FRAME
        self._leave()
        self._put(offset * FRAME_BITS + shift, before[1])
        if pscn is not None:
            self._scan = (pscn - self.frames) % self.carriers
        self._changed(before)

    def against(self, other: "Clock") -> "tuple[int, int, int]":
        """How far it is ahead of another: bits of a frame, frames, PSCN."""
        bits = self.ahead - other.ahead
        frames = int((bits + FRAME_BITS / 2) // FRAME_BITS)
        shift = min(FRAME_BITS // 2 - 1, round(bits - frames * FRAME_BITS))
        return shift, frames % COUNT, (self.pscn - other.pscn) % self.carriers

    def _clock(self, other: object) -> "Clock | None":
        if other is None or isinstance(other, Clock):
            return other
        assert self._find is not None
        return self._find(other)

    def _leave(self) -> None:
        if self._source is not None:
            self._source._followers.remove(self)
            self._source = None

    def _put(self, ahead: float, scan: int) -> None:
        self._at, self._ahead, self._scan = self._time.now, ahead, scan

    def _changed(self, before: "tuple[float, int]", unnoticed: float = SAME) -> None:
        why = self._why(before, unnoticed)
        if why is not None:
            for follower in list(self._followers):
                follower._leave()
                follower._put(*before)
                follower.on_jump(why)
        self.on_change()

    def _why(self, before: "tuple[float, int]", unnoticed: float) -> "str | None":
        """Who received us until now: what is different."""
        moved = (self.ahead - before[0]) % (COUNT * FRAME_BITS)
        moved = min(moved, COUNT * FRAME_BITS - moved)
        if moved >= unnoticed:
            span = MULTIFRAME * FRAME_BITS
            return "multiframe" if min(moved % span, span - moved % span) < SAME else "frame"
        return "pscn" if (self.scan - before[1]) % self.carriers else None
