"""Requests of ours within a dialog, and the ACK for a 2xx: RFC 3261 12.2.1, 13.2.2.4."""

from firmware.effects import Send
from firmware.sip.message import request as new_request

TRYING, UP, OVER = "trying", "up", "over"


class Requests:
    """The part of a Session that sends. `client` is our INVITE that is not answered finally, `ack` the ACK
    of the latest 2xx as ((CSeq number, To tag), effect).
    """

    __slots__ = ("_answered", "account", "ack", "agent", "client", "dialog", "leg", "state")

    def __init__(self, agent, account, leg, dialog=None, client=None, ack=None):
        self.agent = agent
        self.account = account
        self.leg = leg
        self.state = TRYING
        self.dialog = dialog
        self.client = client
        self.ack = ack
        self._answered = []

    def _request(self, method, now, fields=(), body=b""):
        return self._start(method, now, fields, body)[1]

    def _start(self, method, now, fields=(), body=b"", dialog=None):
        """(transaction, effects) of a request in our dialog, or in another of its forks."""
        dialog = dialog or self.dialog
        uri, routes, hop = dialog.heading()
        lines = [("Route", route) for route in routes]
        lines.extend(dialog.fields(method, dialog.next_cseq()))
        if method == "INVITE":
            lines.append(("Contact", self.account.contact))
        lines.extend(self.account.credentials.headers(method, uri, body))
        lines.extend(fields)
        message = new_request(method, uri, lines, body)
        return self.agent.transmit(message, self.account, self.agent.reach(hop, dialog.peer), self, now)

    def acknowledge(self, dialog, invite, now):
        """The effect that sends the ACK for a 2xx (13.2.2.4); kept for when the 2xx comes again."""
        uri, routes, hop = dialog.heading()
        lines = [("Route", route) for route in routes]
        lines.extend(dialog.fields("ACK", invite.cseq.number))
        for name in ("Authorization", "Proxy-Authorization"):
            lines.extend([(name, value) for value in invite.all(name)])
        ack = new_request("ACK", uri, lines)
        self.agent.head(ack, self.account)
        send = Send(self.account.socket, self.agent.reach(hop, dialog.peer), ack.build())
        if dialog is self.dialog:
            self.ack = ((invite.cseq.number, dialog.remote_tag), send)
        return send

    def _late(self, transaction, response, now):
        """An answer to BYE or INFO, or a 2xx to our INVITE in a call that is over."""
        method = transaction.message.method
        if method == "INVITE" and 200 <= response.status < 300:
            return self._again(response, now) or [self.acknowledge(self.dialog, transaction.message, now)]
        if method == "INFO" and response.status in (408, 481) and self.state == UP:
            return self._lost(now)
        if method == "BYE" and self.state == OVER and response.status in (401, 407) and \
                self.account.credentials.learn(response, self._answered):
            return self._request("BYE", now)
        return []

    def _again(self, response, now):
        """Our ACK was lost: the 2xx comes once more."""
        if self.ack is not None and self.ack[0] == (response.cseq.number, response.to.tag):
            return [self.ack[1]]
        return []

    def _lost(self, now):
        """The peer knows nothing of the dialog any more."""
        return []
