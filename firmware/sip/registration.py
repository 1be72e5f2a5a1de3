"""A registration at a server and its keeping: RFC 3261 10.2.

The interval that the server grants counts; it is refreshed after half of it,
so that a lost answer leaves time for another try. After a failure the next
try waits 30 s, doubled up to 10 minutes; a Retry-After is obeyed.
"""

from firmware.effects import INFO, MINOR, Log
from firmware.module import earliest
from firmware.sip.message import request
from firmware.sip.names import phrase
from firmware.sip.timers import SECOND

IDLE, TRYING, REGISTERED, FAILED, LEAVING = "idle", "trying", "registered", "failed", "leaving"
FIRST_WAIT, LONGEST_WAIT = 30, 600
"""Seconds between tries after a failure; RFC 5626 4.5 has 30 s and doubles likewise."""
LONGEST_INTERVAL = 86400
"""The longest Min-Expires that we accept, s."""


class Registration:
    """`agent` sends for it; `changed(account)` is called, for effects, when it has succeeded or failed."""

    __slots__ = ("_answered", "_call_id", "_cseq", "_expires", "_failures", "_tag", "_until", "_when", "account",
                 "agent", "armed", "changed", "reason", "registered", "state")

    def __init__(self, agent, account, changed):
        self.agent = agent
        self.changed = changed
        self.account = account
        self.state = IDLE
        self.registered = False
        self.reason = ""
        self.armed = self._when = None
        self._call_id = agent.token(12) + "@" + account.address
        self._tag = agent.token(6)
        self._cseq = 0
        self._expires = account.values.get("interval", 120)
        self._failures = 0
        self._answered = []
        self._until = 0

    def due(self):
        if self.state == FAILED and self.registered:
            return earliest(self._when, self._until)
        return self._when

    def tick(self, now):
        effects = []
        if self.state == FAILED and self.registered and now >= self._until:
            self.registered = False
            effects.extend(self.changed(self.account))
        if self._when is not None and now >= self._when:
            effects.extend(self.start(now))
        return effects

    def start(self, now):
        """Register, or refresh."""
        self.state = TRYING
        self._when = None
        self._answered = []
        return self._send(self._expires, now)

    def stop(self, now):
        """Take our binding away (10.2.2)."""
        was, self.registered = self.registered or self.state == TRYING, False
        self.state = LEAVING
        self._when = None
        self._answered = []
        return self._send(0, now) if was else []

    def response(self, transaction, response, now):
        if response.status < 200 or response.cseq.number != self._cseq:
            return []
        if response.status in (401, 407) and self.account.credentials.learn(response, self._answered):
            return self._send(0 if self.state == LEAVING else self._expires, now)
        if self.state == LEAVING:
            self.state = IDLE
            return []
        if response.status < 300:
            return self._granted(response, now)
        if response.status == 423 and self._longer(response):
            return self._send(self._expires, now)
        return self._failed("{} {}".format(response.status, phrase(response.status, response.reason[:60])), now,
                            response.seconds("Retry-After"))

    def timeout(self, transaction, now):
        if self.state == LEAVING:
            self.state = IDLE
            return []
        return self._failed("Timeout", now, None)

    def _send(self, expires, now):
        account = self.account
        self._cseq += 1
        uri = "sip:" + account.domain
        fields = [("From", "<{}>;tag={}".format(account.aor, self._tag)), ("To", "<{}>".format(account.aor)),
                  ("Call-ID", self._call_id), ("CSeq", "{} REGISTER".format(self._cseq)),
                  ("Contact", account.binding), ("Expires", str(expires))]
        fields.extend(account.credentials.headers("REGISTER", uri))
        return self.agent.transmit(request("REGISTER", uri, fields), account, account.server, self, now)[1]

    def _granted(self, response, now):
        seconds = self._interval(response)
        if seconds < 1:
            return self._failed("the server removed the registration", now, None)
        self.account.credentials.next_nonce(response)
        effects = [] if self.registered else [Log(INFO, "{} registered {} for {} s".format(
            self.account.name, self.account.aor, seconds))]
        self.state, self.registered, self.reason, self._failures = REGISTERED, True, "", 0
        self._when = now + seconds * SECOND // 2
        self._until = now + seconds * SECOND
        effects.extend(self.changed(self.account))
        return effects

    def _interval(self, response):
        """Seconds granted: our Contact's expires, else the Expires header, else what we proposed (10.2.4)."""
        ours = self.account.contact[1:-1].partition(";")[0]
        for contact in response.contacts if response.contacts != "*" else ():
            if contact.text.partition(";")[0] == ours and contact.params.get("expires"):
                return min(int(contact.params["expires"]), LONGEST_INTERVAL)
        return min(response.seconds("Expires", self._expires), LONGEST_INTERVAL)

    def _longer(self, response):
        """Take the server's Min-Expires (10.2.8); whether it is a longer interval that we can live with."""
        least = response.seconds("Min-Expires", 0)
        if not self._expires < least <= LONGEST_INTERVAL:
            return False
        self._expires = least
        return True

    def _failed(self, reason, now, retry_after):
        wait = min(FIRST_WAIT << min(self._failures, 5), LONGEST_WAIT)
        if retry_after is not None:
            wait = min(max(retry_after, 1), 3600)
        self._failures += 1
        self.state, self.reason = FAILED, reason
        self._when = now + wait * SECOND
        effects = [Log(MINOR, "{} not registered: {}".format(self.account.name, reason))]
        effects.extend(self.changed(self.account))
        return effects
