"""All lines of a gateway, by the leg of their handset."""

from firmware.call.leg import Leg
from firmware.call.line import Line


class Lines:
    """`exchange` is the module CALL."""

    def __init__(self, exchange):
        self._exchange = exchange
        self._by_leg: dict = {}

    def __len__(self):
        return len(self._by_leg)

    def all(self):
        return list(self._by_leg.values())

    def find(self, leg):
        return self._by_leg.get((leg.module, leg.id))

    def begin(self, call, leg, user, identity):
        """The line of a handset that has none; `call` is its first."""
        line = self._by_leg[(leg.module, leg.id)] = Line(self._exchange, leg, user, identity)
        line.active = line.add(call)
        return line

    def ring(self, call):
        """A line for the handset that a call from the network is for."""
        exchange = self._exchange
        module = exchange.router.route(call.network.module, call.called)
        leg = Leg(module, exchange.leg_number())
        return self.begin(call, leg, exchange.router.user(call.called), (call.called, None))

    def drop(self, line):
        self._by_leg.pop((line.leg.module, line.leg.id), None)

    def of(self, user):
        """The line of a user's handset, None for one that is in no call, or that nothing tells from others."""
        for line in self._by_leg.values():
            if user is not None and line.user == user:
                return line
        return None
