"""The checks of a lab: each looks at the stage and says whether it holds, and what was seen."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from sim.lab.build import Stage
from sim.lab.model import Part
from sim.lab.sound import likeness, longest_gap, louder, loudness
from sim.lab.verdict import Verdict, between, counted, every, searched, title
from sim.radio_view import view

AUDIBLE = -60.0
"""dBm0 from which on something is heard."""

SAMPLE = 50_000
"""Microseconds between two looks at an LED."""

HANDOVERS = {"bearer": "bearer handover", "connection": "connection handover"}
"""Events of a handset by kind of handover."""


class Outcome(NamedTuple):
    """`at` is the virtual instant in µs at which it was decided."""

    name: str
    kind: str
    line: int
    passed: bool
    said: str
    at: int


class Checks:
    """Schedules every check; `outcomes` is complete once the lab has ended and `finish` was called."""

    def __init__(self, stage: Stage):
        self._stage = stage
        self._last: list[Part] = []
        self._found: dict[int, Outcome] = {}
        for part in stage.parts("check"):
            if part.verb == "led" and part.during is not None:
                self._sampled(part)
            elif part.get("at") is not None:
                stage.time.at(part.at, partial(self._decide, part))
            else:
                self._last.append(part)

    def finish(self) -> "list[Outcome]":
        for part in self._last:
            self._decide(part)
        return [self._found[index] for index in sorted(self._found)]

    def _sampled(self, part: Part) -> None:
        for instant in range(part.during[0], part.during[1] + 1, SAMPLE):
            self._stage.time.at(instant, partial(self._sample, part))

    def _sample(self, part: Part) -> None:
        before = self._found.get(part.index)
        if before is None or not before.passed:
            self._decide(part)

    def _decide(self, part: Part) -> None:
        passed, said = CHECKS[part.verb](self._stage, part)
        self._found[part.index] = Outcome(part.name or title(part), part.verb, part.line, bool(passed), said,
                                          self._stage.time.now)


def _console(stage, part):
    return searched(part, stage.type(part.who, part.command).replace("\r", ""), "no answer")


def _state(stage, part):
    return counted(part, {name: ((part.get("is") in (words := stage.people[name].state())), "/".join(sorted(words)))
                          for name in part.who})


def _within(part, instant):
    return part.during is None or part.during[0] <= instant <= part.during[1]


def _event(stage, part):
    def look(name):
        found = [note for note in stage.record.of(name, part.event) if _within(part, note.at)
                 and (part.detail is None or part.detail.search(note.detail))]
        passed = bool(found) if part.times is None else len(found) == part.times
        when = f", first at {found[0].at / 1e6:.3f} s" if found else ""
        return passed, f"{len(found)} times{when}"

    return every(part, look)


def _likeness(stage, part, name):
    speaker = stage.people[part.get("from")]
    heard = stage.people[name].heard(part.during, speaker)
    return likeness(speaker.phrase, heard), loudness(heard)


def _speech(stage, part):
    measured = {name: _likeness(stage, part, name) for name in part.who}
    return counted(part, {name: (like >= part.at_least, f"correlation {like:.3f}")
                          for name, (like, _) in measured.items()})


def _noise(stage, part):
    measured = {name: _likeness(stage, part, name) for name in part.who}
    return counted(part, {name: (like <= part.at_most and level > AUDIBLE,
                                 f"{round(level)} dBm0, correlation {like:.3f}")
                          for name, (like, level) in measured.items()})


def _level(stage, part):
    def look(name):
        level = loudness(stage.people[name].heard(part.during))
        return between(part, level, f"{level:.1f} dBm0")

    return every(part, look)


def _beside(stage, part, measure, unit, nothing):
    """What each has heard, measured beside what the speaker has said."""
    speaker = stage.people[part.get("from")]

    def look(name):
        found = measure(speaker.phrase, stage.people[name].heard(part.during, speaker))
        if found is None:
            return False, nothing
        return found <= part.at_most, f"{unit(found)}; at most {part.at_most:g}"

    return every(part, look)


def _gap(stage, part):
    return _beside(stage, part, longest_gap, "{:.0f} ms".format, "nothing like it is heard")


def _bang(stage, part):
    return _beside(stage, part, louder, "{:.1f} dB".format, "nothing is said or heard")


def _missing(stage, part):
    return every(part, lambda name: between(part, stage.people[name].missing,
                                            f"{stage.people[name].missing} frames"))


def _handovers(stage, part):
    names = HANDOVERS.values() if part.of == "any" else [HANDOVERS[part.of]]

    def look(name):
        number = sum(_within(part, note.at) for event in names for note in stage.record.of(name, event))
        return between(part, number, str(number))

    return every(part, look)


def _base(stage, part):
    wanted = view(stage.machines[part.get("is")])["rfpi"]
    return every(part, lambda name: (stage.people[name].rfpi() == wanted and wanted is not None,
                                     f"{stage.people[name].rfpi() or 'none'}, wanted {wanted}"))


def _display(stage, part):
    return every(part, lambda name: searched(part, "\n".join(stage.people[name].handset.display), "nothing"))


def led(machine) -> str:
    gateway = machine.gateway
    return "off" if gateway is None else gateway.registry.find("LED").state


def _led(stage, part):
    return every(part, lambda name: (led(stage.machines[name]) == part.get("is"), led(stage.machines[name])))


def _log(stage, part):
    return every(part, lambda name: searched(part, "\n".join(stage.log(name)), "no line"))


def _alarms(stage, part):
    def look(name):
        gateway = stage.machines[name].gateway
        texts = [f"{one.module} {one.text}" for one in gateway.log.alarms()] if gateway is not None else []
        if part.matches is None:
            return not texts, "; ".join(texts) or "none"
        return any(part.matches.search(text) for text in texts), "; ".join(texts) or "none"

    return every(part, look)


def _channels(stage, part):
    number = sum(bool(record["audio"]) == (part.of == "with") for record in stage.calls(part.who)[1])
    return between(part, number, f"{number} calls {part.of} a channel")


def _counter(stage, part):
    value: Any = {**view(stage.machines[part.who]), "air": stage.site.air.counts}
    for key in part.figure.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    value = len(value) if isinstance(value, (list, dict)) else value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False, f"there is no figure {part.figure}"
    return between(part, value, f"{value:g}")


def _sync(stage, part):
    def look(name):
        sync = view(stage.machines[name])["sync"]["state"]
        return sync == part.get("is"), str(sync)

    return every(part, look)


def _calls(stage, part):
    ended, active = stage.calls(part.who)
    records = ended if part.cause is not None else ended + active
    number = sum(part.cause is None or one["cause"] == part.cause for one in records)
    return between(part, number, f"{number} calls")


CHECKS: "dict[str, Callable[[Stage, Part], Verdict]]" = {
    "console": _console, "state": _state, "event": _event, "speech": _speech, "noise": _noise, "level": _level,
    "gap": _gap, "bang": _bang, "missing": _missing, "handovers": _handovers, "base": _base, "display": _display,
    "led": _led, "log": _log, "alarms": _alarms, "channels": _channels, "counter": _counter, "sync": _sync,
    "calls": _calls,
}
