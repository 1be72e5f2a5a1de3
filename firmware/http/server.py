"""Module HTTP0: connections, the admin account, and pages handed to the one that answers them.

Authentication is digest (RFC 7616) on every path. What a path means is in
firmware.http.door; here is only what HTTP itself asks for.
"""

from firmware.config.schema import NUMBER, TRACE, Option
from firmware.digest import Guard, parse
from firmware.effects import MAJOR, Close, Listen, Log, Stream, Trace
from firmware.http.message import Bad, Continue, Parser, answer
from firmware.module import Module, earliest
from hal.net import Accepted, Bound, Closed, Received, Refused

CONNECTIONS = 16
PATIENCE = 30_000_000
"""Microseconds within which each request must be complete, counted from the one before."""
RETRY = 10_000_000
"""Microseconds until a refused port is asked for again."""

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE")
"""RFC 9110 9.1: known, so that one we do not offer is 405 and any other 501."""


OPTIONS = (Option("port", NUMBER, 80, low=1, high=65535, help="TCP port of the web server", source="our choice"),)


class _Connection:
    def __init__(self, number, host, now):
        self.number = number
        self.host = host
        self.parser = Parser()
        self.deadline = now + PATIENCE


class Http(Module):
    """`door.page(method, request, who, now)` gives a `firmware.http.door.Page`.

    `password_of(user)` is a str or None; `secret`, octets nobody can guess,
    makes the nonces; `realm` is shown by the browser that asks for a password.
    """

    name = "HTTP0"
    schemas = {"": OPTIONS + TRACE}
    commands = {"info": "connections that are open"}

    def __init__(self, door, password_of, secret, realm):
        self.port = None
        self._door = door
        self._password_of = password_of
        self._guard = Guard(realm, secret)
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
        return "port {}, {} of {} connections\r\n".format(self.port, len(self._connections), CONNECTIONS), []

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
            if not connection.parser.idle:
                effects.append(Stream(connection.number, answer(408, b"request timeout\r\n", keep=False)))
            effects.extend(self._close(connection))
        return effects

    def due(self):
        return earliest(self._retry_at, *[one.deadline for one in self._connections.values()])

    def _accepted(self, message, now):
        """Take a connection; at the bound, the one that has been waiting longest makes room."""
        effects = []
        if len(self._connections) >= CONNECTIONS:
            effects = self._close(min(self._connections.values(), key=lambda one: (one.deadline, one.number)))
        self._connections[message.connection] = _Connection(message.connection, message.source[0], now)
        return effects

    def _close(self, connection):
        self._connections.pop(connection.number, None)
        return [Close(connection.number)]

    def _received(self, connection, data, now):
        effects = []
        for one in connection.parser.feed(data):
            if isinstance(one, Continue):
                effects.append(Stream(connection.number, b"HTTP/1.1 100 Continue\r\n\r\n"))
            elif isinstance(one, Bad):
                text = "{}: {}\r\n".format(one.status, one.reason)
                effects.append(Stream(connection.number, answer(one.status, text.encode(), keep=False)))
                return effects + self._close(connection)
            else:
                connection.deadline = now + PATIENCE
                effects.extend(self._answer(connection, one, now))
                if not one.keep_alive:
                    return effects + self._close(connection)
        return effects

    def _answer(self, connection, request, now):
        status, body, kind, headers, effects = self._page(connection, request, now)
        octets = answer(status, body, kind, headers, request.keep_alive, request.method == "HEAD")
        said = [Trace("{} {} {} {}".format(connection.host, request.method, _shown(request), status)),
                Stream(connection.number, octets)]
        return said + effects

    def _page(self, connection, request, now):
        """(status, body, type, headers, effects) for one request."""
        if request.method not in METHODS:
            return 501, b"not implemented\r\n", "text/plain", [], []
        authorization = request.header("authorization") or ""
        verdict = self._guard.judge(
            authorization, request.method, request.target, self._password_of, now, request.body)
        if verdict != "good":
            offers = self._guard.challenges(now, verdict == "stale")
            return 401, b"unauthorized\r\n", "text/plain", [("WWW-Authenticate", one) for one in offers], []
        user = parse(authorization).get("username", "")
        return self._door.page(request, user + "@" + connection.host, now)


def _shown(request):
    """The target without what may be secret: the log of CMD has the line, with its secrets masked."""
    path = request.path[:200]
    return "/!" if path[:2] == "/!" else path
