"""The master part on a board: its radios by the trunk, the standby that copies it, or that it is itself."""

from firmware.call.leg import Elsewhere
from firmware.dect import identities, trunk_codec
from firmware.dect.between import Kept, Located, Segments
from firmware.dect.complaints import Complaints
from firmware.dect.options import OFF
from firmware.dect.roaming import Roaming
from firmware.dect.standby import Standby
from firmware.dect.system import System
from firmware.dect.trunk import NO_KEY
from firmware.dect.trunk_caller import Caller
from firmware.dect.trunk_codec import REPORTS, Copied, Facts, Numbered
from firmware.dect.trunk_door import Door, Joined, Parted
from firmware.effects import INFO, MINOR, Log, Tell
from firmware.module import earliest

MOST = 200
"""Segments in one order: its octets have to fit a frame."""


class Hosting:
    """`calls`, `numbers`, `base` as a System has them, `guests` the Guests that `calls` looks users up in. Methods
    return effects, among them `To` and the outcomes of a Door, which the module gives back to `outcome`."""

    def __init__(self, calls, numbers, base, guests, entropy):
        self.system = System(calls, numbers, base)
        self.guests, self.roaming = guests, Roaming(calls, guests, entropy)
        self.door = self.standby = self.watch = None
        self.complaints = Complaints()
        self._entropy = entropy
        self._roles, self._key = OFF, b""
        self._region = 0

    def serving(self):
        return self.system.running()

    def busy(self):
        return self.system.calls.busy() > 0

    def begin(self, roles, key, region, facts, now):
        """As an active master at once, as a standby by watching the primary. `facts(role)` is what it says of
        itself."""
        self._roles, self._key, self._region = roles, key, region
        self.door = Door(key, self._entropy, self._admit)
        if roles.mode == "active":
            self.roaming.begin(roles.others, key, lambda: facts("mobility"), now)
            return self._serve()
        self.standby = Standby(self.system.calls, self.system.numbers, roles.sari, now)
        self.watch = Caller(key, self._entropy, (roles.primary,), lambda: facts("standby"), now)
        return self.standby.began + [Log(INFO, "standby master of {}".format(roles.primary))]

    def _serve(self):
        return self.system.begin(self._roles.sari, self._roles.pari, self._region)

    def end(self, why, now):
        effects = self._dismiss(why, now) + self.roaming.end(why, now)
        if self.watch is not None:
            effects += self.watch.hang_up(why, now)
        if self.serving():
            effects += self.system.stop(now)
        self.door = self.standby = self.watch = None
        return effects

    def configure(self, region):
        """Bits or region have changed."""
        self._region = region
        return self.system.configure(region) if self.serving() else []

    def _admit(self, facts, host):
        if not self.serving():
            return "this standby master does not serve: the primary is there"
        if facts.role == "standby" and self._roles.mode == "standby":
            return "this is a standby master itself"
        if facts.role != "radio" and not self._key:
            return "another master gets the handsets' keys: the trunk needs a /trunk-key"
        return self.system.admit(facts)

    def order(self, number, order):
        """To a radio on the trunk."""
        radio = self.system.radio(number)
        if radio is None or radio.peer is None:
            return
        while isinstance(order, Segments) and len(order.segments) > MOST:
            self.order(number, Segments(order.link, order.segments[:MOST]))
            order = Segments(order.link, order.segments[MOST:])
        radio.peer.session.send(trunk_codec.encode(order))

    def elsewhere(self, message):
        """CALL's octets for a radio's; effects."""
        if len(message.octets) >= trunk_codec.LONGEST:
            return [Log(MINOR, "{} octets for radio {} are too many".format(len(message.octets), message.radio))]
        self.order(message.radio, message)
        return []

    def copy(self, change):
        """Kept, Located or Numbered, to every standby; what concerns a user's handset to masters that take it too."""
        for peer in self.door.peers if self.door is not None else ():
            if peer.open and peer.facts.role == "standby":
                peer.backlog.append(trunk_codec.encode(change))
            elif peer.open and peer.facts.role == "mobility" and not isinstance(change, Numbered):
                peer.backlog += [trunk_codec.encode(one) for one in self._abroad(change)]
        if isinstance(change, Kept) or (isinstance(change, Located) and change.radio is not None):
            self.roaming.tell(change)

    def _abroad(self, change):
        """A user may be newer than the session: he goes before his key."""
        user = self.guests.own_user(identities.print_ipei(change.ipei))
        return [] if user is None else [user, change] if isinstance(change, Kept) else [change]

    def receive(self, source, data, now):
        effects = self.roaming.receive(source, data, now)
        return effects + (self.door.receive(source, data, now) if self.door is not None else [])

    def outcome(self, one, now):
        """What a session has brought, of the door's or of the one with the primary."""
        if one.peer is self.watch:
            return self._watched(one, now)
        if self.roaming.owns(one.peer):
            return self.roaming.outcome(one, now)
        if isinstance(one, Joined):
            return self._joined(one.peer, now) if self.serving() else []
        radio = self.system.of(one.peer)
        if isinstance(one, Parted):
            if radio is None:
                return [Log(MINOR, "the other master {} is gone: {}".format(one.peer.address[0], one.why))]
            return self.system.leave(radio, one.why, now)
        return self._from_abroad(one) if radio is None else self._heard(radio, one.message, now)

    def _from_abroad(self, one):
        """Another master has a handset of ours, or its key."""
        change = one.message
        if one.peer.facts.role != "mobility" or not isinstance(change, (Kept, Located)):
            return []
        if self.guests.own_user(identities.print_ipei(change.ipei)) is None:
            return []
        if isinstance(change, Kept):
            self.copy(change)
        return self.roaming.taken(change)

    def _joined(self, peer, now):
        effects = self.complaints.forget(peer.address[0])
        if not self._key:
            effects.append(Log(MINOR, NO_KEY))
        if peer.facts.role == "radio":
            return effects + self.system.join(peer.facts, peer.address[0], peer, now)
        abroad = peer.facts.role == "mobility"
        peer.backlog = [trunk_codec.encode(change) for change in (self._users() if abroad else self._everything())]
        return effects + [Log(INFO, "the {} master {} is there".format(
            "other" if abroad else "standby", peer.address[0]))]

    def _users(self):
        users, keys = self.guests.own(), self.system.calls.gate.keys
        return users + [Kept(user.ipei, keys.of(user.ipei)) for user in users if keys.of(user.ipei) is not None]

    def _everything(self):
        calls, numbers = self.system.calls, self.system.numbers
        changes: list = [Numbered(mac, rpn) for mac, rpn in numbers.items()]
        changes += [Kept(ipei, calls.gate.keys.of(ipei)) for ipei in calls.gate.keys.handsets()]
        changes += [Located(ipei, 0) for ipei in calls.locations.handsets]
        return changes + [Copied()]

    def _heard(self, radio, message, now):
        if isinstance(message, Facts):
            return self.system.wishes(radio, message, now)
        if isinstance(message, Elsewhere):
            return [Tell("CALL", Elsewhere(radio.number, message.octets))]
        return self.system.report(radio, message, now) if isinstance(message, REPORTS) else []

    def _watched(self, one, now):
        standby = self.standby
        if standby is None:
            return []
        if isinstance(one, Joined):
            return standby.joined(now)
        return standby.parted(one.why, now) if isinstance(one, Parted) else standby.heard(one.message)

    def turned(self, one, now):
        """Somebody was refused at the door, or we by the primary."""
        if one.peer is not None and one.peer is self.watch and self.standby is not None:
            return self.standby.turned(now) + [Log(MINOR, "the primary master refuses: {}".format(one.why))]
        return self.complaints.note(one.host, one.why, now)

    def due(self):
        first = earliest(self.system.due(), self.complaints.due(), self.roaming.due())
        if self.door is not None:
            first = earliest(first, self.door.due())
        if self.standby is not None and self.watch is not None:
            first = earliest(first, self.standby.due(self.busy()), self.watch.due())
        return first

    def tick(self, now):
        effects = self.system.tick(now) + self.complaints.tick(now) + self.roaming.tick(now)
        if self.door is not None:
            effects += self.door.tick(now)
        if self.standby is not None and self.watch is not None:
            effects += self.watch.tick(now) + self._stand_by(self.standby, now)
        return effects

    def _stand_by(self, standby, now):
        before = standby.serving
        effects = standby.tick(self.busy(), now)
        if standby.serving and not before:
            return effects + standby.locate() + self._serve()
        if before and not standby.serving:
            return effects + self._dismiss("the primary master is back", now) + self.system.stop(now)
        return effects

    def _dismiss(self, why, now):
        return self.door.dismiss(why, now) if self.door is not None else []

    def flush(self, now):
        effects = self.roaming.flush(now) + (self.door.flush(now) if self.door is not None else [])
        return effects + (self.watch.flush(now) if self.watch is not None else [])
