"""How a check makes a verdict of what it sees: whether it holds, and what is said of it."""

from collections.abc import Callable

from sim.lab.model import Part

FEW = 3
"""So many are told of one by one."""

Verdict = tuple[bool, str]


def title(part: Part) -> str:
    """A name for a check that has none."""
    who = part.get("who") or []
    words = [part.verb, *([who] if isinstance(who, str) else who)]
    for field in ("from", "is", "event", "command", "of"):
        if isinstance(part.get(field), str):
            words.append(part.get(field))
    return " ".join(words)


def between(part: Part, value: float, text: str) -> Verdict:
    """A value against at_least and at_most."""
    low, high = part.get("at_least"), part.get("at_most")
    wanted = [f"at least {low:g}"] if low is not None else []
    wanted += [f"at most {high:g}"] if high is not None else []
    passed = (low is None or value >= low) and (high is None or value <= high)
    return passed, f"{text}; {' and '.join(wanted)}"


def every(part: Part, look: "Callable[[str], Verdict]") -> Verdict:
    """All whom the check names; what is said begins with those who fail."""
    seen = [(name, *look(name)) for name in part.who]
    seen.sort(key=lambda one: one[1])
    return all(passed for _, passed, _ in seen), ", ".join(f"{name}: {said}" for name, _, said in seen)


def counted(part: Part, holds: "dict[str, Verdict]") -> Verdict:
    """All of them, or exactly `count`."""
    good = [name for name, (passed, _) in holds.items() if passed]
    wanted = len(holds) if part.count is None else part.count
    passed = len(good) == wanted
    # Those who differ from the rest are what one wants to read of many.
    few = good if 0 < len(good) <= len(holds) / 2 else [name for name in holds if name not in good]
    told = list(holds) if len(holds) < FEW else few
    said = ", ".join(f"{name}: {holds[name][1]}" for name in told)
    count = f"{len(good)} of {len(holds)}" if len(holds) > 1 else ""
    words = [word for word in (count, "" if passed else f"wanted {wanted}" if count else "", said) if word]
    return passed, "; ".join(words)


def searched(part: Part, text: str, empty: str) -> Verdict:
    """A text, or its lines, against is, matches and lacks."""
    if part.get("is") is not None and text.strip() != part.get("is").strip():
        return False, f"{short(text) or empty}"
    if part.get("matches") is not None and part.matches.search(text) is None:
        return False, f"{part.matches.pattern!r} is not in {short(text) or empty}"
    if part.get("lacks") is not None and (found := part.lacks.search(text)) is not None:
        return False, f"{found[0]!r} is in it"
    found = part.matches.search(text) if part.get("matches") is not None else None
    return True, short(found[0] if found is not None else text) or empty


def short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 160 else text[:157] + "..."
