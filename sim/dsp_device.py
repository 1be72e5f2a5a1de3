"""`-device dsp,...`: the DSP channels of a board on attached hardware."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import mean, median
from typing import TextIO

from hal.description import DspPart
from sim.assembly import properties, whole
from sim.devices.dsp import Bearers
from sim.devices.dsp_board import DspBoard
from sim.devices.link_line import Line, LineError, Source, User, Wire
from sim.devices.link_ports import BAUD, Port
from sim.devices.link_probe import probe
from sim.devices.link_qemu import IMAGES, INSTRUCTIONS, Qemu
from sim.devices.link_step import Steps
from sim.devices.link_trace import Trace
from sim.pace import Pace
from sim.status import UserError
from sim.time import Time

OF_QEMU = ("image", "gdb", "icount")
OPTIONS = ("port", "baud", "trace", *OF_QEMU)
FORM = ("dsp,port=PORT[,baud=N][,trace=FILE] or "
        "dsp,port=qemu:mps2-an500[,image=FILE][,gdb=PORT][,icount=on][,trace=FILE]")
QEMU = "qemu:"


class Attachment:
    """A board that has answered; `dsp(time, radio, part)` makes the device. A transport.

    Without a pace, time is virtual and waits for the board.
    """

    def __init__(self, pace: "Pace | None", source: Source, trace: "Trace | None" = None):
        self.source = source
        self.on_news: Callable[[str, "str | None"], object] = lambda text, standing: None
        self._pace, self._trace = pace, trace
        self._line: "Line | Steps | None" = None
        self._wire: "Wire | None" = None
        self._board: "DspBoard | None" = None

    def open(self) -> None:
        """Waits for the board; LineError."""
        self._wire = self.source.open()
        try:
            self.report = probe(self._wire, self.source.name)
        except BaseException:
            self.close()
            raise

    def dsp(self, time: Time, radio: Bearers, part: DspPart) -> DspBoard:
        session = int.from_bytes(os.urandom(4), "little")
        board = DspBoard(time, radio, self, self.report, part.channels, part.codecs, session)
        board.on_news = self.on_news
        return board

    def rows(self) -> "list[tuple[str, str]]":
        """What the last ticks cost and how late they were, for a table."""
        ticks = self._board.ticks if self._board is not None else None
        if ticks is None or not ticks.costs:
            return []
        cost = median(ticks.costs)
        counted = isinstance(self.source, Qemu) and self.source.icount
        spent = (f"{cost * INSTRUCTIONS:.0f} instructions" if counted
                 else f"{cost / self.report.hertz * 1e6:.0f} µs of its clock")
        rows = [(f"board {self.report.name}", f"{spent} a frame")]
        if ticks.trips and ticks.lags and self._pace is not None:
            rows.append(("board, added delay", f"{median(ticks.trips) / 1000:.1f} ms to the network, "
                         f"{10 * mean(ticks.lags):.1f} ms to the handset"))
        return rows

    # What DspBoard asks of a transport.

    @property
    def failure(self) -> "str | None":
        return self._line.failure if self._line is not None else None

    def start(self, user: User) -> None:
        wire, self._wire = self._wire, None
        assert wire is not None and isinstance(user, DspBoard)
        self._board = board = user
        if self._trace is not None:
            self._trace.time = board.time
        self._line = Steps(self.source, wire, board) if self._pace is None else Line(self._pace, self.source, wire)
        self._line.start(self)

    def write(self, data: bytes) -> None:
        if self._trace is not None:
            self._trace.add("host", data)
        if self._line is not None:
            with waiting():
                self._line.write(data)

    # What a line tells.

    def opened(self) -> None:
        if self._board is not None:
            self._board.opened()

    def received(self, data: bytes) -> None:
        if self._trace is not None:
            self._trace.add("board", data)
        if self._board is not None:
            self._board.received(data)

    def lost(self, reason: str) -> None:
        if self._board is not None:
            self._board.lost(reason)

    def settle(self) -> None:
        if self._line is not None:
            with waiting():
                self._line.settle()

    def close(self) -> None:
        """Idempotent."""
        if self._line is not None:
            self._line.close()
        if self._wire is not None:
            self._wire.close()
        self.source.close()


@contextmanager
def waiting() -> Iterator[None]:
    """Virtual time that waits in vain ends the run: UserError."""
    try:
        yield
    except LineError as error:
        raise UserError(str(error)) from None


def source(text: str) -> Source:
    """What `-device dsp,port=...` names; UserError."""
    options = properties(text, OPTIONS, FORM)
    port = options.get("port", "")
    if not port:
        raise UserError(f"-device {text}: the port is missing: {FORM}")
    emulated = port.startswith(QEMU)
    for name in ("baud",) if emulated else OF_QEMU:
        if name in options:
            raise UserError(f"-device {text}: {name}= goes with {'a real port' if emulated else 'port=qemu:'}")
    if not emulated:
        return Port(port, whole(options["baud"], f"-device {text}") if "baud" in options else BAUD)
    machine = port[len(QEMU):]
    if machine not in IMAGES:
        raise UserError(f"-device {text}: QEMU's boards are {' and '.join(QEMU + name for name in IMAGES)}")
    if options.get("icount", "off") not in ("on", "off"):
        raise UserError(f"-device {text}: icount is on or off")
    gdb = whole(options["gdb"], f"-device {text}") if "gdb" in options else None
    return Qemu(machine, options.get("image"), gdb, options.get("icount") == "on")


def attach(text: str, pace: "Pace | None", stack: ExitStack) -> Attachment:
    """Opens what `-device dsp,...` names, and closes it with `stack`; UserError says what stands in the way."""
    found = source(text)
    path = properties(text, OPTIONS, FORM).get("trace")
    trace = None if path is None else Trace(stack.enter_context(opened_for_trace(path)))
    attachment = Attachment(pace, found, trace)
    try:
        attachment.open()
    except LineError as error:
        raise UserError(f"-device {text}: {error}") from None
    stack.callback(attachment.close)
    return attachment


def opened_for_trace(path: str) -> TextIO:
    try:
        return open(path, "w")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error


def chosen(texts: "list[str]") -> "tuple[str | None, list[str]]":
    """(the text of the DSP device or None, the other devices); UserError where there are two."""
    boards = [text for text in texts if text.split(",")[0] == "dsp"]
    if len(boards) > 1:
        raise UserError("-device dsp: a base has one DSP")
    return boards[0] if boards else None, [text for text in texts if text not in boards]
