"""The QMP server: greeting, negotiation, JSON objects each way (QEMU docs/interop/qmp-spec).

A command takes effect at a virtual instant: time is brought up to now first.
"""

import asyncio
import contextlib
import json
import os
from typing import TYPE_CHECKING

from sim.monitor import schema
from sim.monitor.commands import VERSION, Commands, Refused
from sim.monitor.stream import Stream, TooLong
from sim.status import UserError

if TYPE_CHECKING:
    from sim.site import Site

FORMS = "unix:PATH or tcp:HOST:PORT"

PATIENCE = 0.5
"""Seconds for clients to take what has been said when the run ends."""


class Monitor:
    """Serves while `listen`'s block lasts; `end()` is what the command quit calls."""

    def __init__(self, site: "Site", text: str, end):
        self.place = read(text)
        self.site = site
        self.commands = Commands(site, self.tell, end)
        self._clients: list[Client] = []
        self._serving: set[asyncio.Task] = set()

    @contextlib.asynccontextmanager
    async def listen(self):
        for number, machine in enumerate(self.site.machines, 1):
            self._watch(number, machine)
        server = await self._server()
        try:
            yield
        finally:
            server.close()
            await self._hang_up()
            if isinstance(self.place, str):
                with contextlib.suppress(OSError):
                    os.unlink(self.place)

    async def _hang_up(self):
        """What has been said is still sent, to those who take it within `PATIENCE`."""
        for client in list(self._clients):
            client.writer.close()
        if self._serving:
            await asyncio.wait(self._serving, timeout=PATIENCE)
        for client in list(self._clients):
            client.writer.transport.abort()
        if self._serving:
            await asyncio.wait(self._serving, timeout=PATIENCE)

    async def _server(self):
        try:
            if isinstance(self.place, str):
                return await asyncio.start_unix_server(self._serve, self.place)
            return await asyncio.start_server(self._serve, *self.place)
        except OSError as error:
            raise UserError(f"-qmp: cannot listen on {self.place}: {error.strerror or error}") from error

    def _watch(self, number, machine):
        before = machine.on_boot

        def booted(one):
            before(one)
            self.tell("RESET", {"board": number})

        machine.on_boot = booted

    def tell(self, name: str, data: dict) -> None:
        """An event to every client that has negotiated."""
        now = self.site.time.now
        stamp = {"seconds": now // 1_000_000, "microseconds": now % 1_000_000}
        for client in self._clients:
            if client.ready:
                client.send({"event": name, "data": data, "timestamp": stamp})

    async def _serve(self, reader, writer):
        client, task = Client(self, writer), asyncio.current_task()
        self._clients.append(client)
        if task is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        try:
            client.send({"QMP": {"version": VERSION, "capabilities": []}})
            stream = Stream()
            while octets := await reader.read(65536):
                for message in stream.feed(octets):
                    client.receive(message)
                await writer.drain()
        except (TooLong, ConnectionError):
            pass
        finally:
            self._clients.remove(client)
            writer.close()


class Client:
    """One connection; `ready` after qmp_capabilities."""

    def __init__(self, monitor: Monitor, writer: asyncio.StreamWriter):
        self.monitor = monitor
        self.writer = writer
        self.ready = False

    def send(self, message: dict) -> None:
        self.writer.write(json.dumps(message).encode() + b"\r\n")

    def receive(self, message) -> None:
        """A value of the stream, or the ValueError that stands for none."""
        if isinstance(message, ValueError):
            self._error(None, "GenericError", f"JSON parse error: {message}")
        elif not isinstance(message, dict):
            self._error(None, "GenericError", "QMP input must be a JSON object")
        else:
            self._asked(message, message.get("id"))

    def _asked(self, message, name):
        wanted, arguments = schema.command(message.get("execute")), message.get("arguments", {})
        if "execute" not in message or not isinstance(arguments, dict):
            self._error(name, "GenericError", "QMP input lacks member 'execute', or 'arguments' is no object")
        elif not self.ready and message["execute"] != "qmp_capabilities":
            self._error(name, "CommandNotFound", "Expecting capabilities negotiation with 'qmp_capabilities'")
        elif wanted is None:
            self._error(name, "CommandNotFound", f"The command {message['execute']} has not been found")
        elif wanted.name == "qmp_capabilities":
            self.ready = True
            self._answer(name, {"return": {}})
        else:
            self._execute(wanted, arguments, name)

    def _execute(self, wanted, arguments, name):
        wrong = schema.objection(wanted, arguments)
        if wrong is not None:
            self._error(name, "GenericError", wrong)
            return
        found: list[dict] = []
        self.monitor.commands.pace.act(lambda: found.append(self._outcome(wanted.name, arguments)))
        self._answer(name, *found)

    def _outcome(self, command, arguments):
        try:
            return {"return": self.monitor.commands.execute(command, arguments)}
        except Refused as refusal:
            return {"error": {"class": "GenericError", "desc": str(refusal)}}

    def _answer(self, name, answer):
        self.send(answer if name is None else {**answer, "id": name})

    def _error(self, name, kind, text):
        self._answer(name, {"error": {"class": kind, "desc": text}})


def read(text: str) -> "str | tuple[str, int]":
    """Where `-qmp` listens: a path or (host, port). QEMU's `,server=on,wait=off` behind it says nothing new."""
    kind, _, rest = text.partition(",")[0].partition(":")
    if kind == "unix" and rest:
        return rest
    host, _, port = rest.rpartition(":")
    if kind == "tcp" and ":" in rest and port.isdigit() and int(port) < 65536:
        return host or "127.0.0.1", int(port)
    raise UserError(f"-qmp {text}: a monitor is at {FORMS}")
