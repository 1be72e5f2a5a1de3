"""Where responses go, and what the transport adds to Via: RFC 3261 18.2, RFC 3581."""

from firmware.sip.headers import split
from firmware.sip.uri import is_address


def stamp_via(message, source):
    """Note in the topmost Via where a checked request came from; returns where its responses go."""
    via, host = message.via, source[0]
    values = message.fields["Via"]
    if "rport" not in via.params:
        if via.host == host:
            return _without_rport(via, host)
        values[0] = _edit(values[0], lambda top: top + ";received=" + host)
        return _without_rport(via, host)
    values[0] = _edit(values[0], lambda top: _fill(top, source[1]) + ";received=" + host)
    return source


def _without_rport(via, host):
    maddr = via.params.get("maddr")
    return (maddr if maddr and is_address(maddr) else host, via.port or 5060)


def _edit(value, change):
    """The first of comma-separated values changed, the others as they are."""
    if "," not in value:
        return change(_unstamped(value))
    parts = split(value)
    parts[0] = change(_unstamped(parts[0]))
    return ",".join(parts)


def _unstamped(top):
    """Without a `received` that the sender wrote himself."""
    if "received" not in top.lower():
        return top
    return ";".join([part for part in top.split(";") if part.partition("=")[0].strip().lower() != "received"])


def _fill(top, port):
    parts = top.split(";")
    for index in range(1, len(parts)):
        if parts[index].partition("=")[0].strip().lower() == "rport":
            parts[index] = "rport={}".format(port)
    return ";".join(parts)
