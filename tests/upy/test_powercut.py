"""The process is killed ahead of, inside and after every flash operation: old or new, never neither."""

import pytest

from tests.upy.rig import PROMPT, Board

KILL = """
import os
import hal.ports.micropython as port
from board import BOARD
from firmware.main import boot
from hal.ports.flash import SectorFiles

left = {operation}

def die():
    os.system("kill -9 $PPID")
    while True:
        pass

def count(what, at):
    global left
    left -= 1
    if left == 0 and {where!r} == "before":
        die()

class Frail(SectorFiles):
    def _clear_bits(self, number, start, data):
        if left == 0 and {where!r} == "inside":
            super()._clear_bits(number, start, data[:len(data) // 2 + 1])
            die()
        super()._clear_bits(number, start, data)

    def erase(self, at):
        super().erase(at)
        if left == 0 and {where!r} == "inside":
            die()

port.SectorFiles = lambda folder, size, sector, page: Frail(folder, size, sector, page, count)
port.run(BOARD, boot)
"""
OLD, NEW = "config change CMD0 /name Old\r\n", "config change CMD0 /name New\r\n"
ENOUGH = 7
"""Operations that one commit does not have."""


def keep(board, name):
    for line in (f"config add CMD0 /name {name}", "config write"):
        assert board.run(line) == "ok\r\n"


@pytest.mark.parametrize("where", ["before", "inside"])
def test_the_configuration_is_the_old_or_the_new_wherever_power_fails(image, tmp_path, where):
    outcomes = []
    for operation in range(1, ENOUGH):
        folder = tmp_path / str(operation)
        board = Board(image, folder)
        board.start()
        keep(board, "Old")
        board.stop()
        board = Board(image, folder, main=KILL.format(operation=operation, where=where))
        board.start()
        board.run("config add CMD0 /name New")
        board.type(b"config write\r")
        cut = board.dies_before(b"\r\n" + PROMPT)
        board.stop()
        board = Board(image, folder)
        board.start()
        outcomes.append((cut, board.run("config show")))
        keep(board, "After")
        board.stop()
    assert {found for _, found in outcomes} == {OLD, NEW}
    assert [found for cut, found in outcomes if not cut] == [NEW] * (ENOUGH - 1 - sum(cut for cut, _ in outcomes))
    found = [found for _, found in outcomes]
    assert found == sorted(found, reverse=True), "once the new configuration counts, a later cut does not undo it"
    assert 2 <= sum(cut for cut, _ in outcomes) < ENOUGH - 1
