"""Module CALL: every call of the gateway, its DSP channels and its sockets."""

from heapq import heapify, heappop, heappush

from firmware.call import cause
from firmware.call.call import CONNECTED, Call
from firmware.call.channels import Channels
from firmware.call.leg import Release, Setup
from firmware.call.report import line, record
from firmware.call.routing import Router
from firmware.config.schema import TRACE
from firmware.effects import INFO, Failed, Log, Tell, Trace
from firmware.media.ports import Ports
from firmware.media.session import Session
from firmware.module import Module
from hal.dsp import Event, Packet
from hal.net import Bound, Datagram, Refused

HISTORY = 100
"""Finished calls that are remembered."""

LIMIT = 256
"""Calls at once, however many may be without a channel; our choice."""


STALE = 64
"""Outdated instants in the queue before it is made anew."""


class CallModule(Module):
    """`channels`: how many the DSP has; `dsp`: the device, read for its status only; `media`: the
    module MEDIA; `echo()` -> (ec_type, tail_ms) as MSP0 has them; `address`: ours, for SDP;
    `entropy(n)` -> n octets of chance.
    """

    name = "CALL"
    schemas = {"": TRACE}
    commands = {"calls": "calls that are up", "history": "calls that have ended, the last first",
                "channels": "who holds the DSP channels"}

    def __init__(self, directory, media, dsp, channels, echo, address, entropy, ports=None, limit=LIMIT):
        self.media = media
        self.dsp = dsp
        self.echo = echo
        self.address = address
        self.entropy = entropy
        self.limit = limit
        self.router = Router(directory)
        self.channels = Channels(channels, entropy)
        self.ports = Ports() if ports is None else ports
        self.calls = {}
        self.history = []
        self._legs = {}
        self._numbers = 0
        self._leg_numbers = -1
        self._armed = {}
        self._queue = []

    def busy(self):
        """Calls that are up: a reset "when idle" waits for 0."""
        return len(self.calls)

    def active(self):
        """Plain dicts of the calls that are up, the oldest first; see firmware.call.report."""
        return [record(self.calls[number]) for number in sorted(self.calls)]

    def records(self):
        """Plain dicts of finished calls, the oldest first."""
        return list(self.history)

    def leg_number(self, call, module):
        """An odd id for the leg that CALL itself starts; its messages come to `call`."""
        self._leg_numbers += 2
        self._legs[(module, self._leg_numbers)] = (call, "b")
        return self._leg_numbers

    def command(self, sub, words, now):
        word = words[0].lower() if words else ""
        if sub or word not in self.commands:
            return None, []
        if word == "channels":
            rows = ["{}: {}".format(channel, "free" if holder is None else "call {}".format(holder.number))
                    for channel, holder in enumerate(self.channels.holders)]
        else:
            rows = [line(one) for one in (self.active() if word == "calls" else reversed(self.history))]
        return "".join([row + "\r\n" for row in rows]) or "none\r\n", []

    def receive(self, message, now):
        if isinstance(message, Packet):
            call = self.channels.holder(message.channel)
            # A packet made before the channel changed hands belongs to nobody.
            return call.session.packet(message, now) if call is not None and call.playing else []
        if isinstance(message, Event):
            return self._heard(message, now)
        if isinstance(message, (Datagram, Bound, Refused)):
            call = self.calls.get(message.key[1])
            return [] if call is None else self._settle(call, call.network(message, now), now)
        if isinstance(message, Failed):
            return self._failed(message, now)
        if isinstance(message, Setup):
            return self._setup(message, now)
        call, side = self._legs.get((message.leg.module, message.leg.id), (None, None))
        if call is None:
            return [Trace("{} for an unknown leg".format(type(message).__name__))]
        before = call.state
        effects = call.receive(side, message, now)
        effects.append(Trace("call {}: {} {} from {}: {}".format(
            call.number, before, type(message).__name__, side, call.state)))
        return self._settle(call, effects, now)

    def tick(self, now):
        effects = []
        while self._queue and self._queue[0][0] <= now:
            due, number = heappop(self._queue)
            call = self.calls.get(number)
            if call is not None and self._armed.get(number) == due:
                del self._armed[number]
                effects.extend(self._settle(call, call.tick(now), now))
        return effects

    def due(self):
        queue = self._queue
        while queue and self._armed.get(queue[0][1]) != queue[0][0]:
            heappop(queue)
        return queue[0][0] if queue else None

    def _heard(self, event, now):
        """What a detector heard: a digit of the handset that was taken out of the audio goes on out of band."""
        call = self.channels.holder(event.channel)
        if call is None or not call.playing:
            return []
        effects: list = [Trace("call {}: {} {} from the {}".format(
            call.number, event.kind, event.value, event.source))]
        if event.source == "handset" and event.kind == "dtmf" and call.playing.remove_dtmf:
            call.session.dial(event.value, now)
        return self._settle(call, effects, now)

    def _setup(self, setup, now):
        key = (setup.leg.module, setup.leg.id)
        if key in self._legs:
            return [Trace("a second Setup for one leg")]
        if len(self.calls) >= self.limit:
            return [Tell(setup.leg.module, Release(setup.leg, cause.NO_CHANNEL))]
        self._numbers += 1
        number = self._numbers
        session = Session(number, self.address, self.ports, self.media, self.entropy)
        call = self.calls[number] = Call(self, number, setup, session, now)
        self._legs[key] = (call, "a")
        return self._settle(call, call.start(now), now)

    def _failed(self, message, now):
        effect = message.effect
        if effect.device != "dsp" or not effect.arguments:
            return []
        call = self.channels.holder(effect.arguments[0])
        if call is None:
            return []
        return self._settle(call, call.failed(effect.method, message.reason, now), now)

    def _settle(self, call, effects, now):
        """After any input to a call: wake for its next instant, or file it away."""
        if call.times["end"] is None:
            self._arm(call)
            return effects
        if self.calls.pop(call.number, None) is None:
            return effects
        self._armed.pop(call.number, None)
        for leg in call.legs.values():
            if leg is not None:
                self._legs.pop((leg.module, leg.id), None)
        done = record(call)
        self.history.append(done)
        if len(self.history) > HISTORY:
            self.history.pop(0)
        effects.append(Log(INFO, line(done)))
        return effects

    def _arm(self, call):
        due = call.due()
        if due is not None and self._armed.get(call.number) != due:
            self._armed[call.number] = due
            heappush(self._queue, (due, call.number))
            if len(self._queue) > STALE + 4 * len(self._armed):
                self._queue = [(due, number) for number, due in self._armed.items()]
                heapify(self._queue)
        elif due is None:
            self._armed.pop(call.number, None)

    def speaking(self):
        """Calls that are connected."""
        return len([1 for call in self.calls.values() if call.state == CONNECTED])
