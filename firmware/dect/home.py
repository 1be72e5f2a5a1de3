"""The radio of this board: at the orders of the master part here, or of one that the trunk leads to."""

from firmware.call.leg import Elsewhere
from firmware.dect import trunk_codec
from firmware.dect.between import Radiate, Silence, State
from firmware.dect.options import NO_MASTER, NOT_TAKEN
from firmware.dect.trunk import NO_KEY
from firmware.dect.trunk_caller import EAGER, Caller
from firmware.dect.trunk_codec import ORDERS
from firmware.dect.trunk_door import Joined, Parted
from firmware.effects import INFO, MAJOR, MINOR, Clear, Log, Raise, Tell


class Home:
    """`part` is the radio part, None where the controller is missing. `own` is its firmware.dect.radios.Radio while it
    belongs to the master here, `uplink` the Caller while it belongs to another, `place` which of both; `state` is its
    last State, `rfpi` what it was told."""

    def __init__(self, part, entropy):
        self.part = part
        self.own = self.uplink = self.state = self.rfpi = self.place = None
        self._entropy = entropy
        self._alarm = None

    def begin(self, hosts, key, facts, now):
        """Call the master, or the standby."""
        self.uplink = Caller(key, self._entropy, hosts, facts, now)

    def end(self, why, now):
        """Belong to nobody."""
        effects: list = []
        if self.uplink is not None:
            joined = self.uplink.open
            effects += self.uplink.hang_up(why, now)
            self.uplink = None
            if joined:
                effects.append(Tell("CALL", Elsewhere(0, None)))
        self.own = None
        return effects + self.order(Silence(), now) + self._report(None)

    def order(self, order, now):
        if isinstance(order, (Radiate, Silence)):
            self.rfpi = order.rfpi if isinstance(order, Radiate) else None
            self.state = self.state if self.rfpi is not None else None
        return [] if self.part is None else self.part.order(order, now)

    def tell(self, message):
        """A report, or CALL's octets, to the master on the trunk; nothing without one."""
        if self.uplink is not None and self.uplink.open:
            self.uplink.session.send(trunk_codec.encode(message))

    def elsewhere(self, message):
        if len(message.octets) >= trunk_codec.LONGEST:
            return [Log(MINOR, "{} octets for the master are too many".format(len(message.octets)))]
        self.tell(message)
        return []

    def outcome(self, one, now):
        """What the trunk has brought."""
        if isinstance(one, Joined):
            unkeyed = [] if one.peer.keyed() else [Log(MINOR, NO_KEY)]
            return [Log(INFO, "joined the master {}".format(one.peer.host))] + unkeyed + self._report(None)
        if isinstance(one, Parted):
            return self._parted(one.why, now)
        if isinstance(one.message, Elsewhere):
            return [Tell("CALL", Elsewhere(0, one.message.octets))]
        return self.order(one.message, now) if isinstance(one.message, ORDERS) else []

    def _parted(self, why, now):
        effects = [Log(MINOR, "the master is gone: {}".format(why)), Tell("CALL", Elsewhere(0, None))]
        return effects + self.order(Silence(), now) + self._report((NO_MASTER, "no master: {}".format(why)))

    def turned(self, one, now):
        return self._report((NOT_TAKEN, "master {} refuses: {}".format(one.host, one.why)))

    def _report(self, alarm):
        if alarm == self._alarm:
            return []
        effects: list = [Clear(self._alarm[0])] if self._alarm and (not alarm or alarm[0] != self._alarm[0]) else []
        self._alarm = alarm
        return effects + ([Raise(alarm[0], MAJOR, alarm[1])] if alarm else [])

    def reported(self, report):
        """Take note of what the part says of itself."""
        if isinstance(report, State) and self.rfpi is not None:
            self.state = report

    def on_air(self):
        return self.state is not None and self.state.running

    def receive(self, source, data, now):
        return self.uplink.receive(source, data, now) if self.uplink is not None else []

    def due(self):
        return self.uplink.due() if self.uplink is not None else None

    def tick(self, now):
        if self.uplink is None:
            return []
        effects = self.uplink.tick(now)
        if self.uplink.unanswered() == EAGER and self._alarm is None:
            effects += self._report((NO_MASTER, "no master: {}".format(self.uplink.why)))
        return effects

    def flush(self, now):
        return self.uplink.flush(now) if self.uplink is not None else []
