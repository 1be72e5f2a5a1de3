"""What happens when: the steps of a lab, at their instants or after what they wait for."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from sim.lab.build import Stage, path_of
from sim.lab.model import Part
from sim.lab.people import Person, PhonePerson
from sim.lab.record import Note

USER_SAFE = "*+-_."
"""What needs no escaping in the user part of a SIP URI (RFC 3261 25.1), of what a number can have here."""

DONE = "done"
"""What the record says of a named step."""


class Timeline:
    """`missed` tells of the steps that have not happened."""

    def __init__(self, stage: Stage):
        self._stage = stage
        self._waiting: list[Part] = []
        for part in stage.parts("step"):
            if part.at is not None:
                stage.time.at(part.at, partial(self._do, part))
            else:
                self._waiting.append(part)
        stage.record.listeners.append(self._happened)

    def missed(self) -> "list[str]":
        return [f"line {part.line}: \"{' '.join(part.after).strip()}\" did not happen" for part in self._waiting]

    def _happened(self, note: Note) -> None:
        for part in [one for one in self._waiting if self._is(one.after, note)]:
            self._waiting.remove(part)
            self._stage.time.after(part.wait, partial(self._do, part))

    @staticmethod
    def _is(after: "tuple[str, str]", note: Note) -> bool:
        return note.who == after[0] and note.event == (after[1] or DONE)

    def _do(self, part: Part) -> None:
        self._stage.record.note("lab", "step", f"{part.verb} {told(part)}".strip())
        ACTIONS[part.verb](self._stage, part)
        if part.name:
            self._stage.record.note(part.name, DONE)


def told(part: Part) -> str:
    """Who it concerns, for the list of events."""
    who = part.get("who")
    return " ".join([who] if isinstance(who, str) else who or [])


def _power_on(stage, part):
    for name in part.who:
        stage.power_on(name)


def _power_off(stage, part):
    for name in part.who:
        stage.power_off(name)


def _button(stage, part):
    for name in part.who:
        stage.machines[name].button.press(part.hold)


def _cable(stage, part):
    for name in part.who:
        stage.cable(name, part.plugged)


def _console(stage, part):
    for name in part.who:
        for line in part.lines:
            stage.type(name, line)


def _call(stage, part):
    """To several at the same instant: no other event comes between."""
    caller = stage.people[part.who]
    for number in [part.number] if part.number else [stage.people[name].number for name in part.to]:
        caller.call(target(stage, caller, number))


def target(stage: Stage, caller: Person, number: str) -> str:
    """What is dialled: a phone that has no registrar calls a handset's board itself."""
    if not isinstance(caller, PhonePerson):
        return number
    number = quote(number, safe=USER_SAFE)
    if caller.part.registrar:
        return number
    others = [one for one in stage.people.values() if quote(one.number, safe=USER_SAFE) == number]
    host = next((stage.addresses[one.part.get("board") or one.name] for one in others), None)
    return f"sip:{number}@{host or stage.addresses[caller.name]}"


def _each(method: str, *fields: str) -> "Callable[[Stage, Part], None]":
    """The same verb for everybody that a step names."""
    def act(stage, part):
        for name in part.who:
            getattr(stage.people[name], method)(*[part.get(field) for field in fields])

    return act


def _handset(method: str, *fields: str) -> "Callable[[Stage, Part], None]":
    def act(stage, part):
        for name in part.who:
            getattr(stage.people[name].handset, method)(*[part.get(field) for field in fields])

    return act


def _move(stage, part):
    for name in part.who:
        stage.move(name, part.to)


def _message(stage, part):
    for name in part.who:
        stage.people[name].message(part.number or stage.people[part.to].number, part.text)


def _on(stage, part):
    for name in part.who:
        stage.transmit(name, True)


def _off(stage, part):
    for name in part.who:
        stage.transmit(name, False)


def _network(stage, part):
    ends = [stage.addresses[part.get(end)] if part.get(end) else None for end in ("from", "to")]
    stage.site.network.set_path(path_of(part), *ends)


ACTIONS: "dict[str, Callable[[Stage, Part], Any]]" = {
    "power-on": _power_on, "power-off": _power_off, "reset-button": _button, "cable": _cable, "console": _console,
    "call": _call, "answer": _each("answer"), "hang-up": _each("hang_up"), "hold": _each("hold", "on"),
    "keys": _each("keys", "keys"), "say": _each("say", "plays"), "move": _move,
    "walk": _each("walk", "to", "speed"), "press": _each("press", "keys"), "message": _message,
    "turn-off": _handset("turn_off"),
    "switch-off": _handset("switch_off"), "switch-on": _handset("switch_on"), "subscribe": _handset("subscribe", "ac"),
    "on": _on, "off": _off, "network": _network, "nothing": lambda stage, part: None,
}
