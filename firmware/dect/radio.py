"""The bearers of this base and the signalling link that each carries.

Bearers are numbered as the controller numbers them. A `Connection` is a MAC
bearer with a data link on it and, once it has named itself, a handset.
"""

from collections import namedtuple

from firmware.dect import bursts, mac, nwk
from firmware.dect.dlc import Link
from firmware.effects import Do
from firmware.module import earliest

LCE_02 = 10_000_000
"""A link without a transaction is given up after <LCE.02> (EN 300 175-5 annex A, 14.2.7)."""

Heard = namedtuple("Heard", ("connection", "message"))
Gone = namedtuple("Gone", ("connection", "reason"))


class Connection:
    """`ipei` and `call` are None until known; `closing`: nothing follows what is queued.

    `proof` is the authentication that runs, `trusted` the IPEI that has proved itself on this link.
    """

    def __init__(self, number, now):
        self.bearer = mac.Bearer(number)
        self.link = Link()
        self.ipei = None
        self.call = None
        self.proof = self.trusted = None
        self.closing = False
        self.idle_at = now + LCE_02

    def due(self):
        return earliest(self.bearer.due(), None if self.call else self.idle_at,
                        self.proof.until if self.proof else None)


class Bearers:
    """All bearers of one radio. Methods return a list of effects with `Heard` and `Gone` among them."""

    def __init__(self, count):
        self.count = count
        self.fmid = None
        self.connections = []

    def burst(self, burst, now):
        if burst.bearer is None:
            return self._request(burst, now)
        connection = self._numbered(burst.bearer)
        return self._run(connection, connection.bearer.receive(burst.field, now), now) if connection else []

    def lost(self, number, now):
        connection = self._numbered(number)
        return self._run(connection, connection.bearer.lost(now), now) if connection else []

    def found(self, number):
        connection = self._numbered(number)
        if connection:
            connection.bearer.found()
        return []

    def refused(self, number, now):
        connection = self._numbered(number)
        return self._run(connection, connection.bearer.refused(), now) if connection else []

    def say(self, connection, message, now):
        return connection.bearer.send(connection.link.send(nwk.encode(message)), now)

    def close(self, connection, now):
        """Release the link as soon as the handset has all that was said to it."""
        connection.closing = True
        connection.idle_at = now + LCE_02
        return self._run(connection, self._settle(connection, now), now)

    def release_all(self):
        """The radio is switched off: nothing is said any more."""
        effects = []
        for connection in self.connections:
            effects += [Do("radio", "close", (connection.bearer.number,)), Gone(connection, bursts.CONNECTION)]
        self.connections = []
        return effects

    def due(self):
        first = None
        for connection in self.connections:
            first = earliest(first, connection.due())
        return first

    def tick(self, now):
        effects = []
        for connection in list(self.connections):
            effects += self._run(connection, connection.bearer.tick(now), now)
            if connection.call is None and connection.idle_at <= now:
                connection.idle_at = now + LCE_02
                effects += self._run(connection, connection.bearer.release(bursts.CONNECTION, now), now)
        return effects

    def _numbered(self, number):
        for connection in self.connections:
            if connection.bearer.number == number:
                return connection
        return None

    def _request(self, burst, now):
        field = bursts.unpack(burst.field)
        if field is None or field.ta != bursts.MT_FIRST or not 12 <= burst.slot < 24:
            return []
        control = bursts.read_control(field.tail)
        if not isinstance(control, bursts.Control) or control.command != bursts.ACCESS_REQUEST:
            return []
        number = self._unused(burst.slot - 12)
        if control.fmid != self.fmid or number is None:
            return []
        connection = Connection(number, now)
        self.connections.append(connection)
        return connection.bearer.request(burst, control, now)

    def _unused(self, slot):
        taken = [connection.bearer.number for connection in self.connections]
        if slot in [connection.bearer.slot for connection in self.connections]:
            return None
        for number in range(self.count):
            if number not in taken:
                return number
        return None

    def _run(self, connection, happened, now):
        """Pass segments up to the link, and what the link then wants to say down again."""
        effects = []
        for one in happened:
            if isinstance(one, mac.Segment):
                effects += connection.bearer.send(connection.link.receive(one.data), now)
                effects += [Heard(connection, message) for message in connection.link.messages()]
                effects += self._settle(connection, now)
            elif isinstance(one, mac.Freed):
                if connection in self.connections:
                    self.connections.remove(connection)
                effects.append(Gone(connection, one.reason))
            elif not isinstance(one, mac.Established):
                effects.append(one)
        return effects

    def _settle(self, connection, now):
        if connection.closing and connection.link.idle():
            return connection.bearer.release(bursts.CONNECTION, now)
        return []
