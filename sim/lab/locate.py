"""Where in a TOML file a value stands: the parser of the standard library does not tell.

For a file that it has accepted, `positions` gives the line of every header, key and
element that can be told; what is nested deeper has the line of what it is in.
"""

import re

HEADER = re.compile(r"\s*(\[\[?)(.*?)\]\]?\s*(?:#.*)?$")
PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")

Path = tuple["str | int", ...]


def positions(text: str) -> "dict[Path, int]":
    """Line numbers, from 1, by path: ("handset", 1, "position") is that of the second [[handset]]."""
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    here: Path = ()
    for number, line in statements(text):
        match = HEADER.match(line) if line.lstrip().startswith("[") else None
        if match is not None:
            here = _header(keys(match[2]), match[1] == "[[", counts)
            found.setdefault(here, number)
            continue
        key, value = assignment(line)
        if key:
            path = (*here, *key)
            for length in range(len(here) + 1, len(path) + 1):
                found.setdefault(path[:length], number)
            _within(found, path, value, number)
    return found


def _within(found, path, value, number):
    """The keys of inline tables, and the elements of an array of such, on whatever line they are."""
    depth, index, line = 0, 0, number
    for mark, at in tokens(value):
        line = number + value.count("\n", 0, at)
        if mark in "[{":
            depth += 1
            if mark == "{" and depth == 2:
                found.setdefault((*path, index), line)
        elif mark in "]}":
            depth -= 1
        elif mark == "," and depth == 1:
            index += 1
        if mark in "{,":
            match = re.match(r"\s*([A-Za-z0-9_-]+)\s*=", value[at + 1:])
            if match is not None:
                key_line = number + value.count("\n", 0, at + 1 + match.start(1))
                inside = (*path, index, match[1]) if depth == 2 else (*path, match[1])
                found.setdefault(inside, key_line)


def line_of(found: "dict[Path, int]", path: Path) -> int:
    """The line of a value, or of the nearest that it is in."""
    while path not in found:
        path = path[:-1]
    return found[path]


def _header(key: "list[str]", array: bool, counts: "dict[Path, int]") -> Path:
    path: Path = ()
    for part in key[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, key[-1]) if key else path
    if array:
        counts[path] = counts.get(path, -1) + 1
        for deeper in [one for one in counts if len(one) > len(path) and one[:len(path)] == path]:
            if deeper[len(path)] == counts[path]:
                del counts[deeper]
        path = (*path, counts[path])
    return path


def statements(text: str):
    """(number of its first line, text) of each header and assignment, however many lines it takes."""
    began, held, lines = 0, "", text.split("\n")
    for number, line in enumerate(lines, 1):
        if not held and (not line.strip() or line.lstrip().startswith("#")):
            continue
        began = began if held else number
        held = held + "\n" + line if held else line
        if not open_at_end(held):
            yield began, held
            held = ""
    if held:
        yield began, held


def open_at_end(text: str) -> bool:
    """Whether a statement goes on in the next line: a bracket or a long string is open."""
    if text.lstrip().startswith("["):
        return False
    depth = 0
    for mark, _ in tokens(text):
        if mark == "open":
            return True
        depth += (mark in "[{") - (mark in "]}")
    return depth > 0


def tokens(text: str):
    """(mark, where) of brackets and commas outside strings and comments; "open" for a string without an end."""
    at, size = 0, len(text)
    while at < size:
        one = text[at]
        if one in "\"'":
            quote = one * 3 if text.startswith(one * 3, at) else one
            at = _string_end(text, at + len(quote), quote)
            if at < 0:
                yield "open", size
                return
            continue
        if one == "#":
            at = text.find("\n", at)
            if at < 0:
                return
        elif one in "[]{},":
            yield one, at
        at += 1


def _string_end(text: str, at: int, quote: str) -> int:
    """Behind its closing quote, -1 if there is none."""
    while at < len(text):
        if text[at] == "\\" and quote[0] == '"':
            at += 2
        elif text.startswith(quote, at):
            at += len(quote)
            while len(quote) == 3 and text.startswith(quote[0], at):
                at += 1
            return at
        else:
            at += 1
    return -1


def assignment(line: str) -> "tuple[list[str], str]":
    """The key's parts and the text of the value."""
    at, parts = 0, []
    while (match := PART.match(line, at)) is not None:
        parts.append(match[1] or match[2] or match[3] or "")
        at = match.end()
        if line[at:at + 1] == "=":
            return parts, line[at + 1:]
        if line[at:at + 1] != ".":
            break
        at += 1
    return [], ""


def keys(text: str) -> "list[str]":
    return assignment(text + "=")[0]
