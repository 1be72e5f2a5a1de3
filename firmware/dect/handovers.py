"""A connection goes on at another radio: EN 300 175-3 10.6, EN 300 175-4 9.2.7."""

from collections import namedtuple

from firmware.dect.between import Cipher, Drop, Segments, To
from firmware.dect.bursts import HANDED_OVER, SETUP_FAILED
from firmware.dect.connection import Mac

HANDOVER = 10_000_000
"""How long the old MAC connection may last once there is a new one (EN 300 175-4 annex A): a handset that is still
heard there then is there, and it was somebody else who asked for the handover."""

CIPHERING = 4_000_000
"""How long a new MAC connection may take to be ciphered (EN 300 175-4 annex A has 4 s for a handover)."""

Carried = namedtuple("Carried", ("connection",))
"""Another bearer or another radio has its media now."""

COUNTED = ("links", "moves", "handovers", "refused")


class Handovers:
    """`connections`, found by radio and link in `_at`."""

    def __init__(self):
        self.connections = []
        self.counts = {name: 0 for name in COUNTED}
        self._at = {}

    def _handover(self, radio, access, now):
        """A PMID is no secret: a connection that is ciphered goes on there once that MAC connection is, too."""
        connection = self._named(access.pmid)
        if connection is None:
            self.counts["refused"] += 1
            return [To(radio, Drop(access.link, SETUP_FAILED))]
        mac = Mac(radio, access)
        alone = connection.next is connection.mac
        effects: list = self._give_up(connection)
        self._at[(radio, access.link)] = connection
        if not connection.secret or connection.dck is None:
            return effects + self._take(connection, mac, now)
        connection.next, connection.next_until = mac, now + CIPHERING
        if alone:
            connection.mac = mac
        effects.append(To(radio, Cipher(access.link, connection.dck)))
        return effects

    def _take(self, connection, mac, now):
        """The handset is at another radio from now on."""
        self.counts["handovers"] += 1
        effects = self._let_go(connection)
        if connection.mac is not mac:
            connection.old, connection.old_until = connection.mac, now + HANDOVER
        connection.mac = mac
        return effects + self._carry(connection, connection.dlc.resume(now)) + [Carried(connection)]

    def _give_up(self, connection):
        """End the MAC connection that has not become ciphered."""
        pending, connection.next, connection.next_until = connection.next, None, None
        if pending is None:
            return []
        self.counts["refused"] += 1
        del self._at[(pending.radio, pending.link)]
        return [To(pending.radio, Drop(pending.link, SETUP_FAILED))]

    def _named(self, pmid):
        """The connection of a PMID, that with a call first; None if it could be one as well as another."""
        named = [connection for connection in self.connections if connection.pmid == pmid and not connection.dropped]
        if len(named) > 1:
            named = [connection for connection in named if connection.call is not None]
        return named[0] if len(named) == 1 else None

    def _go_back(self, connection, now):
        """Only the handset's own radio knows it: the other MAC connection goes."""
        false, connection.mac = connection.mac, connection.old
        connection.old = connection.old_until = None
        self.counts["refused"] += 1
        del self._at[(false.radio, false.link)]
        effects: list = [To(false.radio, Drop(false.link, SETUP_FAILED))]
        return effects + self._carry(connection, connection.dlc.resume(now)) + [Carried(connection)]

    def _let_go(self, connection):
        """End the older of two MAC connections."""
        old, connection.old, connection.old_until = connection.old, None, None
        if old is None:
            return []
        del self._at[(old.radio, old.link)]
        return [To(old.radio, Drop(old.link, HANDED_OVER))]

    def _carry(self, connection, segments):
        mac = connection.mac
        return [To(mac.radio, Segments(mac.link, segments))] if segments and not connection.dropped else []
