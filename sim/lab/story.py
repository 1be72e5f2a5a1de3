"""What must hold of the steps and checks of a lab beyond each field by itself."""

from sim.peers import phone_call
from sim.peers.handset import call, radio

HAPPENING = ("handset", "phone", "board", "registrar", "jammer", "foreign")
"""Parts that events are told of."""

EITHER = {
    "console": ("is", "matches", "lacks"), "log": ("matches", "lacks"), "display": ("matches", "lacks"),
    "level": ("at_least", "at_most"),
    "missing": ("at_least", "at_most"), "handovers": ("at_least", "at_most"), "channels": ("at_least", "at_most"),
    "counter": ("at_least", "at_most"), "calls": ("at_least", "at_most"),
}
"""Checks that say nothing without one of these."""

OF_HANDSETS = (radio.OFF, radio.SEARCHING, radio.LOCKED, "located", call.NO_CALL, call.DIALLING, call.RINGBACK,
               call.RINGING, call.ANSWERING, call.TALKING, call.ENDING)
OF_PHONES = ("registered", "idle", phone_call.CALLING, phone_call.RINGING, phone_call.INCOMING, phone_call.CONNECTED)
"""What someone can be just doing."""


def steps(parts):
    steps = [one.name for one in parts["step"] if one.name]
    known = {part.name for section in HAPPENING for part in parts[section]} | set(steps)
    for step in parts["step"]:
        place = ("step", step.index)
        if (step.at is None) == (step.after is None):
            yield place, "[[step]]: it needs either at = \"TIME\" or after = \"WHAT HAPPENED\""
        if step.after is not None:
            yield from _after(place, step.after, steps, known)
        if step.verb in ("call", "message") and (step.to is None) == (step.number is None):
            yield place, f"[[step]] do = \"{step.verb}\": it needs either to or number"
        if step.verb == "call" and step.to and len(step.to) > 1 and step.who in {one.name for one in parts["handset"]}:
            yield (*place, "to"), "[[step]] do = \"call\": a handset calls one at a time"
        if step.verb == "keys" and "R" in step.keys and {one.name for one in parts["phone"]} & set(step.who):
            yield (*place, "keys"), "[[step]] do = \"keys\": a phone has no R key: it has do = \"hold\""
        if step.verb == "network" and (step.get("from") is None) != (step.to is None):
            yield place, "[[step]] do = \"network\": one direction needs both from and to"


def _after(place, after, steps, known):
    who, event = after
    if who not in known:
        yield (*place, "after"), (f"[[step]]: after = \"{who} {event}\": its first word must name a part of the lab "
                                  f"or a step: {', '.join(sorted(known))}")
    elif not event and who not in steps:
        yield (*place, "after"), f"[[step]]: after = \"{who}\": what has happened to it is missing"


def checks(parts):
    phones = {one.name for one in parts["phone"]}
    for check in parts["check"]:
        if check.verb == "state":
            yield from _state(check, phones)
        place, wanted = ("check", check.index), EITHER.get(check.verb, ())
        if wanted and all(check.get(name) is None for name in wanted):
            yield place, f"[[check]] kind = \"{check.verb}\": it needs one of {', '.join(wanted)}"
        low, high = check.get("at_least"), check.get("at_most")
        if low is not None and high is not None and low > high:
            yield (*place, "at_least"), f"[[check]]: at_least = {low:g} is more than at_most = {high:g}"
        if check.get("count") is not None and check.get("count") > len(check.who):
            yield (*place, "count"), f"[[check]]: count = {check.count}, but who names {len(check.who)}"


def _state(check, phones):
    for name in check.who:
        states = OF_PHONES if name in phones else OF_HANDSETS
        if check.get("is") not in states:
            yield ("check", check.index, "is"), (f"[[check]] kind = \"state\": {name} is never \"{check.get('is')}\", "
                                                 f"but one of {', '.join(states)}")


def times(parts):
    end = parts["lab"][0].duration
    late = "is later than the end of the lab (duration in [lab])"
    for section in ("step", "check"):
        for part in parts[section]:
            if part.get("at") is not None and part.get("at") > end:
                yield (section, part.index, "at"), f"[[{section}]]: at {late}"
            if part.get("during") is not None and part.get("during")[1] > end:
                yield (section, part.index, "during"), f"[[{section}]]: during {late}"
