"""The commands of GW-DECT: `mod cmd GW-DECT word ...`."""

from firmware.config.options import OptionError
from firmware.dect import identities, shown
from firmware.dect.gate import COUNTED

HELP = {"status": "state of master, radio and connections", "radios": "radios of the system",
        "sync": "who is in step with whom", "counters": "connections, handovers and losses of each radio",
        "users": "handsets that are registered", "security": "subscriptions and authentications, counted",
        "subscriptions": "handsets that have a key", "unsubscribe": "IPEI: forget the key of a handset",
        "sms": "IPEI or number, text: send a message to a handset",
        "messages": "the last messages of handsets that went to no other handset",
        "forget": "RPN: give the number of a missing radio free"}


def run(dect, words, now):
    """(reply or None, effects that the module still has to pass on). Raises OptionError, and what the stores of keys
    and numbers raise; the console answers both."""
    word, rest = (words[0].lower(), words[1:]) if words else ("", [])
    if word in SHOWN:
        return SHOWN[word](dect), []
    return DONE[word](dect, rest, now) if word in DONE else (None, [])


def _security(dect):
    counts = dect.calls.gate.counts
    return ", ".join(["{} {}".format(counts[name], name) for name in COUNTED]) + "\r\n"


SHOWN = {
    "status": shown.status,
    "radios": lambda dect: shown.radios(dect.system),
    "sync": lambda dect: shown.sync(dect.system),
    "counters": shown.counters,
    "users": lambda dect: shown.users(dect.calls, dect.calls.locations.handsets),
    "subscriptions": lambda dect: shown.users(dect.calls, dect.calls.gate.keys.handsets()),
    "messages": lambda dect: shown.lines(["{} to {}: {}".format(*one) for one in dect.calls.texts.messages]),
    "security": _security,
}


def _unsubscribe(dect, words, now):
    try:
        ipei = identities.parse_ipei(" ".join(words))
    except ValueError as wrong:
        raise OptionError("an IPEI is {}".format(wrong))
    try:
        return "", dect.calls.unsubscribe(ipei, now)
    except LookupError:
        raise OptionError("no key of " + words[0])


def _sms(dect, words, now):
    if len(words) < 2:
        raise OptionError("an IPEI or a number, then the text")
    try:
        return "", dect.calls.sms(words[0], " ".join(words[1:]), "", now)
    except (LookupError, ValueError) as wrong:
        raise OptionError(str(wrong))


def _forget(dect, words, now):
    rpn = int(words[0]) if len(words) == 1 and words[0].isdigit() else None
    known, effects = dect.system.forget(rpn, now)
    if not known:
        raise OptionError("no radio with that RPN is missing")
    return "", effects


DONE = {"unsubscribe": _unsubscribe, "sms": _sms, "forget": _forget}
