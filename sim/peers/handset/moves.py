"""What a handset does in a call to keep it good: it measures, and moves to other channels and other bases.

A connection handover sets a second MAC connection up at another base of the same
system, and releases the first when the second carries speech (EN 300 175-4 9.2.7.3).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.air import End
from sim.peers.handset import codec, fields
from sim.peers.handset.handover import RULE, Quality, decide, disturbed
from sim.peers.handset.lock import Found, of_system
from sim.peers.handset.mac import HANDED_OVER, OPEN, Connection
from sim.time import Handle, Time

if TYPE_CHECKING:
    from sim.peers.handset.radio import Radio

CARRIES = 50_000
"""How often a second connection is asked whether speech comes in, and `PATIENCE` times at most: our choice."""

PATIENCE = 20


class Moves:
    """`next` is a connection that is being set up at another base, `leaving` one that has been left for another.

    `counts`: handovers by kind, and those that failed.
    """

    def __init__(self, radio: "Radio", time: Time, external: bool):
        self.rule = RULE
        self.counts = {"bearer": 0, "connection": 0, "failed": 0}
        self.next: Connection | None = None
        self.leaving: Connection | None = None
        self.carries: Callable[[End], bool] = lambda end: True
        """Says whether an end has brought speech."""
        self._radio, self._time, self._external = radio, time, external
        self._measuring: Handle | None = None
        self._rest_until = self._survey_at = 0

    @property
    def others(self) -> "list[Connection]":
        """Connections besides the one that counts."""
        return [one for one in (self.next, self.leaving) if one is not None]

    def measure(self, on: bool) -> None:
        """Whether to look for better channels and bases, as during a call."""
        if on == (self._measuring is not None):
            return
        self._time.cancel(self._measuring)
        self._measuring = self._time.after(self.rule.every, self._measure) if on else None
        self._rest_until = self._survey_at = 0

    def stop(self) -> None:
        """Nothing is measured, nothing else is on the air."""
        self.measure(False)
        others, self.next, self.leaving = self.others, None, None
        for other in others:
            other.cut()

    def moved(self, connection: Connection) -> None:
        """Another bearer of the same base carries it."""
        if connection is self._radio.connection:
            bearer = connection.bearer
            self.counts["bearer"] += 1
            self._radio.on_moved("bearer", f"slot {bearer.slot} carrier {bearer.carrier}")

    def opened(self, connection: Connection) -> None:
        """The other base has taken us: from here on the data link is there."""
        if connection is not self.next:
            return
        old, self.next = self._radio.connection, None
        self._radio.carried_by(connection)
        self.leaving = old
        old.hush()
        if old.key is not None:
            connection.veiled = True
            connection.cipher(old.key, patient=True)
        self._radio.on_handed_over()
        self._radio.on_ends(self._radio.ends)
        self._until_it_carries(old, connection, PATIENCE)

    def gone(self, connection: Connection, reason: "int | None") -> None:
        if connection is self.next:
            self.next = None
            self.counts["failed"] += 1
            self._radio.on_moved("failed", "no bearer" if reason is None else f"reason {reason}")

    def _until_it_carries(self, old: Connection, new: Connection, left: int) -> None:
        """The old connection goes when the new one brings speech; till then both are heard."""
        if self.leaving is not old:
            return
        end = new.bearer.end
        good = end is not None and self.carries(end)
        if left and not good and new.state == OPEN and old.state == OPEN:
            self._time.after(CARRIES, lambda: self._until_it_carries(old, new, left - 1))
            return
        self.leaving = None
        old.drop(HANDED_OVER)
        assert new.base is not None
        self.counts["connection"] += 1
        self._radio.on_moved("connection", new.base.rfpi.hex())

    def _measure(self) -> None:
        self._measuring = self._time.after(self.rule.every, self._measure)
        connection, base, now = self._radio.connection, self._radio.base, self._time.now
        end = connection.bearer.end
        if end is None or connection.state != OPEN or connection.next is not None or self.others or base is None:
            return
        own = Quality(float(end.rssi), end.bad, end.silent, end.q1, end.torn)
        if now < self._rest_until or (now < self._survey_at and not disturbed(own, self.rule)):
            return
        self._survey_at = now + self.rule.survey
        self._look(own, base)

    def _look(self, own: Quality, base: Found) -> None:
        if own.rssi > self.rule.weak and not disturbed(own, self.rule):
            return
        external = self._external and base.base.can(fields.CONNECTION_HANDOVER)
        near = of_system(self._radio.park, self._radio.search.near()) if external else []
        wide = self._radio.connection.bearer.wide
        others = [one for one in near if one.rfpi != base.rfpi and (one.base.wide or not wide)]
        decision = decide(own, others, external, self.rule)
        if decision is None:
            return
        self._rest_until = self._time.now + self.rule.rest
        if decision.to is None:
            self._radio.connection.hand_over()
        else:
            self._to_base(decision.to)

    def _to_base(self, to: Found) -> None:
        connection = self._radio.connection
        self.next = self._radio.fresh(connection.pmid)
        self.next.bearer.avoid = frozenset((connection.bearer.slot,))
        to = self._radio.search.again(to) or to
        self.next.set_up(to, connection.bearer.wide, codec.CONNECTION_HANDOVER)
