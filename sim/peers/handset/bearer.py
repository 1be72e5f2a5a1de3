"""One bearer seen from the handset, from its request to its release: EN 300 175-3 10.5, 10.7 and 11.

The handset chooses the channel, asks in the frame in which the base's scan
reaches that carrier, and tries others when there is no answer.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from sim.air import Air, End
from sim.peers.handset import codec, fields
from sim.peers.handset.lock import Found
from sim.time import Handle, Time

FRAME = 10_000
T201, NOTICED = 5_000_000, 1_000_000
"""Microseconds without the base's handshake (175-3 annex A), and those after which an end reports that."""

N200 = 10
"""Attempts at a bearer (annex A)."""

ANSWER = 6 * FRAME
"""Time after which an attempt has failed: our choice."""

REPEATS = 3
"""Requests on one channel on which the base says WAIT but does not confirm: our choice."""

NEAR_QUIETEST = 6.0
"""dB within which channels are equally quiet: a receiver's steps (175-2)."""

SETUP_FAILED, LOST = 3, 7
"""Reasons of a release: set-up failed, no handshake for T201 (7.2.5.3.13)."""

IDLE, ASKING, WAITING, OPEN, LEAVING = "idle", "asking", "waiting", "open", "leaving"


class Upper(Protocol):
    """The MAC connection that a bearer serves."""

    def confirmed(self, bearer: "Bearer") -> None: ...

    def heard(self, bearer: "Bearer", field: bytes) -> None: ...

    def closing(self, bearer: "Bearer") -> None: ...

    def freed(self, bearer: "Bearer", reason: "int | None") -> None: ...


class Bearer:
    """`upper` is told when it is confirmed, of every field but identities, and when it is no more: reason None if
    no base ever answered. `command` is the request that began it."""

    def __init__(self, air: Air, time: Time, station, random: np.random.Generator, upper: Upper):
        self.state = IDLE
        self.slot = self.carrier = 0
        self.command = codec.ACCESS_REQUEST
        self.wide = False
        self.end: End | None = None
        self.base: Found | None = None
        self._air, self._time, self._station, self._random, self._upper = air, time, station, random, upper
        self._timer: Handle | None = None
        self._pmid = self._fmid = self._tries = self._asked = 0
        self._key: bytes | None = None
        self.avoid: frozenset[int] = frozenset()
        """Slots, 0 to 11, in which the handset has something else to do."""

    def set_up(self, base: Found, command: int, pmid: int, wide: bool = False, key: "bytes | None" = None) -> None:
        """Ask a base for a bearer; with `key` it is ciphered from the first burst on, as a second bearer of one
        connection is."""
        self.base, self.command, self._pmid, self.wide, self._key = base, command, pmid, wide, key
        self._fmid = int.from_bytes(base.rfpi, "big") & 0xFFF
        self._tries = 0
        self._attempt()

    def drop(self, reason: int) -> None:
        """RELEASE twice, two frames apart, then silence (10.7.2.1)."""
        if self.state in (ASKING, WAITING):
            self._free(reason)
        elif self.state == OPEN:
            self.state = LEAVING
            self._leave(reason, 2)

    def cipher(self, key: "bytes | None") -> None:
        """From the next frame on; on a bearer that is not up yet, from its first."""
        self._key = key
        if self.end is not None:
            self.end.cipher(key)

    def cut(self) -> None:
        """Fall silent at once, as without power: nobody is told."""
        self._time.cancel(self._timer)
        if self.end is not None:
            self._upper.closing(self)
            self.end.close()
            self.end = None
        self.state = IDLE

    def _attempt(self) -> None:
        """The quietest pair of slots that the base does not use otherwise, at random among equals."""
        self.cut()
        if self._tries == N200:
            self._free(None)
            return
        self._tries += 1
        levels = self._levels()
        if not np.isfinite(levels).any():
            self._free(SETUP_FAILED)
            return
        quiet = np.flatnonzero(levels.ravel() <= levels.min() + NEAR_QUIETEST)
        self.slot, self.carrier = divmod(int(self._random.choice(quiet)), levels.shape[1])
        self.state = ASKING
        self._wait(self._until_scan(), self._ask)

    def _levels(self) -> np.ndarray:
        """dBm in each pair of slots and carrier, infinite where the base takes no request."""
        levels = np.array(self._air.channels(self._station), float)
        assert self.base is not None
        levels[sorted(self.base.blind | self.avoid)] = np.inf
        if self.wide:
            # A long slot takes the next one as well.
            levels = np.maximum(levels, np.vstack((levels[1:], np.full((1, levels.shape[1]), np.inf))))
        return levels

    def _until_scan(self) -> int:
        """Microseconds to the middle of the frame before the one in which the base listens on that carrier."""
        assert self.base is not None
        clock = self._air.clock(self.base.beacon.station)
        ahead = (self.carrier - clock.pscn - 1) % clock.carriers
        return (self._time.now // FRAME + ahead) * FRAME + FRAME // 2 - self._time.now

    def _ask(self) -> None:
        self.state, self._asked = WAITING, 1
        end = self.end = self._air.end(self._station, self.slot + 12, self.carrier, "long" if self.wide else "full")
        assert self.base is not None
        end.expect = self.base.rfpi
        end.on_field = self._heard
        end.cipher(self._key)
        end.cycle = [self._control(codec.WAIT)]
        end.send(fields.request(self.command, self._fmid, self._pmid, self.wide))
        self._answered = False
        self._wait(ANSWER, self._no_answer)

    def _no_answer(self) -> None:
        if not self._answered or self._asked > REPEATS:
            return self._attempt()
        self._asked += 1
        self._answered = False
        assert self.end is not None
        self.end.send(fields.request(self.command, self._fmid, self._pmid, self.wide))
        self._wait(ANSWER, self._no_answer)

    def _heard(self, field: bytes, rssi: float) -> None:
        if field[0] >> 5 == fields.MT and self._connection_control(field[1:]):
            return
        if self.state in (OPEN, LEAVING):
            self._upper.heard(self, field)

    def _connection_control(self, tail: bytes) -> bool:
        """Whether this was ours to deal with."""
        control = codec.CONTROL.parse(tail)
        if control.kind not in (fields.BASIC, fields.ADVANCED):
            return False
        if control.command == codec.RELEASE:
            if control.pmid == self._pmid:
                self._free(codec.RELEASED.parse(tail).reason)
        elif control.command == codec.WAIT:
            self._answered = True
        elif control.command == codec.CONFIRM and control.pmid == self._pmid and self.state == WAITING:
            self._confirmed()
        return True

    def _confirmed(self) -> None:
        assert self.end is not None and self.base is not None
        self.state = OPEN
        self.end.send(self._control(codec.WAIT))
        if self.wide:
            self.end.send(fields.attributes())
        self.end.cycle = [codec.a_field(fields.NT, self.base.rfpi)]
        self.end.on_silence = self._silence
        self._time.cancel(self._timer)
        self._upper.confirmed(self)

    def _silence(self, lost: bool) -> None:
        if self.state != OPEN:
            return
        self._time.cancel(self._timer)
        if lost:
            self._wait(T201 - NOTICED, lambda: self._free(LOST))

    def _leave(self, reason: int, times: int) -> None:
        if not times:
            return self._free(reason)
        assert self.end is not None
        self.end.send(codec.released(reason, self._pmid))
        self._wait(2 * FRAME, lambda: self._leave(reason, times - 1))

    def _free(self, reason: "int | None") -> None:
        self.cut()
        self._upper.freed(self, reason)

    def _control(self, command: int) -> bytes:
        return codec.control(command, self._fmid, self._pmid, fields.ADVANCED if self.wide else fields.BASIC)

    def _wait(self, delay: int, action: Callable[[], object]) -> None:
        self._time.cancel(self._timer)
        self._timer = self._time.after(delay, action)
