"""The users whose handsets are there, and the accounts that an interface has for them (article 31).

An interface with /users registers nobody itself: each user registers at the
domain of its AOR, with his own password or, with /system-pwd, with the interface's.
"""

from firmware.call.users import Present


class People:
    """`keys` and `accounts` name an account by its interface, and for a user by interface and user."""

    def __init__(self):
        self._present = []

    def take(self, message):
        """A `Present` or `Absent` of GW-DECT; the later one of a user counts."""
        self._present = [one for one in self._present if one.user != message.user]
        if isinstance(message, Present):
            self._present.append(message)

    def keys(self, name):
        """All that an interface may have, the users in the order in which they came."""
        return [name] + [name + " " + one.user for one in self._present]

    def accounts(self, name, values):
        """{key: (values, `Present` or None)} of the accounts that an interface with these options has."""
        if not values.get("aor") or values.get("disable"):
            return {}
        if not values.get("users"):
            return {name: (values, None)}
        return {name + " " + one.user: (self._of(one, values), one) for one in self._present}

    def _of(self, person, values):
        own = dict(values)
        own["aor"] = "sip:{}@{}".format(person.user, _domain(values["aor"]))
        own["user"] = person.user
        if not values.get("system-pwd"):
            own["pwd"] = person.password
        return own


def _domain(aor):
    aor = aor[4:] if aor[:4].lower() == "sip:" else aor
    return aor.partition("@")[2] or aor
