"""What a field of a lab file can be: each kind says what it allows and reads a TOML value."""

import datetime
import ipaddress
import itertools
import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from sim.peers.handset import menu

UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000, "min": 60_000_000, "h": 3_600_000_000}
LONGEST = 7 * 24 * UNITS["h"]
"""Microseconds: no instant of a lab is later."""

DURATION = re.compile(r"(\d+(?:\.\d+)?) *(us|ms|s|min|h)")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
USER_NAME = re.compile(r"[A-Za-z0-9+._*#-]{1,32}")


class Kind(NamedTuple):
    """`says` completes "must be ..."; `read` raises ValueError for what is not; `sections` are those whose names it
    takes, which can be looked up only when all are read."""

    says: str
    read: "Callable[[Any], Any]"
    sections: "tuple[str, ...]" = ()
    many: bool = False


def _text(value):
    if not isinstance(value, str):
        raise ValueError
    return value


def _full(value):
    if not _text(value).strip():
        raise ValueError
    return value


def _flag(value):
    if not isinstance(value, bool):
        raise ValueError
    return value


def _number(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError
    return float(value)


def number(least: float, most: float, unit: str = "") -> Kind:
    def read(value):
        found = _number(value)
        if not least <= found <= most:
            raise ValueError
        return found

    return Kind(f"a number from {least:g} to {most:g}{' ' if unit else ''}{unit}", read)


def one_or_each(kind: Kind) -> Kind:
    """One for all of something, or a list of one each; read as a list if it is one."""
    def read(value):
        return [kind.read(one) for one in value] if isinstance(value, list) and value else kind.read(value)

    return Kind(f"{kind.says}, or a list of one each", read)


def whole(least: int, most: int) -> Kind:
    def read(value):
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError
        return value

    return Kind(f"a whole number from {least} to {most}", read)


def numbers(least: int, most: int) -> Kind:
    def read(value):
        if not isinstance(value, list) or not value:
            raise ValueError
        return [whole(least, most).read(one) for one in value]

    return Kind(f"a list of whole numbers from {least} to {most}", read)


def choice(*words: str) -> Kind:
    def read(value):
        if value not in words or not isinstance(value, str):
            raise ValueError
        return value

    return Kind("one of " + ", ".join(f'"{word}"' for word in words), read)


def _duration(value):
    """Microseconds."""
    if isinstance(value, (datetime.time, datetime.date)):
        raise ValueError
    if isinstance(value, str):
        match = DURATION.fullmatch(value.strip())
        if match is None:
            raise ValueError
        found = round(float(match[1]) * UNITS[match[2]])
    else:
        found = round(_number(value) * UNITS["s"])
    if not 0 <= found <= LONGEST:
        raise ValueError
    return found


def _place(value):
    """(x, y, floor)."""
    if not isinstance(value, list) or len(value) not in (2, 3):
        raise ValueError
    x, y = _metres(value[0]), _metres(value[1])
    level = value[2] if len(value) == 3 else 0
    if isinstance(level, bool) or not isinstance(level, int) or not -10 <= level <= 100:
        raise ValueError
    return x, y, level


def _metres(value):
    found = _number(value)
    if abs(found) > 10_000:
        raise ValueError
    return found


def _path(value):
    """[(µs, (x, y, floor)) ...], the instants rising."""
    if not isinstance(value, list) or not value:
        raise ValueError
    points = []
    for point in value:
        if not isinstance(point, list) or len(point) not in (3, 4):
            raise ValueError
        points.append((_duration(point[0]), _place(point[1:])))
    if any(late[0] <= early[0] for early, late in itertools.pairwise(points)):
        raise ValueError
    return points


def _name(value):
    if NAME.fullmatch(_text(value)) is None:
        raise ValueError
    return value


def _user(value):
    if USER_NAME.fullmatch(_text(value)) is None:
        raise ValueError
    return value


def _address(value):
    try:
        address = ipaddress.IPv4Address(_text(value))
    except ipaddress.AddressValueError:
        raise ValueError from None
    if address.is_unspecified or address.is_loopback or address.is_multicast or address.is_reserved:
        raise ValueError
    return value


def _pattern(value):
    try:
        return re.compile(_text(value), re.MULTILINE)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None


def _lines(value):
    if isinstance(value, str):
        value = value.splitlines()
    if not isinstance(value, list):
        raise ValueError
    return [_text(line).strip() for line in value if _text(line).strip()]


def _texts(value):
    if not isinstance(value, list):
        raise ValueError
    return [_full(one) for one in value]


def _table(value):
    if not isinstance(value, dict):
        raise ValueError
    return {_full(name): _text(one) for name, one in value.items()}


def _span(value):
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError
    start, end = map(_duration, value)
    if end <= start:
        raise ValueError
    return start, end


def _digits(value):
    if not _text(value) or set(value) - set("0123456789*#"):
        raise ValueError
    return value


def _keys(value):
    if not _text(value) or not all(one.isdigit() or one in "*#R" for one in value):
        raise ValueError
    return value


def _pressed(value):
    keys = list(value) if isinstance(value, (str, list)) else []
    if not keys or not all(isinstance(one, str) and one in menu.KEYS for one in keys):
        raise ValueError
    return keys


def _sound(value):
    kind, _, rest = _text(value).partition(":")
    if value in ("speech", "silence", "noise") or (value.endswith(".wav") and len(value) > 4):
        return value
    if kind == "tone" and rest.isdigit() and 100 <= int(rest) <= 3400:
        return value
    raise ValueError


def _names(value):
    names = value if isinstance(value, list) else [value]
    if not names:
        raise ValueError
    return [_full(one) for one in names]


def _when(value):
    words = _full(value).split(None, 1)
    return words[0], words[1].strip() if len(words) == 2 else ""


def one_of(*sections: str) -> Kind:
    """The name of a part of the lab."""
    return Kind("the name of a " + " or ".join(f"[[{one}]]" for one in sections), _full, sections)


def some_of(*sections: str) -> Kind:
    names = " or ".join(f"[[{one}]]" for one in sections)
    return Kind(f"the name of a {names}, or a list of such names", _names, sections, True)


TEXT = Kind("a text", _full)
USER = Kind("a number or name of letters, digits and + - . _ * #", _user)
FLAG = Kind("true or false", _flag)
DURATION_KIND = Kind('a time such as "12.5s", "200ms", "2min" or "1h", or a number of seconds', _duration)
PLACE = Kind("[x, y] or [x, y, floor], in metres from a corner and whole floors", _place)
PATH = Kind('a list of ["TIME", x, y] or ["TIME", x, y, floor] in rising order of time', _path)
NAME_KIND = Kind("a name of letters, digits, - and _ that no other part of the lab has", _name)
ADDRESS_KIND = Kind('an IPv4 address of a host such as "10.0.0.7"', _address)
PATTERN = Kind("a regular expression", _pattern)
LINES = Kind("lines of text, or a list of lines", _lines)
TEXTS = Kind("a list of texts", _texts)
TABLE = Kind('a table such as { name = "text" }', _table)
SPAN = Kind('two times, such as ["5s", "10s"]', _span)
DIGITS = Kind("digits, with * and #", _digits)
PRESSED = Kind(f'keys such as "*#06#", or a list with names of keys: {", ".join(menu.NAMES)}', _pressed)
KEYS = Kind("keys: digits, *, # and R", _keys)
SOUND = Kind('"speech", "noise", "silence", "tone:HZ" (100 to 3400) or the path of a WAV file', _sound)
WHEN = Kind('what has happened, such as "anna located", "phone connected" or the name of a step', _when)
