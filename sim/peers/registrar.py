"""A SIP registrar and proxy for labs: digest, location table, INVITE to whoever is registered."""

from collections.abc import Callable
from dataclasses import dataclass

from sipmessage import URI, Address, Request, Response

from sim.peers.digest import challenge, verify
from sim.peers.sip import Agent, Incoming, Outgoing
from sim.peers.sockets import Sockets
from sim.time import Time

NONCE_LIFE = 300_000_000
"""µs until a nonce is stale."""


@dataclass
class Binding:
    contact: URI
    expires: int
    """Virtual µs at which it ends."""

    call_id: str
    sequence: int


class Registrar:
    """`users` maps a user to a password; the realm is also the domain. `trunks` maps a prefix of
    numbers to the user whose contact takes them, for a gateway that registers once.

    With `challenge_calls`, INVITEs of our own users are challenged (407). `accept(user, request, source)` may
    refuse a registration, by a reason, before its password is looked at; see `sim.peers.pbx`.
    """

    accept: "Callable[[str, Request, tuple[str, int]], str | None] | None" = None

    def __init__(self, time: Time, net, realm: str, users: "dict[str, str]", *, port: int = 5060,
                 min_expires: int = 60, trunks: "dict[str, str] | None" = None, challenge_calls: bool = False):
        self.time, self.realm, self.users = time, realm, users
        self.min_expires, self.trunks, self.challenge_calls = min_expires, trunks or {}, challenge_calls
        self.location: dict[str, list[Binding]] = {}
        self.on_register: Callable[[str], object] = lambda user: None
        self.refused = 0
        self.agent = Agent(time, Sockets(net), port, f"registrar {realm}")
        self.agent.on_request, self.agent.on_ack = self._asked, self._acked
        self._nonces: dict[str, int] = {}
        self._relayed: dict[tuple, Relay] = {}

    @property
    def address(self) -> tuple[str, int]:
        return self.agent.sockets.address, self.agent.port

    def registered(self, user: str) -> bool:
        return bool(self.bindings(user))

    def bindings(self, user: str) -> "list[Binding]":
        """Those that have not expired, the latest first."""
        live = [one for one in self.location.get(user, []) if one.expires > self.time.now]
        self.location[user] = live
        return live

    def target(self, uri: URI) -> "URI | None":
        """Where a request for one of our users goes; None: nobody is there."""
        user = uri.user or ""
        live = self.bindings(user)
        if live:
            return live[0].contact
        for prefix, trunk in self.trunks.items():
            live = self.bindings(trunk)
            if user.startswith(prefix) and live:
                contact = live[0].contact
                return URI(contact.scheme, contact.host, user, port=contact.port, parameters=contact.parameters)
        return None

    def close(self) -> None:
        self.agent.close()

    def _asked(self, incoming: Incoming):
        request = incoming.request
        if request.method == "REGISTER":
            self._register(incoming)
        elif request.method == "CANCEL":
            self._cancel(incoming)
        elif request.method == "OPTIONS" and request.uri.user is None:
            incoming.respond(200)
        elif request.max_forwards == 0:
            incoming.respond(483)
        elif self._is_ours(request):
            self._forward(incoming, self._strip(request))
        else:
            self._invite(incoming)

    def _register(self, incoming):
        request = incoming.request
        user = request.to_address.uri.user or ""
        refusal = self.accept(user, request, incoming.source) if self.accept is not None else None
        if refusal is not None:
            self.refused += 1
            # RFC 3261 20.43: 399 is a warning in words.
            incoming.respond(403, Warning=f'399 {self.realm} "{refusal}"')
            return
        if not self._authenticated(incoming, request.authorization, user, 401):
            return
        contacts = request.contact if request.headers.get("Contact", "") != "*" else []
        for contact in contacts:
            asked = contact.parameters.get("expires") or request.expires
            seconds = 3600 if asked is None else int(asked)
            if 0 < seconds < self.min_expires:
                incoming.respond(423, Min_Expires=self.min_expires)
                return
            self._bind(user, contact.uri, seconds, request)
        if not contacts and request.expires == 0:
            self.location[user] = []
        self._confirm(incoming, user)

    def _bind(self, user, contact, seconds, request):
        """RFC 3261 10.3: a registration replaces the binding of the same contact."""
        others = [one for one in self.bindings(user) if one.contact != contact]
        if seconds:
            binding = Binding(contact, self.time.now + seconds * 1_000_000, request.call_id, request.cseq.sequence)
            others.insert(0, binding)
        self.location[user] = others

    def _confirm(self, incoming, user):
        live = self.bindings(user)
        contacts = [f"{Address(one.contact)};expires={(one.expires - self.time.now) // 1_000_000}" for one in live]
        headers = {"Contact": ", ".join(contacts)} if contacts else {}
        incoming.respond(200, **headers)
        self.on_register(user)

    def _authenticated(self, incoming, credentials, user, code):
        """Whether the request proves its user; otherwise it has been challenged."""
        known = credentials.parameters if credentials is not None else None
        password = self.users.get(user)
        if known is not None and password is not None and known.get("username") == user:
            fresh = self._nonces.get(known.get("nonce", ""), -NONCE_LIFE) + NONCE_LIFE > self.time.now
            if fresh and verify(incoming.request, known, password):
                return True
        self.refused += known is not None
        nonce = self.agent.token()
        self._nonces[nonce] = self.time.now
        header = "WWW_Authenticate" if code == 401 else "Proxy_Authenticate"
        incoming.respond(code, **{header: challenge(self.realm, nonce)})
        return False

    def _invite(self, incoming):
        request = incoming.request
        caller = request.from_address.uri.user or ""
        if (self.challenge_calls and request.method == "INVITE" and caller in self.users
                and not self._authenticated(incoming, request.proxy_authorization, caller, 407)):
            return
        # RFC 3261 16.5: a domain that is not ours is the target itself.
        ours = request.uri.host in (self.realm, self.agent.sockets.address)
        target = self.target(request.uri) if ours else request.uri
        if target is None:
            incoming.respond(480 if request.uri.user in self.users else 404)
            return
        onward = self._copy(request)
        onward.uri = target
        onward.headers.remove("Proxy-Authorization")
        self._forward(incoming, onward)

    def _forward(self, incoming, onward):
        """Statefully, and staying in the path of the dialog: RFC 3261 16.6."""
        if incoming.request.method == "INVITE":
            incoming.respond(100)
            ours = f"<sip:{self.agent.sockets.address}:{self.agent.port};lr>"
            onward.headers.setlist("Record-Route", [ours, *onward.headers.getlist("Record-Route")])
        onward.max_forwards = (onward.max_forwards or 70) - 1
        relay = Relay(incoming)
        self._relayed[incoming.key] = relay
        relay.outgoing = self.agent.request(onward, _next_hop(onward), relay.receive)

    def _cancel(self, incoming):
        pending = self.agent.pending(incoming.request)
        relay = self._relayed.get(pending.key) if pending is not None else None
        incoming.respond(200 if relay is not None else 481)
        if relay is not None:
            relay.cancel()

    def _acked(self, request):
        """An ACK to a 2xx goes on without state: RFC 3261 16.11."""
        if self._is_ours(request):
            onward = self._strip(request)
            vias = request.headers.getlist("Via")
            onward.headers.setlist("Via", [str(self.agent.via()), *vias])
            self.agent.send(_next_hop(onward), bytes(onward))

    def _is_ours(self, request):
        """Whether the first Route names us."""
        routes = request.route
        return bool(routes) and (routes[0].uri.host, routes[0].uri.port or 5060) == self.address

    def _strip(self, request):
        onward = self._copy(request)
        onward.headers.setlist("Route", [str(one) for one in request.route[1:]])
        return onward

    @staticmethod
    def _copy(request):
        onward = Request(request.method, request.uri, request.body)
        names = request.headers.keys()
        for name in names:
            onward.headers.setlist(name, list(request.headers.getlist(name)))
        return onward


class Relay:
    """One request passed on: its answers go back as they come, less our Via."""

    def __init__(self, incoming: Incoming):
        self.incoming = incoming
        self.outgoing: Outgoing | None = None
        self._ringing = self._cancelled = False

    def receive(self, response: "Response | None") -> None:
        if response is None:
            self.incoming.respond(408)
            return
        if response.code == 100:
            self._ringing = True
        else:
            vias = [str(one) for one in response.via[1:]]
            if vias:
                response.headers.setlist("Via", vias)
                self.incoming.relay(response)
        if response.code < 200:
            self._ringing = True
            if self._cancelled:
                self._cancelled = False
                self.cancel()

    def cancel(self) -> None:
        """Only once the other side has answered something: RFC 3261 9.1."""
        if self._ringing and self.outgoing is not None:
            self.outgoing.cancel()
        else:
            self._cancelled = True


def _next_hop(request):
    uri = request.route[0].uri if request.route else request.uri
    return uri.host, uri.port or 5060
