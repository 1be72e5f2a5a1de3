"""A small SIP user agent core over UDP: transactions; messages by `sipmessage`."""

import random
from collections.abc import Callable

from sipmessage import CSeq, Message, Request, Response, Via

from sim.peers.sockets import Sockets
from sim.time import Handle, Time

T1, T2 = 500_000, 4_000_000
"""RFC 3261 17.1.1.1, µs."""

GIVE_UP = 64 * T1
"""Timers B, F and H, and how long an answered transaction is remembered."""

COOKIE = "z9hG4bK"
PHRASES = {
    100: "Trying", 180: "Ringing", 200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found",
    405: "Method Not Allowed", 407: "Proxy Authentication Required", 408: "Request Timeout",
    423: "Interval Too Brief", 480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist",
    483: "Too Many Hops", 486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here",
    491: "Request Pending", 603: "Decline"}

Address = tuple[str, int]


class Incoming:
    """A request that was received: answer it with `respond`; copies get the last answer again."""

    def __init__(self, agent: "Agent", request: Request, source: Address, key: tuple):
        self.agent, self.request, self.source, self.key = agent, request, source, key
        self.tag = agent.token()
        self.final = False
        self.until = 0
        self._sent = b""
        self._timer: Handle | None = None
        self._interval = T1

    def respond(self, code: int, body: bytes = b"", contact=None, **headers) -> None:
        """Headers by keyword, underscores for hyphens. A final answer to INVITE is repeated until its ACK."""
        if self.final:
            return
        response = Response(code, PHRASES.get(code, "Answer"), body)
        for name in ("Via", "Record-Route"):
            if self.request.headers.getlist(name):
                response.headers.setlist(name, self.request.headers.getlist(name))
        for name in ("From", "To", "Call-ID", "CSeq"):
            response.headers.set(name, self.request.headers[name])
        to = response.to_address
        if code > 100 and "tag" not in to.parameters:
            response.headers.set("To", f"{response.headers['To']};tag={self.tag}")
        if contact is not None:
            response.contact = [contact]
        self._finish(response, headers)

    def relay(self, response: Response) -> None:
        """Pass on a response as it is. A refused INVITE is repeated until its ACK; a 2xx is repeated
        by who answered (RFC 3261 16.7), and each copy is passed on.
        """
        first, self.final = not self.final, response.code >= 200
        self._sent = bytes(response)
        self.again()
        if first and response.code >= 300:
            self._keep()

    def again(self) -> None:
        if self._sent:
            self.agent.send(self.source, self._sent)

    def acknowledged(self) -> None:
        self.agent.time.cancel(self._timer)

    def _finish(self, response, headers):
        for name, value in headers.items():
            response.headers.set(name.replace("_", "-"), str(value))
        if response.body:
            response.headers.set("Content-Type", "application/sdp")
        response.headers.set("Content-Length", str(len(response.body)))
        self.relay(response)
        if 200 <= response.code < 300:
            self._keep()

    def _keep(self):
        if self.request.method == "INVITE":
            self.agent.unacknowledged(self)
            self._timer = self.agent.time.after(self._interval, self._repeat)

    def _repeat(self):
        self.again()
        self._interval = min(2 * self._interval, T2)
        if self.agent.time.now < self.until:
            self._timer = self.agent.time.after(self._interval, self._repeat)


class Outgoing:
    """A request that was sent, repeated until it is answered; `on_response(None)` when it never is."""

    def __init__(self, agent: "Agent", request: Request, to: Address, on_response: Callable):
        self.agent, self.request, self.to, self.on_response = agent, request, to, on_response
        self.done = False
        self._data = bytes(request)
        self._interval = T1
        self._timer = agent.time.after(T1, self._repeat)
        self._limit = agent.time.after(GIVE_UP, self._expire)
        agent.send(to, self._data)

    def receive(self, response: Response) -> None:
        time, invite = self.agent.time, self.request.method == "INVITE"
        if invite:
            # RFC 3261 17.1.1.2: any answer stops the repeats, and Timer B.
            time.cancel(self._timer)
            time.cancel(self._limit)
        if response.code >= 200:
            if invite and response.code >= 300:
                self.agent.send(self.to, bytes(self._ack(response)))
            repeated, self.done = self.done, True
            time.cancel(self._timer)
            time.cancel(self._limit)
            if repeated and not (invite and response.code < 300):
                return
        self.on_response(response)

    def cancel(self) -> None:
        """CANCEL of an INVITE: RFC 3261 9.1."""
        if not self.done:
            request = self._twin("CANCEL")
            self.agent.track(Outgoing(self.agent, request, self.to, lambda response: None))

    def _ack(self, response):
        ack = self._twin("ACK")
        ack.headers.set("To", response.headers["To"])
        return ack

    def _twin(self, method):
        request = Request(method, self.request.uri)
        for name in ("Via", "From", "To", "Call-ID"):
            request.headers.set(name, self.request.headers[name])
        if self.request.headers.getlist("Route"):
            request.headers.setlist("Route", self.request.headers.getlist("Route"))
        request.cseq = CSeq(self.request.cseq.sequence, method)
        request.max_forwards = 70
        request.headers.set("Content-Length", "0")
        return request

    def _repeat(self):
        self.agent.send(self.to, self._data)
        self._interval = 2 * self._interval
        if self.request.method != "INVITE":
            self._interval = min(self._interval, T2)
        self._timer = self.agent.time.after(self._interval, self._repeat)

    def _expire(self):
        self.agent.time.cancel(self._timer)
        if not self.done:
            self.done = True
            self.on_response(None)


class Agent:
    """Sends and receives SIP on one UDP port. `on_request(incoming)` is called once for each new
    request; `on_ack(request)` for each ACK to a 2xx. What does not parse is counted in `garbage`.
    """

    def __init__(self, time: Time, sockets: Sockets, port: int = 5060, seed: object = 0):
        self.time, self.sockets = time, sockets
        self.garbage = 0
        self.on_request: Callable[[Incoming], object] = lambda incoming: incoming.respond(405)
        self.on_ack: Callable[[Request], object] = lambda request: None
        self._random = random.Random(f"sip {seed}")
        self._outgoing: dict[tuple, Outgoing] = {}
        self._incoming: dict[tuple, Incoming] = {}
        self._unacknowledged: dict[tuple, Incoming] = {}
        self.port = sockets.open("sip", port, self._receive)

    def token(self) -> str:
        return f"{self._random.getrandbits(48):012x}"

    def send(self, to: Address, data: bytes) -> None:
        self.sockets.send("sip", to, data)

    def via(self) -> Via:
        return Via.parse(f"SIP/2.0/UDP {self.sockets.address}:{self.port};branch={COOKIE}{self.token()};rport")

    def request(self, request: Request, to: Address, on_response: Callable) -> Outgoing:
        """Send a request with a Via of ours on top, as a new transaction."""
        request.headers.setlist("Via", [str(self.via()), *request.headers.getlist("Via")])
        request.headers.set("Content-Length", str(len(request.body)))
        return self.track(Outgoing(self, request, to, on_response))

    def track(self, outgoing: Outgoing) -> Outgoing:
        key = self._key(outgoing.request)
        self._outgoing[key] = outgoing
        # Long enough for an INVITE that rings for minutes.
        self.time.after(10 * GIVE_UP, lambda: self._outgoing.pop(key, None))
        return outgoing

    def ack(self, request: Request, to: Address) -> None:
        """An ACK to a 2xx: a request of its own without an answer."""
        request.headers.setlist("Via", [str(self.via())])
        request.headers.set("Content-Length", str(len(request.body)))
        self.send(to, bytes(request))

    def unacknowledged(self, incoming: Incoming) -> None:
        self._unacknowledged[_dialled(incoming.request)] = incoming
        incoming.until = self.time.now + GIVE_UP

    def pending(self, request: Request) -> "Incoming | None":
        """The INVITE that a CANCEL is about."""
        key = self._key(request)
        return self._incoming.get((key[0], "INVITE", *key[2:]))

    def close(self) -> None:
        self.sockets.close("sip")

    def _receive(self, source, data):
        if not data.strip():
            return
        try:
            message = Message.parse(data)
            via, key = message.via[0], self._key(message)
            whole = message.from_address, message.to_address, message.call_id
        except (ValueError, KeyError, IndexError, UnicodeDecodeError):
            whole = None
        if whole is None:
            self.garbage += 1
        elif isinstance(message, Response):
            outgoing = self._outgoing.get(key)
            if outgoing is not None:
                outgoing.receive(message)
        else:
            self._asked(message, via, key, source)

    def _asked(self, request, via, key, source):
        if request.method == "ACK":
            answered = self._unacknowledged.pop(_dialled(request), None)
            if answered is not None:
                answered.acknowledged()
            # With the INVITE's own branch it belongs to a refusal and ends here: RFC 3261 17.2.1.
            if (key[0], "INVITE", *key[2:]) not in self._incoming:
                self.on_ack(request)
            return
        known = self._incoming.get(key)
        if known is not None:
            known.again()
            return
        marks = {"received": source[0]}
        if "rport" in via.parameters:
            marks["rport"] = str(source[1])
        seen = Via(via.transport, via.host, via.port, via.parameters.replace(**marks))
        request.headers.setlist("Via", [str(seen), *[str(one) for one in request.via[1:]]])
        # RFC 3261 18.2.2 and RFC 3581 4: back to where it came from, to the port it names or came from.
        back = (source[0], source[1] if "rport" in via.parameters else via.port or 5060)
        incoming = self._incoming[key] = Incoming(self, request, back, key)
        self.time.after(10 * GIVE_UP, lambda: self._incoming.pop(key, None))
        try:
            self.on_request(incoming)
        except (ValueError, KeyError):
            # A header that only now was looked at does not parse.
            self.garbage += 1
            incoming.respond(400)

    @staticmethod
    def _key(message):
        via, cseq = message.via[0], message.cseq
        return via.parameters["branch"], cseq.method, via.host, via.port


def _dialled(request):
    return request.call_id, request.cseq.sequence
