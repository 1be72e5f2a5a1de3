"""Addresses as MicroPython's sockets want them, and the other way round."""

import socket

LAST = 65535
"""The last port."""


def dotted(host):
    """Whether a host is four numbers: a name would have to be looked up, and that blocks."""
    parts = host.split(".") if isinstance(host, str) else ()
    return len(parts) == 4 and all([part.isdigit() and len(part) <= 3 and int(part) < 256 for part in parts])


def usable(to):
    host, port = to
    return isinstance(port, int) and 0 < port <= LAST and dotted(host)


def packed(to):
    """An address as MicroPython's sockets take it."""
    return socket.getaddrinfo(to[0], to[1])[0][-1]


def unpacked(address):
    """(host, port) of what a socket gave: a tuple on boards, octets of sockaddr on the unix port."""
    if isinstance(address, tuple):
        return address[0], address[1]
    _, host, port = socket.sockaddr(address)[:3]
    return ".".join([str(octet) for octet in host]), port
