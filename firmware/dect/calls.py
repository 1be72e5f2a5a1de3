"""The calls of one base: what comes from the air and from CALL, brought together.

Messages of a handset pass the gate, then go by their protocol: paging,
registration, calls. A connection carries one call at most, and a handset has one connection.
"""

from firmware.call import cause, leg
from firmware.dect import cc, identities, nwk
from firmware.dect.gate import Admitted, Closed, Gate
from firmware.dect.lce import Pager
from firmware.dect.leg import AirLeg
from firmware.dect.mm import Locations
from firmware.dect.radio import Bearers, Gone, Heard
from firmware.effects import INFO, Failed, Log, Tell, Trace
from firmware.module import earliest
from hal.radio import Burst, Found, Lost


class Calls:
    """`ari` is the system's identity, None while the radio is silent; for `variables` and `entropy` see Gate."""

    def __init__(self, module, directory, bearers, variables=None, entropy=None):
        self.ari = None
        self.locations = Locations(directory)
        self.gate = Gate(self.locations, variables, entropy)
        self.bearers = Bearers(bearers)
        self.legs = []
        self._module = module
        self._pager = Pager()
        self._next_leg = 0

    def begin(self, ari, rfpi):
        self.ari = ari
        self.bearers.fmid = identities.fmid(rfpi)
        return self.gate.begin(ari)

    def stop(self, now):
        """The radio falls silent: every call ends, every handset is forgotten."""
        effects = self._air(self.bearers.release_all(), now)
        for airleg in list(self.legs):
            effects += self._happened(airleg, [cc.Ended(nwk.NOT_IN_RANGE), cc.Over()], now)
        self.ari = None
        self.locations.clear()
        return effects

    def busy(self):
        """How many bearers carry a call."""
        return len([connection for connection in self.bearers.connections if connection.call is not None])

    def receive(self, message, now):
        if isinstance(message, Burst):
            return self._air(self.bearers.burst(message, now), now) if self.ari is not None else []
        if isinstance(message, Lost):
            return self._air(self.bearers.lost(message.bearer, now), now)
        if isinstance(message, Found):
            return self.bearers.found(message.bearer)
        if isinstance(message, Failed):
            return self._failed(message, now)
        if isinstance(message, leg.Setup):
            return self._setup(message, now)
        return self._from_call(message, now)

    def due(self):
        first = earliest(self.bearers.due(), self._pager.due())
        for airleg in self.legs:
            first = earliest(first, airleg.call.due())
        return first

    def tick(self, now):
        effects, silent = self._pager.tick(now)
        for airleg in silent:
            effects += self._refuse(airleg.leg, cause.NO_USER_RESPONDING)
            self.legs.remove(airleg)
        for connection in list(self.bearers.connections):
            if connection.proof is not None and connection.proof.until <= now:
                effects += self._gated(connection, self.gate.expired(connection), now)
        effects += self._air(self.bearers.tick(now), now)
        for airleg in list(self.legs):
            effects += self._happened(airleg, airleg.call.tick(now), now)
        return effects

    def _failed(self, message, now):
        """The controller refused: a bearer is then not usable, and an order without one is only told."""
        effects = [Log(INFO, "radio refused {}: {}".format(message.effect.method, message.reason))]
        if message.effect.method in ("open", "send"):
            effects += self._air(self.bearers.refused(message.effect.arguments[0], now), now)
        return effects

    def _setup(self, setup, now):
        """CALL wants a handset: page it, or say why not."""
        refusal = None
        ipei = self.locations.called(setup.called)
        if self.ari is None:
            refusal = cause.NETWORK_OUT_OF_ORDER
        elif ipei is None or not self.locations.known(ipei):
            refusal = cause.ABSENT
        elif self._leg_of(ipei) is not None:
            refusal = cause.BUSY
        elif len(self.legs) >= self.bearers.count:
            refusal = cause.NO_CHANNEL
        if refusal is not None:
            return self._refuse(setup.leg, refusal)
        airleg = AirLeg(setup.leg, cc.Call(True), ipei, setup)
        self.legs.append(airleg)
        return self._pager.page(ipei, airleg, now)

    def _refuse(self, name, value):
        return [Tell("CALL", leg.Release(name, value))]

    def _from_call(self, message, now):
        for airleg in self.legs:
            if airleg.leg == getattr(message, "leg", None):
                return self._happened(airleg, airleg.down(message, now), now)
        return []

    def _leg_of(self, ipei):
        for airleg in self.legs:
            if airleg.ipei == ipei:
                return airleg
        return None

    def _air(self, happened, now):
        """Carry on with what the bearers return until only effects are left."""
        effects = []
        for one in happened:
            if isinstance(one, Heard):
                effects.append(Trace("bearer {} heard {}".format(one.connection.bearer.number, one.message.hex())))
                effects += self._heard(one.connection, nwk.decode(one.message), now)
            elif isinstance(one, Gone):
                effects += self._gone(one, now)
            else:
                effects.append(one)
        return effects

    def _gone(self, gone, now):
        airleg = gone.connection.call
        effects = [Trace("bearer {} released, reason {}".format(gone.connection.bearer.number, gone.reason))]
        if airleg is not None:
            effects += self._happened(airleg, airleg.call.gone(), now)
            effects += self._over(airleg, now)
        return effects

    def _heard(self, connection, message, now):
        if message is None or connection.closing:
            return []
        if connection.ipei is None:
            connection.ipei = nwk.ipei_of(message)
        return self._gated(connection, self.gate.receive(connection, message, now), now)

    def _gated(self, connection, happened, now):
        effects = []
        for one in happened:
            if isinstance(one, nwk.Message):
                effects += self.bearers.say(connection, one, now)
            elif isinstance(one, Admitted):
                effects += self._admitted(connection, one.message, now)
            elif not isinstance(one, Closed):
                effects.append(one)
            elif connection.call is None:
                effects += self._air(self.bearers.close(connection, now), now)
        return effects

    def _admitted(self, connection, message, now):
        if message.protocol == nwk.LCE and message.type == nwk.PAGE_RESPONSE:
            return self._paged(connection, message, now)
        if message.protocol == nwk.MM:
            return self._located(connection, message, now)
        if message.protocol != nwk.CC:
            return []
        if connection.call is None:
            return self._originate(connection, message, now)
        return self._happened(connection.call, connection.call.call.receive(message, now), now)

    def _paged(self, connection, message, now):
        airleg = self._pager.answered(nwk.ipei_of(message)) if connection.call is None else None
        if airleg is None:
            return self._air(self.bearers.close(connection, now), now) if connection.call is None else []
        self._join(airleg, connection)
        return self._happened(airleg, airleg.call.setup(airleg.elements(self.ari), now), now)

    def _located(self, connection, message, now):
        answer = self.locations.receive(message, self.ari)
        if answer is None:
            return []
        reply = nwk.Message(True, message.transaction, nwk.MM, answer[0], answer[1])
        effects = self.bearers.say(connection, reply, now)
        if connection.call is None:
            effects += self._air(self.bearers.close(connection, now), now)
        return effects

    def _originate(self, connection, message, now):
        """A call from a handset: only CC-SETUP begins one."""
        if message.type != nwk.SETUP or message.answer:
            return []
        ipei = connection.ipei
        if ipei is None or not self.locations.known(ipei):
            refusal = nwk.Message(True, message.transaction, nwk.CC, nwk.RELEASE_COM,
                                  [nwk.octet(nwk.RELEASE_REASON, nwk.USER_UNKNOWN)])
            return self.bearers.say(connection, refusal, now) + self._air(self.bearers.close(connection, now), now)
        effects = self._glare(ipei, now)
        self._next_leg += 2
        airleg = AirLeg(leg.Leg(self._module, self._next_leg), cc.Call(False, message.transaction), ipei)
        self.legs.append(airleg)
        self._join(airleg, connection)
        return effects + self._happened(airleg, airleg.call.receive(message, now), now)

    def _glare(self, ipei, now):
        """Who dials while he is being paged is busy for the caller."""
        airleg = self._leg_of(ipei)
        if airleg is None:
            return []
        effects = self._happened(airleg, [cc.Ended(nwk.USER_BUSY)], now)
        return effects + self._happened(airleg, airleg.call.release(nwk.USER_BUSY, now), now)

    def _join(self, airleg, connection):
        airleg.connection = connection
        connection.call = airleg

    def _happened(self, airleg, happened, now):
        """Carry out what call control returned: to the handset, to CALL, or the end of the leg."""
        effects = []
        for one in happened:
            if isinstance(one, cc.Say):
                message = nwk.Message(not airleg.call.incoming, airleg.call.transaction, nwk.CC, one.type, one.elements)
                effects += self.bearers.say(airleg.connection, message, now)
            elif isinstance(one, cc.Over):
                effects += self._over(airleg, now)
            else:
                effects.append(airleg.up(one, self.locations.user(airleg.ipei) or {}))
        return effects

    def _over(self, airleg, now):
        self._pager.forget(airleg)
        if airleg in self.legs:
            self.legs.remove(airleg)
        connection = airleg.connection
        if connection is None or connection.call is None:
            return []
        connection.call = None
        if connection not in self.bearers.connections:
            return []
        return self._air(self.bearers.close(connection, now), now)
