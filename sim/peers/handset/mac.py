"""A MAC connection of the handset: one bearer, or two while one takes over from the other; its cipher.

EN 300 175-3 10.2, 10.6 (bearer handover) and 175-7 6.4.6 (encryption switching).
"""

from collections.abc import Callable

import numpy as np

from sim.air import Air
from sim.peers.handset import codec, fields
from sim.peers.handset.bearer import ASKING, FRAME, IDLE, LEAVING, OPEN, WAITING, Bearer
from sim.peers.handset.lock import Found
from sim.time import Handle, Time

STARTS = 5
"""How often an encryption command is sent, two frames apart (7.2.5.7)."""

PATIENT_STARTS = 15
"""On a connection that comes from another radio, which must get the key first: our choice."""

SETTLE = 3 * FRAME
"""Time that two bearers carry the same before the old one is released: our choice."""

RELEASED, HANDED_OVER = 1, 4
"""Reasons: bearer release, handover completed."""


class Connection:
    """`on_open()`, `on_segment(octets)`, `on_moved()`, `on_cipher(on)`, `on_broadcast(field)`, `on_gone(reason)` tell
    the layer above; reason None: no base ever answered. `on_ends()`: one of `ends` is about to go."""

    def __init__(self, air: Air, time: Time, station, pmid: int, random: np.random.Generator):
        self.on_open: Callable[[], object] = lambda: None
        self.on_segment: Callable[[bytes], object] = lambda octets: None
        self.on_moved: Callable[[], object] = lambda: None
        self.on_cipher: Callable[[bool], object] = lambda on: None
        self.on_broadcast: Callable[[bytes], object] = lambda field: None
        self.on_gone: Callable[[int | None], object] = lambda reason: None
        self.on_ends: Callable[[], object] = lambda: None
        self.pmid = pmid
        self.key: bytes | None = None
        self.veiled = False
        """Whether no speech may go out yet: it takes a ciphered connection over, and is in clear."""
        self.bearer = Bearer(air, time, station, random, self)
        self.next: Bearer | None = None
        """The bearer that shall take over."""
        self._air, self._time, self._station, self._random = air, time, station, random
        self._old: list[Bearer] = []
        self._sequence = self._expected = 0
        self._held: list[bytes] | None = None
        self._switch: tuple[int, bytes | None] | None = None
        self._timer: Handle | None = None

    @property
    def state(self) -> str:
        return self.bearer.state

    @property
    def busy(self) -> bool:
        """Whether it sends or means to."""
        return self.state != IDLE

    @property
    def ends(self) -> list:
        """Ends that carry speech, the newest first."""
        if self.veiled:
            return []
        bearers = [one for one in (self.next, self.bearer) if one is not None and one.state in (OPEN, LEAVING)]
        return [one.end for one in bearers + self._old if one.end is not None]

    @property
    def base(self) -> "Found | None":
        return self.bearer.base

    def set_up(self, base: Found, wide: bool = False, command: int = codec.ACCESS_REQUEST) -> None:
        self._sequence = self._expected = 0
        self._held, self._switch, self.key = None, None, None
        self.bearer.set_up(base, command, self.pmid, wide)

    def hand_over(self) -> bool:
        """Move to another channel of the same base (10.6); False if it cannot now."""
        if self.state != OPEN or self.next is not None or self._switch is not None or self.base is None:
            return False
        self.next = Bearer(self._air, self._time, self._station, self._random, self)
        self.next.avoid = frozenset((self.bearer.slot,))
        self.next.set_up(self.base, codec.BEARER_HANDOVER, self.pmid, self.bearer.wide, self.key)
        return True

    def send(self, segments: "list[bytes]") -> None:
        """C_T segments of five octets; while the cipher is being switched they wait."""
        if self._held is not None:
            self._held += segments
            return
        for segment in segments:
            if self.bearer.end is not None:
                self.bearer.end.segment(codec.a_field(self._sequence, segment))
                self._sequence ^= 1

    def hush(self) -> None:
        """Another connection carries the data link: what waits here is sent there."""
        if self.bearer.end is not None:
            self.bearer.end.link.segments.clear()

    def drop(self, reason: int) -> None:
        self._end_others()
        self.bearer.drop(reason)

    def cut(self) -> None:
        self._end_others()
        self._time.cancel(self._timer)
        self.bearer.cut()

    def cipher(self, key: "bytes | None", patient: bool = False) -> None:
        """Switch ciphering on with this key, or off with None, once nothing is on its way."""
        if self.state == OPEN and self._switch is None:
            self._held = [] if self._held is None else self._held
            self._switch = (PATIENT_STARTS if patient else STARTS, key)
            self._step()

    # What the bearers report

    def confirmed(self, bearer: Bearer) -> None:
        if bearer is self.next:
            assert bearer.end is not None and self.bearer.end is not None
            bearer.end.twin(self.bearer.end)
            self._time.after(SETTLE, self._settled)
        elif bearer is self.bearer:
            self.on_open()

    def heard(self, bearer: Bearer, field: bytes) -> None:
        kind = field[0] >> 5
        if kind == fields.MT:
            self._encryption(field[1:])
        elif kind in (fields.PT, fields.QT):
            self.on_broadcast(field)
        elif kind == self._expected:
            # Also from the old one of two: the air brings each segment once.
            self._expected ^= 1
            self.on_segment(field[1:])

    def closing(self, bearer: Bearer) -> None:
        if bearer.state in (OPEN, LEAVING):
            self.on_ends()

    def freed(self, bearer: Bearer, reason: "int | None") -> None:
        if bearer is self.next:
            self.next = None
        elif bearer is self.bearer and self.next is not None and self.next.state == OPEN:
            self.bearer, self.next = self.next, None
            self.on_moved()
        elif bearer is self.bearer:
            self._end_others()
            self._time.cancel(self._timer)
            self._switch = self._held = None
            self.on_gone(reason)
        elif bearer in self._old:
            self._old.remove(bearer)

    def _settled(self) -> None:
        """Both carry the same: the new one is the connection's from now on."""
        if self.next is None or self.next.state != OPEN or self.state != OPEN:
            return
        old, self.bearer, self.next = self.bearer, self.next, None
        self._old.append(old)
        old.drop(HANDED_OVER)
        self.on_moved()

    def _end_others(self) -> None:
        for other in [*self._old, self.next]:
            if other is not None:
                other.cut()
        self._old, self.next = [], None

    # The cipher

    def _step(self) -> None:
        """One more command, every other frame, when the queue has drained."""
        if self._switch is None or self.bearer.end is None or self.state != OPEN:
            return
        left, key = self._switch
        if not left:
            self._switch = self._held = None
            return self.drop(RELEASED)
        if not self.bearer.end.pending():
            self._switch = (left - 1, key)
            self._command(fields.STOP_REQUEST if key is None else fields.START_REQUEST)
        self._time.cancel(self._timer)
        self._timer = self._time.after(2 * FRAME, self._step)

    def _encryption(self, tail: bytes) -> None:
        control = codec.CONTROL.parse(tail)
        if control.kind != fields.ENCRYPTION or control.pmid != self.pmid:
            return
        if control.command == fields.START_CONFIRM and (self._switch or self.key):
            self._grant(self._switch[1] if self._switch else self.key, fields.START_GRANT)
        elif control.command == fields.STOP_CONFIRM and (self._switch or not self.key):
            self._grant(None, fields.STOP_GRANT)

    def _grant(self, key: "bytes | None", command: int) -> None:
        """We switch in the frame behind that which carries the grant."""
        if self._switch is not None and (self._switch[1] is None) != (key is None):
            return
        self._time.cancel(self._timer)
        self._command(command)
        if self._switch is not None:
            self._switch = None
            self._timer = self._time.after(FRAME // 2, lambda: self._granted(key))

    def _granted(self, key: "bytes | None") -> None:
        """In the middle of a frame: has the grant gone out?"""
        if self.bearer.end is not None and self.bearer.end.control:
            self._timer = self._time.after(FRAME, lambda: self._granted(key))
        else:
            self._switched(key)

    def _switched(self, key: "bytes | None") -> None:
        self.key = key
        for bearer in (self.bearer, self.next, *self._old):
            if bearer is not None:
                bearer.cipher(key)
        held, self._held = self._held or [], None
        self.send(held)
        if self.veiled and key is not None:
            self.veiled = False
            self.on_ends()
        self.on_cipher(key is not None)

    def _command(self, command: int) -> None:
        if self.bearer.end is not None and self.base is not None:
            fmid = int.from_bytes(self.base.rfpi, "big") & 0xFFF
            self.bearer.end.send(fields.encryption(command, fmid, self.pmid))


__all__ = ["ASKING", "IDLE", "LEAVING", "OPEN", "WAITING", "Connection"]
