"""A network in virtual time: who reaches whom, how late, and what is lost on the way."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from random import Random
from typing import TYPE_CHECKING

from sim.time import Time

if TYPE_CHECKING:
    from sim.devices.virtual_net import VirtualNet

UDP, TCP = "udp", "tcp"

Address = tuple[str, int]
Tap = Callable[[int, Address, Address, str, bytes], object]
"""Called as tap(now, source, destination, "udp" | "tcp", data)."""

RETRANSMIT = 200_000
"""µs by which a lost segment of a reliable connection comes late, and again for each further loss
(RFC 6298 has 1 s as the least; stacks in use have 200 ms)."""


@dataclass(frozen=True)
class Path:
    """What happens between two hosts, one way; times in µs, the rest are chances 0 .. 1.

    `jitter` is added evenly spread but keeps the order; `reorder` is the chance
    that a datagram is held for `held` and so overtaken; `duplicate` that it
    arrives twice.
    """

    delay: int = 500
    jitter: int = 0
    loss: float = 0.0
    reorder: float = 0.0
    held: int = 20_000
    duplicate: float = 0.0

    def __post_init__(self):
        for name in ("loss", "reorder", "duplicate"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a chance between 0 and 1, not {getattr(self, name)}")
        for name in ("delay", "jitter", "held"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is in µs from 0, not {getattr(self, name)}")

    @cached_property
    def plain(self) -> bool:
        """Whether it only takes its time."""
        return not (self.jitter or self.loss or self.reorder or self.duplicate)


class Way:
    """The state of one direction between two hosts: its own dice, and what is the last to arrive."""

    def __init__(self, path: Path, seed: str):
        self.path = path
        self._random = Random(seed)
        self._last = 0

    def arrivals(self, now: int) -> "list[int]":
        """When the copies of a datagram that leaves now arrive: none, one, or two."""
        path = self.path
        if path.plain:
            return [self.plainly(now)]
        if self._happens(path.loss):
            return []
        when = now + path.delay + self._jitter()
        if self._happens(path.reorder):
            when += path.held
        else:
            self._last = when = max(when, self._last)
        return [when, when + self._jitter()] if self._happens(path.duplicate) else [when]

    def plainly(self, now: int) -> int:
        """When the one copy arrives on a path that only takes its time."""
        when = now + self.path.delay
        if when < self._last:
            return self._last
        self._last = when
        return when

    def reliable(self, now: int) -> int:
        """When a segment arrives that is sent again until it does."""
        when = now + self.path.delay + self._jitter()
        tries = 0
        while self._happens(self.path.loss) and tries < 20:
            when += RETRANSMIT
            tries += 1
        return when

    def _jitter(self) -> int:
        return self._random.randint(0, self.path.jitter) if self.path.jitter else 0

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance


class VirtualNetwork:
    """Hosts by dotted address. Equal seeds and equal traffic between two hosts give equal fates,
    whatever the others send.
    """

    def __init__(self, time: Time, seed: int = 0, path: "Path | None" = None):
        self.time = time
        self.sent = 0
        self.lost = 0
        self._seed = seed
        self._path = path if path is not None else Path()
        self._hosts: dict[str, "VirtualNet"] = {}
        self._ways: dict[tuple[str, str], Way] = {}

    def join(self, host: "VirtualNet") -> None:
        if host.address in self._hosts:
            raise ValueError(f"two hosts with the address {host.address}")
        if not usable((host.address, 1)):
            raise ValueError(f"{host.address!r} is no dotted address")
        self._hosts[host.address] = host

    def leave(self, host: "VirtualNet") -> None:
        self._hosts.pop(host.address, None)

    def host(self, address: str) -> "VirtualNet | None":
        return self._hosts.get(address)

    def set_path(self, path: Path, source: "str | None" = None, destination: "str | None" = None) -> None:
        """For one direction between two hosts, or, without them, for all that have none of their own."""
        if source is None or destination is None:
            self._path, old = path, self._path
            for way in self._ways.values():
                way.path = path if way.path is old else way.path
        else:
            self.way(source, destination).path = path

    def way(self, source: str, destination: str) -> Way:
        way = self._ways.get((source, destination))
        if way is None:
            way = self._ways[source, destination] = Way(self._path, f"{self._seed} {source} {destination}")
        return way

    def carry(self, source: Address, destination: Address, data: bytes) -> None:
        """One datagram; whether anybody is there is decided when it arrives."""
        self.sent += 1
        time, arrive = self.time, partial(self._arrive, source, destination, data)
        way = self._ways.get((source[0], destination[0])) or self.way(source[0], destination[0])
        if way.path.plain:
            time.at(way.plainly(time.now), arrive)
            return
        arrivals = way.arrivals(time.now)
        self.lost += not arrivals
        for when in arrivals:
            time.at(when, arrive)

    def reaches(self, source: str, destination: str) -> bool:
        ends = self._hosts.get(source), self._hosts.get(destination)
        return all(end is not None and end.link for end in ends)

    def _arrive(self, source: Address, destination: Address, data: bytes) -> None:
        host = self._hosts.get(destination[0])
        if host is not None:
            host.take(source, destination[1], data)


def usable(address: Address) -> bool:
    """A dotted host and a port that datagrams can go to; a name is not looked up, that would block."""
    host, port = address
    return isinstance(port, int) and 0 < port < 65_536 and isinstance(host, str) and _dotted(host)


@lru_cache(1024)
def _dotted(host: str) -> bool:
    try:
        socket.inet_pton(socket.AF_INET, host)
    except (OSError, ValueError):
        return False
    return True
