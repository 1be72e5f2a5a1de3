"""What the system has to do with its handsets apart from calls: links, the gate, registration, paging, texts."""

from firmware.dect import identities, nwk
from firmware.dect.between import LONG_SLOTS, WIDEBAND
from firmware.dect.clms import Texts
from firmware.dect.elements import tpui_of
from firmware.dect.errands import Suggestion, Termination
from firmware.dect.gate import CALLS, REGISTRATION, Admitted, Closed, Gate, Secure
from firmware.dect.links import Carried, Heard, Links, Over, Secured
from firmware.dect.mm import Locations
from firmware.dect.mobility import Mobility
from firmware.dect.replica import Replica
from firmware.dect.sparing import Sparing
from firmware.dect.visits import Visits
from firmware.effects import MINOR, Log, Trace
from firmware.module import earliest

LINES = 30
"""A minute in the log about handsets that are refused or are there twice: our choice."""


class Signalling(Visits):
    """`ari` is the system's identity, None while the radios are silent; for `variables` and `entropy` see Gate.

    Methods return effects, with `firmware.dect.between.To` for radios among them.
    """

    def __init__(self, directory, variables=None, entropy=None):
        self.ari = self._next = None
        self._stale = True
        self.locations = Locations(directory)
        super().__init__(Links(), Gate(self.locations, variables, entropy), self.locations)
        self.texts = Texts(self.locations)
        self._replica = Replica(self.gate.keys, self.locations)
        self._mobility = Mobility(self.locations, self.gate)
        self._suggest = []
        self._lines = Sparing(LINES)

    def configure(self, values):
        """The values of GW-DECT MASTER; where other bits are broadcast then, all handsets have to register anew."""
        self._stale = True
        before = self.bits()
        self.gate.configure(values)
        self._pager.wide = bool(values.get("wideband"))
        if self.ari is None or self.bits() == before:
            return []
        self._suggest = [Suggestion(one, self.locations.of(one).tpui) for one in self.locations.handsets]
        return self.locations.clear()

    def refresh(self):
        """The directory has changed; effects."""
        effects = self.locations.refresh()
        self._suggest += [Suggestion(one, identities.default_tpui(one)) for one in self.locations.returned()]
        return effects

    def bits(self):
        """Capability bits that the radios broadcast besides their own."""
        return self.gate.bits() + ((LONG_SLOTS, WIDEBAND) if self._pager.wide else ())

    def begin(self, ari):
        self._stale = True
        self.ari = ari
        return self.gate.begin(ari) + self._replica.begin()

    def restore(self, change):
        """A `Kept` or `Located` of the master that this one stands by for, in effect from `begin` on; effects."""
        self._stale = True
        return self._replica.take(change)

    def report(self, radio, report, now):
        """What a radio part says (firmware.dect.between)."""
        self._stale = True
        return self._run(self.links.report(radio, report, now), now) if self.ari is not None else []

    def sms(self, to, words, sender, now):
        """A text for an IPEI or number; raises LookupError or ValueError."""
        self._stale = True
        return self._reach(self.texts.errand(to, words, sender), now)

    def unsubscribe(self, ipei, now):
        """Forget the key of a handset, at once, and tell it if it is there; LookupError without one, StoreError."""
        self._stale = True
        if self.gate.keys.of(ipei) is None:
            raise LookupError("no key of " + identities.print_ipei(ipei))
        handset = self.locations.of(ipei)
        effects = self._mobility.unsubscribe(ipei)
        if handset is not None and self.ari is not None:
            effects += self._reach(Termination(ipei, self.ari, handset.tpui), now)
        return effects

    def due(self):
        if self._stale:
            self._stale, self._next = False, self._due()
        return self._next

    def _due(self):
        return earliest(0 if self._suggest else None, self.links.due(), self._pager.due(), self.gate.guesses.due())

    def tick(self, now):
        due = self.due()
        if due is None or due > now:
            return []
        self._stale = True
        return self._tick(now)

    def _tick(self, now):
        effects, silent = self._pager.tick(now)
        suggest, self._suggest = self._suggest, []
        for errand in suggest:
            effects += self._reach(errand, now)
        for target in silent:
            effects += self._silent(target)
        for connection in list(self.links.connections):
            effects += self._expire(connection, now)
        effects += self._run(self.links.tick(now), now)
        return effects + self.gate.guesses.tick(now)

    def _expire(self, connection, now):
        if connection.proof is not None and connection.proof.until <= now:
            return self._gated(connection, self.gate.expired(connection, now), now)
        if connection.errand is not None and connection.errand.until <= now:
            return self._done(connection, connection.errand.failed(), now)
        return []

    def _silent(self, target):
        """A handset did not answer its pages."""
        return target.failed()

    def _run(self, happened, now):
        """Carry on with what the links return until only effects are left."""
        effects = []
        for one in happened:
            if isinstance(one, Heard):
                effects.append(Trace("radio {} link {} heard {}".format(
                    one.connection.radio, one.connection.link, one.message.hex())))
                effects += self._heard(one.connection, nwk.decode(one.message), now)
            elif isinstance(one, Over):
                effects += self._gone(one, now)
            elif isinstance(one, Carried):
                effects += self._carried(one.connection, now)
            elif isinstance(one, Secured):
                effects += self._gated(one.connection, self.gate.secured(one.connection, one.on, now), now)
            else:
                effects.append(one)
        return effects

    def _carried(self, connection, now):
        """Another bearer has its media."""
        return []

    def _controlled(self, connection, message, now):
        """A message of call control was let through."""
        return []

    def _gone(self, over, now):
        connection = over.connection
        effects = [Trace("radio {} link {} released, reason {}".format(connection.radio, connection.link, over.reason))]
        if connection.errand is not None:
            effects += connection.errand.failed()
            connection.errand = None
        if connection.ipei is not None:
            effects += self._pager.hurry(connection.ipei, now)
        return effects

    def _heard(self, connection, message, now):
        if message is None or connection.dropped:
            return []
        effects = []
        if connection.ipei is None:
            connection.ipei = nwk.ipei_of(message) or self.locations.named(tpui_of(message))
            effects = self._compare(connection, now)
        if (message.protocol, message.type) == (nwk.LCE, nwk.PAGE_RESPONSE) and connection.proof is None:
            return effects + self._answered(connection, message, now)
        return effects + self._gated(connection, self.gate.receive(connection, message, now), now)

    def _others(self, connection):
        """Further links of the same handset."""
        return [one for one in self.links.connections
                if one is not connection and one.ipei == connection.ipei and not one.closing]

    def _compare(self, connection, now):
        """Two handsets with one IPEI are noticed; the one that is in a call keeps it."""
        others = [] if connection.ipei is None else self._others(connection)
        if not others:
            return []
        self.gate.counts["clones"] += 1
        return self._lines.take(Log(MINOR, "handset {} is on two links, at radios {} and {}".format(
            identities.print_ipei(connection.ipei), others[0].radio, connection.radio)), now)

    def _gated(self, connection, happened, now):
        effects = []
        for one in happened:
            if isinstance(one, nwk.Message):
                effects += self.links.say(connection, one, now)
            elif isinstance(one, Admitted):
                effects += self._admitted(connection, one.message, now)
            elif isinstance(one, Secure):
                effects += self.links.cipher(connection)
            elif isinstance(one, Closed):
                effects += self._finish(connection, now)
            elif isinstance(one, Log) and one.severity == MINOR:
                effects += self._lines.take(one, now)
            else:
                effects.append(one)
        return effects

    def _admitted(self, connection, message, now):
        effects: list = []
        if connection.ipei is not None and (message.protocol, message.type) in REGISTRATION + CALLS:
            # The handset has come back before its old link was given up.
            for other in self._others(connection):
                effects += self.links.drop(other, now) if other.call is None else []
        return effects + self._carry_out(connection, message, now)

    def _carry_out(self, connection, message, now):
        errand = connection.errand
        done = errand.receive(message) if errand is not None else None
        if done is not None:
            return self._done(connection, done, now)
        if message.protocol == nwk.LCE and message.type == nwk.PAGE_RESPONSE:
            return self._paged(connection, now)
        if message.protocol == nwk.MM:
            happened = self._mobility.receive(connection, message, self.ari, now)
            return self._gated(connection, happened, now) + self._knock(connection, now)
        if message.protocol == nwk.CLMS and message.type == nwk.VARIABLE and not message.answer:
            return self._text(connection, message, now)
        return self._controlled(connection, message, now) if message.protocol == nwk.CC else []

    def _text(self, connection, message, now):
        answer, effects, errand = self.texts.receive(connection, message)
        effects = effects + self.links.say(connection, answer, now)
        if errand is not None:
            effects += self._reach(errand, now)
        return effects + (self._finish(connection, now) if connection.errand is None else [])
