"""Handsets that have a connection, at whichever radio, and the data link on each.

A `Connection` is one handset's data link. One MAC connection carries it, and during
a connection handover two: the handset has set up the second at another radio, and
releases the first when it likes (EN 300 175-3 10.6, EN 300 175-4 9.2.7).
"""

from collections import namedtuple

from firmware.dect import bursts, dlc_b, nwk
from firmware.dect.between import Access, Cipher, Ciphered, Drop, Gone, Moved, Segment, To
from firmware.dect.connection import LCE_02, Connection
from firmware.dect.dlc import Link
from firmware.dect.handovers import Carried, Handovers

FORGET = 15_000_000
"""A radio that does not report the end of a connection within this time has none: our choice."""

LIMIT = 1024
"""Connections at once; more are dropped. Our choice."""

Heard = namedtuple("Heard", ("connection", "message"))
Over = namedtuple("Over", ("connection", "reason"))
"""The connection is no more."""

Secured = namedtuple("Secured", ("connection", "on"))
"""Ciphering has been switched."""


class Links(Handovers):
    """All connections of the system. Methods return effects, with `Heard`, `Over`, `Carried`, `Secured` among them."""

    def report(self, radio, report, now):
        """What a radio says, by firmware.dect.between; what belongs to no connection is dropped."""
        if isinstance(report, Access):
            return self._access(radio, report, now)
        connection, mac = self._of(radio, getattr(report, "link", None))
        action = REPORTS.get(type(report))
        if connection is None or action is None:
            return []
        return action(self, connection, mac, report, now)

    def _of(self, radio, link):
        connection = self._at.get((radio, link))
        for mac in connection.macs() if connection is not None else ():
            if mac.link == link and mac.radio == radio:
                return connection, mac
        return None, None

    def _forget(self, connection):
        self.connections.remove(connection)
        for mac in connection.macs():
            self._at.pop((mac.radio, mac.link), None)

    def of(self, ipei):
        """A handset's connection that may still be spoken on, the one with a call first, then one that has proved whose
        it is; or None."""
        found = None
        for connection in self.connections:
            if connection.ipei == ipei and not connection.dropped:
                if connection.call is not None:
                    return connection
                if found is None or connection.trusted == ipei or found.trusted != ipei:
                    found = connection
        return found

    def _access(self, radio, access, now):
        effects = []
        stale, mac = self._of(radio, access.link)
        if stale is not None:
            # The radio has begun its numbers anew.
            effects += self._gone(stale, mac, Gone(access.link, bursts.SETUP_FAILED), now)
        if access.kind == "handover":
            return effects + self._handover(radio, access, now)
        if len(self.connections) >= LIMIT:
            return effects + [To(radio, Drop(access.link, bursts.BASE_BUSY))]
        self.counts["links"] += 1
        connection = self._at[(radio, access.link)] = Connection(radio, access, now)
        self.connections.append(connection)
        return effects

    def _moved(self, connection, mac, report, now):
        mac.bearer = report.bearer
        self.counts["moves"] += 1
        return [Carried(connection)] if mac is connection.mac else []

    def _ciphered(self, connection, mac, report, now):
        mac.ciphered = report.on
        if mac is connection.mac:
            connection.secret = report.on
        if mac is connection.next:
            if not report.on:
                return []
            connection.next = connection.next_until = None
            return self._take(connection, mac, now)
        return [Secured(connection, report.on)] if mac is connection.mac else []

    def _gone(self, connection, mac, report, now):
        if len(connection.macs()) == 1:
            self._forget(connection)
            return [Over(connection, report.reason)]
        del self._at[(mac.radio, mac.link)]
        if mac is connection.old:
            connection.old = connection.old_until = None
        elif mac is connection.next and mac is not connection.mac:
            connection.next = connection.next_until = None
        elif connection.old is not None:
            # The handover has failed: the old MAC connection is still there.
            connection.mac, connection.old, connection.old_until = connection.old, None, None
            return self._carry(connection, connection.dlc.resume(now)) + [Carried(connection)]
        else:
            connection.mac = connection.next
        return []

    def _segment(self, connection, mac, report, now):
        usable = len(report.data) == 5 and mac is not connection.next
        frame = mac.frames.take(report.data) if usable else None
        if frame is None:
            return []
        self._choose(connection, frame)
        effects = self._carry(connection, connection.dlc.receive(frame, now))
        effects += [Heard(connection, message) for message in connection.dlc.messages()]
        return effects + self._settle(connection, now)

    def _choose(self, connection, frame):
        """The handset's first frame of class B makes the link one."""
        if dlc_b.wanted(frame) and frame.control & ~dlc_b.FINAL == dlc_b.SABM and connection.dlc.lln == Link.lln:
            connection.dlc = dlc_b.LinkB(frame.address, connection.dlc.signature)

    def say(self, connection, message, now):
        return self._carry(connection, connection.dlc.send(nwk.encode(message), now))

    def cipher(self, connection):
        """Have the radio cipher with the key of the last proof."""
        return [To(connection.radio, Cipher(connection.link, connection.dck))]

    def close(self, connection, now):
        """Release the link as soon as the handset has all that was said to it."""
        if connection.closing:
            return []
        connection.closing = True
        connection.idle_at = now + LCE_02
        return self._settle(connection, now)

    def _settle(self, connection, now):
        done = connection.closing and connection.dlc.idle()
        return self.drop(connection, now) if done or connection.dlc.failed else []

    def drop(self, connection, now, reason=bursts.CONNECTION):
        """Release it now; the radio reports its end."""
        if connection.dropped:
            return []
        connection.closing = connection.dropped = True
        connection.idle_at = now + FORGET
        return [To(mac.radio, Drop(mac.link, reason)) for mac in connection.macs()]

    def clear(self):
        """The radios are switched off: nothing is said any more."""
        over = [Over(connection, bursts.CONNECTION) for connection in self.connections]
        self.connections = []
        self._at = {}
        return over

    def due(self):
        first = None
        for connection in self.connections:
            due = connection.due()
            if due is not None and (first is None or due < first):
                first = due
        return first

    def tick(self, now):
        effects = []
        for connection in list(self.connections):
            effects += self._tick(connection, now)
        return effects

    def _tick(self, connection, now):
        if connection.dropped:
            if connection.idle_at > now:
                return []
            self._forget(connection)
            return [Over(connection, bursts.CONNECTION)]
        effects = self._carry(connection, connection.dlc.tick(now))
        if connection.old_until is not None and connection.old_until <= now:
            effects += self._go_back(connection, now)
        if connection.next_until is not None and connection.next_until <= now:
            if connection.next is connection.mac:
                return effects + self.drop(connection, now)
            effects += self._give_up(connection)
        if connection.dlc.failed or (connection.call is None and connection.idle_at <= now):
            effects += self.drop(connection, now)
        return effects


REPORTS = {Moved: Links._moved, Ciphered: Links._ciphered, Gone: Links._gone, Segment: Links._segment}
"""What a report does to the connection that it names."""
