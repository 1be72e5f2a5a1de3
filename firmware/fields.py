"""Fields of messages between boards, big-endian: to octets, and off them again."""

import struct

TEXT = 128
"""Octets of a text at most."""


class Reader:
    """Takes fields off octets; raises ValueError where there is too little, or a value that does not exist."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        self.at += count
        if self.at > len(self.data):
            raise ValueError("too short")
        return self.data[self.at - count:self.at]

    def number(self, form):
        """One number of a struct format."""
        return struct.unpack(">" + form, self.take(struct.calcsize(">" + form)))[0]

    def flag(self):
        return self.of((False, True))

    def of(self, names):
        """One of a tuple's values, by its index."""
        index = self.number("B")
        if index >= len(names):
            raise ValueError("no such value")
        return names[index]

    def text(self):
        return self.take(self.number("B")).decode("utf-8")

    def some(self, count):
        """That many octets, or None."""
        return self.take(count) if self.flag() else None

    def octet(self):
        """A number up to 255, or None."""
        octet = self.some(1)
        return None if octet is None else octet[0]

    def rest(self):
        return self.take(len(self.data) - self.at)

    def end(self):
        if self.at != len(self.data):
            raise ValueError("too long")


def text(value):
    """A text, cut between two characters where it is too long."""
    octets = value.encode("utf-8")[:TEXT]
    while True:
        try:
            octets.decode("utf-8")
            return bytes([len(octets)]) + octets
        except UnicodeError:
            octets = octets[:-1]


def some(octets):
    return b"\0" if octets is None else b"\1" + octets


def octet(value):
    return some(None if value is None else bytes([value]))


def bound(value, low, high):
    return low if value is None or value < low else high if value > high else value
