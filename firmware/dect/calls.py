"""The calls of the handsets: what comes from the air and from CALL, brought together.

A connection carries one call at most, and a handset has one connection.
"""

from firmware.call import cause, leg
from firmware.call.users import Changed
from firmware.dect import cc, nwk
from firmware.dect.leg import AirLeg
from firmware.dect.signalling import Signalling
from firmware.effects import INFO, Failed, Log, Tell


class Calls(Signalling):
    """`capacity`: bearers that the radios have, None for unknown."""

    def __init__(self, module, directory, variables=None, entropy=None):
        super().__init__(directory, variables, entropy)
        self.capacity = None
        self.legs = []
        self._module = module
        self._next_leg = 0

    def stop(self, now):
        """The radios fall silent: every call ends, every handset is forgotten."""
        self._stale = True
        effects = self._run(self.links.clear(), now)
        for airleg in list(self.legs):
            effects += self._happened(airleg, [cc.Ended(nwk.NOT_IN_RANGE), cc.Over()], now)
        self.ari = None
        return effects + self.locations.clear() + self._pager.clear()

    def busy(self):
        """How many connections carry a call."""
        return len([connection for connection in self.links.connections if connection.call is not None])

    def receive(self, message, now):
        """What CALL says, or the directory."""
        self._stale = True
        if isinstance(message, Failed):
            return [Log(INFO, "radio refused {}: {}".format(message.effect.method, message.reason))]
        if isinstance(message, Changed):
            return self.refresh()
        if isinstance(message, leg.Setup):
            return self._setup(message, now)
        for airleg in self.legs:
            if airleg.leg == getattr(message, "leg", None):
                return self._happened(airleg, airleg.down(message, now), now)
        return []

    def _due(self):
        first = super()._due()
        for airleg in self.legs:
            due = airleg.call.due()
            if due is not None and (first is None or due < first):
                first = due
        return first

    def _tick(self, now):
        effects = super()._tick(now)
        for airleg in list(self.legs):
            effects += self._happened(airleg, airleg.call.tick(now), now)
        return effects

    def _setup(self, setup, now):
        """CALL wants a handset: find it, or say why not."""
        refusal = None
        ipei = self.locations.called(setup.called)
        if self.ari is None:
            refusal = cause.NETWORK_OUT_OF_ORDER
        elif ipei is None or not self.locations.known(ipei):
            refusal = cause.ABSENT
        elif self._leg_of(ipei) is not None:
            refusal = cause.BUSY
        elif self.capacity is not None and len(self.legs) >= self.capacity:
            refusal = cause.NO_CHANNEL
        if refusal is not None:
            return self._refuse(setup.leg, refusal)
        airleg = AirLeg(setup.leg, cc.Call(True), ipei, setup)
        self.legs.append(airleg)
        return self._reach(airleg, now)

    def _refuse(self, name, value):
        return [Tell("CALL", leg.Release(name, value))]

    def _silent(self, target):
        if not target.speech:
            return target.failed()
        self.legs.remove(target)
        return self._refuse(target.leg, cause.NO_USER_RESPONDING)

    def _leg_of(self, ipei):
        """The leg of a handset's call, unless that is only waiting for its end."""
        for airleg in self.legs:
            if airleg.ipei == ipei and airleg.call.state != cc.RELEASING:
                return airleg
        return None

    def _gone(self, over, now):
        airleg, effects = over.connection.call, []
        if airleg is not None:
            effects += self._happened(airleg, airleg.call.gone(), now)
            effects += self._over(airleg, now)
        return effects + super()._gone(over, now)

    def _carried(self, connection, now):
        """The handset's media come by another bearer: CALL moves them."""
        airleg = connection.call
        if airleg is None:
            return []
        airleg.call.wide = connection.wide
        return [Tell("CALL", leg.Media(airleg.leg, airleg.bearer()))] if airleg.told else []

    def _controlled(self, connection, message, now):
        """A message of call control."""
        if connection.call is not None:
            return self._happened(connection.call, connection.call.call.receive(message, now), now)
        return self._originate(connection, message, now)

    def _present(self, connection, airleg, now):
        """The handset that a call is for is there."""
        self._join(airleg, connection)
        return self._happened(airleg, airleg.call.setup(airleg.elements(self.ari), now), now)

    def _originate(self, connection, message, now):
        """A call from a handset: only CC-SETUP begins one."""
        if message.type != nwk.SETUP or message.answer:
            return []
        ipei = connection.ipei
        if ipei is None or not self.locations.known(ipei):
            return self._reject(connection, message, nwk.USER_UNKNOWN, now)
        if [other for other in self._others(connection) if other.call is not None]:
            return self._reject(connection, message, nwk.USER_BUSY, now)
        effects = self._glare(ipei, now)
        self._next_leg += 2
        airleg = AirLeg(leg.Leg(self._module, self._next_leg), cc.Call(False, message.transaction), ipei)
        self.legs.append(airleg)
        self._join(airleg, connection)
        effects += self._happened(airleg, airleg.call.receive(message, now), now)
        return effects + self._knock(connection, now)

    def _reject(self, connection, message, reason, now):
        said = [nwk.octet(nwk.RELEASE_REASON, reason)]
        refusal = nwk.Message(True, message.transaction, nwk.CC, nwk.RELEASE_COM, said)
        return self.links.say(connection, refusal, now) + self._finish(connection, now)

    def _glare(self, ipei, now):
        """Who dials while he is being paged is busy for the caller."""
        airleg = self._leg_of(ipei)
        if airleg is None:
            return []
        effects = self._happened(airleg, [cc.Ended(nwk.USER_BUSY)], now)
        return effects + self._happened(airleg, airleg.call.release(nwk.USER_BUSY, now), now)

    def _join(self, airleg, connection):
        airleg.connection = connection
        airleg.call.wide = connection.wide
        connection.call = airleg
        connection.closing = False

    def _happened(self, airleg, happened, now):
        """Carry out what call control returned: to the handset, to CALL, or the end of the leg."""
        effects = []
        for one in happened:
            if isinstance(one, cc.Say):
                message = nwk.Message(not airleg.call.incoming, airleg.call.transaction, nwk.CC, one.type, one.elements)
                effects += self.links.say(airleg.connection, message, now)
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
        return self._finish(connection, now) if connection in self.links.connections else []
