"""The audio of calls at this board, its own calls' and those of a master elsewhere; the lamp shows the channels."""

from firmware.call import remote
from firmware.call.leg import Elsewhere
from firmware.call.timetable import Timetable
from firmware.effects import Tell
from firmware.led import Fact
from firmware.media.endpoint import Endpoint
from firmware.media.orders import Counts, Dial, End, Ready, Taken, Trouble, Want

REPORTS = (Ready, Taken, Trouble, Counts)

AWAY = 0x10000
"""Added to the session's number where the call is at another board: its own calls count for themselves."""

COUNTED_EVERY = 5000000
"""µs between two Counts to a call at another board; our choice."""


class Endpoints:
    """`report(report, now)` takes what endpoints of this board's own calls say, and returns effects."""

    def __init__(self, address, media, dsp, channels, echo, entropy, report):
        self.address = address
        self.media = media
        self.dsp = dsp
        self.echo = echo
        self.entropy = entropy
        self._report = report
        self._count = channels
        self._all: dict = {}
        self._on: dict = {}
        self._due = Timetable()
        self._counted: dict = {}
        self._shown = 0

    def __len__(self):
        return len(self._all)

    def order(self, order, now, away=0):
        """Carry out an order of firmware.media.orders for a call of ours, or `away`, for a master's."""
        number = order.session | away
        endpoint = self._all.get(number)
        if isinstance(order, Want):
            return self._want(number, order, now)
        if endpoint is None:
            return []
        if isinstance(order, End):
            return self._end(endpoint, now)
        effects = endpoint.dial(order, now) if isinstance(order, Dial) else []
        self._arm(endpoint)
        return effects

    def find(self, number):
        return self._all.get(number)

    def on(self, channel):
        """The endpoint that a DSP channel runs for, or None."""
        return self._on.get(channel)

    def network(self, event, now):
        """A Bound or Refused of one of the sockets."""
        endpoint = self._all.get(event.key[1])
        if endpoint is None:
            return []
        effects = endpoint.receive(event, now)
        self._arm(endpoint)
        return self._tell(endpoint, effects, now)

    def datagram(self, event, now):
        endpoint = self._all.get(event.key[1])
        if endpoint is None:
            return []
        effects = endpoint.datagram(event, now)
        self._arm(endpoint)
        return effects

    def packet(self, packet, now):
        endpoint = self._on.get(packet.channel)
        # A packet made before the channel changed hands belongs to nobody.
        return endpoint.packet(packet, now) if endpoint is not None else []

    def heard(self, event, now):
        endpoint = self._on.get(event.channel)
        if endpoint is not None:
            endpoint.heard(event, now)
            self._arm(endpoint)

    def failed(self, channel, method, reason, now):
        endpoint = self._on.get(channel)
        return [] if endpoint is None else self._tell(endpoint, endpoint.failed(method, reason), now)

    def tick(self, now):
        effects: list = []
        for number in self._due.pop(now):
            endpoint = self._all[number]
            effects.extend(endpoint.tick(now))
            if number >= AWAY and self._counted[number] <= now:
                self._counted[number] = now + COUNTED_EVERY
                effects.extend(self._tell(endpoint, [Counts(endpoint.session, endpoint.figures(), False)], now))
            self._arm(endpoint)
        return effects

    def due(self):
        return self._due.due()

    def forget_master(self, now):
        """The master has gone: nobody is left to end what runs for it."""
        effects: list = []
        for number in sorted(self._all):
            if number >= AWAY:
                effects.extend(self._close(self._all[number], now))
        return effects + self._lamp()

    def figures(self, number):
        endpoint = self._all.get(number)
        return {} if endpoint is None else endpoint.figures()

    def _want(self, number, order, now):
        endpoint = self._all.get(number)
        if endpoint is None:
            endpoint = self._all[number] = Endpoint(number, order.session, self)
            if number >= AWAY:
                self._counted[number] = now + COUNTED_EVERY
        effects = self._hand_over(endpoint, order.channel, now)
        effects.extend(endpoint.want(order, now))
        self._arm(endpoint)
        return effects + self._lamp()

    def _hand_over(self, endpoint, channel, now):
        """Whoever has the channel lets it go; the order for him to do so may have been lost with his master."""
        effects: list = []
        holder = self._on.get(channel)
        if holder is not None and holder is not endpoint:
            effects.extend(self._close(holder, now))
        if endpoint.channel is not None and endpoint.channel != channel:
            del self._on[endpoint.channel]
        if channel is not None:
            self._on[channel] = endpoint
        return effects

    def _end(self, endpoint, now):
        last = [Counts(endpoint.session, endpoint.figures(), True)] if endpoint.number >= AWAY else []
        effects = self._close(endpoint, now)
        return effects + self._tell(endpoint, last, now) + self._lamp()

    def _close(self, endpoint, now):
        if endpoint.channel is not None:
            del self._on[endpoint.channel]
        del self._all[endpoint.number]
        self._counted.pop(endpoint.number, None)
        self._due.drop(endpoint.number)
        return endpoint.close(now)

    def _tell(self, endpoint, effects, now):
        """Pass the reports among effects on to whoever has the call."""
        passed: list = []
        for effect in effects:
            if not isinstance(effect, REPORTS):
                passed.append(effect)
            elif endpoint.number >= AWAY:
                passed.append(Tell("GW-DECT", Elsewhere(0, remote.pack(effect))))
            else:
                passed.extend(self._report(effect, now))
        return passed

    def _arm(self, endpoint):
        due = endpoint.due()
        counted = self._counted.get(endpoint.number)
        if counted is not None and (due is None or counted < due):
            due = counted
        self._due.set(endpoint.number, due)

    def _lamp(self):
        """Channels that are held, alerting or speaking: the LED's "active traffic" and "fully occupied"."""
        held, before = len(self._on), self._shown
        if held == before:
            return []
        self._shown = held
        facts = [Tell("LED", Fact("traffic", held))]
        if (held >= self._count) != (before >= self._count):
            facts.append(Tell("LED", Fact("full", held >= self._count)))
        return facts
