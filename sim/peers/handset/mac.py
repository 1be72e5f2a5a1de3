"""One bearer seen from the handset: EN 300 175-3 10.5, 10.7 and 11.

The handset chooses the channel, asks in the frame in which the base's scan
reaches that carrier, and tries others when there is no answer.
"""

from collections import deque
from collections.abc import Callable

import numpy as np

from sim.air import CARRIERS, Air, Sent
from sim.peers.handset import codec

FRAMES_T201 = 500
"""5 s without the base's handshake, in frames (175-3 annex A)."""

N200 = 10
"""Attempts at a bearer (annex A)."""

ANSWER_FRAMES = 5
"""Frames after which an attempt has failed: our choice."""

NT, MT, PT = 3, 6, 7
IDLE, ASKING, WAITING, OPEN, LEAVING = "idle", "asking", "waiting", "open", "leaving"


class Bearer:
    """`on_open`, `on_segment(octets)`, `on_gone(reason)` tell the layer above; reason None: never came up."""

    def __init__(self, air: Air, station, pmid: int, random: np.random.Generator):
        self.on_open: Callable[[], object] = lambda: None
        self.on_segment: Callable[[bytes], object] = lambda octets: None
        self.on_gone: Callable[[int | None], object] = lambda reason: None
        self.state = IDLE
        self.slot = self.carrier = 0
        self.pmid = pmid
        self._air = air
        self._station = station
        self._random = random
        self._queue: deque[bytes] = deque()
        self._rfpi = b""

    def set_up(self, rfpi: bytes) -> None:
        """Ask the base for a bearer."""
        self._rfpi = rfpi
        self._idle = codec.a_field(NT, rfpi)
        self._fmid = int.from_bytes(rfpi, "big") & 0xFFF
        self._tries = 0
        self._queue.clear()
        self._sequence = self._expected = 0
        self._attempt()
        self._air.key_up(self._station)

    def _attempt(self) -> None:
        """The quietest pair of slots that the base does not use otherwise, at random among equals."""
        if self._tries == N200:
            self._free(None)
            return
        self._tries += 1
        self.state = ASKING
        levels = self._air.channels(self._station)
        levels[self._station.blind_slots()] = np.inf
        quiet = np.flatnonzero(levels.ravel() <= levels.min() + 6.0)
        self.slot, self.carrier = divmod(int(self._random.choice(quiet)), CARRIERS)
        self._good = False
        self._frames = self._silent = 0
        self._in_flight = False
        self._station.retune()

    def send(self, segments: "list[bytes]") -> None:
        for segment in segments:
            self._queue.append(codec.a_field(self._sequence, segment))
            self._sequence ^= 1

    def drop(self, reason: int) -> None:
        """RELEASE twice, two frames apart, then silence."""
        if self.state in (ASKING, WAITING):
            self._free(reason)
        elif self.state == OPEN:
            self.state, self._frames, self._reason = LEAVING, 0, reason

    def cut(self) -> None:
        """Fall silent at once, as without power: nobody is told."""
        self.state = IDLE
        self._air.key_down(self._station)

    def transmit(self, frame: int, b: "bytes | None") -> "list[Sent]":
        field = self._next(frame)
        if field is None:
            return []
        header = field[0] | 1 if self._good else field[0] & 0xFE
        self._good = False
        return [Sent(self.slot + 12, self.carrier, bytes((header,)) + field[1:], b)]

    def _next(self, frame: int) -> "bytes | None":
        self._in_flight = False
        if self.state == ASKING:
            if frame % CARRIERS != self.carrier:
                return None
            self.state, self._frames = WAITING, 0
            return codec.control(codec.ACCESS_REQUEST, self._fmid, self.pmid)
        if self.state == WAITING:
            return codec.control(codec.WAIT, self._fmid, self.pmid)
        if self.state == LEAVING and self._frames in (0, 2):
            return codec.released(self._reason, self.pmid)
        if self._queue and self._queue[0][0] >> 5 >= NT:
            return self._queue.popleft()
        if self._queue and not frame & 1:
            self._in_flight = True
            return self._queue[0]
        return self._idle

    def receive(self, field: "bytes | None") -> None:
        if field is None or self.state in (IDLE, ASKING):
            return
        if field[1:] == self._rfpi or field[0] >> 5 != NT:
            self._good, self._silent = True, 0
        if field[0] & 1 and self._in_flight:
            self._queue.popleft()
            self._in_flight = False
        if field[0] >> 5 == MT:
            self._control(field[1:])
        elif field[0] >> 5 == self._expected and self.state == OPEN:
            self._expected ^= 1
            self.on_segment(field[1:])

    def _control(self, tail: bytes) -> None:
        control = codec.CONTROL.parse(tail)
        if control.kind or control.pmid != self.pmid:
            return
        if control.command == codec.RELEASE:
            self._free(codec.RELEASED.parse(tail).reason)
        elif control.command == codec.CONFIRM and self.state == WAITING:
            self.state = OPEN
            self._queue.append(codec.control(codec.WAIT, self._fmid, self.pmid))
            self.on_open()

    def frame_over(self) -> None:
        self._frames += 1
        self._silent += 1
        if self.state == WAITING and self._frames > ANSWER_FRAMES:
            self._attempt()
        elif self.state == LEAVING and self._frames > 2:
            self._free(self._reason)
        elif self.state == OPEN and self._silent > FRAMES_T201:
            self._free(7)

    def _free(self, reason: "int | None") -> None:
        self.state = IDLE
        self._air.key_down(self._station)
        self._station.retune()
        self.on_gone(reason)
