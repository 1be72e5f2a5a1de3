"""One call of a Phone: the dialog, offer and answer, and its audio."""

import numpy as np
from sipmessage import Address, CSeq, Request

from sim.peers import sdp
from sim.peers.digest import authorise
from sim.peers.rtp import Stream
from sim.peers.sip import Outgoing

CALLING, RINGING, INCOMING, CONNECTED, ENDED = "calling", "ringing", "incoming", "connected", "ended"


class PhoneCall:
    """`state` is one of the words above; `code` the SIP status it ended with (200 for BYE, 0 cut off);
    `times` virtual µs of "start", "ringing", "connected", "ended".
    """

    def __init__(self, phone, peer: Address, source: "np.ndarray | None" = None, incoming=None):
        self.phone, self.agent, self.time = phone, phone.agent, phone.time
        self.state = CALLING if incoming is None else INCOMING
        self.code: "int | None" = None
        self.times = {"start": self.time.now}
        self.held = False
        self._incoming = incoming
        self._outgoing: Outgoing | None = None
        self._tag = self.agent.token() if incoming is None else incoming.tag
        self.call_id = self.agent.token() if incoming is None else incoming.request.call_id
        self._peer = peer
        self._target = peer.uri
        self._routes: list[str] = []
        self._sequence = 0
        self._version = 0
        self._offered = False
        self._wants_end = False
        self.stream = Stream(self.time, phone.sockets, seed=f"{phone.seed}/{self.call_id}")
        self.stream.play(phone.source if source is None else source, phone.loop)
        if incoming is not None:
            self._learn(incoming.request, incoming.request.record_route)

    @property
    def peer(self) -> Address:
        """Who is at the other end: the To of a call we made, the From of one we got."""
        return self._peer

    @property
    def record(self) -> np.ndarray:
        """What was heard, int16 at 8 kHz."""
        return self.stream.recording.samples()

    def stats(self) -> dict:
        stream = self.stream
        return {"codec": stream.codec, "sent": stream.sent, "received": stream.received, "lost": stream.lost,
                "jitter_ms": stream.jitter_ms, "pauses": stream.pauses, "heard_pauses": stream.heard_pauses,
                "wrong": stream.wrong}

    @property
    def digits(self) -> str:
        """Those that came as telephone events."""
        return self.stream.digits

    def dial(self, digits: str) -> None:
        """Send telephone events."""
        self.stream.dial(digits)

    def invite(self, answer_to=None) -> None:
        """Send the INVITE; with `answer_to` again, with credentials for that 401 or 407."""
        request = self._request("INVITE", self._offer())
        tried = answer_to is not None
        phone = self.phone
        if tried and not authorise(request, answer_to, phone.user, phone.password, self.agent.token()):
            self.end(answer_to.code)
            return
        self._outgoing = self.agent.request(request, self._next_hop(),
                                            lambda response: self._answered(response, request, tried))

    def ring(self) -> None:
        self._mark("ringing")
        self._incoming.respond(180, contact=self.phone.contact)

    def answer(self) -> None:
        """Take an incoming call; without effect in any other state."""
        if self.state != INCOMING:
            return
        offer = sdp.read(self._incoming.request.body) if self._incoming.request.body else None
        body = self._offer() if offer is None else self._accept(offer)
        self._connected()
        self._incoming.respond(200, body, self.phone.contact)

    def reject(self, code: int = 486) -> None:
        if self.state == INCOMING:
            self._incoming.respond(code)
            self.end(code)

    def hang_up(self) -> None:
        """BYE, CANCEL or a refusal, as the state asks for."""
        if self.state == CONNECTED:
            self.agent.request(self._request("BYE"), self._next_hop(), lambda response: None)
            self.end(200)
        elif self.state == INCOMING:
            self.reject(603)
        elif self.state == RINGING and self._outgoing is not None:
            self._outgoing.cancel()
        elif self.state == CALLING:
            # RFC 3261 9.1: no CANCEL before a provisional answer.
            self._wants_end = True

    def hold(self, on: bool = True) -> None:
        """Re-INVITE with sendonly, or with sendrecv to take the call up again."""
        if self.state == CONNECTED:
            self.held = on
            request = self._request("INVITE", self._offer())
            self.agent.request(request, self._next_hop(), lambda response: self._reanswered(response, request))

    def cancelled(self) -> None:
        self._incoming.respond(487)
        self.end(487)

    def reinvited(self, incoming) -> None:
        offer = sdp.read(incoming.request.body) if incoming.request.body else None
        if offer is None and incoming.request.body:
            incoming.respond(488)
            return
        self._learn(incoming.request, None)
        body = self._offer() if offer is None else self._accept(offer)
        incoming.respond(200, body, self.phone.contact) if body else incoming.respond(488)

    def acked(self, request) -> None:
        """The ACK of our answer: it carries the peer's answer where we made the offer."""
        if self._offered and request.body:
            self._take(sdp.read(request.body))

    def end(self, code: int) -> None:
        if self.state != ENDED:
            self.state, self.code = ENDED, code
            self._mark("ended")
            self.stream.stop()
            self.phone.forget(self)

    def _answered(self, response, request, tried):
        """An answer to our INVITE, or None for none at all."""
        if response is None:
            self.end(408)
        elif response.code < 200:
            self._provisional(response)
        elif response.code < 300:
            self._success(response, request)
        elif response.code in (401, 407) and not tried and self.state != ENDED:
            self.invite(response)
        else:
            self.end(response.code)

    def _provisional(self, response):
        if self._wants_end and self._outgoing is not None and not self._outgoing.done:
            self._wants_end = False
            self._outgoing.cancel()
        if response.code > 100 and self.state == CALLING:
            self.state = RINGING
            self._mark("ringing")

    def _success(self, response, request):
        if self.state in (CALLING, RINGING):
            self._peer = response.to_address
            self._learn(response, response.record_route[::-1])
            self._connected()
            self._take(sdp.read(response.body))
        self._acknowledge(request)
        if self._wants_end or self.state == ENDED:
            self._wants_end = False
            self.state = CONNECTED
            self.hang_up()

    def _reanswered(self, response, request):
        if response is not None and 200 <= response.code < 300:
            self._acknowledge(request)
            self._take(sdp.read(response.body))

    def _acknowledge(self, request):
        ack = self._request("ACK", sequence=request.cseq.sequence)
        for name in ("Authorization", "Proxy-Authorization"):
            if request.headers.get(name):
                ack.headers.set(name, request.headers[name])
        self.agent.ack(ack, self._next_hop())

    def _request(self, method, body=b"", sequence=None):
        if sequence is None:
            self._sequence += 1
        request = Request(method, self._target, body)
        if self._routes:
            request.headers.setlist("Route", self._routes)
        ours = self.phone.address
        request.max_forwards = 70
        request.from_address = Address(ours.uri, ours.name, ours.parameters.replace(tag=self._tag))
        request.to_address = self._peer
        request.call_id = self.call_id
        request.cseq = CSeq(sequence or self._sequence, method)
        if method == "INVITE":
            request.contact = [self.phone.contact]
        if body:
            request.headers.set("Content-Type", "application/sdp")
        return request

    def _next_hop(self):
        """Where requests go: the first route, else the peer itself, by way of the registrar before the dialog."""
        if self._routes:
            uri = Address.parse(self._routes[0]).uri
        elif self.phone.proxy is not None and "tag" not in self._peer.parameters:
            return self.phone.proxy
        else:
            uri = self._target
        return uri.host, uri.port or 5060

    def _learn(self, message, routes):
        """Target and route set from the peer's message: RFC 3261 12.1 and 12.2.1.2."""
        if message.contact:
            self._target = message.contact[0].uri
        if routes is not None:
            self._routes = [str(one) for one in routes]

    def _offer(self):
        self._offered = True
        codecs = tuple((name, sdp.NUMBERS[name]) for name in self.phone.codecs)
        return self._describe(sdp.Description(
            self.phone.sockets.address, self.stream.port, codecs, direction="sendonly" if self.held else "sendrecv"))

    def _describe(self, description):
        self._version += 1
        return description.build(self._version)

    def _accept(self, offer):
        ours = sdp.answer(offer, self.phone.sockets.address, self.stream.port, self.phone.codecs)
        if ours is None:
            return b""
        self._run(ours, offer)
        return self._describe(ours)

    def _take(self, answer):
        self._offered = False
        if answer is not None and answer.port and answer.codecs:
            mirror = {"sendonly": "recvonly", "recvonly": "sendonly"}.get(answer.direction, answer.direction)
            self._run(sdp.Description("", 0, answer.codecs, answer.packet_ms, mirror), answer)

    def _run(self, ours, theirs):
        if self.state != ENDED:
            name, number = ours.codecs[0]
            sending = ours.sends and theirs.host != "0.0.0.0"
            self.stream.start((theirs.host, theirs.port), name, number, theirs.packet_ms, sending,
                              ours.number(sdp.event(name)), ours.number(sdp.COMFORT))

    def _connected(self):
        self.state = CONNECTED
        self._mark("connected")

    def _mark(self, what):
        if what not in self.times:
            self.times[what] = self.time.now
            self.phone.on_event(self, what)
