"""Two network legs that a transfer has joined: each gets the other's description, and the audio passes us by.

Third party call control by re-INVITEs (RFC 3725): no REFER is needed, and we stay in the path
of the signalling. A new offer of one side goes to the other, and its answer back.
"""

from firmware.call import cause
from firmware.call.call import NO_ANSWER
from firmware.call.leg import Audio, Connect, Digits, Leg, Media, Release, Setup
from firmware.call.table import CONNECTED, ENDED, OFFERED
from firmware.effects import Tell

ROUNDS = 6
"""Offers until both sides have to be content: a peer might answer from another port every time."""


class Bridge:
    """`held` is the call that was held, `other` the one that it gets, None for a blind transfer to the number
    `called`, which sees the handset's number: so it rings as a call from inside (article 31).

    For the module CALL it looks like a call without a handset.
    """

    incoming = True
    line = bearer = channel = speech = None

    def __init__(self, exchange, number, held, other, called, now):
        self.exchange = exchange
        self.number = number
        self.calling, self.called = held.party()[0], called
        self.name = held.party()[1]
        self.cause: "int | None" = None
        self.state = OFFERED if other is None or other.state != CONNECTED else CONNECTED
        self.times: dict = {"setup": now, "alerting": None, "connect": None, "end": None}
        self.legs: dict = {"a": held.network, "b": None if other is None else other.network}
        self._identity = held.line.identity
        self._parts = (held, other)
        self._described: dict = {"a": described(held), "b": None if other is None else described(other)}
        self._knows: dict = {"a": None, "b": None}
        self._stale = {"a": len(held.speech.asked), "b": 0 if other is None else len(other.speech.asked)}
        if other is not None and other.state != CONNECTED:
            self._stale["b"] = 0
        self._asked = self._reply = None
        self._rounds, self._late = 0, False
        self._give_up: "int | None" = now + NO_ANSWER if self.state == OFFERED else None

    def start(self, now):
        """Take the legs over, and join them or call the second."""
        effects: list = []
        (held, other), self._parts = self._parts, (None, None)
        self.exchange.own(self.legs["a"], self, "a")
        if other is None:
            effects.append(self._call())
        else:
            self.exchange.own(self.legs["b"], self, "b")
            effects.extend(other.surrender(now))
        effects.extend(held.surrender(now))
        return effects + self._join(now) if self.state == CONNECTED else effects

    def receive(self, side, message, now):
        if isinstance(message, Release):
            return self.finish(message.cause, now, side)
        if isinstance(message, Digits):
            leg = self.legs[_other(side)]
            return [Tell(leg.module, Digits(leg, message.digits))]
        if isinstance(message, Media):
            return self._media(side, message.media, now)
        if isinstance(message, Connect) and side == "b" and self.state == OFFERED and message.media is not None:
            self._described["b"], self.state, self._give_up = message.media, CONNECTED, None
            return self._join(now)
        return []

    def report(self, report, now):
        return []

    def tick(self, now):
        if self._give_up is None or self._give_up > now:
            return []
        return self.finish(cause.NO_ANSWER, now)

    def due(self):
        return self._give_up

    def finish(self, why, now, but=None):
        if self.state == ENDED:
            return []
        self.state, self.cause, self._give_up = ENDED, why, None
        self.times["end"] = now
        effects = [Tell(self.legs[side].module, Release(self.legs[side], why)) for side in ("a", "b") if side != but]
        return effects + self.exchange.ended(self)

    def _call(self):
        module = self.exchange.router.network
        leg = self.legs["b"] = Leg(module, self.exchange.leg_number())
        self.exchange.own(leg, self, "b")
        self._knows["b"] = self._described["a"]
        number, name = self._identity
        return Tell(module, Setup(leg, self.called, number, name, self._described["a"]))

    def _join(self, now):
        self.times["connect"] = now
        return self._ask("a", _open(self._described["b"]))

    def _ask(self, side, audio):
        """Offer a side what the other has described, once it has answered what was offered to it before."""
        self._knows[side], self._asked = audio, side
        self._rounds += 1
        self._late = self._stale[side] > 0
        return [] if self._late else self._tell(side, audio)

    def _tell(self, side, audio):
        return [Tell(self.legs[side].module, Media(self.legs[side], audio))]

    def _media(self, side, media, now):
        if self._stale[side]:
            # The answer to an offer that was ours, before the transfer.
            self._stale[side] -= 1
            if self._asked != side or not self._late or self._stale[side]:
                return []
            self._late = False
            return self._tell(side, self._knows[side])
        if self._asked == side:
            return self._answered(side, media, now)
        if self._asked is not None or self.state != CONNECTED:
            return self._tell(side, None)
        self._rounds = 0
        other = _other(side)
        if media is None:
            return self._ask(side, _open(self._described[other]))
        self._described[side], self._reply = media, side
        return self._ask(other, media)

    def _answered(self, side, media, now):
        other, reply, self._asked, self._reply = _other(side), self._reply, None, None
        if media is None or not media.port:
            return self._refused(reply, now)
        self._described[side] = media
        if reply == other:
            self._knows[other] = media
            return self._tell(other, media)
        if _place(self._knows[other]) == _place(media) or self._rounds >= ROUNDS:
            return []
        return self._ask(other, media)

    def _refused(self, reply, now):
        if reply is not None:
            return self._tell(reply, None)
        return self.finish(cause.INCOMPATIBLE, now)


def described(call):
    """What the network's side of a call (or of None) has said of itself last, as an offer; None if it has not yet."""
    session = None if call is None else call.speech.session
    if session is None or session.theirs is None:
        return None
    theirs = session.theirs
    return Audio(session.remote[0], session.remote[1], theirs.codecs, theirs.packet_ms, "sendrecv")


def _open(audio):
    return Audio(audio.host, audio.port, audio.codecs, audio.packet_ms, "sendrecv")


def _other(side):
    return "b" if side == "a" else "a"


def _place(audio):
    return None if audio is None else (audio.host, audio.port)
