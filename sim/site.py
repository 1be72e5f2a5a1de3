"""A site: boards, handsets and SIP peers round one clock, on the host's loopback or all virtual."""

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import boards
from sim.machine import Machine
from sim.pace import Pace
from sim.status import UserError
from sim.time import Time

if TYPE_CHECKING:
    from sim.air import Air
    from sim.air.propagation import Propagation
    from sim.network import Path, VirtualNetwork

PORTS = (5060, 80)
"""What a board binds by default: an address on which both are free is a free address."""

SLICE = 100_000
"""Virtual microseconds after which Ctrl-C is heard."""

LOOK = 20_000
"""Microseconds between two looks at what no event tells of."""


class Site:
    """Builds the parts on demand and takes all down again; a context manager.

    `pace` is None on virtual time, where everything runs as fast as it can and
    repeats for one seed; otherwise virtual time follows the wall clock. `propagation` is that
    of the air, `path` that of a virtual network, until a part asks for them.
    """

    def __init__(self, virtual: bool = False, seed: int = 0):
        self.seed = seed
        self.time = Time()
        self.pace = None if virtual else Pace(self.time)
        self.machines: list[Machine] = []
        self.propagation: "Propagation | None" = None
        self.path: "Path | None" = None
        self._air: "Air | None" = None
        self._network: "VirtualNetwork | None" = None
        self._nets: list = []
        self._taken: set[str] = set()
        self._claims: list[socket.socket] = []

    @property
    def air(self):
        if self._air is None:
            from sim.air import Air

            self._air = Air(self.time, seed=self.seed, propagation=self.propagation)
        return self._air

    def net(self, address: "str | None" = None):
        """A NIC of its own: on loopback, or on the virtual network."""
        if self.pace is None:
            return self._virtual_net(address)
        from sim.devices.host_net import HostNet

        net = HostNet(self.pace, address or self.free_address())
        self._nets.append(net)
        return net

    @property
    def network(self):
        """The virtual network."""
        if self._network is None:
            from sim.network import VirtualNetwork

            self._network = VirtualNetwork(self.time, seed=self.seed, path=self.path)
        return self._network

    def _virtual_net(self, address):
        from sim.devices.virtual_net import VirtualNet

        if address is None:
            address = next(one for one in addresses() if one not in self._taken)
        self._taken.add(address)
        net = VirtualNet(self.network, address)
        self._nets.append(net)
        return net

    def unplugged(self):
        """A NIC without a cable; takes no address of the host."""
        net = self._virtual_net(None)
        net.link = False
        return net

    def free_address(self) -> str:
        """A loopback address of nobody's; UserError when every one is in use."""
        for address in addresses():
            if address not in self._taken and is_free(address) and self._claim(address):
                self._taken.add(address)
                return address
        raise UserError("no free address from 127.0.0.2 to 127.0.0.254: stop some boards, or name one with -net host=")

    def _claim(self, address):
        """Whether no other site that is just starting has found the same address free."""
        claim = socket.socket(socket.AF_UNIX)
        try:
            # A name without a file (unix(7), "abstract"): it goes with the process.
            claim.bind(f"\0gatesim/{address}")
        except OSError as error:
            claim.close()
            return error.errno != errno.EADDRINUSE
        self._claims.append(claim)
        return True

    def board(self, name: str, net=None, **options) -> Machine:
        """A Machine, powered off; `options` as Machine takes them."""
        options.setdefault("number", len(self.machines) + 1)
        machine = Machine(boards.find(name), self.time, net or self.net(), self.air, seed=self.seed, **options)
        self.machines.append(machine)
        return machine

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Let time pass until the condition holds or `seconds` have gone; says whether it held.

        Once it has held it is not asked again, so it may act, and say whether that succeeded. It may
        also look at what this process does not drive, such as a program's output.
        """
        limit = self.time.now + round(seconds * 1_000_000)
        if self.pace is None:
            return await self._until_virtual(condition, limit)
        watch = Watch(self.time, condition, limit)
        if not watch():
            await self.pace.run(until=watch)
        return watch.held

    async def _until_virtual(self, condition, limit):
        while not self.time.run_until(condition, min(limit, self.time.now + SLICE)):
            if self.time.now >= limit:
                return False
            await asyncio.sleep(0)
        return True

    async def pass_time(self, seconds: float):
        await self.until(lambda: False, seconds)

    def close(self):
        for machine in self.machines:
            machine.power_off()
            machine.uart.close()
            machine.flash.close()
        while self._nets:
            self._nets.pop().shut()
        while self._claims:
            self._claims.pop().close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


class Watch:
    """True once a condition has held, which `held` remembers, or the instant `limit` has come."""

    def __init__(self, time: Time, condition: Callable[[], bool], limit: int):
        self.held = False
        self._time, self._condition, self._limit = time, condition, limit
        self._look()

    def __call__(self) -> bool:
        self.held = self.held or self._condition()
        return self.held or self._time.now >= self._limit

    def _look(self):
        """An event of our own now and then, so that outside changes are seen as well."""
        if not self.held and self._time.now < self._limit:
            self._time.at(min(self._time.now + LOOK, self._limit), self._look)


def addresses():
    return (f"127.0.0.{last}" for last in range(2, 255))


def is_free(address: str) -> bool:
    """Whether the standard ports of a board can be bound there."""
    return obstacle(address) is None


def obstacle(address: str) -> "str | None":
    """Why a standard port of a board cannot be had at an address, or None.

    A port that needs a privilege is no obstacle: the board does without it.
    """
    kinds = ((socket.SOCK_DGRAM, PORTS[0]), (socket.SOCK_STREAM, PORTS[1]))
    for kind, port in kinds:
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                if error.errno == errno.EACCES:
                    continue
                return f"port {port}: {error.strerror}"
    return None
