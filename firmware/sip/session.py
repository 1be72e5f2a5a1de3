"""A call's SIP side once it has a dialog: re-INVITE, BYE, INFO, ACK (RFC 3261 13, 14, 15).

IncomingCall and OutgoingCall come before it and share it: who answered whom
makes no difference any more. Every method returns effects.
"""

from firmware.call import cause
from firmware.call.leg import Connect, Digits, Media, Release
from firmware.effects import Tell
from firmware.sip import leg, sdp
from firmware.sip.message import response as new_response
from firmware.sip.requests import OVER, UP, Requests
from firmware.sip.server import Answer
from firmware.sip.timers import SECOND
from firmware.sip.uri import Malformed

PATIENCE = 10 * SECOND
"""How long CALL may take to answer a re-INVITE's offer; it needs none."""
DTMF = "0123456789*#ABCD"
DTMF_MS = 160
HANDLERS = {"BYE": "_bye", "INVITE": "_reinvite", "INFO": "_info", "OPTIONS": "_options"}


class Session(Requests):
    """One call. `leg` is its name towards the module CALL; `server` the INVITE from the peer that we have not
    answered finally, `client` ours that the peer has not, `answer` our 2xx that is not yet acknowledged.
    """

    ours = False
    """Whether the dialog's Call-ID is of our making."""

    __slots__ = ("_again_at", "_bye_owed", "_expecting", "_offer", "_offered", "_server_until", "_wanted", "answer",
                 "armed", "description", "server")

    def __init__(self, agent, account, leg_, server=None, answer=None):
        Requests.__init__(self, agent, account, leg_)
        self.server = server
        self.answer = answer
        self.armed = self._again_at = self._server_until = None
        self.description = leg.Description(agent.number(), account.address)
        self._offer = self._offered = self._wanted = None
        self._expecting = self._bye_owed = False

    def due(self):
        first = self._again_at
        for instant in (self._server_until, self.answer.due() if self.answer else None):
            if instant is not None and (first is None or instant < first):
                first = instant
        return first

    def tick(self, now):
        effects = []
        if self.answer is not None:
            effects, lost = self.answer.tick(now)
            if lost:
                effects.extend(self._unacknowledged(now))
        if self._server_until is not None and now >= self._server_until:
            effects.extend(self._reject_reinvite(500, now))
        if self._again_at is not None and now >= self._again_at:
            self._again_at = None
            effects.extend(self._offer_wanted(now))
        return effects

    def _unacknowledged(self, now):
        """13.3.1.4: no ACK came; the session is ended."""
        self.answer = None
        if self._bye_owed:
            return self._last_bye(now)
        return self.end(cause.TEMPORARY_FAILURE, now)

    def _last_bye(self, now):
        self._bye_owed = False
        effects = self._request("BYE", now)
        self.close()
        return effects

    def media(self, message, now):
        """An answer if the peer's offer waits for one, else an offer of ours."""
        if self.state != UP:
            return []
        if self.server is not None:
            return self._answer_reinvite(message.media, now)
        if message.media is None:
            return []
        self._wanted = message.media
        return self._offer_wanted(now)

    def digits(self, message, now):
        """DTMF to a peer that takes it by INFO; others hear it in the media."""
        if self.state != UP or "INFO" not in self.dialog.allow:
            return []
        effects = []
        for digit in message.digits:
            if digit in DTMF:
                body = "Signal={}\r\nDuration={}\r\n".format(digit, DTMF_MS).encode()
                effects.extend(self._request("INFO", now, [("Content-Type", "application/dtmf-relay")], body))
        return effects

    def release(self, value, now):
        """CALL has ended the call."""
        if self.state != UP:
            return []
        return self.end(value, now, tell=False)

    def end(self, value, now, tell=True):
        """Clear: BYE, once the peer has acknowledged our 2xx (15.1.1)."""
        effects = [Tell("CALL", Release(self.leg, value))] if tell else []
        effects.extend(self._reject_reinvite(487, now))
        self._answered = []
        if self.answer is not None:
            self._bye_owed = True
            self.state = OVER
            self.agent.forget_leg(self)
            return effects
        effects.extend(self._request("BYE", now))
        self.close()
        return effects

    def close(self):
        """No message comes to us any more, but those of transactions that still run."""
        self.state = OVER
        self.answer = self._again_at = self._wanted = None
        self.agent.forget(self)

    def request(self, transaction, message, now):
        if message.method == "ACK":
            return self._acknowledged(message, now)
        if not self.dialog.in_order(message.cseq.number):
            return self.agent.refuse(transaction, message, 500, now)
        handler = HANDLERS.get(message.method)
        return getattr(self, handler)(transaction, message, now) if handler else \
            self.agent.refuse(transaction, message, 405, now)

    def _bye(self, transaction, message, now):
        effects = self.agent.respond(transaction, new_response(message, 200), now)
        if self.state == OVER:
            self.close()
            return effects
        effects.extend(self._reject_reinvite(487, now))
        effects.append(Tell("CALL", Release(self.leg, cause.NORMAL)))
        self.close()
        return effects

    def _options(self, transaction, message, now):
        return self.agent.options(transaction, message, now)

    def _info(self, transaction, message, now):
        effects = []
        if message.content_type[0] == "application/dtmf-relay":
            digit = _dtmf(message.body)
            if digit:
                effects.append(Tell("CALL", Digits(self.leg, digit)))
        elif message.body:
            return self.agent.refuse(transaction, message, 415, now)
        effects.extend(self.agent.respond(transaction, new_response(message, 200), now))
        return effects

    def _reinvite(self, transaction, message, now):
        if self.state != UP:
            return self.agent.refuse(transaction, message, 481, now)
        if self.server is not None:
            return self.agent.refuse(transaction, message, 500, now)
        if self.client is not None or self._expecting:
            return self.agent.refuse(transaction, message, 491, now)
        try:
            offer, described = self.read(message)
        except Malformed as problem:
            return self.agent.refuse(transaction, message, problem.status, now, problem.reason)
        # 13.3.1.4: a new request shows that our 2xx has arrived.
        self.answer = None
        self.dialog.refresh(message)
        self.server, self._server_until = transaction, now + PATIENCE
        self._offer = offer
        effects: list = [Tell("CALL", Media(self.leg, described))]
        if self._wanted is not None and described is not None:
            # Our offer met theirs and waits for another try (14.1): each is the answer to the other.
            ours, self._wanted, self._again_at = self._wanted, None, None
            effects.extend(self._answer_reinvite(leg.meet(ours, described), now))
        return effects

    def _answer_reinvite(self, media, now):
        transaction = self.server
        if media is None or (self._offer is not None and media.port == 0):
            return self._reject_reinvite(488, now)
        self.server = self._server_until = None
        return self.accept(transaction, media, now)

    def _reject_reinvite(self, status, now):
        transaction, self.server, self._server_until = self.server, None, None
        return self.agent.refuse(transaction, transaction.message, status, now) if transaction else []

    def accept(self, transaction, media, now):
        """2xx to an INVITE with our answer, or with our offer if it had none (13.3.1.4)."""
        invite = transaction.message
        response = new_response(invite, 200, self.dialog.local_tag)
        self.agent.stamp(response, self.account, invite)
        if self._offer is not None:
            response.body = self.description.answer(self._offer, media, self.without)
        else:
            response.body = self.description.offer(media, self.without)
            self._expecting = True
        self._offer = None
        response.set("Content-Type", "application/sdp")
        effects = self.agent.respond(transaction, response, now)
        if effects:
            self.answer = Answer(effects[0], invite.cseq.number, now)
        return effects

    def _acknowledged(self, message, now):
        if self.answer is None or self.answer.number != message.cseq.number:
            return []
        self.answer = None
        if self._bye_owed:
            return self._last_bye(now)
        if self._expecting:
            self._expecting = False
            return self._take_answer(message, now)
        return self._offer_wanted(now)

    def _take_answer(self, message, now):
        """The peer's answer to our offer; without one there is no session."""
        try:
            _, described = self.read(message)
        except Malformed:
            described = None
        if described is None:
            return self.end(cause.INCOMPATIBLE, now)
        return [Tell("CALL", Media(self.leg, described))]

    def response(self, transaction, response, now):
        if transaction.message.method != "INVITE" or self.state == OVER:
            return self._late(transaction, response, now)
        if response.status < 200:
            return []
        if self.client is not transaction:
            return self._again(response, now)
        self.client = None
        if response.status < 300:
            return self._reanswered(transaction, response, now)
        if response.status in (408, 481):
            return self.end(cause.TEMPORARY_FAILURE, now)
        asked = response.status in (401, 407) and self.account.credentials.learn(response, self._answered)
        if not asked and response.status != 491:
            return [Tell("CALL", Media(self.leg, leg.REFUSED))] + self._offer_wanted(now)
        self._wanted = self._wanted or self._offered
        if response.status == 491:
            self._again_at = now + self._glare()
        return self._offer_wanted(now, asked)

    def timeout(self, transaction, now):
        if self.client is transaction and self.state == UP:
            self.client = None
            return self.end(cause.TEMPORARY_FAILURE, now)
        return []

    def _lost(self, now):
        return self.end(cause.TEMPORARY_FAILURE, now)

    def _reanswered(self, transaction, response, now):
        self.dialog.refresh(response)
        effects = [self.acknowledge(self.dialog, transaction.message, now)]
        effects.extend(self._take_answer(response, now))
        effects.extend(self._offer_wanted(now))
        return effects

    def _offer_wanted(self, now, asked=False):
        """Send the offer that CALL wants, as soon as no other exchange is under way (14.1)."""
        if self._wanted is None or self.state != UP or self._again_at is not None:
            return []
        if self.client is not None or self.answer is not None or self.server is not None:
            return []
        if not asked:
            self._answered = []
        self._offered, self._wanted = self._wanted, None
        body = self.description.offer(self._offered, self.without)
        self.client, effects = self._start("INVITE", now, [("Content-Type", "application/sdp")], body)
        return effects

    def _glare(self):
        """14.1: the owner of the Call-ID waits 2.1 to 4 s in steps of 10 ms, the other side 0 to 2 s."""
        chance = self.agent.chance()
        if self.ours:
            return 2_100_000 + chance % 191 * 10_000
        return chance % 201 * 10_000

    @property
    def without(self):
        return ("cn",) if self.account.values.get("rem-cn-capability") else ()

    def read(self, message):
        """(the parsed offer or None, its Audio or None); raises Malformed with the status to refuse with."""
        if not message.body:
            return None, None
        offer = sdp.parse(message.body)
        described = leg.audio(offer, self.without)
        if described is None:
            raise Malformed("No audio that we could take", 488)
        return offer, described

    def connect(self, described):
        return Tell("CALL", Connect(self.leg, described))


def _dtmf(body):
    """The digit of an application/dtmf-relay body, "" if there is none."""
    for line in body.split(b"\n"):
        name, _, value = line.partition(b"=")
        if name.strip().lower() == b"signal":
            digit = "".join([chr(octet) for octet in value.strip()])
            return digit if len(digit) == 1 and digit in DTMF else ""
    return ""
