"""A line on virtual time: time waits for the board, so that a run repeats bit for bit however quick the board is."""

import os
import select
from collections.abc import Callable
from time import monotonic

from sim.devices.dsp_board import DspBoard
from sim.devices.link_line import LineError, Source, User, Wire

PATIENCE = 5.0
"""Seconds that a board may take for one answer."""


class Steps:
    """A transport over an open wire. LineError out of whatever waits when the board falls silent."""

    failure = None

    def __init__(self, source: Source, wire: Wire, board: DspBoard):
        self._source, self._wire = source, wire
        self._board: "DspBoard | None" = board
        self._user: "User | None" = None
        # Hours may pass on virtual time while the board says nothing.
        board.link.patient = True

    def start(self, user: User) -> None:
        self._user = user
        user.opened()

    def write(self, data: bytes) -> None:
        if self._board is None:
            return
        while data:
            if not select.select([], [self._wire.fd], [], PATIENCE)[1]:
                raise LineError(f"{self._source.name}: the board has taken nothing for {PATIENCE:g} s")
            data = data[self._sent(data):]
        board = self._board
        if board is not None and not board.link.up:
            self._wait(lambda: board.link.up)

    def settle(self) -> None:
        board = self._board
        if board is not None:
            self._wait(lambda: not board.behind)

    def close(self) -> None:
        """Idempotent."""
        self._board = None
        self._wire.close()

    def _wait(self, holds: Callable[[], bool]) -> None:
        deadline = monotonic() + PATIENCE
        while self._board is not None and not holds():
            ready = select.select([self._wire.fd], [], [], max(0.0, deadline - monotonic()))[0]
            data = self._read() if ready else b""
            if not data:
                raise LineError(f"{self._source.name}: the board has not answered for {PATIENCE:g} s")
            if self._user is not None:
                self._user.received(data)

    def _sent(self, data: bytes) -> int:
        try:
            return os.write(self._wire.fd, data)
        except OSError as error:
            raise self._lost(error) from None

    def _read(self) -> bytes:
        try:
            return os.read(self._wire.fd, 65536)
        except OSError as error:
            raise self._lost(error) from None

    def _lost(self, error: OSError) -> LineError:
        return LineError(f"{self._source.name}: the line was lost: {error.strerror}")
