"""The MAC of one radio: its bearers and the connections that they carry (EN 300 175-3 10).

What comes from the air may be anything: it is bounded, counted, and never
touches another handset's connection. Methods return effects and reports of between.py.
"""

from firmware.dect import bearer, bursts, mt
from firmware.dect.admission import Admission
from firmware.dect.between import Access, Gone, Moved
from firmware.dect.carried import Carried
from firmware.effects import Trace
from firmware.module import earliest

COUNTED = ("setups", "established", "refused", "floods", "failed", "handovers", "connection_handovers", "lost")

LINKS = 65535


class Mac:
    """`radio` is the controller, for reading only; `multicell`: other bases of the system may hand connections over
    to this one.

    `fmid` is None while we are silent, `dummy` the slot of the dummy bearer. `refusals` are bearers that say no.
    """

    def __init__(self, radio, multicell=True, first_link=0):
        self.multicell = multicell
        self._radio = radio
        self.fmid = self.dummy = None
        self.connections: list = []
        self.refusals: list = []
        self.counts = dict([(name, 0) for name in COUNTED])
        self._link = first_link
        self._admission = Admission(self)

    def bearers(self):
        """All that are open, with the connection of each or None."""
        found = [(one, connection) for connection in self.connections for one in connection.bearers]
        return found + [(one, None) for one in self.refusals]

    def slots(self):
        """In which no access request can be heard."""
        taken = [] if self.dummy is None else [self.dummy]
        for one, _ in self.bearers():
            taken += one.slots()
        return taken

    def busy(self):
        """Whether nobody else gets a bearer."""
        return self.unused() is None or len(self.slots()) >= 12

    def unused(self):
        """The number of a bearer that is free, or None."""
        taken = [one.number for one, _ in self.bearers()]
        for number in range(self._radio.bearers):
            if number not in taken:
                return number
        return None

    def named(self, pmid):
        """Connections of a handset."""
        return [connection for connection in self.connections if connection.pmid == pmid and not connection.closing()]

    def carry(self, cause, one):
        """A new connection, on its first bearer."""
        self._link = self._link % LINKS + 1
        while self._linked(self._link) is not None:
            self._link = self._link % LINKS + 1
        self.connections.append(Carried(self._link, cause, one, self._radio.quality))

    def abandon(self, connection, reason):
        """At once and without a word."""
        effects = []
        for one in connection.bearers:
            effects += one.free(reason)
        return self.settle(effects)

    def burst(self, burst, now):
        field = bursts.unpack(burst.field)
        if field is None or self.fmid is None:
            return []
        if burst.bearer is None:
            return self.settle(self._admission.request(burst, field, now))
        for one, connection in self.bearers():
            if one.number == burst.bearer:
                return self.settle(self._heard(one, connection, field, now))
        return []

    def _heard(self, one, connection, field, now):
        if connection is not None:
            return connection.receive(one, field, now)
        control = mt.read(field.tail) if field.ta in (bursts.MT, bursts.MT_FIRST) else None
        if isinstance(control, mt.Released) and control.pmid == one.pmid:
            return one.free(control.reason)
        return []

    def lost(self, number, now):
        for one, connection in self.bearers():
            if one.number == number:
                self.counts["lost"] += 1
                return self.settle(connection.lost(one, now) if connection else one.lost(now))
        return []

    def found(self, number):
        for one, _ in self.bearers():
            if one.number == number:
                one.found()
        return []

    def failed(self, number):
        """The controller did not open or send: nothing of this bearer is on the air."""
        for one, _ in self.bearers():
            if one.number == number:
                return self.settle(one.free(bursts.BEARER))
        return []

    def segments(self, link, segments, now):
        connection = self._linked(link)
        return connection.send(segments, now) if connection else []

    def cipher(self, link, key, now):
        connection = self._linked(link)
        return connection.order_cipher(key, now) if connection else []

    def drop(self, link, reason, now):
        connection = self._linked(link)
        return self.settle(connection.release(reason, now)) if connection else []

    def stop(self, reason):
        """The radio falls silent: nothing is said any more."""
        effects = []
        for one, _ in self.bearers():
            effects += one.free(reason)
        return self.settle(effects)

    def due(self):
        first = None
        for connection in self.connections:
            first = earliest(first, connection.due())
        for one in self.refusals:
            first = earliest(first, one.due())
        return first

    def tick(self, now):
        effects = []
        for connection in list(self.connections):
            effects += self.settle(connection.tick(now))
        for one in list(self.refusals):
            effects += self.settle(one.tick(now))
        return effects

    def _linked(self, link):
        for connection in self.connections:
            if connection.link == link:
                return connection
        return None

    def settle(self, happened):
        """Carry on until only effects and reports are left."""
        effects = []
        for one in happened:
            if isinstance(one, bearer.Freed):
                effects += self._freed(one)
                continue
            if isinstance(one, Access):
                self.counts["established" if one.kind == "setup" else "connection_handovers"] += 1
            elif isinstance(one, Moved):
                self.counts["handovers"] += 1
            effects.append(one)
        return effects

    def _freed(self, freed):
        if freed.bearer in self.refusals:
            self.refusals.remove(freed.bearer)
            return []
        for connection in list(self.connections):
            if freed.bearer in connection.bearers:
                return self.settle(connection.freed(freed.bearer)) + self._over(connection, freed)
        return []

    def _over(self, connection, freed):
        effects: list = [Trace("bearer {} released, reason {}".format(freed.bearer.number, freed.reason))]
        if connection.bearers:
            return effects
        self.connections.remove(connection)
        if connection.known:
            return effects + [Gone(connection.link, freed.reason)]
        self.counts["failed"] += 1
        return effects
