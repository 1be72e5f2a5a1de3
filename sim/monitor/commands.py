"""What each command of the schema does to a site."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.devices.flash import PowerCut
from sim.monitor import schema

if TYPE_CHECKING:
    from sim.machine import Machine
    from sim.site import Site

VERSION = {"package": "gatesim", "qemu": {"major": 0, "minor": 1, "micro": 0}}
"""The member is called "qemu" whoever answers: clients look for it."""


class Refused(Exception):
    """The command cannot be carried out; the text says why."""


class Commands:
    """`tell(name, data)` sends an event to all clients, `end()` ends the run."""

    def __init__(self, site: "Site", tell: Callable[[str, dict], object], end: Callable[[], object]):
        assert site.pace is not None
        self.site, self.pace = site, site.pace
        self.tell = tell
        self.end = end

    def execute(self, name: str, arguments: dict):
        """What a command returns; raises Refused."""
        return getattr(self, "_" + name.replace("-", "_"))(**arguments)

    def _query_commands(self):
        return [{"name": one.name} for one in schema.COMMANDS]

    def _query_version(self):
        return VERSION

    def _query_status(self):
        running = not self.pace.paused
        return {"status": "running" if running else "paused", "running": running, "now": self.site.time.now}

    def _stop(self):
        if self.pace.paused:
            return {}
        self.pace.pause()
        self.tell("STOP", {})
        return {}

    def _cont(self):
        if self.pace.paused:
            self.pace.resume()
            self.tell("RESUME", {})
        return {}

    def _system_reset(self, board: int = 1):
        machine = self._machine(board)
        machine.power_off()
        machine.power_on()
        return {}

    def _quit(self):
        self.tell("SHUTDOWN", {})
        self.end()
        return {}

    def _query_board(self):
        return [{"number": number, "model": one.board.name, "title": one.board.title, "release": one.release().text(),
                 "power": one.gateway is not None, "boots": one.boots}
                for number, one in enumerate(self.site.machines, 1)]

    def _query_radio(self, board: int = 1):
        from sim.radio_view import view

        return view(self._machine(board))

    def _query_calls(self, board: int = 1):
        return self._running(board).calls.active()

    def _query_led(self, board: int = 1):
        return {"colour": self._machine(board).led.colour}

    def _console_write(self, line: str, board: int = 1):
        self._running(board)
        try:
            return {"reply": self._machine(board).run_line(line).reply}
        except PowerCut as cut:
            raise Refused(f"power was lost: {cut}") from cut

    def _machine(self, board: int) -> "Machine":
        if not 1 <= board <= len(self.site.machines):
            raise Refused(f"there is no board {board}: boards are numbered 1 to {len(self.site.machines)}")
        return self.site.machines[board - 1]

    def _running(self, board: int):
        gateway = self._machine(board).gateway
        if gateway is None:
            raise Refused(f"board {board} has no power")
        return gateway
