"""JSON objects out of a stream of octets, however they are cut: QMP puts no mark between them."""

import json

LONGEST = 1 << 20
"""Octets of one value; a client that sends more is cut off."""


class TooLong(Exception):
    """The value that is being received has no end."""


class Stream:
    """`feed` gives what is complete: each a value, or a ValueError in place of what is none."""

    def __init__(self) -> None:
        self._value = bytearray()
        self._depth = 0
        self._quoted = self._escaped = self._skipping = False

    def feed(self, octets: bytes) -> list:
        found: list = []
        for octet in octets:
            if self._skipping:
                # What follows on the line belongs to the mistake.
                self._skipping = octet != 0x0A
            elif self._value or octet in b"{[":
                found += self._take(octet)
            elif octet not in b" \t\r\n":
                found.append(ValueError("an object begins with a brace"))
                self._skipping = True
        return found

    def _take(self, octet: int) -> list:
        self._value.append(octet)
        if len(self._value) > LONGEST:
            raise TooLong
        if self._quoted:
            self._quoted = self._escaped or octet != 0x22
            self._escaped = octet == 0x5C and not self._escaped
        else:
            self._quoted = octet == 0x22
            self._depth += (octet in b"{[") - (octet in b"}]")
        return [] if self._depth or self._quoted else [self._complete()]

    def _complete(self):
        text, self._value = bytes(self._value), bytearray()
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            return error if isinstance(error, ValueError) else ValueError("nested too deeply")
