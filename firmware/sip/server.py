"""Server transactions over UDP: RFC 3261 17.2, with the Accepted state of RFC 6026 7.1."""

from firmware.effects import Send
from firmware.sip.events import TimedOut
from firmware.sip.timers import T1, T2, T4, H, J, L

PROCEEDING, COMPLETED, CONFIRMED, ACCEPTED, TERMINATED = (
    "proceeding", "completed", "confirmed", "accepted", "terminated")


class Server:
    """What both kinds share. `data` is the last response sent, for retransmitted requests."""

    __slots__ = ("armed", "data", "end_at", "id", "interval", "merge", "message", "owner", "resend_at", "socket",
                 "state", "to")

    def __init__(self, id, message, socket, to):
        self.id = id
        self.message = message
        self.socket = socket
        self.to = to
        self.data = b""
        self.owner = None
        self.merge = None
        self.state = PROCEEDING
        self.armed = self.resend_at = self.end_at = None
        self.interval = T1

    def due(self):
        if self.resend_at is None or (self.end_at is not None and self.end_at < self.resend_at):
            return self.end_at
        return self.resend_at

    @property
    def final(self):
        """Whether a final response has been given."""
        return self.state != PROCEEDING

    def again(self, now):
        """The request came once more."""
        return self._send() if self.data and self.state in (PROCEEDING, COMPLETED) else []

    def _send(self):
        return [Send(self.socket, self.to, self.data)]

    def _end(self):
        self.state = TERMINATED
        self.resend_at = self.end_at = None
        self.data = b""


class InviteServer(Server):
    """17.2.1: timers G (resend), H (no ACK), I (ACKs still on their way), L of RFC 6026.

    2xx responses are repeated by whoever gave them (13.3.1.4), not here.
    """

    def respond(self, response, now):
        if self.state == ACCEPTED:
            return []
        if self.state != PROCEEDING:
            return []
        self.data = response.build()
        if response.status >= 200:
            self.message = None
            if response.status < 300:
                self.state = ACCEPTED
                self.end_at = now + L
            else:
                self.state = COMPLETED
                self.resend_at = now + T1
                self.end_at = now + H
        effects = self._send()
        if self.state == ACCEPTED:
            self.data = b""
        return effects

    def acknowledged(self, now):
        """An ACK that matches came (17.2.3); says whether it was ours, not the dialog's."""
        if self.state == COMPLETED:
            self.state = CONFIRMED
            self.resend_at = None
            self.end_at = now + T4
            self.data = b""
        return self.state != ACCEPTED

    def tick(self, now):
        if self.end_at is not None and now >= self.end_at:
            lost = self.state == COMPLETED
            self._end()
            return [TimedOut(self)] if lost else []
        if self.resend_at is not None and now >= self.resend_at:
            self.interval = min(self.interval * 2, T2)
            self.resend_at = now + self.interval
            return self._send()
        return []


class PlainServer(Server):
    """17.2.2: timer J (requests still on their way)."""

    def respond(self, response, now):
        if self.state != PROCEEDING:
            return []
        self.data = response.build()
        if response.status >= 200:
            self.state = COMPLETED
            self.message = None
            self.end_at = now + J
        return self._send()

    def tick(self, now):
        if self.end_at is not None and now >= self.end_at:
            self._end()
        return []


class Answer:
    """A 2xx to an INVITE: its Send, repeated until the ACK comes (13.3.1.4)."""

    __slots__ = ("end_at", "interval", "number", "resend_at", "send")

    def __init__(self, send, number, now):
        self.send = send
        self.number = number
        self.interval = T1
        self.resend_at = now + T1
        self.end_at = now + H

    def due(self):
        return min(self.resend_at, self.end_at)

    def tick(self, now):
        """(effects, whether to give up)."""
        if now >= self.end_at:
            return [], True
        if now < self.resend_at:
            return [], False
        self.interval = min(self.interval * 2, T2)
        self.resend_at = now + self.interval
        return [self.send], False
