"""Module CALL: every call of the gateway, its handsets' lines, and the audio at this board and at others."""

from firmware.call import cause, options, remote, report
from firmware.call.bridge import Bridge
from firmware.call.call import Call
from firmware.call.channels import Channels
from firmware.call.endpoints import AWAY, Endpoints
from firmware.call.leg import Elsewhere, Release, Setup
from firmware.call.line import MOST
from firmware.call.lines import Lines
from firmware.call.places import Place, Places
from firmware.call.routing import NETWORK, Router
from firmware.call.table import CONNECTED
from firmware.call.timetable import Timetable
from firmware.effects import INFO, Failed, Log, Tell, Trace
from firmware.media import negotiation
from firmware.media.orders import SESSIONS, Counts
from firmware.media.ports import Ports
from firmware.module import Module, earliest
from hal.dsp import Event, Packet
from hal.net import Bound, Datagram, Refused

LIMIT = 1000
"""Calls at once, however many may be without a channel; our choice."""


class CallModule(Module):
    """`channels`: how many the DSP has; `dsp`: the device, read for its status only; `media`: the
    module MEDIA; `echo()` -> (ec_type, tail_ms) as MSP0 has them; `address`: ours, for SDP;
    `entropy(n)` -> n octets of chance. `radios` may be set once, see `firmware.call.places.Places`.
    """

    name = "CALL"
    alone = True
    schemas = {"": options.SCHEMA}
    commands = {"calls": "calls that are up", "history": "calls that have ended, the last first",
                "channels": "who holds the DSP channels, of each radio"}

    def __init__(self, directory, media, dsp, channels, echo, address, entropy, ports=None, limit=LIMIT):
        self.media = media
        self.limit = limit
        self.router = Router(directory)
        self.endpoints = Endpoints(address, media, dsp, channels, echo, entropy, self._report)
        self.channels = Channels(channels, entropy)
        self.ports = Ports() if ports is None else ports
        self.places = Places(Place(0, address, self.channels, self.ports, None, self.endpoints), entropy)
        self.values = {option.name: option.default for option in options.SCHEMA}
        self.calls: dict = {}
        self.lines = Lines(self)
        self.sessions: dict = {}
        self.history = report.History()
        self._legs: dict = {}
        self._numbers = self._session_numbers = 0
        self._leg_numbers = -1
        self._due = Timetable()

    @property
    def radios(self):
        return self.places.radios

    @radios.setter
    def radios(self, radios):
        self.places.radios = radios

    def configure(self, sub, values, changed, now):
        self.values = {option.name: values.get(option.name, option.default) for option in options.SCHEMA}
        return []

    def busy(self):
        """Calls that are up, and audio that a master has here: a reset "when idle" waits for 0."""
        return max(len(self.calls), len(self.endpoints))

    def active(self):
        """Plain dicts of the calls that are up, the oldest first; see firmware.call.report."""
        return [report.record(self.calls[number]) for number in sorted(self.calls)]

    def records(self):
        """Plain dicts of finished calls, the oldest first."""
        return self.history.all()

    def speaking(self):
        """Calls that are connected."""
        return len([1 for call in self.calls.values() if call.state == CONNECTED])

    def command(self, sub, words, now):
        word = words[0].lower() if words else ""
        if sub or word not in self.commands:
            return None, []
        if word == "channels":
            rows = report.channels(self.places.all())
        else:
            rows = [report.line(one) for one in (self.active() if word == "calls" else reversed(self.records()))]
        return "".join([row + "\r\n" for row in rows]) or "none\r\n", []

    def receive(self, message, now):
        kind = type(message)
        if kind is Packet:
            return self.endpoints.packet(message, now)
        if kind is Datagram:
            return self.endpoints.datagram(message, now)
        if isinstance(message, (Bound, Refused)):
            return self.endpoints.network(message, now)
        if isinstance(message, Event):
            return self._heard(message, now)
        if isinstance(message, Failed):
            return self._failed(message.effect, message.reason, now)
        if isinstance(message, Elsewhere):
            return self._elsewhere(message, now)
        if isinstance(message, Setup):
            return self._setup(message, now)
        return self._signalled(message, now)

    def tick(self, now):
        effects = self.endpoints.tick(now)
        for number in self._due.pop(now):
            call = self.calls[number]
            effects.extend(call.tick(now))
            self._arm(call)
        return effects

    def due(self):
        return earliest(self.endpoints.due(), self._due.due())

    def leg_number(self):
        """An odd id for a leg that CALL itself starts."""
        self._leg_numbers += 2
        return self._leg_numbers

    def session_number(self, call):
        """A number for one of its sessions that no other has."""
        while True:
            self._session_numbers = self._session_numbers % SESSIONS + 1
            if self._session_numbers not in self.sessions:
                self.sessions[self._session_numbers] = call
                return self._session_numbers

    def second(self, line, now):
        """A call from a handset that has one already."""
        number, name = line.identity
        call = self._new(Setup(line.leg, "", number, name, None), False, now)
        return line.add(call)

    def full(self):
        return len(self.calls) >= self.limit

    def bridge(self, *parts):
        """Two network legs that are joined, see firmware.call.bridge; it counts as a call."""
        self._numbers += 1
        bridge = self.calls[self._numbers] = Bridge(self, self._numbers, *parts)
        self._arm(bridge)
        return bridge

    def own(self, leg, call, side):
        """Messages of a network's leg go to this call."""
        self._legs[(leg.module, leg.id)] = (call, side)

    def ended(self, call):
        """A call is over: forget it, but for its record; effects."""
        self.calls.pop(call.number, None)
        self._due.drop(call.number)
        for leg in call.legs.values():
            if leg is not None and self._legs.get((leg.module, leg.id), (None, None))[0] is call:
                del self._legs[(leg.module, leg.id)]
        return [Log(INFO, report.line(self.history.add(call)))]

    def _heard(self, event, now):
        self.endpoints.heard(event, now)
        endpoint = self.endpoints.on(event.channel)
        call = self.sessions.get(endpoint.number) if endpoint is not None else None
        who = "channel {}".format(event.channel) if call is None else "call {}".format(call.number)
        return [Trace("{}: {} {} from the {}".format(who, event.kind, event.value, event.source))]

    def _signalled(self, message, now):
        key = (message.leg.module, message.leg.id)
        line = self.lines.find(message.leg)
        call, side = self._legs.get(key, (None, None))
        if line is None and call is None:
            return [Trace("{} for an unknown leg".format(type(message).__name__))]
        about = [call] if line is None else list(line.calls)
        before = [one.state for one in about]
        effects = line.receive(message, now) if line is not None else call.receive(side, message, now)
        for index, one in enumerate(about):
            effects.append(Trace("call {}: {} {} from {}: {}".format(
                one.number, before[index], type(message).__name__, key[0], one.state)))
        return self._settle(about if line is None else about + line.calls, effects)

    def _setup(self, setup, now):
        key = (setup.leg.module, setup.leg.id)
        if key in self._legs or self.lines.find(setup.leg) is not None:
            return [Trace("a second Setup for one leg")]
        if self.full():
            return [Tell(setup.leg.module, Release(setup.leg, cause.NO_CHANNEL))]
        if setup.leg.module in NETWORK:
            return self._incoming(setup, key, now)
        call = self._new(setup, False, now)
        identity = (setup.calling, setup.name)
        why = self.lines.begin(call, setup.leg, self.router.user(setup.calling), identity).claim(setup.media)
        return self._settle([call], call.finish(why, now) if why is not None else call.dial(now))

    def _incoming(self, setup, key, now):
        call = self._new(setup, True, now)
        self._legs[key] = (call, "a")
        effects = self._admit(call, now)
        return self._settle([call], effects)

    def _admit(self, call, now):
        """Ring its handset, or have it wait while that is in another call."""
        if self.router.route(call.network.module, call.called) is None:
            return call.finish(cause.UNALLOCATED if call.called else cause.INVALID_NUMBER, now)
        if call.offer is not None and not negotiation.acceptable(call.offer, self.media):
            return call.finish(cause.INCOMPATIBLE, now)
        line = self.lines.of(self.router.user(call.called))
        if line is None:
            return call.ring(now)
        waiting = [one for one in line.calls if one.waits]
        if waiting or len(line.calls) >= MOST or self.values["no-waiting"] or line.alerting:
            return call.finish(cause.BUSY, now)
        line.add(call)
        return call.wait(now)

    def _new(self, setup, incoming, now):
        self._numbers += 1
        call = self.calls[self._numbers] = Call(self, self._numbers, setup, incoming, now)
        return call

    def _failed(self, effect, reason, now):
        if effect.device != "dsp" or not effect.arguments:
            return []
        return self.endpoints.failed(effect.arguments[0], effect.method, reason, now)

    def _elsewhere(self, message, now):
        """What another board's CALL says: a report if that has a radio of ours, an order if it is our master."""
        if message.octets is None:
            return self._gone(message.radio, now) if message.radio else self.endpoints.forget_master(now)
        said = remote.read(message.octets)
        if said is None:
            return [Trace("no sense in {} octets from another board".format(len(message.octets)))]
        if remote.is_order(said):
            return self.endpoints.order(said, now, AWAY) if not message.radio else []
        place = self.places.known(message.radio)
        return [] if place is None else self._report(said, now, place)

    def _gone(self, radio, now):
        place = self.places.forget(radio)
        effects: list = []
        for line in self.lines.all() if place is not None else ():
            about = list(line.calls)
            effects.extend(self._settle(about, line.gone(place, now)))
        return effects

    def _report(self, said, now, place=None):
        """What a board says of a session of ours; `place` None: this one."""
        call = self.sessions.get(said.session)
        if isinstance(said, Counts):
            place.counted(said)
        if isinstance(said, Counts) or call is None:
            return []
        return self._settle([call], call.report(said, now))

    def _settle(self, calls, effects):
        """After any input: wake for the next instant of the calls that it may have changed."""
        for call in calls:
            self._arm(call)
        return effects

    def _arm(self, call):
        if call.number in self.calls:
            self._due.set(call.number, call.due())
