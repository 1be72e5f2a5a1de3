"""A whole script through the interpreter, line by line."""

from collections import namedtuple

from firmware.config.options import decode_text
from firmware.effects import Restart

BOM = "\ufeff"

Line = namedtuple("Line", ("number", "text", "result"))
"""`number` counts from 1; `result` is the console's Result."""


def lines(script):
    """(number, text) for each line that is neither empty nor a comment; takes str or octets, any line ends, a BOM."""
    text = script if isinstance(script, str) else decode_text(bytes(script))
    if text[:1] == BOM:
        text = text[1:]
    numbered = enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)
    return [(number, line) for number, line in numbered if line.strip(" \t\0") and line.strip(" \t")[:1] != "#"]


def run(interpreter, script, now, who="script", after=0):
    """Run the lines after number `after`; stops behind a line that restarts the device at once.

    Returns a Line for each that was run. Whoever reboots the device goes on
    with `after` set to the last number.
    """
    done = []
    for number, text in lines(script):
        if number <= after:
            continue
        result = interpreter.run(text, now, who)
        done.append(Line(number, text, result))
        if any([isinstance(effect, Restart) and effect.when == "now" for effect in result.effects]):
            break
    return done
