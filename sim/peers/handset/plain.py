"""What a handset shows when no menu is open."""

from sim.peers.handset.call import ENDING, NO_CALL, RINGING, TALKING
from sim.peers.handset.radio import SEARCHING

SHOWN = {"dialling": "Calling", "ringback": "Calling", "answering": "Connecting", ENDING: "Call ended"}


def plain(handset) -> "list[str]":
    """Lines of the idle screen, or of that of a call."""
    if handset.call == NO_CALL:
        return _idle(handset)
    number, name = handset.caller
    if handset.call == RINGING:
        return [line for line in ("Incoming call", name, number) if line]
    lines = [SHOWN.get(handset.call, "Connected")]
    if handset.call == TALKING and handset.waiting is not None:
        lines.append("Waiting: " + (handset.waiting[1] or handset.waiting[0]))
    shown = handset.shown or (name or number if not handset.calling else handset.calling)
    return lines + [line for line in shown.split("\n") if line]


def _idle(handset) -> "list[str]":
    if handset.lock == SEARCHING:
        return ["No System"]
    if not handset.located:
        return [handset.name, "No Access" if handset.registration.rejected is not None else ""]
    missed = len(handset.calls.missed)
    new = sum(one.state == "new" for one in handset.messages.inbox)
    notes = [f"{missed} missed" if missed else "", f"{new} new messages" if new else ""]
    return [handset.name, *[note for note in notes if note]]
