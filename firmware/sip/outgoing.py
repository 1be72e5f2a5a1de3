"""A call to the network, until its INVITE is answered: RFC 3261 13.2, 9.1."""

from firmware.call import cause
from firmware.call.leg import Alerting, Proceeding, Release
from firmware.effects import Tell
from firmware.sip import causes, client, leg, sdp, session
from firmware.sip.dialog import from_response
from firmware.sip.message import request as new_request
from firmware.sip.requests import OVER, TRYING, UP
from firmware.sip.timers import B
from firmware.sip.uri import Malformed

LONGEST = 64
"""Digits of a called number that is dialled on."""
FORKS = 16


class OutgoingCall(session.Session):
    """States before "up": "trying"; "dialling" after 484 while more digits may come (M13)."""

    ours = True

    __slots__ = ("_alerted", "_body", "_call_id", "_called", "_cancelled", "_cseq", "_early", "_forks", "_from",
                 "_give_up_at", "_heard", "_identity")

    def __init__(self, agent, account, leg_):
        session.Session.__init__(self, agent, account, leg_)
        self._alerted = self._heard = False
        self._cancelled = False
        self._give_up_at = self._early = None
        self._cseq = 0
        self._forks = []

    def start(self, setup, now):
        account = self.account
        self._called = setup.called
        self._body = self.description.offer(setup.media, self.without)
        self._call_id = self.agent.token(12) + "@" + account.address
        self._from = account.source(setup.calling, setup.name) + ";tag=" + self.agent.token(6)
        self._identity = account.identity(setup.calling, setup.name)
        self.agent.remember(self)
        return self._invite(now)

    def due(self):
        first = session.Session.due(self)
        if self._give_up_at is not None and (first is None or self._give_up_at < first):
            return self._give_up_at
        return first

    def tick(self, now):
        if self._give_up_at is not None and now >= self._give_up_at:
            # 9.1: the CANCEL found nobody; the INVITE counts as cancelled.
            self.agent.abandon(self.client)
            self._give_up_at = self.client = None
            self.close()
            return []
        return session.Session.tick(self, now)

    def release(self, value, now):
        if self.state == UP:
            return session.Session.release(self, value, now)
        if self.state == OVER:
            return []
        self.agent.forget_leg(self)
        self.state = OVER
        if self.client is None:
            self.close()
            return []
        self._cancelled = True
        self._give_up_at = now + B
        return self._cancel(now) if self._heard else []

    def digits(self, message, now):
        if self.state == "dialling":
            self._called = (self._called + message.digits)[:LONGEST]
            self.state = TRYING
            return self._invite(now)
        return session.Session.digits(self, message, now)

    def response(self, transaction, response, now):
        if transaction is not self.client or self.dialog is not None or transaction.message.method != "INVITE":
            return self._other(transaction, response, now)
        if response.status < 200:
            return self._provisional(response, now)
        if response.status < 300:
            return self._answered_by(transaction, response, now)
        return self._refused(response, now)

    def timeout(self, transaction, now):
        if transaction is not self.client or self.dialog is not None:
            return session.Session.timeout(self, transaction, now)
        return self._over(102, now)

    def _other(self, transaction, response, now):
        """A fork's second 2xx, or anything within the dialog."""
        if transaction.message.method == "INVITE" and 200 <= response.status < 300 and self.dialog is not None \
                and response.cseq.number == self._cseq and response.to.tag != self.dialog.remote_tag:
            return self._hang_up_fork(transaction, response, now)
        if self.dialog is None:
            return []
        return session.Session.response(self, transaction, response, now)

    def _provisional(self, response, now):
        first, self._heard = not self._heard, True
        if self._cancelled:
            return self._cancel(now) if first else []
        if response.body and not self.account.values.get("no-early-media"):
            self._early = _answer(response, self.without) or self._early
        if response.status == 180 and not self._alerted:
            self._alerted = True
            return [Tell("CALL", Alerting(self.leg, None))]
        return [Tell("CALL", Proceeding(self.leg))] if first else []

    def _answered_by(self, transaction, response, now):
        self.client = self._give_up_at = None
        self.dialog = from_response(transaction.message, response, self.agent.source or self.account.server)
        self.agent.remember(self)
        effects = [self.acknowledge(self.dialog, transaction.message, now)]
        if self._cancelled:
            # 9.1: the answer was faster than the CANCEL.
            effects.extend(self._request("BYE", now))
            self.close()
            return effects
        self.state = UP
        described = _answer(response, self.without) or self._early
        self._early = self._body = None
        if described is None:
            effects.extend(self.end(cause.INCOMPATIBLE, now))
        else:
            effects.append(self.connect(described))
        return effects

    def _hang_up_fork(self, transaction, response, now):
        """13.2.2.4: another branch answered too; each time it is acknowledged, and once released."""
        fork = from_response(transaction.message, response, self.dialog.peer)
        effects = [self.acknowledge(fork, transaction.message, now)]
        if fork.remote_tag not in self._forks and len(self._forks) < FORKS:
            self._forks.append(fork.remote_tag)
            effects.extend(self._start("BYE", now, dialog=fork)[1])
        return effects

    def _refused(self, response, now):
        self.client = None
        if self._cancelled:
            self._give_up_at = None
            self.close()
            return []
        if response.status in (401, 407) and self.account.credentials.learn(response, self._answered):
            return self._invite(now, True)
        if response.status == 484 and not self.account.values.get("enforce-sending-complete"):
            self.state = "dialling"
            return []
        return self._over(causes.cause_of(response.status), now)

    def _over(self, value, now):
        self.client = self._give_up_at = None
        self.close()
        return [] if self._cancelled else [Tell("CALL", Release(self.leg, value))]

    def _invite(self, now, asked=False):
        account = self.account
        if not asked:
            self._answered = []
        self._cseq += 1
        self._heard = False
        uri = account.target(self._called)
        fields = [("From", self._from), ("To", "<" + uri + ">"), ("Call-ID", self._call_id),
                  ("CSeq", "{} INVITE".format(self._cseq)), ("Contact", account.contact)]
        if self._identity is not None:
            fields.append(self._identity)
        fields.extend(account.credentials.headers("INVITE", uri, self._body))
        fields.append(("Content-Type", "application/sdp"))
        message = new_request("INVITE", uri, fields, self._body)
        self.client, effects = self.agent.transmit(message, account, account.server, self, now)
        return effects

    def _cancel(self, now):
        invite = self.client
        return self.agent.repeat(client.cancel(invite.message), invite, self, now)


def _answer(response, without):
    """The Audio of an answer, None if there is none that can be read."""
    try:
        return leg.audio(sdp.parse(response.body), without) if response.body else None
    except Malformed:
        return None
