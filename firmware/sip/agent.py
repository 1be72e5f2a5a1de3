"""The user agent: datagrams in, transactions, dialogs and calls, effects out (RFC 3261 8, 12, 18).

It knows nothing of options or sockets: firmware.sip.interface gives it the
accounts and tells it of the module CALL. What only calls need is imported with
the first of them: a board that never has one keeps the memory.
"""

from firmware.call import cause
from firmware.call.leg import Alerting, Connect, Digits, Leg, Media, Release, Setup
from firmware.effects import Send, Tell, Trace
from firmware.module import earliest
from firmware.sip.dialog import id_of
from firmware.sip.events import Request, Response, TimedOut
from firmware.sip.headers import split
from firmware.sip.inspect import objection, refusal
from firmware.sip.message import response as new_response
from firmware.sip.parser import check, parse
from firmware.sip.sender import Sender
from firmware.sip.transport import stamp_via
from firmware.sip.uri import Malformed


class Agent(Sender):
    def datagram(self, key, source, data, now):
        message = parse(data, self.limits.message)
        if message is None:
            return []
        self.source = source
        wrong = check(message)
        if message.status:
            return [] if wrong else self._response(message, now)
        if wrong:
            return self._stateless(message, key, source, wrong[0], wrong[1])
        to = stamp_via(message, source)
        if self._overloaded(message):
            return [] if message.method == "ACK" else self._reply(message, key, to, 503, "")
        return self._run(self.layer.receive_request(message, key, to, now), now)

    def tick(self, now):
        effects = self._run(self.layer.tick(now), now)
        owner = self.timers.pop(now)
        while owner is not None:
            effects.extend(owner.tick(now))
            self.timers.arm(owner)
            owner = self.timers.pop(now)
        return effects

    def due(self):
        return earliest(self.layer.due(), self.timers.due())

    def _overloaded(self, message):
        """Whether to turn a request away without keeping anything of it; within a dialog there is twice the room."""
        if self.layer.known(message):
            return False
        if not message.to.tag and message.method not in ("ACK", "CANCEL"):
            return self.layer.full or (message.method == "INVITE" and len(self.legs) >= self.limits.dialogs)
        return len(self.layer.servers) >= 2 * self.layer.limit

    def _response(self, message, now):
        """18.1.2, 8.1.3.3: only an answer to what we sent ourselves, by the way that it went."""
        vias = message.all("Via")
        if len(vias) > 1 or len(split(vias[0])) > 1 or message.via.host != self.address:
            return []
        return self._run(self.layer.receive_response(message, now), now)

    def _stateless(self, message, key, source, status, reason):
        """A response to what is too broken for a transaction; by its Via if that can be read, else straight back."""
        if message.method == "ACK" or not message.get("Via"):
            return []
        try:
            to = stamp_via(message, source)
        except Malformed:
            to = source
        return self._reply(message, key, to, status, reason)

    def _reply(self, message, key, to, status, reason):
        return [Send(key, to, refusal(message, status, self._tag, reason).build()),
                Trace("{} from {}:{}: {} {}".format(message.method, to[0], to[1], status, reason))]

    def _run(self, events, now):
        effects = []
        for event in events:
            if isinstance(event, Request):
                effects.extend(self._request(event.transaction, event.message, now))
            elif isinstance(event, Response):
                effects.extend(self._answered(event.transaction, event.message, now))
            elif isinstance(event, TimedOut):
                effects.extend(self._timed_out(event.transaction, now))
            else:
                effects.append(event)
        return effects

    def _answered(self, transaction, message, now):
        if transaction is None:
            return [Trace("an answer {} to nothing that we asked".format(message.status))]
        owner = transaction.owner
        effects = owner.response(transaction, message, now)
        self.timers.arm(owner)
        return effects

    def _timed_out(self, transaction, now):
        owner = transaction.owner
        if owner is None:
            return []
        effects = owner.timeout(transaction, now)
        self.timers.arm(owner)
        return effects

    def _request(self, transaction, message, now):
        if message.method == "ACK":
            session = self.dialogs.get(id_of(message))
            return self._in_dialog(session, None, message, now) if session else []
        if message.method == "CANCEL":
            return self._cancel(transaction, message, now)
        status = objection(message)
        if status:
            return self.refuse(transaction, message, status, now)
        if message.to.tag:
            session = self.dialogs.get(id_of(message))
            if session is None:
                return self.refuse(transaction, message, 481, now)
            return self._in_dialog(session, transaction, message, now)
        if self.layer.merged(transaction, message):
            return self.refuse(transaction, message, 482, now)
        if message.method == "INVITE":
            return self._invite(transaction, message, now)
        if message.method == "OPTIONS":
            return self.options(transaction, message, now)
        return self.refuse(transaction, message, 481, now)

    def _in_dialog(self, session, transaction, message, now):
        if session.dialog is None:
            return []
        session.dialog.peer = self.source
        effects = session.request(transaction, message, now)
        self.timers.arm(session)
        return effects

    def _invite(self, transaction, message, now):
        account, status = self.account_for(transaction.socket, message)
        if account is None:
            return self.refuse(transaction, message, status, now)
        if status:
            response = refusal(message, status, self.token(6), "", 0, "{}:{}".format(*account.server))
            return self.respond(transaction, response, now)
        self._leg_number += 2
        from firmware.sip.incoming import IncomingCall

        session = IncomingCall(self, account, Leg(self.name, self._leg_number))
        effects = session.start(transaction, message, self.source, now)
        self.timers.arm(session)
        return effects

    def account_for(self, socket, message):
        """M13: (account, 0) that takes an INVITE, (account, 305) whose server did not bring it, or (None, 404)."""
        host = self.source[0]
        users = (message.request_uri.name, message.to.uri.name)
        ours = [one for one in self.accounts if one.problem is None and one.local is not None and one.socket == socket]
        named = [one for one in ours if one.uri.name and one.uri.name in users]
        for group in (named, ours):
            for account in group:
                if account.server[0] == host:
                    return account, 0
        for group in (named, ours):
            for account in group:
                if account.anywhere:
                    return account, 0
        for account in named or ours:
            return account, 305
        return None, 404

    def _cancel(self, transaction, message, now):
        """9.2: the CANCEL has an answer of its own; the INVITE gets its 487 if it has no final one yet."""
        invite = self.layer.cancelled(message)
        if invite is None:
            return self.refuse(transaction, message, 481, now)
        session = invite.owner
        tag = session.dialog.local_tag if session is not None and session.dialog is not None else self._tag
        effects = self.respond(transaction, new_response(message, 200, tag), now)
        if session is not None and not invite.final:
            effects.extend(session.cancel(now))
            self.timers.arm(session)
        return effects

    def receive(self, message, now):
        if isinstance(message, Setup):
            return self._setup(message, now)
        session = self.legs.get(message.leg.id)
        if session is None:
            return []
        if isinstance(message, Release):
            effects = session.release(message.cause, now)
        elif isinstance(message, Media):
            effects = session.media(message, now)
        elif isinstance(message, Digits):
            effects = session.digits(message, now)
        elif isinstance(message, Connect) and not session.ours:
            effects = session.connected(message, now)
        elif isinstance(message, Alerting) and not session.ours:
            effects = session.alerting(now)
        else:
            return []
        self.timers.arm(session)
        return effects

    def _setup(self, setup, now):
        account = self._way_out(setup.leg.module, setup.calling)
        why = None
        if account is None:
            why = cause.NETWORK_OUT_OF_ORDER
        elif not setup.called:
            why = cause.INVALID_NUMBER
        elif setup.media is None or len(self.legs) >= self.limits.dialogs:
            why = cause.NO_CHANNEL
        if why is not None:
            return [Tell("CALL", Release(setup.leg, why))]
        from firmware.sip.outgoing import OutgoingCall

        session = OutgoingCall(self, account, setup.leg)
        effects = session.start(setup, now)
        self.timers.arm(session)
        return effects

    def _way_out(self, module, calling):
        """The interface that a leg names as SIP/REG2, else the first that can be used; a user's is for him alone."""
        wanted = module.partition("/")[2].upper()
        for account in self.accounts:
            mine = account.person is None or (calling and account.person.number == calling)
            if account.usable and mine and wanted in ("", account.name):
                return account
        return None
