"""What happened in a lab, in order: for steps and checks to look at, and as a hash by which two runs compare."""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from sim.network import Address


class Note(NamedTuple):
    """`at` in virtual µs; `who` is a part of the lab."""

    at: int
    who: str
    event: str
    detail: str

    def line(self) -> str:
        return f"{self.at / 1e6:12.6f} {self.who} {self.event}{' ' if self.detail else ''}{self.detail}"


class EventHash:
    """SHA-256 over events, each a row of texts, numbers and octets, so written that no two rows can be confused."""

    def __init__(self):
        self._sum = hashlib.sha256()
        self.events = 0

    def add(self, *row: "str | int | bytes") -> None:
        self.events += 1
        parts = [b"%d;" % len(row)]
        for one in row:
            kind, octets = (b"b", one) if isinstance(one, bytes) else (b"t", str(one).encode())
            parts += [kind, b"%d:" % len(octets), octets]
        self._sum.update(b"".join(parts))

    def hexdigest(self) -> str:
        return self._sum.hexdigest()


class Record:
    """`listeners` are called with each Note. Packets and console octets go into the hash and to `on_packet` and
    `on_console` only."""

    def __init__(self, time):
        self._time = time
        self.notes: list[Note] = []
        self.listeners: list[Callable[[Note], object]] = []
        self.hash = EventHash()
        self.on_packet: Callable[[int, Address, Address, str, bytes], object] = lambda *packet: None
        self.on_console: Callable[[str, int, str, bytes], object] = lambda *line: None

    def note(self, who: str, event: str, detail: str = "") -> None:
        note = Note(self._time.now, who, event, detail)
        self.notes.append(note)
        self.hash.add("note", *note)
        for listener in list(self.listeners):
            listener(note)

    def tap_net(self, address: str):
        """A tap for the NIC with this address: what it sends."""
        def tap(now, source, destination, protocol, data):
            if source[0] == address:
                self.hash.add("packet", now, *source, *destination, protocol, data)
                self.on_packet(now, source, destination, protocol, data)

        return tap

    def console(self, who: str, now: int, direction: str, data: bytes) -> None:
        self.hash.add("console", who, now, direction, data)
        self.on_console(who, now, direction, data)

    def of(self, who: str, event: str) -> "list[Note]":
        return [note for note in self.notes if note.who == who and note.event == event]
