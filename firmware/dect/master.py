"""Module GW-DECT: what its options make of a board, and the way of each message through it.

A board has the master part of a system (Hosting), or its own radio (Home), or both. Orders and
reports pass between the two here, or go over the trunk (docs/dect-system.md).
"""

from firmware.call.leg import Elsewhere
from firmware.config.schema import TRACE
from firmware.dect import commands, joining, options, shown, trunk
from firmware.dect.between import Kept, Located, To
from firmware.dect.calls import Calls
from firmware.dect.home import Home
from firmware.dect.hosting import Hosting
from firmware.dect.roaming import Guests
from firmware.dect.rpn import Numbers
from firmware.dect.trunk_codec import REPORTS, Numbered
from firmware.dect.trunk_door import KEY, Heard, Joined, Parted, Turned
from firmware.effects import MAJOR, MINOR, Bind, Clear, Close, Failed, Raise, Tell
from firmware.led import Fact
from firmware.module import Module, earliest
from hal.net import Bound, Datagram, Refused
from hal.radio import Burst, Followed, Found, Lost, Strayed

AIR = (Burst, Lost, Found, Followed, Strayed, Failed)
CHANGES = (Kept, Located, Numbered)
OUTCOMES = (Joined, Heard, Parted)


class Dect(Module):
    """`part` is the radio part, None without a controller; `base` a firmware.dect.joining.Base. `directory` answers
    `find(attribute, value)`, `variables` keeps keys and numbers, `entropy(n)` gives random octets."""

    name = "GW-DECT"
    alone = True
    schemas = {"": TRACE, "MASTER": options.MASTER + TRACE, "RADIO": options.RADIO + TRACE}
    commands = commands.HELP

    def __init__(self, directory, part, base, variables=None, entropy=None):
        guests = directory if isinstance(directory, Guests) else Guests(directory)
        self.calls = Calls(self.name, guests, variables, entropy)
        self.base = base
        self.hosting = Hosting(self.calls, Numbers(variables), base, guests, entropy)
        self.home = Home(part, entropy)
        self._values: dict = {"": {}, "MASTER": {}, "RADIO": {}}
        self._roles = options.OFF
        self._settings: tuple = ()
        self._alarm = self._starting = None
        self._bound = False

    @property
    def roles(self):
        return self._roles

    @property
    def alarm(self):
        """(code, text) of why the master does not start, or None."""
        return self._alarm

    @property
    def title(self):
        """Name of the DECT system, empty without one."""
        return self._values["MASTER"].get("name") or ""

    @property
    def system(self):
        return self.hosting.system

    def running(self):
        return self.home.on_air() or (self.system.running() and self._roles.home is None)

    def sync(self):
        """The state of our radio's synchronisation in a word or a few; "-" without one."""
        return "-" if self.home.state is None else shown.WORDS[self.home.state.sync]

    def radio_facts(self, number):
        """(IP address, channels, codecs) of a radio that has joined from elsewhere, or None."""
        radio = self.system.radio(number)
        return None if radio is None or radio.peer is None else (radio.host, radio.facts.channels, radio.facts.codecs)

    def start(self, now):
        return self._lamp()

    def configure(self, sub, values, changed, now):
        self._values[sub.upper()] = values
        effects = self.calls.configure(self._values["MASTER"]) or []
        if sub.upper() == "RADIO" and self.home.part is not None:
            effects += self.home.part.configure(values, now)
        return self._settle(effects + self._become(now), now)

    def _become(self, now):
        """Take the roles that the options give."""
        master, radio = self._values["MASTER"], self._values["RADIO"]
        roles = options.roles(master, radio, self.base.address)
        effects = self._report(roles.alarm)
        settings = (roles.mode, roles.sari, roles.pari, roles.primary, roles.others, master.get("trunk-key") or "")
        if settings != self._settings:
            effects += self._leave_home(now) + self.hosting.end("the master is being configured", now)
            self._settings = settings
            self._roles = roles
            effects += self._open()
            if roles.mode != "off":
                effects += self.hosting.begin(roles, settings[-1].encode(), master.get("region") or 0, self._facts, now)
        else:
            effects += self.hosting.configure(master.get("region") or 0)
        self._roles = roles
        return effects + self._go_home(now) + self._open()

    def _wanted(self):
        """Where our radio belongs now: ("here",), ("there", hosts, key) or None."""
        roles = self._roles
        if roles.home is None or self.home.part is None:
            return None
        if roles.mode == "standby" or roles.home == "here":
            if self.system.running():
                return ("here",)
            if roles.home == "here":
                return None
        return ("there", roles.hosts, (self._values["RADIO"].get("trunk-key") or "").encode())

    def _go_home(self, now):
        """Bring our radio to its master; if it is there, tell that master what has changed about it."""
        wanted, effects = self._wanted(), []
        if wanted != self.home.place:
            effects += self._leave_home(now)
            self.home.place = wanted
            if wanted is not None and wanted[0] == "here":
                effects += self.system.join(self._facts("radio"), self.base.address, None, now)
                self.home.own = self.system.radio(0)
            elif wanted is not None:
                effects += self._open()
                self.home.begin(wanted[1], wanted[2], lambda: self._facts("radio"), now)
        elif self.home.own is not None:
            effects += self.system.wishes(self.home.own, self._facts("radio"), now)
        else:
            self.home.tell(self._facts("radio"))
        return effects

    def _leave_home(self, now):
        own, self.home.place = self.home.own, None
        effects = self.home.end("the radio is being configured", now)
        if own is not None and own in self.system.radios:
            effects += self.system.leave(own, "the radio is being configured", now)
        return effects

    def _open(self):
        """The trunk's socket is open while there is somebody to talk to."""
        wanted = self.hosting.door is not None or self._roles.mode != "off" or self._roles.home == "there"
        if wanted == self._bound:
            return []
        self._bound = wanted
        return [Bind(KEY, trunk.PORT)] if wanted else [Close(KEY), Clear(options.NO_PORT)]

    def _facts(self, role):
        return joining.facts_of(self.base, role, self._values["RADIO"])

    def _report(self, alarm):
        if alarm == self._alarm:
            return []
        effects: list = [Clear(self._alarm[0])] if self._alarm else []
        self._alarm = alarm
        if alarm:
            effects.append(Raise(alarm[0], MAJOR, alarm[1]))
        return effects

    def receive(self, message, now):
        if isinstance(message, Datagram):
            effects = self._datagram(message, now)
        elif isinstance(message, AIR):
            effects = self.home.part.receive(message, now) if self.home.part is not None else []
        elif isinstance(message, Elsewhere):
            effects = self._elsewhere(message)
        elif isinstance(message, Refused):
            effects = [Raise(options.NO_PORT, MINOR, "no trunk on port {}: {}".format(trunk.PORT, message.reason))]
        elif isinstance(message, Bound):
            effects = []
        else:
            effects = self.calls.receive(message, now)
        return self._settle(effects, now)

    def _datagram(self, datagram, now):
        source, data = datagram.source, datagram.data
        effects = self.hosting.receive(source, data, now) + self.home.receive(source, data, now)
        if self.hosting.watch is not None:
            effects += self.hosting.watch.receive(source, data, now)
        return effects

    def _elsewhere(self, message):
        if message.octets is None:
            return []
        return self.home.elsewhere(message) if message.radio == 0 else self.hosting.elsewhere(message)

    def due(self):
        part = self.home.part.due() if self.home.part is not None else None
        return earliest(self.calls.due(), part, self.hosting.due(), self.home.due())

    def tick(self, now):
        effects = self.calls.tick(now) + self.hosting.tick(now) + self.home.tick(now)
        if self.home.part is not None:
            effects += self.home.part.tick(now)
        return self._settle(effects, now)

    def _settle(self, effects, now):
        """Pass on orders, reports and what the trunk brings, until only effects for the world are left."""
        left: list = []
        while True:
            queue, at = list(effects), 0
            while at < len(queue):
                one, at = queue[at], at + 1
                more = self._pass(one, now)
                if more is None:
                    left.append(one)
                else:
                    queue += more
            effects = self.hosting.flush(now) + self.home.flush(now)
            if self._wanted() != self.home.place:
                effects += self._go_home(now)
            if not effects:
                return left + self._lamp()

    def _pass(self, one, now):
        """What follows from an effect that is for a part of this module; None for one that is not."""
        if isinstance(one, To):
            return self._order(one, now)
        if isinstance(one, REPORTS):
            return self._reported(one, now)
        if isinstance(one, OUTCOMES):
            return (self.home if one.peer is self.home.uplink else self.hosting).outcome(one, now)
        if isinstance(one, Turned):
            mine = one.peer is not None and one.peer is self.home.uplink
            return (self.home if mine else self.hosting).turned(one, now)
        if isinstance(one, CHANGES):
            self.hosting.copy(one)
            return []
        return None

    def _order(self, to, now):
        if to.radio is None:
            return [To(radio.number, to.order) for radio in self.system.radios]
        if to.radio == 0:
            return self.home.order(to.order, now) if self.home.own is not None else []
        self.hosting.order(to.radio, to.order)
        return []

    def _reported(self, report, now):
        """What our own radio part says, to its master."""
        self.home.reported(report)
        if self.home.own is not None:
            return self.system.report(self.home.own, report, now)
        self.home.tell(report)
        return []

    def _lamp(self):
        """Starting: our radio waits for its master, or for somebody to be in step with."""
        starting = not (self.running() if self._roles.home is not None else self.system.running())
        if starting == self._starting:
            return []
        self._starting = starting
        return [Tell("LED", Fact("starting", starting))]

    def command(self, sub, words, now):
        reply, effects = commands.run(self, words, now)
        return reply, self._settle(effects, now) if effects else []
