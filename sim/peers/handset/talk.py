"""Speech of a call between the bearers and the user.

With an echo path the user is simulated frame by frame; without, the air is given all that is said at once and
keeps what comes, so that a call costs nothing while it goes on.
"""

import numpy as np
from numpy.typing import NDArray

from sim.air import FRAME, Air, End
from sim.air.ends import Link
from sim.peers.handset.audio import Audio, nothing
from sim.peers.handset.radio import Radio
from sim.time import Handle, Time

NOTHING = b"\xFF"
"""An octet of a field without speech."""

AHEAD = 1000
"""Frames that are encoded at once: our choice."""


class Talk:
    """While two bearers carry a call both send the same. Of what they bring one is heard in each frame: a whole field
    rather than none, one with speech rather than one with nothing, that of the newer bearer where both are alike.
    Each base has an encoder of its own, so that what the second one brings is decoded from its first field on."""

    def __init__(self, air: Air, time: Time, audio: Audio, radio: Radio):
        self._air, self._time, self._audio, self._radio = air, time, audio, radio
        self._going = False
        self._stream: Stream | None = None
        self._speech: set[int] = set()
        """Ends that have brought speech while there were two."""
        self._link: Link | None = None
        self._unheard: dict[Link, bytes] = {}
        """What other connections than the one that is heard have brought."""
        audio.on_play, audio.on_ask = self._play, self._ask
        radio.on_ends = self._ends
        radio.moves.carries = self.carries

    def on(self, going: bool) -> None:
        if going == self._going:
            return
        self._ask()
        self._going = going
        if not self._audio.echoes:
            if self._stream is not None:
                self._stream.close()
            self._stream = Stream(self._time, self._audio, self._radio.ends) if going else None
        elif going:
            self._speech.clear()
            self._unheard.clear()
            self._link = None
            self._air.on_frame(self._frame)
        else:
            self._air.off_frame(self._frame)

    def carries(self, end: End) -> bool:
        """Whether a bearer has brought speech since there have been two."""
        if self._stream is not None and self._audio.recording:
            rows, whole = end.recorded()
            return bool((rows[whole] != 0xFF).any())
        return id(end) in self._speech if self._audio.echoes else end.counts.get("b_good", 0) >= 2

    def _play(self) -> None:
        if self._stream is not None:
            self._stream.play()

    def _ask(self) -> None:
        if self._stream is not None:
            self._stream.collect()

    def _ends(self, ends: "list[End]") -> None:
        """Bearers come, or are about to go."""
        if self._stream is not None:
            self._stream.use(ends)

    def _frame(self) -> None:
        ends = self._radio.ends
        brought = [end.take_b() for end in ends]
        if len(brought) > 1:
            self._speech |= {id(end) for end, one in zip(ends, brought, strict=True) if one and one.strip(NOTHING)}
        self._hear(ends, brought)
        said = self._audio.mouth()
        for end in ends:
            end.put_b(said)

    def _hear(self, ends: "list[End]", brought: "list[bytes | None]") -> None:
        best = max(range(len(ends)), key=lambda place: _worth(brought[place]), default=None)
        b = None if best is None else brought[best]
        if best is not None and b is not None and ends[best].link is not self._link:
            if self._link is not None:
                self._audio.another(self._unheard.pop(ends[best].link, b""))
            self._link = ends[best].link
        self._audio.speaker(b)
        for end, other in zip(ends, brought, strict=True):
            if end.link is not self._link:
                self._unheard[end.link] = self._unheard.get(end.link, b"") + (other or nothing(self._audio.wide))


class Stream:
    """What is said as arrays of B-fields that the ends play, and what comes as those that they record."""

    def __init__(self, time: Time, audio: Audio, ends: "list[End]"):
        self._time, self._audio = time, audio
        self._ends: list[End] = []
        self._taken: dict[int, int] = {}
        self._link: Link | None = None
        self._rows = np.zeros((0, 40), np.uint8)
        self._begun = self._since = time.now // FRAME
        self._refill: Handle | None = None
        self.use(ends)
        self.play()

    def use(self, ends: "list[End]") -> None:
        """These carry the call from now on, the best first."""
        self.collect()
        known = {id(end.link) for end in self._ends}
        self._ends = _distinct(ends)
        for end in self._ends:
            if id(end.link) not in known:
                if self._audio.recording:
                    end.record()
                self._taken[id(end.link)] = 0
                end.play(self._rows[self._time.now // FRAME - self._begun:])

    def play(self) -> None:
        """Say what the user says from now on."""
        self._audio.from_here()
        self._say()

    def close(self) -> None:
        self._time.cancel(self._refill)
        for end in self._ends:
            end.play(self._rows[:0])

    def _say(self) -> None:
        """The next seconds; behind them the ones that follow."""
        self._rows = self._audio.fields(AHEAD)
        self._begun = self._time.now // FRAME
        for end in self._ends:
            end.play(self._rows)
        self._time.cancel(self._refill)
        if len(self._rows) == AHEAD:
            # The first row goes out in the frame that comes.
            self._refill = self._time.at((self._begun + AHEAD) * FRAME + FRAME // 2, self._say)

    def collect(self) -> None:
        """Hand over what has come since the last time; where two bring a frame a whole one counts."""
        now = self._time.now // FRAME
        self._audio.spoke(now - self._since)
        self._since = now
        self._ends = [end for end in map(_alive, self._ends) if end is not None]
        parts = [self._new(end) for end in self._ends]
        count = max((len(whole) for _, whole in parts), default=0)
        if not count:
            return
        rows = np.full((count, self._audio.frame // 2), 0xFF, np.uint8)
        worth = np.zeros(count, np.int8)
        owner = np.zeros(count, np.intp)
        for place, (part, whole) in enumerate(parts):
            # All end with this frame; one that has just come has fewer.
            late = count - len(whole)
            mine = whole.astype(np.int8) + (whole & (part != 0xFF).any(axis=1))
            use = mine > worth[late:]
            rows[late:][use] = part[use]
            worth[late:][use] = mine[use]
            owner[late:][use] = place
        self._hear(rows, worth > 0, owner)

    def _hear(self, rows: "NDArray[np.uint8]", whole: "NDArray[np.bool_]", owner: "NDArray[np.intp]") -> None:
        """`owner`: which of the ends brought a frame."""
        came = np.flatnonzero(whole)
        begin = 0
        for turn in came[np.flatnonzero(np.diff(owner[came], prepend=-1))].tolist():
            end = self._ends[owner[turn]]
            if end.link is self._link:
                continue
            if self._link is not None:
                self._audio.brought(rows[begin:turn], whole[begin:turn])
                self._audio.another(_before(end, len(rows) - turn))
                begin = turn
            self._link = end.link
        self._audio.brought(rows[begin:], whole[begin:])

    def _new(self, end: End):
        rows, whole = end.recorded()
        begin = self._taken.get(id(end.link), 0)
        self._taken[id(end.link)] = len(whole)
        return rows[begin:], whole[begin:]


def _worth(b: "bytes | None") -> int:
    return 0 if b is None else 1 + bool(b.strip(NOTHING))


def _before(end: End, last: int) -> bytes:
    """All that came by an end but the last frames."""
    rows, whole = end.recorded()
    kept = rows[:len(rows) - last].copy()
    kept[~whole[:len(kept)]] = 0xFF
    return kept.tobytes()


def _alive(end: End) -> "End | None":
    """The end itself, or its twin if it has been closed."""
    return end if end.open else next(iter(end.link.ends), None)


def _distinct(ends: "list[End]") -> "list[End]":
    """One end of each connection: twins share what they carry."""
    return list({id(end.link): end for end in reversed(ends) if end.open}.values())[::-1]
