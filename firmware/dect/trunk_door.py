"""The master's end of the trunk: who calls proves the shared key, then has a session.

A HELLO costs no memory: the CHALLENGE that answers it carries all that is needed to
know it again. A session counts only once something has come in on it, so that an old JOIN,
sent again by somebody else, takes no radio's place.
"""

import struct
from collections import namedtuple

from firmware.dect import trunk, trunk_codec
from firmware.dect.trunk import TAG, VERSION
from firmware.effects import Send
from firmware.fields import text
from firmware.hmac import Keyed, same

KEY = "trunk"
"""The socket's key among those of GW-DECT."""

NONCE = 16
AGE = 30 * trunk.SECOND
"""A CHALLENGE is good for 30 s to 60 s."""

HALF_OPEN = 5 * trunk.SECOND
MOST = 256
"""Sessions and those that begin."""

OTHER_VERSION, WRONG_KEY, NOT_YOU, FULL = 1, 2, 4, 5
"""Codes of REFUSE; the words beside them are for people."""


class Peer:
    """Who has joined: where it is, what it said of itself, and its session; `backlog` are octets of messages that wait
    for room in it."""

    def __init__(self, address, facts, session):
        self.address = address
        self.facts = facts
        self.session = session
        self.open = False
        self.backlog: list = []


Joined = namedtuple("Joined", ("peer",))
Heard = namedtuple("Heard", ("peer", "message"))
Parted = namedtuple("Parted", ("peer", "why"))
Turned = namedtuple("Turned", ("host", "why", "peer"))
"""Somebody at `host` was refused, for a reason in words; `peer` is the Caller if it was we who were, else None."""


def start(kind):
    return trunk.MAGIC + bytes([VERSION, kind])


def refusal(nonce, code, why):
    """REFUSE has this form in every version."""
    return start(trunk.REFUSE) + nonce + bytes([code]) + text(why)


class Door:
    """`admit(facts, address)` is None or says why not; `receive` and `tick` return effects with Joined, Heard,
    Parted and Turned among them; `entropy(n)` gives random octets."""

    def __init__(self, key, entropy, admit):
        self._key, self._entropy, self._admit = key, entropy, admit
        self._keyed = Keyed(key)
        self._cookies = Keyed(entropy(32))
        self.peers: list = []

    def receive(self, source, data, now):
        _, kind = trunk.kind_of(data) or (0, 0)
        if kind == trunk.HELLO and len(data) >= 4 + NONCE:
            return self._hello(source, data, now)
        if data[2:3] != bytes([VERSION]):
            return []
        if kind == trunk.JOIN:
            return self._join(source, data, now)
        return self._frame(source, data, now) if kind == trunk.UP else []

    def _hello(self, source, data, now):
        nonce = data[4:4 + NONCE]
        if data[2] != VERSION:
            why = "the trunk's version is {}, not {}".format(VERSION, data[2])
            return self._refuse(source, nonce, OTHER_VERSION, why)
        return [Send(KEY, source, start(trunk.CHALLENGE) + nonce + self._cookie(source, nonce, now // AGE))]

    def _cookie(self, source, nonce, age):
        return self._cookies.digest("{}:{} {} ".format(source[0], source[1], age).encode() + nonce)[:NONCE]

    def _refuse(self, source, nonce, code, why):
        return [Send(KEY, source, refusal(nonce, code, why)), Turned(source[0], why, None)]

    def _join(self, source, data, now):
        nonce, cookie = data[4:4 + NONCE], data[4 + NONCE:4 + 2 * NONCE]
        ages = (now // AGE, now // AGE - 1)
        if len(data) < 4 + 2 * NONCE + TAG or not any([same(cookie, self._cookie(source, nonce, age)) for age in ages]):
            return []
        if not same(self._keyed.digest(data[:-TAG])[:TAG], data[-TAG:]):
            return self._refuse(source, nonce, WRONG_KEY, "the trunk's key differs")
        facts = trunk_codec.decode(data[4 + 2 * NONCE:-TAG])
        if not isinstance(facts, trunk_codec.Facts):
            return self._refuse(source, nonce, OTHER_VERSION, "it does not say what it is")
        why = self._admit(facts, source[0])
        if why is not None:
            return self._refuse(source, nonce, NOT_YOU, why)
        if len(self.peers) >= MOST:
            return self._refuse(source, nonce, FULL, "there are {} sessions".format(MOST))
        return self._welcome(source, nonce, facts, now)

    def _welcome(self, source, nonce, facts, now):
        self.peers = [peer for peer in self.peers
                      if peer.open or (peer.address, peer.facts.role) != (source, facts.role)]
        fresh, number = self._entropy(NONCE), self._number()
        material = trunk.keys(self._key, nonce, fresh)
        self.peers.append(Peer(source, facts, trunk.Session(trunk.DOWN, number, material, now)))
        said = start(trunk.WELCOME) + nonce + fresh + struct.pack(">I", number)
        return [Send(KEY, source, said + self._keyed.digest(said)[:TAG])]

    def _number(self):
        taken = [peer.session.number for peer in self.peers]
        while True:
            number = struct.unpack(">I", self._entropy(4))[0]
            if number not in taken:
                return number

    def _frame(self, source, data, now):
        number = trunk.session_of(data)
        for peer in self.peers:
            if peer.session.number == number and peer.address == source:
                return self._heard(peer, data, now)
        return []

    def _heard(self, peer, data, now):
        before = peer.session.refused
        messages = peer.session.receive(data, now)
        outcome: list = []
        if not peer.open and peer.session.refused == before:
            outcome += self._opened(peer)
        for octets in messages:
            message = trunk_codec.decode(octets)
            if isinstance(message, trunk_codec.Leave):
                return outcome + self.part(peer, message.why or "it has left")
            if message is not None:
                outcome.append(Heard(peer, message))
        return outcome

    def _opened(self, peer):
        peer.open = True
        outcome: list = []
        for other in list(self.peers):
            if other is not peer and (other.facts.role, other.facts.mac) == (peer.facts.role, peer.facts.mac):
                outcome += self.part(other, "it has joined anew")
        return outcome + [Joined(peer)]

    def part(self, peer, why):
        """Forget a session, without a word to the other side."""
        if peer not in self.peers:
            return []
        self.peers.remove(peer)
        return [Parted(peer, why)] if peer.open else []

    def dismiss(self, why, now):
        """Tell everybody that it is over: effects."""
        effects = []
        for peer in self.peers:
            peer.session.send(trunk_codec.encode(trunk_codec.Leave(why)))
            effects += [Send(KEY, peer.address, data) for data in peer.session.flush(now)]
        self.peers = []
        return effects

    def flush(self, now):
        """Send what is queued, and part from whom it cannot be sent to."""
        effects: list = []
        for peer in [peer for peer in self.peers if peer.session.stirred or peer.backlog]:
            while peer.backlog and peer.session.room():
                peer.session.send(peer.backlog.pop(0))
            effects += [Send(KEY, peer.address, data) for data in peer.session.flush(now)]
            if peer.session.lost is not None:
                effects += self.part(peer, peer.session.lost)
        return effects

    def due(self):
        first = None
        for peer in self.peers:
            due = peer.session.due()
            if not peer.open:
                due = peer.session.heard_at + HALF_OPEN
            if due is not None and (first is None or due < first):
                first = due
        return first

    def tick(self, now):
        effects: list = []
        for peer in list(self.peers):
            if not peer.open and peer.session.heard_at + HALF_OPEN <= now:
                self.peers.remove(peer)
            elif peer.open and (peer.session.due() or 0) <= now:
                effects += [Send(KEY, peer.address, data) for data in peer.session.tick(now)]
        return effects + self.flush(now)
