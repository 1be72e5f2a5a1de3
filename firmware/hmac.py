"""Keyed hashes: HMAC (RFC 2104) with SHA-256, which MicroPython has no module for."""

import hashlib

BLOCK = 64
"""Octets of a block of SHA-256."""


class Keyed:
    """HMAC-SHA-256 of many messages under one key: its two pads are made once."""

    def __init__(self, key):
        if len(key) > BLOCK:
            key = hashlib.sha256(key).digest()
        key = key + bytes(BLOCK - len(key))
        self._inner = bytes([octet ^ 0x36 for octet in key])
        self._outer = bytes([octet ^ 0x5C for octet in key])

    def digest(self, data):
        return hashlib.sha256(self._outer + hashlib.sha256(self._inner + data).digest()).digest()


def sha256(key, data):
    """HMAC-SHA-256 of octets: 32 octets."""
    return Keyed(key).digest(data)


def same(one, other):
    """Whether two octet strings are equal, in a time that does not tell where they differ."""
    if len(one) != len(other):
        return False
    differ = 0
    for index in range(len(one)):
        differ |= one[index] ^ other[index]
    return differ == 0
