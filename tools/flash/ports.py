"""Which serial ports this machine has, and what answers on them. Nothing that runs there is stopped."""

import errno
import pathlib
import re
import time
from collections import namedtuple

from hal import dsp_link
from hal.link import Link, Out, Up
from sim.line import LineLost, open_line
from sim.status import UserError
from tools.flash.repl import PROMPT, PYTHON

PATIENCE = 0.4
"""Seconds for an answer; a board with a console gives it in a few milliseconds."""

LINK_PATIENCE = 1.5
"""As PATIENCE, for a DSP board: QEMU looks once a second whether somebody has opened its line."""

Port = namedtuple("Port", ("port", "kind", "what"))
"""`kind`: "MicroPython", "gatesim", "DSP board", "unknown", "silent" or "no access"; `what` tells more."""

BANNER = re.compile(rb"MicroPython ([^\r\n]+)")


def survey(baud, ports=None):
    """A Port for each of `ports`, or for each that this machine has."""
    return [probe(port, baud) for port in (candidates() if ports is None else ports)]


def candidates():
    """Serial devices, and the lines of boards that an earlier run left on in a folder here."""
    from serial.tools import list_ports

    from sim.devboard.keeper import Keeper

    kept = [str(Keeper(folder).port) for folder in sorted(pathlib.Path().iterdir())
            if folder.is_dir() and Keeper(folder).process() is not None]
    return [one.device for one in sorted(list_ports.comports())] + kept


def probe(port, baud):
    """Ask with an empty line; then, where nothing that is text answers, as a host of the DSP board would."""
    try:
        with open_line(port, baud) as line:
            return Port(port, *identify(line))
    except UserError as error:
        cause = error.__cause__
        busy = isinstance(cause, OSError) and cause.errno == errno.EBUSY
        return Port(port, "no access", "another program has it open" if busy else str(error).rpartition(": ")[2])
    except LineLost as reason:
        return Port(port, "unknown", str(reason))


def identify(line):
    """(kind, what) of what is at the far end."""
    said = asked(line, b"\r")
    prompt = PROMPT.search(said)
    if said.endswith(PYTHON):
        return "MicroPython", version(asked(line, b"\x02", BANNER))
    if prompt:
        return "gatesim", f"console of {prompt.group(1).decode('utf-8', 'replace')}"
    found = linked(line)
    if found:
        return "DSP board", found
    if said:
        return "unknown", f"says {said[-40:]!r}"
    return "silent", "nothing answers; a program that is busy may run there"


def version(said):
    found = BANNER.search(said)
    return found.group(1).decode("utf-8", "replace") if found else "of an unknown version"


def asked(line, question, wanted=None):
    """What comes until there is a prompt, or silence; with `wanted`, a prompt behind that. An older one may come
    first."""
    said, limit = b"", time.monotonic() + PATIENCE
    line.write(question, PATIENCE)
    while (left := limit - time.monotonic()) > 0 and not (
            said.endswith(b"> ") and (wanted is None or wanted.search(said))):
        if line.wait(left)[0]:
            said += line.read()
    return said


def linked(line):
    """The report of a DSP board in words, None where no board answers as one."""
    link = Link(int(time.time() * 1000))
    began = time.monotonic()
    while (now := time.monotonic() - began) < LINK_PATIENCE:
        came = line.wait(0.05)[0]
        effects = link.receive(line.read(), int(now * 1e6)) if came else []
        if link.due() <= now * 1e6:
            effects += link.tick(int(now * 1e6))
        for effect in effects:
            if isinstance(effect, Up):
                return described(effect)
            if isinstance(effect, Out):
                line.write(effect.data, PATIENCE)
        if link.refused is not None:
            return "of another protocol version, {}.{}".format(*link.refused)
    return None


def described(up):
    report = dsp_link.report(up.report)
    if report is None:
        return "with a report that cannot be read"
    return f"{report.name}, {report.channels} channels, {' '.join(report.codecs)}"
