"""What GW-DECT tells SIP of the users behind its handsets, so that each registers at the PBX as itself."""

from collections import namedtuple

Present = namedtuple("Present", ("user", "hardware", "number", "password"))
"""A handset of this user has registered with the DECT master. `user` is the directory's h323 name and what the PBX
calls Name, `hardware` the Hardware Id that the PBX must know for it (article 31: the Name), `number` its e164 or "",
`password` its own or ""."""

Absent = namedtuple("Absent", ("user",))
"""It is switched off, or no longer one of ours."""

Changed = namedtuple("Changed", ())
"""From the directory to GW-DECT: its items are not what they were."""


def present(attributes):
    """`Present` of a directory entry, None for one that no PBX could know."""
    user = attributes.get("h323", "")
    if not user:
        return None
    return Present(user, attributes.get("hw") or user, attributes.get("e164", ""), attributes.get("pwd", ""))
