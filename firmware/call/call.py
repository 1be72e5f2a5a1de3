"""A call: leg a that asked for it, leg b that is asked, and what each message does by firmware.call.table."""

from firmware.call import cause
from firmware.call.dialling import FIRST_DIGIT, NEXT_DIGIT, collect
from firmware.call.leg import Alerting, Bearer, Connect, Digits, Leg, Proceeding, Release, Setup
from firmware.call.speech import Speech
from firmware.call.table import ALERTING, ANSWERING, COLLECTING, CONNECTED, ENDED, OFFERED, OPENING, TABLE
from firmware.effects import MINOR, Log, Tell
from firmware.media.orders import Trouble
from firmware.module import earliest

NO_ANSWER = 240000000
"""µs from Setup to Connect. Q.931 9.2 asks for 180 s or more (T301); ours lets the caller's timer end first."""


class Call:
    """`exchange` is the module CALL: what all calls share (lines, places, router, sessions).

    One leg is the network's, the other a handset's, whose `line` (firmware.call.line) other calls may share.
    Every method returns the effects it caused. `times` are µs since power-on of "setup", "alerting", "connect"
    and "end", None for what did not happen. `waits`: the handset is told of it, but is in another call.
    """

    def __init__(self, exchange, number, setup, incoming, now, line=None):
        self.exchange = exchange
        self.number = number
        self.legs: dict = {"a": setup.leg, "b": None}
        self.called, self.calling, self.name = setup.called or "", setup.calling, setup.name
        self.incoming = incoming
        self.air, self.side = ("b", "a") if incoming else ("a", "b")
        self.offer = setup.media if incoming else None
        self.speech = Speech(self)
        self.line = line
        self.state = COLLECTING
        self.waits = self.blind = False
        self.cause: "int | None" = None
        self.times = {"setup": now, "alerting": None, "connect": None, "end": None}
        self._give_up: "int | None" = None
        self._channel = None

    @property
    def channel(self):
        """The DSP channel that it has, or had at its end; None without audio."""
        line = self.line
        return line.channel if line is not None and line.active is self else self._channel

    @property
    def bearer(self):
        return self.line.bearer if self.line is not None else None

    @property
    def network(self):
        """The network's leg, None before there is one."""
        return self.legs[self.side]

    @property
    def ringing(self):
        return self.incoming and not self.waits and self.state in (OFFERED, ALERTING)

    def party(self):
        """(number, name) of the other end, for the handset's display."""
        return (self.calling or "", self.name) if self.incoming else (self.called, None)

    def dial(self, now):
        """A handset's call: its sockets are opened while it dials."""
        if not self.called:
            self._give_up = now + FIRST_DIGIT
        effects = self.speech.open(now)
        return self._checked(effects, now) if not self.called else effects + self._route(now)

    def ring(self, now):
        """A call for a handset: it is called, and its line begins."""
        line = self.exchange.lines.ring(self)
        self.state, self.waits = OFFERED, False
        if self._give_up is None:
            self._give_up = now + NO_ANSWER
        return [Tell(line.leg.module, Setup(line.leg, self.called, self.calling, self.name, Bearer(None, None, False)))]

    def wait(self, now):
        """A call for a handset that is in another call."""
        self.state, self.waits, self._give_up = ALERTING, True, now + NO_ANSWER
        self.times["alerting"] = now
        return [Tell(self.network.module, Alerting(self.network, None)), self.line.notice("waiting", self)]

    def take(self, now):
        """The handset takes the call: one that waits is answered, one that is held goes on."""
        if self.waits:
            self.waits = False
            return self._answer(self.speech.open(now), now)
        self.speech.held = False
        return self.speech.update(now)

    def hold(self, now):
        self.speech.held = True
        return self.speech.update(now)

    def receive(self, side, message, now):
        """A leg's message; one that its state has no use for is dropped."""
        handler = TABLE.get((self.state, side, type(message)))
        return getattr(self, handler)(side, message, now) if handler else []

    def report(self, report, now):
        """What the board that has the audio says."""
        session = self.speech.session
        if isinstance(report, Trouble) and session is not None and report.session == session.number:
            return [Log(MINOR, "call {}: {}".format(self.number, report.reason))] + self.finish(
                cause.BEARER_NOT_AVAILABLE, now)
        return self._checked(self.speech.report(report, now), now)

    def tick(self, now):
        if self._give_up is None or self._give_up > now:
            return self.speech.tick(now)
        self._give_up = None
        if self.state == COLLECTING:
            return self._route(now)
        return self.finish(cause.NO_ANSWER, now)

    def due(self):
        return None if self.state == ENDED else earliest(self._give_up, self.speech.due())

    def finish(self, why, now, but=None):
        """End the call: release every leg except side `but`, and its audio."""
        if self.state == ENDED:
            return []
        self.state, self.cause, self._give_up = ENDED, why, None
        self.times["end"] = now
        self._channel = self.channel
        effects: list = []
        if self.network is not None and but != self.side:
            effects.append(Tell(self.network.module, Release(self.network, why)))
        effects.extend(self.speech.close(now))
        if self.line is not None and but != self.air:
            effects.extend(self.line.ended(self, why, now))
        effects.extend(self.exchange.ended(self))
        return effects

    def surrender(self, now):
        """The network's leg goes on without the handset and us; effects."""
        self.legs[self.side] = None
        return self.finish(cause.NORMAL, now)

    def _checked(self, effects, now):
        """Go on with what waits for the sockets, if they are there."""
        session = self.speech.session
        if session is not None and session.failed:
            effects.extend(self.finish(cause.TEMPORARY_FAILURE, now))
        elif self.speech.ready and self.state == OPENING:
            effects.extend(self._offer())
        elif self.speech.ready and self.state == ANSWERING:
            effects.extend(self._connect(session, now))
        return effects

    def _collect(self, side, message, now):
        self.called, complete = collect(self.called, message.digits)
        self._give_up = now + NEXT_DIGIT
        return self._route(now) if complete else []

    def _route(self, now):
        self.state, self._give_up = OPENING, now + NO_ANSWER
        if self.exchange.router.route(self.legs["a"].module, self.called) is None:
            return self.finish(cause.UNALLOCATED if self.called else cause.INVALID_NUMBER, now)
        if self.blind:
            return self.line.keys.send_on(self, now)
        return self._checked([], now)

    def _offer(self):
        self.state = OFFERED
        module = self.exchange.router.network
        leg = self.legs["b"] = Leg(module, self.exchange.leg_number())
        self.exchange.own(leg, self, "b")
        return [Tell(module, Setup(leg, self.called, self.calling, self.name, self.speech.offer()))]

    def _proceeding(self, side, message, now):
        said = Proceeding(self.legs["a"])
        return [Tell(said.leg.module, said)] if self.incoming else self.line.progress(said, None)

    def _alerting(self, side, message, now):
        """A handset that rings holds a channel of its radio, if there is one (article 31)."""
        effects: list = []
        if self.incoming and message.media is not None and message.media.radio is not None:
            effects.extend(self._attach(message.media, now))
        if self.state not in (OFFERED, ALERTING) or self.times["alerting"] is not None:
            return effects
        self.state, self.times["alerting"] = ALERTING, now
        said = Alerting(self.legs["a"], None)
        effects.extend([Tell(said.leg.module, said)] if self.incoming else self.line.progress(said, "ringing"))
        return effects

    def _attach(self, media, now):
        if self.line.place is not None:
            return self._checked(self.line.moved(media, now), now)
        effects = self.line.contest(media, now)
        if effects is None:
            return self.finish(cause.TEMPORARY_FAILURE, now)
        effects.extend(self.speech.open(now))
        return self._checked(effects, now)

    def _answered(self, side, message, now):
        if self.incoming:
            self.line.up = True
            effects = self._attach(message.media, now)
            return effects if self.state == ENDED else self._answer(effects, now)
        effects = self.speech.answered(message.media, now)
        if effects is None:
            return self.finish(cause.INCOMPATIBLE, now)
        self._up(now)
        effects.extend(self.line.answered())
        return effects + self.speech.update(now)

    def _answer(self, effects, now):
        self.state = ANSWERING
        return self._checked(effects, now)

    def _connect(self, session, now):
        """The handset has answered and its audio is ready: so do we."""
        leg = self.network
        if self.offer is None:
            effects, media = [], self.speech.offer()
        else:
            media = session.answer(self.offer)
            if not media.port:
                return self.finish(cause.INCOMPATIBLE, now)
            effects = session.want(now)
        self._up(now)
        effects.append(Tell(leg.module, Connect(leg, media)))
        return effects

    def _up(self, now):
        self.state, self.times["connect"], self._give_up = CONNECTED, now, None

    def _media(self, side, message, now):
        """The network's offer, answer, or wish for an offer."""
        speech = self.speech
        if message.media is None or not speech.asked:
            return speech.offered(message.media, now)
        effects = speech.answered(message.media, now)
        return self.finish(cause.INCOMPATIBLE, now) if effects is None else effects

    def _pass_digits(self, side, message, now):
        """A digit goes as a telephone event where the peer takes them, in band with /no-dtmf, else by signalling."""
        if side == self.air:
            session = self.speech.session
            effects = session.dial(message.digits, now) if session is not None else None
            if effects is not None:
                return effects
            leg = self.network
        else:
            leg = self.legs[self.air] if self.line.active is self else None
        return [] if leg is None else [Tell(leg.module, Digits(leg, message.digits))]

    def _released(self, side, message, now):
        return self.finish(message.cause, now, side)
