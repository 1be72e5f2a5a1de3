"""The module SIP, with its interfaces REG1, REG2 ... (article 09)."""

from firmware.call.users import Absent, Present
from firmware.effects import INFO, MAJOR, Bind, Clear, Close, Log, Raise, Send, Trace
from firmware.log import REGISTRATION_FAILED
from firmware.module import Module, earliest
from firmware.sip import options
from firmware.sip.people import People
from firmware.sip.timers import SECOND
from hal.net import Bound, Datagram, Refused
from hal.sip import Limits

MAIN = ("sip", 0)
"""The socket of the module; an interface with a local port of its own has ("sip", its number)."""
BIND_AGAIN = 30 * SECOND
LIMITS = Limits(65535, 256, 16384)
KEPT = ("aor", "proxy", "user", "pwd", "local-port", "type", "no-reg", "disable", "interval", "contact-addr", "users")
"""Options whose change ends a registration and makes a new one; the others act on the next call."""
PRODUCT = "gatesim"


class Sip(Module):
    """SIP over UDP.

    `address`: ours, a dotted string, for Via, Contact and SDP; `entropy(n)`: n octets of chance;
    `limits`: hal.sip.Limits of the board; `product`: for User-Agent and Server.
    """

    name = "SIP"
    alone = True
    schemas = {"": options.MODULE, "REG*": options.INTERFACE}
    commands = {"info": "interfaces with their registration", "calls": "how many calls and transactions there are"}

    def __init__(self, address, entropy, limits=LIMITS, product=PRODUCT):
        self.address = address
        self._limits = limits
        self._product = product
        self._entropy = entropy
        self._agent = None
        self._values = {"port": options.PORT}
        self._interfaces = {}
        self._accounts = {}
        self._people = People()
        self._wanted = {}
        self._bound = {}
        self._refused = {}
        self._tracing = self._verbose = False
        self._again_at = None
        self._alarm = None

    @property
    def agent(self):
        """Made when the first interface or the first datagram needs it, and most of this folder imported with it:
        a board without SIP keeps the memory.
        """
        if self._agent is None:
            from firmware.sip.agent import Agent

            self._agent = Agent(self.name, self.address, self._entropy, self._limits, self._product)
        return self._agent

    def configure(self, sub, values, changed, now):
        if sub:
            self._interfaces[sub.upper()] = values
            return self._renew(sub.upper(), now)
        self._values = values
        mode = values.get("module-trace", "off")
        self._tracing = bool(values.get("trace")) or mode != "off"
        self._verbose = mode == "verbose"
        effects = []
        if MAIN not in self._wanted or self._wanted[MAIN] != values.get("port", options.PORT):
            effects.extend(self._bind(MAIN, values.get("port", options.PORT)))
        for name in self._names():
            effects.extend(self._renew(name, now))
        return effects

    def _names(self):
        return sorted(self._interfaces, key=lambda name: int(name[3:]))

    def _working(self):
        """The accounts of interfaces that are not disabled, in order."""
        keys = [key for name in self._names() for key in self._people.keys(name)]
        return [self._accounts[key] for key in keys if key in self._accounts]

    def _merged(self, name):
        """The module's tweaks with the interface's options over them."""
        merged = dict(self._values)
        merged.update(self._interfaces[name])
        return merged

    def _renew(self, name, now):
        """Bring an interface in line with its options and with the users that are there."""
        wanted = self._people.accounts(name, self._merged(name))
        effects = []
        for key in sorted(self._accounts):
            if key.partition(" ")[0] == name and not _same(self._accounts[key], wanted.get(key)):
                effects.extend(self._remove(key, now))
        for key in [key for key in self._people.keys(name) if key in wanted]:
            if key in self._accounts:
                self._accounts[key].values = wanted[key][0]
            else:
                effects.extend(self._add(name, key, wanted[key], now))
        effects.extend(self._alarms())
        return effects

    def _add(self, name, key, wanted, now):
        from firmware.sip.account import Account

        values, person = wanted
        account = self._accounts[key] = Account(name, values, self.address, self._entropy, person=person)
        self.agent.accounts = self._working()
        if account.problem:
            return [Log(MAJOR, "{}: {}".format(key, account.problem))]
        effects = []
        port = self._values.get("port", options.PORT) if account.socket == MAIN else values["local-port"]
        if account.socket not in self._wanted:
            effects.extend(self._bind(account.socket, port))
        if account.socket in self._bound:
            effects.extend(self._place(account, now))
        return effects

    def _remove(self, key, now):
        account = self._accounts.pop(key)
        self.agent.accounts = self._working()
        effects = []
        if account.registration is not None:
            effects.extend(account.registration.stop(now))
            self.agent.timers.arm(account.registration)
        if account.socket not in [MAIN] + [one.socket for one in self.agent.accounts]:
            self._wanted.pop(account.socket, None)
            self._refused.pop(account.socket, None)
            self._bound.pop(account.socket, None)
            effects.append(Close(account.socket))
        return effects

    def _bind(self, key, port):
        effects: list = [Close(key)] if key in self._bound else []
        self._bound.pop(key, None)
        self._wanted[key] = port
        effects.append(Bind(key, port))
        return effects

    def _place(self, account, now):
        """An interface has its socket: it can register."""
        account.local = (self.address, self._bound[account.socket])
        if not account.registers:
            return [Log(INFO, "{} {} without registration".format(account.name, account.aor))]
        if account.registration is None:
            from firmware.sip.registration import Registration

            account.registration = Registration(self.agent, account, self._changed)
        effects = account.registration.start(now)
        self.agent.timers.arm(account.registration)
        return effects

    def _changed(self, account):
        return self._alarms()

    def _alarms(self):
        """One alarm stands for all interfaces: it names the first that fails."""
        text = None
        for key in sorted(self._refused):
            text = "Protocol {} / Port {} / Comment {}".format(self.name, self._wanted.get(key), self._refused[key])
        for account in self._working() if text is None else ():
            reason = account.problem or (account.registration.reason if account.registration else "")
            if reason:
                text = "Protocol {} / AOR <{}> / Comment {}".format(
                    self.name, account.uri.text if account.problem else account.aor, reason)
                break
        if text == self._alarm:
            return []
        self._alarm = text
        return [Clear(REGISTRATION_FAILED)] if text is None else [Raise(REGISTRATION_FAILED, MAJOR, text)]

    def receive(self, message, now):
        if isinstance(message, Datagram):
            effects = self.agent.datagram(message.key, message.source, message.data, now)
            if self._tracing:
                effects.insert(0, self._traced("from", message.source, message.data))
            return self._trace(effects)
        if isinstance(message, Bound):
            return self._is_bound(message, now)
        if isinstance(message, Refused):
            return self._is_refused(message, now)
        if isinstance(message, (Present, Absent)):
            return self._trace(self._person(message, now))
        return self._trace(self.agent.receive(message, now))

    def _person(self, message, now):
        """A user has come or gone: each interface that registers users follows."""
        self._people.take(message)
        effects = []
        for name in self._names():
            if self._interfaces[name].get("users"):
                effects.extend(self._renew(name, now))
        return effects

    def _is_bound(self, message, now):
        self._bound[message.key] = message.port
        self._refused.pop(message.key, None)
        effects = self._alarms()
        for account in self._working():
            if account.socket == message.key and not account.problem:
                effects.extend(self._place(account, now))
        return effects

    def _is_refused(self, message, now):
        self._refused[message.key] = message.reason
        self._again_at = now + BIND_AGAIN
        return self._alarms()

    def tick(self, now):
        effects = []
        if self._again_at is not None and now >= self._again_at:
            self._again_at = None
            for key in sorted(self._wanted):
                if key not in self._bound:
                    effects.append(Bind(key, self._wanted[key]))
        if self._agent is not None:
            effects.extend(self._agent.tick(now))
        return self._trace(effects)

    def _trace(self, effects):
        """With /trace or /module-trace, each message that leaves is traced before it does."""
        if not self._tracing:
            return effects
        found = []
        for effect in effects:
            if isinstance(effect, Send):
                found.append(self._traced("to", effect.to, effect.data))
            found.append(effect)
        return found

    def _traced(self, word, peer, data):
        if not self._verbose:
            data = data[:data.find(b"\r\n")] if b"\r\n" in data else data[:80]
        text = "".join([chr(octet) if octet < 127 else "." for octet in data])
        return Trace("{} {}:{} {}".format(word, peer[0], peer[1], text))

    def due(self):
        return self._again_at if self._agent is None else earliest(self._again_at, self._agent.due())

    def command(self, sub, words, now):
        word = words[0].lower() if words else ""
        if sub or word not in self.commands:
            return None, []
        if word == "calls":
            layer = self.agent.layer
            return "{} calls, {} client and {} server transactions\r\n".format(
                len(self.agent.legs), len(layer.clients), len(layer.servers)), []
        rows = [self._row(account) for account in self._working()]
        return "".join([row + "\r\n" for row in rows]) or "no interface\r\n", []

    def _row(self, account):
        if account.problem:
            return "{} {}".format(account.name, account.problem)
        state = "no registration" if account.registration is None else account.registration.state
        return "{} {} {}:{} {}".format(account.name, account.aor, account.server[0], account.server[1], state)


def _same(account, wanted):
    """Whether an account goes on as it is: `wanted` are the values and the user it shall have, None for none."""
    if wanted is None or account.person != wanted[1]:
        return False
    return all([account.values.get(name) == wanted[0].get(name) for name in KEPT])
