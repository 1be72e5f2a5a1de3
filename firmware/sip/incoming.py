"""A call that the network brings, until we have answered its INVITE: RFC 3261 13.3."""

from firmware.call import cause
from firmware.call.leg import Release, Setup
from firmware.effects import Tell
from firmware.sip import causes, session
from firmware.sip.dialog import from_request
from firmware.sip.headers import address, split
from firmware.sip.message import response as new_response
from firmware.sip.requests import TRYING, UP
from firmware.sip.timers import SECOND
from firmware.sip.uri import Malformed

AGAIN = 60 * SECOND
"""13.3.1.1: a provisional answer at least each minute keeps proxies from giving up."""
IDENTITIES = ("P-Asserted-Identity", "P-Preferred-Identity", "Remote-Party-ID")


class IncomingCall(session.Session):
    __slots__ = ("_expires_at", "_ringing_at", "_status")

    def __init__(self, agent, account, leg):
        session.Session.__init__(self, agent, account, leg)
        self._expires_at = self._ringing_at = None
        self._status = 100

    def start(self, transaction, message, peer, now):
        """100 at once, then the Setup for CALL; what CALL then says comes to `alerting` ... `release`."""
        try:
            offer, described = self.read(message)
        except Malformed as problem:
            return self.agent.refuse(transaction, message, problem.status, now, problem.reason)
        self._offer = offer
        self.server = transaction
        transaction.owner = self
        self.dialog = from_request(message, self.agent.token(6), peer)
        self.agent.remember(self)
        if message.get("Expires"):
            self._expires_at = now + message.seconds("Expires") * SECOND
        effects = self.agent.respond(transaction, new_response(message, 100), now)
        calling, name = _caller(message, self.account)
        effects.append(Tell("CALL", Setup(self.leg, _called(message, self.account), calling, name, described)))
        return effects

    def due(self):
        first = session.Session.due(self)
        for instant in (self._expires_at, self._ringing_at):
            if instant is not None and (first is None or instant < first):
                first = instant
        return first

    def tick(self, now):
        if self._expires_at is not None and now >= self._expires_at:
            return self.cancel(now)
        effects = session.Session.tick(self, now)
        if self._ringing_at is not None and now >= self._ringing_at:
            effects.extend(self._provisional(self._status, now))
        return effects

    def alerting(self, now):
        return self._provisional(180, now) if self.state == TRYING and self._status != 180 else []

    def connected(self, message, now):
        if self.state != TRYING:
            return []
        transaction, self.server = self.server, None
        self._expires_at = self._ringing_at = None
        if message.media is None:
            return self._refuse(transaction, 488, now)
        self.state = UP
        return self.accept(transaction, message.media, now)

    def release(self, value, now):
        if self.state != TRYING:
            return session.Session.release(self, value, now)
        transaction, self.server = self.server, None
        return self._refuse(transaction, causes.status(value), now)

    def cancel(self, now):
        """The caller does not want any more (9.2), or its INVITE has expired (13.3.1)."""
        if self.state != TRYING:
            return []
        transaction, self.server = self.server, None
        effects = self._refuse(transaction, 487, now)
        effects.append(Tell("CALL", Release(self.leg, cause.NORMAL)))
        return effects

    def request(self, transaction, message, now):
        if self.state != TRYING:
            return session.Session.request(self, transaction, message, now)
        if message.method == "BYE" and self.dialog.in_order(message.cseq.number):
            # 15.1.2: a BYE in an early dialog ends the INVITE as well.
            effects = self.agent.respond(transaction, new_response(message, 200), now)
            effects.extend(self.cancel(now))
            return effects
        if message.method == "INVITE":
            return self.agent.refuse(transaction, message, 500, now)
        return session.Session.request(self, transaction, message, now)

    def _provisional(self, status, now):
        invite = self.server.message
        self._status, self._ringing_at = status, now + AGAIN
        response = new_response(invite, status, self.dialog.local_tag)
        self.agent.stamp(response, self.account, invite)
        return self.agent.respond(self.server, response, now)

    def _refuse(self, transaction, status, now):
        self._expires_at = self._ringing_at = None
        effects = self.agent.refuse(transaction, transaction.message, status, now, "", self.dialog.local_tag)
        self.close()
        return effects


def _called(message, account):
    """The called number: of the Request-URI, or of To where the interface says so (M14)."""
    uri = message.to.uri if account.values.get("get-cdpn-from-to-uri") else message.request_uri
    ours = account.values.get("local-hostname") or ""
    if not uri.user and uri.host and uri.host.lower() != ours.lower():
        return uri.host
    return uri.name


def _caller(message, account):
    """(number, name) of the calling party: From, or an identity header where the interface prefers it."""
    caller = message.from_
    if account.values.get("prefer-pai"):
        caller = _identity(message) or caller
    return caller.uri.name, caller.display


def _identity(message):
    for name in IDENTITIES:
        for value in message.all(name):
            try:
                found = address(split(value)[0].strip())
                if found.uri.user:
                    return found
            except Malformed:
                continue
    return None
