"""Who is at the other end of a line: a DSP board, or what else."""

import os
import select
from contextlib import suppress
from time import monotonic_ns

from hal import dsp_link
from hal.link import MAJOR, MINOR, Link, Out, Up
from sim.devices.link_line import LineError, Wire

PATIENCE = 3_000_000
"""Microseconds: a board that was reset when its port was opened must have started."""

FLASH = "is the DSP image on the board? `gatesim flash` writes it"


def probe(wire: Wire, name: str, patience: int = PATIENCE) -> dsp_link.Report:
    """Its Report; LineError that says what is there instead. Waits; the session that it opens is left to end."""
    link = Link(int.from_bytes(os.urandom(4), "little"))
    heard = 0
    now = begun = _now()
    while now < begun + patience and link.refused is None:
        effects = link.tick(now)
        if select.select([wire.fd], [], [], max(0, link.due() - now) / 1e6)[0]:
            data = _read(wire, name)
            heard += len(data)
            effects += link.receive(data, _now())
        for effect in effects:
            if isinstance(effect, Up):
                return _report(effect.report, name)
            if isinstance(effect, Out):
                with suppress(BlockingIOError):
                    os.write(wire.fd, effect.data)
        now = _now()
    raise LineError(f"{name}: {_diagnosis(link, heard)}")


def _now() -> int:
    return monotonic_ns() // 1000


def _read(wire: Wire, name: str) -> bytes:
    try:
        data = os.read(wire.fd, 65536)
    except BlockingIOError:
        return b""
    except OSError as error:
        raise LineError(f"{name}: the line was lost: {error.strerror}") from None
    if not data:
        raise LineError(f"{name}: the other side has closed the line; does another program use the board?")
    return data


def _report(body: bytes, name: str) -> dsp_link.Report:
    report = dsp_link.report(body)
    if report is None:
        raise LineError(f"{name}: what it says of itself is no report of a DSP board: flash the image of this release")
    return report


def _diagnosis(link: Link, heard: int) -> str:
    if link.refused is not None:
        board = "{}.{}".format(*link.refused)
        return (f"the board speaks version {board} of the link, this program {MAJOR}.{MINOR}: "
                "`gatesim flash` writes the image that belongs to it")
    if link.echo:
        return "the line gives back what it is sent: a loopback plug, or a terminal with echo?"
    said = link.reader.noise or link.reader.rest()[-60:]
    if heard:
        return f"what answers is no DSP board (it says {said[:60]!r}): another port, or the wrong rate? {FLASH}"
    return f"nothing answers: is the board powered, the port right? {FLASH}"
