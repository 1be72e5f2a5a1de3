"""Bringing what the base wants to a handset: on the link that it has, or by a page."""

from firmware.dect import nwk
from firmware.dect.errands import MM_ACCESS_2
from firmware.dect.lce import Pager

KNOCK = nwk.Message(False, 0, nwk.LCE, nwk.PAGE_RESPONSE, [])
"""What a handset whose link stands already need not say."""


class Visits:
    """Targets are calls (`firmware.dect.leg.AirLeg`) and errands. Methods return effects."""

    def __init__(self, links, gate, locations):
        self.links = links
        self.gate = gate
        self._pager = Pager(locations)

    def _run(self, happened, now):
        """Carry on with what the links return."""
        return happened

    def _gated(self, connection, happened, now):
        """Carry on with what the gate returns."""
        return happened

    def _present(self, connection, target, now):
        """The handset that a call is for is there."""
        return []

    def _reach(self, target, now):
        """Bring a call or an errand to its handset, on the link that it has or by paging it."""
        if not target.speech and self._pager.full():
            return target.failed()
        held = [connection for connection in self.links.connections if connection.ipei == target.ipei]
        effects = []
        if [connection for connection in held if self._believed(connection)]:
            self._pager.hold(target, now)
        else:
            # Whoever names a handset need not be it: the handset itself hears a page.
            effects = self._pager.page(target, now)
        connection = self.links.of(target.ipei)
        return effects + (self._knock(connection, now) if connection is not None else [])

    def _believed(self, connection):
        return connection.call is not None or connection.trusted == connection.ipei or not self.gate.proves()

    def _knock(self, connection, now):
        """If something waits for the handset, and its link is free for that: begin with it there."""
        busy = connection.proof or connection.errand or connection.dropped or connection.ipei is None
        target = None if busy else self._pager.waiting(connection.ipei)
        if target is None or target is connection.knocked or (target.speech and connection.call is not None):
            return []
        if self._pager.is_wide(target) and not connection.wide:
            # A long slot takes a new link. One on which the handset has yet to take its TPUI ends by itself.
            return [] if connection.offered else self._run(self.links.close(connection, now), now)
        connection.knocked = target
        connection.closing = False
        return self._answered(connection, KNOCK, now)

    def _answered(self, connection, message, now):
        """A handset is there for what it was paged for."""
        target = self._pager.waiting(connection.ipei)
        if target is not None and target.free:
            return self._paged(connection, now)
        return self._gated(connection, self.gate.receive(connection, message, now), now)

    def _finish(self, connection, now):
        """The link has done what it was for, unless there is a call on it or more is to be done."""
        if connection.call is not None:
            return self._knock(connection, now)
        return self._knock(connection, now) or self._run(self.links.close(connection, now), now)

    def _done(self, connection, effects, now):
        """The errand is over."""
        connection.errand = None
        return effects + self._finish(connection, now)

    def _paged(self, connection, now):
        target = self._pager.waiting(connection.ipei)
        if target is None or (target.speech and connection.call is not None):
            return self._finish(connection, now)
        self._pager.forget(target)
        if target.speech:
            return self._present(connection, target, now)
        if target.waits:
            connection.errand = target
            target.until = now + MM_ACCESS_2
        return self.links.say(connection, target.begin(), now)
