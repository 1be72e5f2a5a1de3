"""What a lab file must hold beyond each field by itself."""

import pathlib
import re
import wave

from sim.lab import story
from sim.lab.locate import Path, line_of

FIRST_NUMBER = 201
REGISTRATIONS = 8
"""SIP interfaces of a board."""

PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_-]+)\}")
"""In console lines: the address of a part."""

Problem = tuple[int, str]


def problems(reader) -> "list[Problem]":
    """Of a `model.Reader` that has read all fields; each is (line, text)."""
    found: list[tuple[Path, str]] = []
    for rule in (_walls, _boards, _users, _addresses, story.steps, story.checks, story.times, _codecs,
                 _placeholders):
        found += rule(reader.parts)
    found += _sounds(reader.parts, pathlib.Path(reader.path).parent)
    return [(line_of(reader.places, path), text) for path, text in found]


def _walls(parts):
    for wall in parts["plan.wall"]:
        if wall.get("from")[2] != wall.to[2]:
            yield ("plan", "wall", wall.index, "to"), "[[plan.wall]]: both ends must be on the same floor"


def _boards(parts):
    import boards
    from sim.peers.handset import identity

    for board in parts["board"]:
        place = ("board", board.index)
        try:
            radio = boards.find(board.model).radio is not None
        except (KeyError, ValueError) as error:
            yield (*place, "model"), f"[[board]]: model = \"{board.model}\": {error.args[0]}"
            continue
        if radio:
            yield from _antennas(board, place)
        if board.sari is not None and board.master is not None:
            yield (*place, "master"), "[[board]]: a master of a system (sari) is no radio of another (master)"
        if (board.sari or board.master) and not radio:
            yield (*place, "model"), f"[[board]]: model = \"{board.model}\" has no radio"
        if board.sari is not None:
            yield from _identity(place, "sari", board.sari, identity.park)
        master = next((one for one in parts["board"] if one.name == board.master), None)
        if master is not None and master.sari is None:
            yield (*place, "master"), f"[[board]]: master = \"{master.name}\": that board has no sari"
        if board.wideband and board.sari is None:
            yield (*place, "wideband"), "[[board]]: wideband is its master's (sari) to say"
        if board.registrar is None and board.trunk is not None:
            yield (*place, "trunk"), "[[board]]: trunk needs a registrar"
        if board.people and (board.registrar is None or board.trunk is not None):
            yield (*place, "people"), "[[board]]: people needs a registrar, and no trunk"


def _antennas(board, place):
    from sim.lab.air import antennas_of

    try:
        antennas_of(board)
    except ValueError as error:
        yield (*place, "antennas"), f"[[board]]: antennas = {board.antennas}: {error}"


def _identity(place, field, text, reader):
    try:
        reader(text)
    except (ValueError, IndexError) as error:
        yield (*place, field), f"[[{place[0]}]]: {field} = \"{text}\": {error}"


def _users(parts):
    from sim.air.foreign import rfpi
    from sim.peers.handset import identity, security
    from sim.peers.handset.models import find

    masters = {one.name: one for one in parts["board"]}
    for foreign in parts["foreign"]:
        yield from _identity(("foreign", foreign.index), "sari", foreign.sari, lambda sari: rfpi(sari, 0))
    for step in parts["step"]:
        if step.verb == "subscribe":
            yield from _identity(("step", step.index), "ac", step.ac, security.code_key)
    for handset in parts["handset"]:
        place = ("handset", handset.index)
        board = masters[handset.board]
        if board.sari is None:
            yield (*place, "board"), f"[[handset]]: board = \"{board.name}\": that board has no sari: it is no master"
        if handset.ipei is not None:
            yield from _identity(place, "ipei", handset.ipei, identity.ipei)
        if handset.sari is not None:
            yield from _identity(place, "sari", handset.sari, identity.park)
        yield from _identity(place, "ac", handset.ac, security.code_key)
        if handset.wideband and not find(handset.model).wideband:
            yield (*place, "wideband"), f"[[handset]]: wideband = true: an {find(handset.model).name} has none"
    for board in parts["board"]:
        users = [one for one in parts["handset"] if one.board == board.name]
        if board.registrar and not board.trunk and not board.people and len(users) > REGISTRATIONS:
            yield ("board", board.index), (f"[[board]] \"{board.name}\": {len(users)} handsets need as many "
                                           f"registrations, and a board has {REGISTRATIONS}: add people = true "
                                           "or trunk = \"NAME\"")
    yield from _twice(parts["handset"], "ipei")
    yield from _numbers(parts)


def numbers_of(parts) -> "dict[str, str]":
    """Of each handset, by its name."""
    return {part.name: part.number or str(FIRST_NUMBER + place) for place, part in enumerate(parts["handset"])}


def _numbers(parts):
    """Those that are given out count as well."""
    numbers = {**numbers_of(parts), **{phone.name: phone.number or phone.name for phone in parts["phone"]}}
    first: dict[str, str] = {}
    for part in parts["handset"] + parts["phone"]:
        number = numbers[part.name]
        if number in first:
            yield (part.section, part.index, "number"), (f"[[{part.section}]] \"{part.name}\": number {number} is that "
                                                         f"of {first[number]} already")
        first.setdefault(number, part.name)


def _twice(found, field):
    seen: dict[str, int] = {}
    for part in found:
        value = part.get(field)
        if value is None:
            continue
        if value in seen:
            yield (part.section, part.index, field), (f"[[{part.section}]]: {field} = \"{value}\": "
                                                      f"line {seen[value]} has it already")
        seen.setdefault(value, part.line)


def _addresses(parts):
    yield from _twice(parts["board"] + parts["registrar"] + parts["phone"], "address")


def _codecs(parts):
    from sim.peers.codecs import CODECS

    for phone in parts["phone"]:
        for codec in phone.codecs:
            if codec not in CODECS:
                yield ("phone", phone.index, "codecs"), (f"[[phone]]: codecs: there is no codec \"{codec}\"; there are "
                                                         f"{', '.join(sorted(CODECS))}")


def _sounds(parts, folder):
    """WAV files lie beside the lab, or are named in full."""
    from sim.peers.handset.audio import read_wav

    for section in ("phone", "handset", "step"):
        for part in parts[section]:
            sound = part.get("plays") or ""
            if not sound.endswith(".wav"):
                continue
            try:
                read_wav(folder / sound)
            except (OSError, EOFError, ValueError, wave.Error) as error:
                why = getattr(error, "strerror", None) or str(error) or "it is no WAV file"
                yield (section, part.index, "plays"), f"[[{section}]]: plays = \"{sound}\": {why}"


def _placeholders(parts):
    """{address} and {NAME} in console lines."""
    hosts = {"address"} | {part.name for section in ("board", "registrar", "phone") for part in parts[section]}
    for section, field in (("board", "config"), ("step", "lines")):
        for part in parts[section]:
            for line in part.get(field) or []:
                for name in PLACEHOLDER.findall(line):
                    if name not in hosts:
                        yield (section, part.index, field), (f"[[{section}]]: {field}: {{{name}}} is no board, "
                                                             f"registrar or phone: {', '.join(sorted(hosts))}")
