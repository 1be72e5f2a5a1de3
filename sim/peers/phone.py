"""A SIP phone with one line: registers, calls, answers, holds, plays and records."""

from collections.abc import Callable

import numpy as np
from sipmessage import URI, Address, CSeq, Request

from sim.peers import sdp
from sim.peers.digest import authorise
from sim.peers.phone_call import CONNECTED, ENDED, PhoneCall
from sim.peers.sip import Agent, Incoming
from sim.peers.sockets import Sockets
from sim.time import Handle, Time

ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS"


class Phone:
    """`net` is a hal.Net of its own; `user` the number or name it has.

    `auto_answer` is the delay in seconds after which it takes a call, None: it
    rings until `call.answer()`. `source` is what it plays in each call, again
    and again with `loop`. `on_call(call)` hears of incoming calls, `on_event(call,
    what)` of each instant in `call.times`.
    """

    def __init__(self, time: Time, net, user: str, password: str = "", *, name: str = "", port: int = 5060,
                 codecs: tuple = ("pcma", "pcmu"), silence: bool = False, auto_answer: "float | None" = None,
                 source: "np.ndarray | None" = None, loop: bool = False, seed: object = 0):
        self.time, self.sockets = time, Sockets(net)
        self.user, self.password, self.name = user, password, name
        events = dict.fromkeys(sdp.event(name) for name in codecs)
        self.codecs = (*codecs, *((sdp.COMFORT,) if silence else ()), *events)
        self.auto_answer = auto_answer
        self.source = np.zeros(0, dtype=np.int16) if source is None else source
        self.loop = loop
        self.seed = f"{seed}/{user}"
        self.agent = Agent(time, self.sockets, port, self.seed)
        self.agent.on_request = self._asked
        self.agent.on_ack = self._acked
        self.calls: list[PhoneCall] = []
        self.on_call: Callable[[PhoneCall], object] = lambda call: None
        self.on_event: Callable[[PhoneCall, str], object] = lambda call, what: None
        self.registered = False
        self.registration_code: "int | None" = None
        self.proxy: "tuple[str, int] | None" = None
        self.domain = net.address
        self._dialogs: dict[str, PhoneCall] = {}
        self._register_timer: Handle | None = None
        self._register_call = self.agent.token()
        self._sequence = 0

    @property
    def contact(self) -> Address:
        return Address(URI("sip", self.sockets.address, self.user, port=self.agent.port))

    @property
    def address(self) -> Address:
        """The address of record."""
        return Address(URI("sip", self.domain, self.user), self.name)

    def register(self, registrar: "tuple[str, int]", password: "str | None" = None, *,
                 domain: "str | None" = None, expires: int = 120) -> None:
        """Register there, and again in time; later calls go by way of it.

        The outcome is `registered` and `registration_code` (None: no answer yet or none at all).
        """
        self.password = self.password if password is None else password
        self.proxy, self.domain = registrar, domain or registrar[0]
        self._register(expires)

    def unregister(self) -> None:
        self.time.cancel(self._register_timer)
        self._register(0)

    def call(self, to: str, source: "np.ndarray | None" = None) -> PhoneCall:
        """`to` is a SIP URI, or a number at our registrar."""
        target = URI.parse(to if to.startswith("sip:") else f"sip:{to}@{self.domain}")
        call = PhoneCall(self, Address(target), source)
        self._dialogs[call.call_id] = call
        self.calls.append(call)
        call.invite()
        return call

    def close(self) -> None:
        """End everything at once, without a word to anybody."""
        self.time.cancel(self._register_timer)
        for call in self.calls:
            call.end(0)
        self.agent.close()

    def forget(self, call: PhoneCall) -> None:
        self._dialogs.pop(call.call_id, None)

    def _register(self, expires, answer_to=None, tried=False):
        if self.proxy is None:
            return
        request = Request("REGISTER", URI("sip", self.domain))
        request.max_forwards = 70
        request.from_address = Address(self.address.uri, parameters=self.address.parameters.replace(tag=self.user))
        request.to_address = Address(self.address.uri)
        request.call_id = self._register_call
        self._sequence += 1
        request.cseq = CSeq(self._sequence, "REGISTER")
        request.contact = [self.contact]
        request.expires = expires
        if answer_to is not None and not authorise(request, answer_to, self.user, self.password, self.agent.token()):
            self.registration_code = answer_to.code
            return
        self.agent.request(request, self.proxy, lambda response: self._registered(response, expires, tried))

    def _registered(self, response, expires, tried):
        if response is not None and response.code < 200:
            return
        if response is not None and response.code in (401, 407) and not tried:
            self._register(expires, response, True)
            return
        if response is not None and response.code == 423 and response.min_expires and response.min_expires > expires:
            self._register(response.min_expires)
            return
        self.registration_code = response.code if response is not None else None
        self.registered = response is not None and response.code == 200 and expires > 0
        if expires and (self.registered or response is None):
            wait = expires * 500_000 if self.registered else 30_000_000
            self._register_timer = self.time.after(wait, lambda: self._register(expires))

    def _asked(self, incoming: Incoming):
        request = incoming.request
        call = self._dialogs.get(request.call_id)
        if request.method == "OPTIONS":
            incoming.respond(200, Allow=ALLOW, Accept="application/sdp")
        elif request.method == "CANCEL":
            pending = self.agent.pending(request)
            incoming.respond(481 if pending is None else 200)
            if pending is not None and call is not None and call.state != CONNECTED:
                call.cancelled()
        elif request.method == "INVITE" and call is None and "tag" not in request.to_address.parameters:
            self._called(incoming)
        elif call is None or call.state == ENDED:
            incoming.respond(481)
        elif request.method == "INVITE":
            call.reinvited(incoming)
        elif request.method == "BYE":
            incoming.respond(200)
            call.end(200)
        else:
            incoming.respond(405, Allow=ALLOW)

    def _called(self, incoming):
        offer = sdp.read(incoming.request.body) if incoming.request.body else None
        if incoming.request.body and (offer is None or sdp.answer(offer, "", 1, self.codecs) is None):
            incoming.respond(488)
            return
        call = PhoneCall(self, incoming.request.from_address, None, incoming)
        self._dialogs[call.call_id] = call
        self.calls.append(call)
        call.ring()
        self.on_call(call)
        if self.auto_answer is not None:
            self.time.after(round(self.auto_answer * 1_000_000), call.answer)

    def _acked(self, request):
        call = self._dialogs.get(request.call_id)
        if call is not None:
            call.acked(request)
