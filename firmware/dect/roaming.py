"""Users of other masters of the system: their handsets are taken here too, with the keys that they have at home.

Each master says who its users are and what keys their handsets have; where one has
registered, the others forget it. The masters share a SARI and each has a PARI of its own.
"""

from firmware.dect import identities
from firmware.dect.between import Kept, Located
from firmware.dect.trunk_caller import Caller
from firmware.dect.trunk_codec import Guest, encode
from firmware.dect.trunk_door import Joined, Parted
from firmware.effects import INFO, MINOR, Log
from firmware.module import earliest

ATTRIBUTES = ("cn", "h323", "e164", "hw", "pwd", "ac", "ipei")
"""Of a user's entry in the directory: what a master needs."""

MOST = 8
"""Other masters."""


class Guests:
    """The directory with guests behind its own users: answers `find` as it does."""

    def __init__(self, directory):
        self.directory = directory
        self._guests: dict = {}

    def find(self, attribute, value):
        found = self.directory.find(attribute, value)
        if found is not None or not self._guests:
            return found
        if attribute == "ipei":
            return self._guests.get(value, (None, None))[1]
        for _, user in self._guests.values():
            if user.get(attribute) == value:
                return user
        return None

    def take(self, host, guest):
        """A user of the master at `host`; without attributes he is one no more."""
        ipei = identities.print_ipei(guest.ipei)
        if guest.attributes:
            self._guests[ipei] = (host, dict(guest.attributes))
        else:
            self._guests.pop(ipei, None)

    def home(self, ipei):
        """The host of the master that a handset belongs to, or None if that is this one or nobody."""
        printed = identities.print_ipei(ipei)
        if self.directory.find("ipei", printed) is not None:
            return None
        return self._guests.get(printed, (None, None))[0]

    def clear(self):
        self._guests = {}

    def own(self):
        """A `Guest` of each user of ours that has a handset, for other masters."""
        users = [self.own_user(attributes.get("ipei", "")) for _, attributes in self.directory.items]
        return [user for user in users if user is not None]

    def own_user(self, printed):
        user = self.directory.find("ipei", printed) if printed else None
        try:
            ipei = identities.parse_ipei(printed)
        except ValueError:
            return None
        return None if user is None else Guest(ipei, tuple([(name, user[name]) for name in ATTRIBUTES if name in user]))


class Roaming:
    """Sessions with the masters of `/mobility`. Methods return effects and outcomes as Hosting's do."""

    def __init__(self, calls, guests, entropy):
        self._calls, self._guests, self._entropy = calls, guests, entropy
        self.callers: list = []

    def begin(self, hosts, key, facts, now):
        self.callers = [Caller(key, self._entropy, (host,), facts, now) for host in hosts[:MOST]]

    def end(self, why, now):
        effects: list = []
        for caller in self.callers:
            effects += caller.hang_up(why, now)
        self.callers = []
        self._guests.clear()
        return effects

    def outcome(self, one, now):
        """What the master of a guest says."""
        host = one.peer.hosts[0]
        if isinstance(one, Joined):
            return [Log(INFO, "users of the master {} may come".format(host))]
        if isinstance(one, Parted):
            return [Log(MINOR, "the master {} is gone: {}".format(host, one.why))]
        if isinstance(one.message, Guest):
            self._guests.take(host, one.message)
            return []
        return self.taken(one.message) if self._guests.home(getattr(one.message, "ipei", 0)) == host else []

    def taken(self, change):
        """Another master has stored a key, or has a handset now."""
        if isinstance(change, Kept) and self._calls.gate.keys.of(change.ipei) != change.uak:
            return self._calls.restore(change) or []
        if isinstance(change, Located) and change.radio is not None:
            return self._calls.locations.forget(change.ipei)
        return []

    def tell(self, change):
        """Kept or Located of a guest here, to its master."""
        host = self._guests.home(change.ipei)
        for caller in self.callers:
            if caller.hosts[0] == host and caller.open:
                caller.session.send(encode(change))

    def owns(self, peer):
        return peer in self.callers

    def receive(self, source, data, now):
        effects: list = []
        for caller in self.callers:
            effects += caller.receive(source, data, now)
        return effects

    def due(self):
        first = None
        for caller in self.callers:
            first = earliest(first, caller.due())
        return first

    def tick(self, now):
        effects: list = []
        for caller in self.callers:
            effects += caller.tick(now)
        return effects

    def flush(self, now):
        effects: list = []
        for caller in self.callers:
            effects += caller.flush(now)
        return effects
