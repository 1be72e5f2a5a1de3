"""A handset's line: one leg on the air, one DSP channel of the radio that it is at, and the calls that share them."""

from firmware.call import cause
from firmware.call.features import Keys
from firmware.call.leg import Connect, Digits, Media, Notice, Release
from firmware.effects import INFO, Log, Tell

MOST = 3
"""Calls of one handset: one to speak with, one held, one waiting; our choice."""


class Line:
    """`active` is the call that the handset is connected with, None between two; `place` is the board of its radio,
    None until that is known; `bearer` and `wide` are those of the air, `up` whether its leg is connected; `identity`
    is (number, name) of its user. `media` is the last that the handset's leg has told of. `leaving` is (place, channel)
    of the radio before, while its audio is still there.
    """

    def __init__(self, exchange, leg, user, identity):
        self.exchange = exchange
        self.leg = leg
        self.user = user
        self.identity = identity
        self.calls: list = []
        self.active = None
        self.place = self.channel = self.bearer = None
        self.wide = self.up = False
        self.leaving: "tuple | None" = None
        self.keys: "Keys | None" = None
        self.media = None

    @property
    def alerting(self):
        """Whether it may lose its channel to another that alerts."""
        return self.active is not None and self.active.ringing

    @property
    def number(self):
        """Of a call, to name it by."""
        return self.active.number if self.active is not None else self.calls[0].number

    def add(self, call):
        self.calls.append(call)
        call.line, call.legs[call.air] = self, self.leg
        return call

    def claim(self, media):
        """Take a channel of the bearer's radio; None, or the cause why there is none."""
        place = self.exchange.places.find(None if media is None else media.radio)
        if place is None:
            return cause.TEMPORARY_FAILURE
        channel = place.channels.claim(self)
        if channel is None:
            return cause.NO_CHANNEL
        self._take(place, channel, media)
        return None

    def contest(self, media, now):
        """Take one as a handset that alerts, perhaps from another one (article 31); effects, None without a radio."""
        place = self.exchange.places.find(None if media is None else media.radio)
        if place is None:
            return None
        channel, loser = place.channels.contest(self)
        self._take(place, channel, media)
        effects = loser.rob(now) if loser is not None else []
        return effects + ([self._mute()] if channel is None else [])

    def rob(self, now):
        """Lose the channel to another handset that alerts."""
        self.channel = None
        return self._update(now) + [self._mute()]

    def leave(self):
        """Give the channel back."""
        if self.place is not None:
            self.place.channels.free(self.channel)
        if self.leaving is not None:
            self.leaving[0].channels.free(self.leaving[1])
        self.place = self.channel = self.leaving = None

    def receive(self, message, now):
        """A message of the handset's leg."""
        if isinstance(message, Release):
            return self._hung_up(message, now)
        if isinstance(message, Media):
            return self.moved(message.media, now)
        if isinstance(message, Digits):
            return self._digits(message, now)
        return self._pass(message, now)

    def _pass(self, message, now):
        return [] if self.active is None else self.active.receive(self.active.air, message, now)

    def _digits(self, message, now):
        if self.keys is None:
            if "R" not in message.digits.upper():
                return self._pass(message, now)
            self.keys = Keys(self)
        effects: list = []
        for key in message.digits:
            more = self.keys.press(key.upper(), now)
            effects.extend(self._pass(Digits(self.leg, key), now) if more is None else more)
        return effects

    def _hung_up(self, message, now):
        """All of the handset's calls end; who waits rings it anew."""
        effects: list = []
        waiting = [call for call in self.calls if call.waits]
        for call in [call for call in self.calls if not call.waits]:
            effects.extend(call.finish(message.cause, now, call.air))
        self.close()
        for call in waiting:
            self.calls.remove(call)
            effects.extend(call.ring(now))
        return effects

    def close(self):
        self.leave()
        self.exchange.lines.drop(self)

    def moved(self, media, now):
        """The handset has another bearer, of this radio or another."""
        self.media = media
        if self.place is None:
            return []
        place = self.exchange.places.find(None if media is None else media.radio)
        if place is self.place:
            self._bearer(media)
            return self._update(now)
        if self.leaving is not None:
            # Once the audio has got where it is moving to now, it goes on from there.
            return []
        if place is None:
            return [self._log("its handset is at a radio that is not there")]
        return self._leave_for(place, media, now)

    def _leave_for(self, place, media, now):
        channel = place.channels.claim(self)
        if channel is None:
            return [self._log("no channel at radio {}: its audio stays where it was".format(place.radio))]
        self.leaving = (self.place, self.channel)
        self._take(place, channel, media)
        return self._update(now) + self._check_out(now)

    def connect(self, call, now):
        """The handset speaks with this call from now on; the one before is held or over."""
        self.active = call
        effects = call.take(now)
        effects.extend(self.answered())
        return effects + self._check_out(now)

    def progress(self, message, signal):
        """The other end is called or rings; a handset that is connected already hears it as a signal."""
        if not self.up:
            return [Tell(self.leg.module, message)]
        return [] if signal is None else [self.notice(signal)]

    def answered(self):
        """The handset is connected with the active call."""
        if self.up:
            return [self.notice(None)]
        self.up = True
        return [Tell(self.leg.module, Connect(self.leg, self.media))]

    def _check_out(self, now):
        """Nothing is left at the radio before, if the call that the handset speaks with is not there."""
        if self.leaving is None or (self.active is not None and self.active.speech.uses(self.leaving[0])):
            return []
        return self.arrived(now)

    def arrived(self, now):
        """The audio is where the handset is."""
        if self.leaving is not None:
            self.leaving[0].channels.free(self.leaving[1])
            self.leaving = None
        media = self.media
        if media is not None and self.exchange.places.find(media.radio) is not self.place:
            return self.moved(media, now)
        return []

    def stays(self, now):
        """It does not get there."""
        place, channel = self.place, self.channel
        if self.leaving is None or place is None:
            return []
        (self.place, self.channel), self.leaving = self.leaving, None
        place.channels.free(channel)
        media = self.media
        back = media is not None and self.exchange.places.find(media.radio) is self.place
        self._bearer(media if back else None)
        return self._update(now)

    def gone(self, place, now):
        """A radio has gone with all that ran there."""
        if self.leaving is not None and self.place is place:
            effects = [] if self.active is None else self.active.speech.abandon(place, now)
            return effects + self.stays(now)
        effects = []
        # One that is on its way to another radio will be heard there.
        for call in list(self.calls) if self.place is place else ():
            effects.extend(call.finish(cause.OUT_OF_ORDER, now))
        return effects

    def ended(self, call, why, now):
        """A call of this line is over, not by the handset; effects."""
        self.calls.remove(call)
        if not self.calls:
            self.close()
            return [Tell(self.leg.module, Release(self.leg, why))]
        if call is not self.active:
            return [self.notice(None)]
        self.active = None
        return [self.notice("busy")] + self._check_out(now)

    def notice(self, signal, call=None):
        """What the handset hears and shows: `call`, or whom it is connected with."""
        shown = self.active if call is None else call
        number, name = ("", None) if shown is None else shown.party()
        return Tell(self.leg.module, Notice(self.leg, signal, number, name))

    def _update(self, now):
        return [] if self.active is None else self.active.speech.update(now)

    def _take(self, place, channel, media):
        self.place, self.channel, self.media = place, channel, media
        self._bearer(media)

    def _bearer(self, media):
        self.bearer = None if media is None else media.number
        self.wide = media is not None and bool(media.wide)

    def _mute(self):
        return self._log("all DSP channels are taken; answered, it will have no audio")

    def _log(self, text):
        return Log(INFO, "call {}: {}".format(self.number, text))
