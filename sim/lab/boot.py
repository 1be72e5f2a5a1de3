"""What a lab does with a board that boots: its console lines; and what it notes of its LED."""

from sim.lab.model import Part
from sim.machine import Machine


class Script:
    """At each boot carries out a board's lines from the one behind that which restarted it."""

    def __init__(self, stage, part: Part):
        self._stage, self._part = stage, part
        self._last = 0
        self._text: "bytes | None" = None

    def __call__(self, machine: Machine) -> None:
        stage, part, gateway = self._stage, self._part, machine.gateway
        if gateway is None:
            return
        if self._text is None:
            self._text = "".join(line + "\n" for line in stage.script(part)).encode()
        stage.record.note(part.name, "boot", str(machine.boots))
        for line in gateway.run_script(self._text, machine.clock.now(), after=self._last):
            self._last = line.number
            stage.typed(part.name, line.text, line.result.reply)
            if line.result.refused():
                stage.refused.append(f"{part.name} refused {line.text!r}: {line.result.reply.strip()}")


class LedWatch:
    """Notes what the LED means whenever that changes; its blinking is not worth a note."""

    def __init__(self, stage, name: str, machine: Machine):
        self._stage, self._name, self._machine = stage, name, machine
        self._state = ""

    def __call__(self, now: int, colour: int) -> None:
        gateway = self._machine.gateway
        if gateway is None and colour:
            # The boot goes on; who shows what is not yet known.
            return
        state = "off" if gateway is None else gateway.registry.find("LED").state
        if state != self._state:
            self._state = state
            self._stage.record.note(self._name, "led", state)
