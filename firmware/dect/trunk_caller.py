"""A radio's (or a standby master's) end of the trunk: call the master, prove the key, keep a session.

With several hosts the first is the one that is wanted: each call goes to the next of them, and after a session
has ended the round begins with the first again.
"""

import struct

from firmware.dect import trunk, trunk_codec
from firmware.dect.trunk import SECOND, TAG, VERSION
from firmware.dect.trunk_door import KEY, NONCE, Heard, Joined, Parted, Turned, start
from firmware.effects import Send
from firmware.fields import Reader
from firmware.hmac import Keyed, same

PATIENCE = SECOND
"""For an answer to HELLO or JOIN."""

TRIES = 2
"""Calls of one host in a row, if there is another."""

PAUSE = 5 * SECOND
"""After a refusal, and between calls once `EAGER` of them went unanswered."""

EAGER = 10


class Caller:
    """`facts()` gives what the board says of itself; outcomes are those of a Door, with this object as the peer."""

    def __init__(self, key, entropy, hosts, facts, now):
        self._key, self._keyed = key, Keyed(key)
        self._entropy = entropy
        self.hosts = list(hosts)
        self._facts = facts
        self.session = None
        self.facts = None
        self.why: "str | None" = "no answer yet"
        self._calls = self._unanswered = 0
        self._nonce = self._cookie = None
        self._next = now

    @property
    def host(self):
        return self.hosts[self._calls // TRIES % len(self.hosts)]

    @property
    def address(self):
        return (self.host, trunk.PORT)

    @property
    def open(self):
        return self.session is not None

    def keyed(self):
        """Whether the trunk has a key."""
        return self._key != b""

    def unanswered(self):
        """How many calls in a row nobody has answered."""
        return self._unanswered

    def due(self):
        return self._next if self.session is None else self.session.due()

    def tick(self, now):
        if self.session is not None:
            if (self.session.due() or 0) > now:
                return []
            return [Send(KEY, self.address, data) for data in self.session.tick(now)] + self.flush(now)
        return self._call(now) if self._next <= now else []

    def _call(self, now):
        """Say HELLO; to the next host if this one has had its turn."""
        if self._nonce is not None:
            self._calls += 1
            self._unanswered += 1
            self.why = "{} does not answer".format(self.host) if len(self.hosts) == 1 else "no master answers"
        self._nonce, self._cookie = self._entropy(NONCE), None
        self._next = now + (PATIENCE if self._unanswered < EAGER else PAUSE)
        return [Send(KEY, self.address, start(trunk.HELLO) + self._nonce)]

    def receive(self, source, data, now):
        version, kind = trunk.kind_of(data) or (0, 0)
        if source != self.address:
            return []
        if kind == trunk.DOWN and version == VERSION and self.session is not None:
            return self._heard(data, now)
        if self.session is not None or self._nonce is None or data[4:4 + NONCE] != self._nonce:
            return []
        if kind == trunk.REFUSE:
            return self._refused(data, now)
        if version == VERSION and kind == trunk.CHALLENGE and len(data) == 4 + 2 * NONCE:
            return self._challenged(data[4 + NONCE:], now)
        return self._welcome(data, now) if version == VERSION and kind == trunk.WELCOME else []

    def _refused(self, data, now):
        """It says why in words, in any version."""
        reader = Reader(data[4 + NONCE + 1:])
        try:
            self.why = reader.text()
        except ValueError:
            self.why = "refused"
        host = self.host
        self._calls += TRIES - self._calls % TRIES
        self._nonce, self._next = None, now + PAUSE
        return [Turned(host, self.why, self)]

    def _challenged(self, cookie, now):
        if self._cookie is not None:
            return []
        self._cookie = cookie
        self._next = now + PATIENCE
        self.facts = self._facts()
        said = start(trunk.JOIN) + self._nonce + cookie + trunk_codec.encode(self.facts)
        return [Send(KEY, self.address, said + self._keyed.digest(said)[:TAG])]

    def _welcome(self, data, now):
        if self._cookie is None or len(data) != 4 + 2 * NONCE + 4 + TAG:
            return []
        if not same(self._keyed.digest(data[:-TAG])[:TAG], data[-TAG:]):
            return [Turned(self.host, "the trunk's key differs", self)]
        material = trunk.keys(self._key, self._nonce, data[4 + NONCE:4 + 2 * NONCE])
        number = struct.unpack(">I", data[4 + 2 * NONCE:-TAG])[0]
        self.session = trunk.Session(trunk.UP, number, material, now)
        self.session.send(trunk_codec.encode(self.facts))
        self._unanswered = 0
        self.why = None
        return [Joined(self)]

    def _heard(self, data, now):
        outcome: list = []
        for octets in self.session.receive(data, now) if self.session is not None else ():
            message = trunk_codec.decode(octets)
            if isinstance(message, trunk_codec.Leave):
                return outcome + self._part(message.why, now)
            if message is not None:
                outcome.append(Heard(self, message))
        return outcome

    def _part(self, why, now):
        self.session = self._nonce = None
        self._calls, self._next, self.why = 0, now + PATIENCE, why
        return [Parted(self, why)]

    def hang_up(self, why, now):
        """Effects that end the session, told to the other side."""
        if self.session is None:
            return []
        self.session.send(trunk_codec.encode(trunk_codec.Leave(why)))
        sent = [Send(KEY, self.address, data) for data in self.session.flush(now)]
        self._part(why, now)
        return sent

    def flush(self, now):
        """Send what is queued; Parted if the session is lost."""
        if self.session is None:
            return []
        sent = [Send(KEY, self.address, data) for data in self.session.flush(now)]
        return sent if self.session.lost is None else sent + self._part(self.session.lost, now)
