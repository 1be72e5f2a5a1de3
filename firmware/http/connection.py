"""What HTTP asks of one connection: requests in, the admin account checked, answers out.

Authentication is digest (RFC 7616) on every path. What a path means is in
firmware.http.door.
"""

from firmware.digest import Guard, parse
from firmware.effects import Stream, Trace
from firmware.http.message import BODY, Bad, Continue, Parser, answer

PATIENCE = 30_000_000
"""Microseconds within which each request must be complete, counted from the one before."""

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE")
"""RFC 9110 9.1: known, so that one we do not offer is 405 and any other 501."""


class Reception:
    """What all connections share: what firmware.http.server.Http was given."""

    def __init__(self, door, password_of, realm, secret, body):
        self.door = door
        self.password_of = password_of
        self.guard = Guard(realm, secret)
        self.body = body

    def admit(self, number, host, now):
        return Connection(self, number, host, now)


class Connection:
    """`deadline`: when its next request must be complete; `done`: it is to be closed after what was answered."""

    def __init__(self, reception, number, host, now):
        self.number = number
        self.host = host
        self.deadline = now + PATIENCE
        self.done = False
        self._reception = reception
        self.parser = Parser(reception.body or BODY)

    def late(self):
        """Effects of a deadline that has passed, before the connection is closed."""
        if self.parser.idle:
            return []
        return [Stream(self.number, answer(408, b"request timeout\r\n", keep=False))]

    def receive(self, data, now):
        effects: list = []
        for one in self.parser.feed(data):
            if isinstance(one, Continue):
                effects.append(Stream(self.number, b"HTTP/1.1 100 Continue\r\n\r\n"))
            elif isinstance(one, Bad):
                text = "{}: {}\r\n".format(one.status, one.reason)
                effects.append(Stream(self.number, answer(one.status, text.encode(), keep=False)))
                self.done = True
            else:
                self.deadline = now + PATIENCE
                effects.extend(self._answer(one, now))
                self.done = not one.keep_alive
            if self.done:
                break
        return effects

    def _answer(self, request, now):
        status, body, kind, headers, effects = self._page(request, now)
        octets = answer(status, body, kind, headers, request.keep_alive, request.method == "HEAD")
        said = [Trace("{} {} {} {}".format(self.host, request.method, _shown(request), status)),
                Stream(self.number, octets)]
        return said + effects

    def _page(self, request, now):
        """(status, body, type, headers, effects) for one request."""
        if request.method not in METHODS:
            return 501, b"not implemented\r\n", "text/plain", [], []
        reception = self._reception
        authorization = request.header("authorization") or ""
        verdict = reception.guard.judge(
            authorization, request.method, request.target, reception.password_of, now, request.body)
        if verdict != "good":
            offers = reception.guard.challenges(now, verdict == "stale")
            return 401, b"unauthorized\r\n", "text/plain", [("WWW-Authenticate", one) for one in offers], []
        user = parse(authorization).get("username", "")
        return reception.door.page(request, user + "@" + self.host, now)


def _shown(request):
    """The target without what may be secret: the log of CMD has the line, with its secrets masked."""
    path = request.path[:200]
    return "/!" if path[:2] == "/!" else path
