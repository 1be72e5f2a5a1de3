"""Module GW-DECT: the master of a DECT system and its own radio.

One base is master and radio at once; standby masters, foreign radios and
mobility between them are not part of it yet, so `/master` only has to be set.
The system's PARI is its SARI, and the RPN of the one radio is 0.
"""

from firmware.config.options import OptionError
from firmware.config.schema import TRACE
from firmware.dect import bursts, identities, options
from firmware.dect.calls import Calls
from firmware.dect.gate import COUNTED
from firmware.effects import INFO, MAJOR, Clear, Do, Log, Raise, Tell
from firmware.led import Fact
from firmware.module import Module

RPN = 0


class Dect(Module):
    """`directory` answers `find(attribute, value)`; `bearers` and `carriers` are the radio part's, `channels`
    the DSP's, which are what makes the base fully occupied. `variables` keeps the handsets' keys, `entropy(n)`
    gives random octets; without it no handset can prove its key.
    """

    name = "GW-DECT"
    schemas = {"": TRACE, "MASTER": options.MASTER + TRACE, "RADIO": options.RADIO + TRACE}
    commands = {"status": "state of the radio and its bearers", "users": "handsets that are registered",
                "security": "subscriptions and authentications, counted",
                "subscriptions": "handsets that have a key", "unsubscribe": "IPEI: forget the key of a handset"}

    def __init__(self, directory, bearers, carriers=10, channels=None, variables=None, entropy=None):
        self._channels = bearers if channels is None else channels
        self.ari = None
        self.rfpi = None
        self.calls = Calls(self.name, directory, bearers, variables, entropy)
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
        before = self.calls.gate.bits()
        self.calls.gate.configure(self._values["MASTER"])
        if ari == self.ari:
            return effects + (self._announce() if ari is not None and before != self.calls.gate.bits() else [])
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
        effects = self.calls.begin(ari, self.rfpi)
        return effects + [self._beacon(), Tell("LED", Fact("starting", False)),
                          Log(INFO, "radio on, RFPI {}".format(self.rfpi.hex()))]

    def _beacon(self):
        return Do("radio", "beacon", (bursts.beacon(self.rfpi, self._carriers, self.calls.gate.bits()),))

    def _announce(self):
        """What is asked of handsets has changed: all have to register anew."""
        self.calls.locations.clear()
        return [self._beacon()]

    def _stop(self, now):
        effects = self.calls.stop(now)
        self.ari = self.rfpi = None
        off = [Do("radio", "beacon", ([],)), Tell("LED", Fact("starting", True)), Log(INFO, "radio off")]
        return effects + off

    def command(self, sub, words, now):
        word, rest = (words[0].lower(), words[1:]) if words else ("", [])
        if word == "status":
            return self._status(), []
        if word in ("users", "subscriptions"):
            handsets = self.calls.locations.handsets if word == "users" else self.calls.gate.keys.handsets()
            return "".join([self._user(ipei) for ipei in handsets]), []
        if word == "security":
            counts = self.calls.gate.counts
            return ", ".join(["{} {}".format(counts[name], name) for name in COUNTED]) + "\r\n", []
        if word == "unsubscribe":
            return self._unsubscribe(rest)
        return None, []

    def _unsubscribe(self, words):
        """Raises OptionError, and what the store of the keys raises; the console answers both."""
        try:
            ipei = identities.parse_ipei(" ".join(words))
        except ValueError as wrong:
            raise OptionError("an IPEI is {}".format(wrong))
        if not self.calls.gate.keys.drop(ipei):
            raise OptionError("no key of " + words[0])
        self.calls.locations.forget(ipei)
        return "", [Log(INFO, "handset {} is no longer subscribed".format(words[0]))]

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
