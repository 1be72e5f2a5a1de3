"""Users of the directory: whom a number names, and what GW-DECT tells SIP of them, so that each registers as itself."""

from collections import namedtuple

Present = namedtuple("Present", ("user", "hardware", "number", "password"))
"""A handset of this user has registered with the DECT master. `user` is the directory's h323 name and what the PBX
calls Name, `hardware` the Hardware Id that the PBX must know for it (article 31: the Name), `number` its e164 or "",
`password` its own or ""."""

Absent = namedtuple("Absent", ("user",))
"""It is switched off, or no longer one of ours."""

Changed = namedtuple("Changed", ())
"""From the directory to GW-DECT: its items are not what they were."""


CALLED_BY = ("e164", "h323", "cn")
"""Attributes by which a user is called, in the order in which they are tried: number, user name, display name."""


def called(directory, number):
    """The attributes of the user whom `number` names, or None. `directory` has `find(attribute, value)`."""
    for attribute in CALLED_BY if number else ():
        found = directory.find(attribute, number)
        if found is not None:
            return found
    return None


def present(attributes):
    """`Present` of a directory entry, None for one that no PBX could know."""
    user = attributes.get("h323", "")
    if not user:
        return None
    return Present(user, attributes.get("hw") or user, attributes.get("e164", ""), attributes.get("pwd", ""))
