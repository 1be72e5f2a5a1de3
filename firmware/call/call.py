"""A call: leg a that asked for it, leg b that is asked, and what each message does by firmware.call.table."""

from firmware.call import cause
from firmware.call.leg import Alerting, Bearer, Connect, Digits, Leg, Media, Proceeding, Release, Setup
from firmware.call.routing import NETWORK
from firmware.call.table import ALERTING, COLLECTING, CONNECTED, ENDED, OFFERED, OPENING, TABLE
from firmware.effects import INFO, MINOR, Do, Log, Tell
from firmware.media.events import DIGITS
from firmware.module import earliest

NO_ANSWER = 240000000
"""µs from Setup to Connect. Q.931 9.2 asks for 180 s or more (T301); ours lets the caller's timer end first."""

FIRST_DIGIT, NEXT_DIGIT = 15000000, 5000000
"""µs to wait for digits; Q.931 9.2 has 10 to 15 s for T302, the shorter one is our choice."""

LONGEST = 64
"""Digits of a called number."""

END_OF_DIALLING = "#"


class Call:
    """`exchange` is the module CALL: what all calls share (channels, router, echo, dsp).

    Every method returns the effects it caused. `times` are µs since power-on
    of "setup", "alerting", "connect" and "end", None for what did not happen.
    """

    def __init__(self, exchange, number, setup, session, now):
        self.exchange = exchange
        self.number = number
        self.session = session
        self.legs = {"a": setup.leg, "b": None}
        self.called, self.calling, self.name = setup.called or "", setup.calling, setup.name
        self.incoming = setup.leg.module in NETWORK
        self.offer = setup.media if self.incoming else None
        self.bearer = None if self.incoming or setup.media is None else setup.media.number
        self.state = COLLECTING
        self.second = None
        self.channel = None
        self.playing = None
        self.cause = None
        self.status = None
        self.times = {"setup": now, "alerting": None, "connect": None, "end": None}
        self._give_up = None

    @property
    def alerting(self):
        return self.state in (OPENING, OFFERED, ALERTING) and self.incoming

    def start(self, now):
        if not self.incoming and not self.called:
            self._give_up = now + FIRST_DIGIT
            return []
        return self._route(now)

    def receive(self, side, message, now):
        """A leg's message; one that its state has no use for is dropped."""
        handler = TABLE.get((self.state, side, type(message)))
        return getattr(self, handler)(side, message, now) if handler else []

    def network(self, event, now):
        """A Bound, Refused or Datagram of the session's sockets."""
        effects = self.session.receive(event, now)
        if self.state == OPENING and self.session.ready:
            effects.extend(self._offer(now))
        elif self.state == OPENING and self.session.failed:
            effects.extend(self.finish(cause.TEMPORARY_FAILURE, now))
        return effects

    def failed(self, method, reason, now):
        """The DSP refused: without a channel that runs there is no call."""
        if method not in ("open", "join") or self.state != CONNECTED:
            return []
        effects = [Log(MINOR, "call {}: dsp {}: {}".format(self.number, method, reason))]
        effects.extend(self.finish(cause.BEARER_NOT_AVAILABLE, now))
        return effects

    def rob(self):
        """Lose the channel to another call that alerts."""
        self.channel = None
        return self._mute_warning()

    def tick(self, now):
        if self._give_up is not None and self._give_up <= now:
            self._give_up = None
            if self.state == COLLECTING:
                return self._route(now)
            return self.finish(cause.NO_ANSWER, now)
        return self.session.tick(now)

    def due(self):
        return None if self.state == ENDED else earliest(self._give_up, self.session.due())

    def finish(self, why, now, but=None):
        """End the call: release every leg except `but`, the channel and the sockets."""
        if self.state == ENDED:
            return []
        self.status = self.read_status()
        self.state, self.cause, self._give_up = ENDED, why, None
        self.times["end"] = now
        effects: list = []
        for side in ("a", "b"):
            leg = self.legs[side]
            if leg is not None and side != but:
                effects.append(Tell(leg.module, Release(leg, why)))
        if self.playing is not None:
            effects.append(Do("dsp", "close", (self.channel,)))
        effects.extend(self.session.close(now))
        self.exchange.channels.free(self.channel)
        self.session.channel = self.playing = None
        return effects

    def read_status(self):
        """hal.dsp.Status of the running channel, or None."""
        if self.playing is None or self.exchange.dsp is None:
            return self.status
        try:
            return self.exchange.dsp.status(self.channel)
        except Exception:
            return None

    def _collect(self, side, message, now):
        for digit in message.digits:
            if digit == END_OF_DIALLING and self.called:
                return self._route(now)
            self.called += digit
        self._give_up = now + NEXT_DIGIT
        return self._route(now) if len(self.called) >= LONGEST else []

    def _route(self, now):
        self.state, self._give_up = OPENING, now + NO_ANSWER
        module = self.exchange.router.route(self.legs["a"].module, self.called)
        if module is None:
            return self.finish(cause.UNALLOCATED if self.called else cause.INVALID_NUMBER, now)
        self.second = module
        if self.incoming:
            return self._reserve(now)
        self.channel = self.exchange.channels.claim(self)
        if self.channel is None:
            return self.finish(cause.NO_CHANNEL, now)
        return self.session.open()

    def _reserve(self, now):
        if self.offer is not None and not self.session.acceptable(self.offer):
            return self.finish(cause.INCOMPATIBLE, now)
        self.channel, loser = self.exchange.channels.contest(self)
        effects = loser.rob() if loser is not None else []
        if self.channel is None:
            effects.extend(self._mute_warning())
        effects.extend(self.session.open())
        return effects

    def _offer(self, now):
        self.state = OFFERED
        leg = self.legs["b"] = Leg(self.second, self.exchange.leg_number(self, self.second))
        media = Bearer(None) if self.incoming else self.session.offer()
        return [Tell(leg.module, Setup(leg, self.called, self.calling, self.name, media))]

    def _proceeding(self, side, message, now):
        return [Tell(self.legs["a"].module, Proceeding(self.legs["a"]))]

    def _alerting(self, side, message, now):
        if self.state == ALERTING:
            return []
        self.state, self.times["alerting"] = ALERTING, now
        return [Tell(self.legs["a"].module, Alerting(self.legs["a"]))]

    def _answered(self, side, message, now):
        if self.incoming:
            self.bearer = message.media.number if message.media is not None else None
            media = self.session.offer() if self.offer is None else self.session.answer(self.offer, now)
        elif self.session.accept(message.media, now):
            media = Bearer(self.bearer)
        else:
            return self.finish(cause.INCOMPATIBLE, now)
        self.state, self.times["connect"], self._give_up = CONNECTED, now, None
        effects = self._play(now)
        effects.append(Tell(self.legs["a"].module, Connect(self.legs["a"], media)))
        return effects

    def _media(self, side, message, now):
        """During a call: a handset's new bearer, or the network's offer, answer, or wish for an offer."""
        leg, media = message.leg, message.media
        if leg.module not in NETWORK:
            self.bearer = media.number if media is not None else None
            return [] if self.playing is None else [Do("dsp", "join", (self.channel, self.bearer))]
        if self.state != CONNECTED:
            return []
        if media is None:
            return [Tell(leg.module, Media(leg, self.session.offer()))]
        if self.session.offered is not None:
            return self._settled(self.session.accept(media, now), now)
        answer = self.session.answer(media, now)
        effects = self._play(now)
        effects.append(Tell(leg.module, Media(leg, answer)))
        return effects

    def _settled(self, agreed, now):
        """The answer to our offer during a call; one that leaves nothing to speak with changes nothing."""
        if agreed:
            return self._play(now)
        if self.session.stream is None:
            return self.finish(cause.INCOMPATIBLE, now)
        return [Log(INFO, "call {}: the peer refused our offer, nothing changes".format(self.number))]

    def _pass_digits(self, side, message, now):
        """A digit goes as a telephone event where the peer takes them, in band with /no-dtmf, else by signalling."""
        if self.legs[side].module not in NETWORK:
            if self.session.dial(message.digits, now):
                return []
            if self.playing is not None and self.session.in_band():
                digits = "".join([digit for digit in message.digits.upper() if digit in DIGITS])
                return [Do("dsp", "tone", (self.channel, digits, "network"))] if digits else []
        leg = self.legs["b" if side == "a" else "a"]
        return [Tell(leg.module, Digits(leg, message.digits))]

    def _released(self, side, message, now):
        return self.finish(message.cause, now, side)

    def _play(self, now):
        """Have the channel run with what the session has agreed on."""
        session, wanted = self.session, self.session.settings(*self.exchange.echo())
        if self.channel is None or wanted is None or wanted == self.playing:
            return []
        effects = [] if self.playing is None else [Do("dsp", "close", (self.channel,))]
        self.playing = wanted
        session.begin(self.channel, now)
        effects.append(Do("dsp", "open", (self.channel, wanted)))
        effects.append(Do("dsp", "join", (self.channel, self.bearer)))
        return effects

    def _mute_warning(self):
        return [Log(INFO, "call {}: all DSP channels are taken; answered, it will have no audio".format(self.number))]
