"""Module HTTP0: its port and who is connected; what they say is firmware.http.connection's."""

from firmware.config.schema import NUMBER, TRACE, Option
from firmware.effects import MAJOR, Close, Listen, Log
from firmware.module import Module, earliest
from hal.net import Accepted, Bound, Closed, Received, Refused

CONNECTIONS = 16
RETRY = 10_000_000
"""Microseconds until a refused port is asked for again."""

OPTIONS = (Option("port", NUMBER, 80, low=1, high=65535, help="TCP port of the web server", source="our choice"),)


class Http(Module):
    """`door.page(method, request, who, now)` gives a `firmware.http.door.Page`.

    `password_of(user)` is a str or None; `secret`, octets nobody can guess,
    makes the nonces; `realm` is shown by the browser that asks for a password.
    `connections` at once and octets of a `body` are bounds (None: those of firmware.http.message).
    """

    name = "HTTP0"
    schemas = {"": OPTIONS + TRACE}
    commands = {"info": "connections that are open"}

    def __init__(self, door, password_of, secret, realm, connections=CONNECTIONS, body=None):
        self.port = None
        self._most = connections
        self._body = body
        self._door = door
        self._password_of = password_of
        self._secret = secret
        self._realm = realm
        self._answering = None
        self._connections = {}
        self._retry_at = None

    def configure(self, sub, values, changed, now):
        if values["port"] == self.port:
            return []
        effects: list = [] if self.port is None else [Close(("http", self.port))]
        self.port = values["port"]
        self._retry_at = None
        effects.append(Listen(("http", self.port), self.port))
        return effects

    def command(self, sub, words, now):
        if words[:1] != ["info"]:
            return None, []
        return "port {}, {} of {} connections\r\n".format(self.port, len(self._connections), self._most), []

    def receive(self, message, now):
        if isinstance(message, Received):
            connection = self._connections.get(message.connection)
            return [] if connection is None else self._received(connection, message.data, now)
        if isinstance(message, Accepted):
            return self._accepted(message, now)
        if isinstance(message, Closed):
            self._connections.pop(message.connection, None)
        elif isinstance(message, Refused):
            self._retry_at = now + RETRY
            return [Log(MAJOR, "port {}: {}".format(self.port, message.reason))]
        elif isinstance(message, Bound):
            self._retry_at = None
        return []

    def tick(self, now):
        effects: list = []
        if self._retry_at is not None and now >= self._retry_at:
            self._retry_at = None
            effects.append(Listen(("http", self.port), self.port))
        late = [one for one in self._connections.values() if now >= one.deadline]
        for connection in sorted(late, key=lambda one: one.number):
            effects.extend(connection.late() + self._close(connection))
        return effects

    def due(self):
        return earliest(self._retry_at, *[one.deadline for one in self._connections.values()])

    def _accepted(self, message, now):
        """Take a connection; at the bound, the one that has been waiting longest makes room."""
        effects = []
        if len(self._connections) >= self._most:
            effects = self._close(min(self._connections.values(), key=lambda one: (one.deadline, one.number)))
        self._connections[message.connection] = self._reception().admit(message.connection, message.source[0], now)
        return effects

    def _close(self, connection):
        self._connections.pop(connection.number, None)
        return [Close(connection.number)]

    def _reception(self):
        """Made for the first caller: a board that nobody calls keeps the memory."""
        if self._answering is None:
            from firmware.http.connection import Reception

            self._answering = Reception(self._door, self._password_of, self._realm, self._secret, self._body)
        return self._answering

    def _received(self, connection, data, now):
        effects = connection.receive(data, now)
        return effects + self._close(connection) if connection.done else effects
