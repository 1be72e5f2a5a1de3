"""Module GW-DECT: the master of a DECT system and its own radio.

One base is master and radio at once; standby masters, foreign radios and
mobility between them are not part of it yet, so `/master` only has to be set.
The system's PARI is its SARI, and the RPN of the one radio is 0.
"""

from firmware.config.schema import TRACE
from firmware.dect import bursts, identities, options
from firmware.dect.calls import Calls
from firmware.effects import INFO, MAJOR, Clear, Do, Log, Raise, Tell
from firmware.led import Fact
from firmware.module import Module

RPN = 0


class Dect(Module):
    """`directory` answers `find(attribute, value)`; `bearers` and `carriers` are the radio part's, `channels`
    the DSP's, which are what makes the base fully occupied.
    """

    name = "GW-DECT"
    schemas = {"": TRACE, "MASTER": options.MASTER + TRACE, "RADIO": options.RADIO + TRACE}
    commands = {"status": "state of the radio and its bearers", "users": "handsets that are registered"}

    def __init__(self, directory, bearers, carriers=10, channels=None):
        self._channels = bearers if channels is None else channels
        self.ari = None
        self.rfpi = None
        self.calls = Calls(self.name, directory, bearers)
        self._carriers = carriers
        self._values: dict = {"": {}, "MASTER": {}, "RADIO": {}}
        self._shown = 0
        self._alarm = None

    def start(self, now):
        return [Tell("LED", Fact("starting", True))]

    def running(self):
        return self.rfpi is not None

    def configure(self, sub, values, changed, now):
        self._values[sub.upper()] = values
        alarm, ari = options.identity(self._values["MASTER"], self._values["RADIO"])
        effects = self._report(alarm)
        if ari == self.ari:
            return effects
        if self.ari is not None:
            effects += self._stop(now)
        if ari is not None:
            effects += self._begin(ari)
        return effects + self._lamp()

    def _report(self, alarm):
        if alarm == self._alarm:
            return []
        effects: list = [Clear(self._alarm[0])] if self._alarm else []
        self._alarm = alarm
        if alarm:
            effects.append(Raise(alarm[0], MAJOR, alarm[1]))
        return effects

    def _begin(self, ari):
        self.ari, self.rfpi = ari, identities.rfpi(ari, RPN)
        self.calls.begin(ari, self.rfpi)
        return [Do("radio", "beacon", (bursts.beacon(self.rfpi, self._carriers),)),
                Tell("LED", Fact("starting", False)),
                Log(INFO, "radio on, RFPI {}".format(self.rfpi.hex()))]

    def _stop(self, now):
        effects = self.calls.stop(now)
        self.ari = self.rfpi = None
        off = [Do("radio", "beacon", ([],)), Tell("LED", Fact("starting", True)), Log(INFO, "radio off")]
        return effects + off

    def command(self, sub, words, now):
        if words and words[0].lower() == "status":
            return self._status(), []
        if words and words[0].lower() == "users":
            return "".join([self._user(ipei) for ipei in self.calls.locations.handsets]), []
        return None, []

    def _status(self):
        if self.rfpi is None:
            return "radio off{}\r\n".format(": " + self._alarm[1] if self._alarm else "")
        lines = ["radio on, RFPI {}, {} of {} bearers busy\r\n".format(
            self.rfpi.hex(), len(self.calls.bearers.connections), self.calls.bearers.count)]
        for connection in self.calls.bearers.connections:
            bearer = connection.bearer
            who = "-" if connection.ipei is None else identities.print_ipei(connection.ipei)
            lines.append("bearer {} slot {} carrier {} {} {}\r\n".format(
                bearer.number, bearer.slot, bearer.carrier, bearer.state, who))
        return "".join(lines)

    def _user(self, ipei):
        user = self.calls.locations.user(ipei) or {}
        return "{} {} {}\r\n".format(identities.print_ipei(ipei), user.get("e164", "-"), user.get("cn", "-"))

    def receive(self, message, now):
        effects = self.calls.receive(message, now)
        return effects + self._lamp()

    def due(self):
        return self.calls.due()

    def tick(self, now):
        effects = self.calls.tick(now)
        return effects + self._lamp()

    def _lamp(self):
        """Tell the LED when the number of calls on the air has changed."""
        busy, count = self.calls.busy(), self._channels
        if busy == self._shown:
            return []
        was_full, full = self._shown >= count, busy >= count
        self._shown = busy
        facts = [Tell("LED", Fact("traffic", busy))]
        if full != was_full:
            facts.append(Tell("LED", Fact("full", full)))
        return facts
