"""A data link and its time limits: EN 300 175-4 annex A, 175-5 annex A."""

from collections.abc import Callable

from sim.peers.handset import codec
from sim.peers.handset.codec import Message
from sim.peers.handset.dlc import REPEATS, Link
from sim.peers.handset.dlc_b import LinkB
from sim.time import Handle, Time

RETRANSMIT = 1_000_000
"""<DL.04>, counted while nothing waits below."""

PAUSE = 400_000
"""Microseconds without a segment after which a half frame is given up: our choice."""


class DataLink:
    """`below(segments)` sends, `queued()` says whether the MAC still has some; `dead()`: no answer to a frame."""

    def __init__(self, time: Time, link: "Link | LinkB", below: Callable[[list[bytes]], object],
                 queued: Callable[[], int], dead: Callable[[], object]):
        self._link = link
        self._time, self._below, self._queued, self._dead = time, below, queued, dead
        self._timer: Handle | None = None
        self._came = time.now

    @property
    def idle(self) -> bool:
        return self._link.idle

    def send(self, message: Message) -> None:
        self._out(self._link.send(codec.build_message(message)))

    def receive(self, octets: bytes) -> "list[Message]":
        """What a segment completes."""
        if self._time.now - self._came > PAUSE:
            self._link.restart()
        self._came = self._time.now
        segments, whole = self._link.receive(octets)
        self._out(segments)
        if not self._link.waiting:
            self._time.cancel(self._timer)
            self._timer = None
        messages = [codec.parse_message(one) for one in whole]
        return [one for one in messages if one is not None]

    def moved(self) -> None:
        """Another MAC connection carries it from now on."""
        self._out(self._link.moved())

    def close(self) -> None:
        self._time.cancel(self._timer)

    def _out(self, segments: "list[bytes]") -> None:
        if segments:
            self._below(segments)
        if self._link.waiting and self._timer is None:
            self._timer = self._time.after(RETRANSMIT, self._late)

    def _late(self) -> None:
        self._timer = None
        if not self._link.waiting:
            return
        if self._queued():
            self._timer = self._time.after(RETRANSMIT, self._late)
        elif self._link.repeats >= REPEATS:
            self._dead()
        else:
            self._out(self._link.resend())
