"""Client transactions over UDP: RFC 3261 17.1, with the Accepted state of RFC 6026 7.2.

Each is created with the request as built and where it goes, `start`ed once,
and then fed with responses and time. Everything it wants comes back as a list.
"""

from firmware.effects import Send
from firmware.sip.events import Response, TimedOut
from firmware.sip.message import request as new_request
from firmware.sip.timers import STALLED, T1, T2, B, D, F, K, M

CALLING, TRYING, PROCEEDING, COMPLETED, ACCEPTED, TERMINATED = (
    "calling", "trying", "proceeding", "completed", "accepted", "terminated")


class Client:
    """What both kinds share. `owner` is whoever sent the request; `socket` and `to` say how it goes out."""

    __slots__ = ("armed", "data", "end_at", "id", "interval", "message", "owner", "resend_at", "socket", "state", "to")

    def __init__(self, id, message, socket, to, owner):
        self.id = id
        self.message = message
        self.socket = socket
        self.to = to
        self.owner = owner
        self.data = message.build()
        self.state = ""
        self.armed = self.resend_at = self.end_at = None
        self.interval = T1

    def due(self):
        if self.resend_at is None or (self.end_at is not None and self.end_at < self.resend_at):
            return self.end_at
        return self.resend_at

    def _send(self):
        return Send(self.socket, self.to, self.data)

    def _end(self):
        self.state = TERMINATED
        self.resend_at = self.end_at = None

    def _give_up(self):
        self._end()
        return [TimedOut(self)]


class InviteClient(Client):
    """17.1.1: timers A (resend), B (no answer), D (answers still on their way), M of RFC 6026."""

    def start(self, now):
        self.state = CALLING
        self.resend_at = now + T1
        self.end_at = now + B
        return [self._send()]

    def receive(self, response, now):
        if self.state in (CALLING, PROCEEDING):
            return self._first(response, now)
        if self.state == ACCEPTED:
            return [Response(self, response)] if 200 <= response.status < 300 else []
        if self.state == COMPLETED and response.status >= 300:
            return [self._send()]
        return []

    def _first(self, response, now):
        self.resend_at = None
        if response.status < 200:
            self.state = PROCEEDING
            self.end_at = now + STALLED
            return [Response(self, response)]
        if response.status < 300:
            self.state = ACCEPTED
            self.end_at = now + M
            self.data = b""
            return [Response(self, response)]
        self.state = COMPLETED
        self.end_at = now + D
        self.data = ack(self.message, response).build()
        return [self._send(), Response(self, response)]

    def tick(self, now):
        if self.end_at is not None and now >= self.end_at:
            if self.state in (CALLING, PROCEEDING):
                return self._give_up()
            self._end()
        elif self.resend_at is not None and now >= self.resend_at:
            self.interval *= 2
            self.resend_at = now + self.interval
            return [self._send()]
        return []


class PlainClient(Client):
    """17.1.2: timers E (resend), F (no answer), K (answers still on their way)."""

    def start(self, now):
        self.state = TRYING
        self.resend_at = now + T1
        self.end_at = now + F
        return [self._send()]

    def receive(self, response, now):
        if self.state not in (TRYING, PROCEEDING):
            return []
        if response.status < 200:
            self.state = PROCEEDING
        else:
            self.state = COMPLETED
            self.resend_at = None
            self.end_at = now + K
            self.data = b""
        return [Response(self, response)]

    def tick(self, now):
        if self.end_at is not None and now >= self.end_at:
            if self.state != COMPLETED:
                return self._give_up()
            self._end()
        elif self.resend_at is not None and now >= self.resend_at:
            self.interval = T2 if self.state == PROCEEDING else min(self.interval * 2, T2)
            self.resend_at = now + self.interval
            return [self._send()]
        return []


def ack(invite, response):
    """The ACK for a final answer of 300 or more (17.1.1.3): the INVITE's own Via, the answer's To."""
    fields = [("Via", invite.get("Via"))]
    fields.extend([("Route", value) for value in invite.all("Route")])
    fields.extend([("Max-Forwards", "70"), ("From", invite.get("From")), ("To", response.get("To")),
                   ("Call-ID", invite.call_id), ("CSeq", "{} ACK".format(invite.cseq.number))])
    return new_request("ACK", invite.uri, fields)


def cancel(invite):
    """The CANCEL of an INVITE that has had a provisional answer (9.1)."""
    fields = [("Via", invite.get("Via"))]
    fields.extend([("Route", value) for value in invite.all("Route")])
    fields.extend([("Max-Forwards", "70"), ("From", invite.get("From")), ("To", invite.get("To")),
                   ("Call-ID", invite.call_id), ("CSeq", "{} CANCEL".format(invite.cseq.number))])
    return new_request("CANCEL", invite.uri, fields)
