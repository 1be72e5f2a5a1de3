"""The audio of one call: a session where its handset's radio is, and what is negotiated with the network about it.

It follows the line: told that the line has another bearer, channel or radio, it does
what is needed, and what needs the peer's consent as soon as no other offer is
under way (RFC 3264 4: one at a time).
"""

from firmware.call.leg import Media
from firmware.call.table import CONNECTED
from firmware.effects import INFO, Log, Tell
from firmware.media.orders import Trouble
from firmware.media.session import Session

LINGER = 40000
"""µs for which the old radio goes on sending after the peer has turned to the new one, whose decoder of G.726 knows
nothing of the handset yet: it takes about as long to reach the level of speech. Our choice.
"""


class Speech:
    """`session` is None until the handset's radio is known; `moving` is that at the next radio, until the peer has
    agreed to it; then `leaving` is that at the one before, for a moment more. `held`: by us. `asked` are
    (session, direction) of offers that wait for their answers.
    """

    def __init__(self, call):
        self.call = call
        self.session: "Session | None" = None
        self.moving: "Session | None" = None
        self.leaving: "Session | None" = None
        self._leaves_at: "int | None" = None
        self.held = False
        self.asked: list = []
        self._direction = "sendrecv"

    @property
    def ready(self):
        return self.session is not None and self.session.ready

    def open(self, now):
        """Sockets at the line's radio; a `report` tells when they are there."""
        self.session = self._new()
        return self.session.open(now)

    def report(self, report, now):
        """What a board says of a session of ours."""
        moving = self.moving
        if moving is None or report.session != moving.number:
            return self.session.report(report, now) if self.session is not None else []
        effects = [] if isinstance(report, Trouble) else moving.report(report, now)
        if isinstance(report, Trouble) or moving.failed:
            effects.extend(self._stay("no audio there", now))
        return effects + self.renegotiate(now)

    def update(self, now):
        """The line has changed, or we hold or take back the call."""
        effects, line = self._depart(now), self.call.line
        session = self.session
        if session is None:
            return effects
        return effects + self._follow(session, line, now)

    def _follow(self, session, line, now):
        if self.held:
            effects = self._set(session, None, None, session.wide, now)
            if self.moving is not None:
                effects.extend(self._set(self.moving, None, None, self.moving.wide, now))
            return effects + self.renegotiate(now)
        if session.place is line.place:
            return self._set(session, line.channel, line.bearer, line.wide, now) + self.renegotiate(now)
        if not self.asked and session.agreed is None:
            # Nobody has been told of it yet.
            effects = self._shut(session, now)
            effects.extend(self.open(now))
            return effects
        if self.call.state != CONNECTED:
            return []
        return self._move(now) + self.renegotiate(now)

    def renegotiate(self, now):
        """Offer the network what we want now, unless that is agreed on already."""
        if self.call.state != CONNECTED or self.asked:
            return []
        moving = None if self.held else self.moving
        if moving is not None and not moving.ready:
            return []
        session = self.session if moving is None else moving
        direction = "sendonly" if self.held else "sendrecv"
        if session is self.session and direction == self._direction:
            return []
        return [Tell(self.call.network.module, Media(self.call.network, self.offer(session, direction)))]

    def offer(self, session=None, direction="sendrecv"):
        """An Audio to tell the network, which answers by `answered`."""
        session = self.session if session is None else session
        self.asked.append((session, direction))
        return session.offer(direction)

    def offered(self, media, now):
        """The network's offer during a call, or its wish for one of ours."""
        leg = self.call.network
        direction = "sendonly" if self.held else "sendrecv"
        if media is None:
            return [Tell(leg.module, Media(leg, self.offer(None, direction)))]
        session = self.session
        if session is None:
            return []
        answer = session.answer(media, direction)
        effects = session.want(now)
        effects.append(Tell(leg.module, Media(leg, answer)))
        return effects

    def answered(self, media, now):
        """The network's answer to our first offer that is unanswered; effects, or None if there is no audio at all."""
        session, direction = self.asked.pop(0)
        if session.closed:
            return self.renegotiate(now)
        agreed = session.accept(media)
        if not agreed and session.agreed is None:
            return None
        if session is not self.moving:
            self._direction = direction
        if agreed:
            effects = self._arrived(session, now) if session is self.moving else session.want(now)
        elif session is self.moving:
            effects = self._stay("the peer refused", now)
        else:
            effects = [self._log("the peer refused our offer, nothing changes")]
        return effects + self.renegotiate(now)

    def uses(self, place):
        return place in [session.place for session in (self.session, self.leaving) if session is not None]

    def tick(self, now):
        return self._depart(now) if self._leaves_at is not None and self._leaves_at <= now else []

    def due(self):
        return self._leaves_at

    def abandon(self, place, now):
        """The radio where a call was moving to has gone."""
        if self.moving is None or self.moving.place is not place:
            return []
        return self._stay("that radio has gone", now) + self.renegotiate(now)

    def close(self, now):
        effects: list = []
        for session in (self.moving, self.leaving, self.session):
            if session is not None:
                effects.extend(self._shut(session, now))
        self.moving = self.leaving = self._leaves_at = None
        return effects

    @property
    def radio(self):
        """The RPN of the radio that has it, None before there is one."""
        return None if self.session is None else self.session.place.radio

    def owes(self, record):
        """Counters that are still on their way go into the record of the call."""
        if self.session is not None:
            self.session.place.owes(self.session.number, record)

    def figures(self):
        """Counters, see firmware.media.endpoint."""
        return {} if self.session is None else self.session.figures()

    def _new(self):
        exchange, line = self.call.exchange, self.call.line
        session = Session(exchange.session_number(self.call), line.place, exchange.media, line.wide)
        session.channel, session.bearer = line.channel, line.bearer
        return session

    def _set(self, session, channel, bearer, wide, now):
        if (session.channel, session.bearer, session.wide) == (channel, bearer, wide):
            return []
        session.channel, session.bearer, session.wide = channel, bearer, wide
        return session.want(now)

    def _move(self, now):
        """Make before break: the new session runs, and takes over once the peer sends there."""
        moving, line = self.moving, self.call.line
        if moving is not None:
            return self._set(moving, line.channel, None, line.wide, now)
        self.moving = moving = self._new()
        # The handset stays with its old bearer until something comes from the new one: not before the peer does.
        moving.bearer = None
        moving.follow(self.session)
        effects = moving.open(now)
        return self._stay("no port there", now) if self.moving.failed else effects

    def _arrived(self, session, now):
        self.leaving, self.session, self.moving = self.session, session, None
        self._leaves_at = now + LINGER
        session.bearer, session.waits = self.call.line.bearer, True
        return session.want(now) + [self._log("its audio has moved to radio {}".format(session.place.radio))]

    def _depart(self, now):
        """The end at the radio before."""
        old, self.leaving, self._leaves_at = self.leaving, None, None
        if old is None or self.session is None:
            return []
        self.session.waits = False
        effects = self.session.want(now)
        effects.extend(self._shut(old, now))
        return effects + self._tell_line("arrived", now)

    def _stay(self, why, now):
        moving, self.moving = self.moving, None
        effects = self._shut(moving, now)
        effects.append(self._log("its audio stays where it was: {}".format(why)))
        return effects + self._tell_line("stays", now)

    def _tell_line(self, what, now):
        line = self.call.line
        return getattr(line, what)(now) if line.active is self.call else []

    def _shut(self, session, now):
        self.call.exchange.sessions.pop(session.number, None)
        return session.close(now)

    def _log(self, text):
        return Log(INFO, "call {}: {}".format(self.call.number, text))
