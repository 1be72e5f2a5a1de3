"""A base whose DSP is on a board of its own: its log and alarms say what becomes of the board."""

import pytest

from firmware.log import DSP_LOST
from hal.dsp import DspBusy, Settings
from sim.devices.dsp_board import DspBoard
from sim.site import Site
from tests.target.virtual_board import Board, VirtualLine, probe

SPEECH = Settings("pcma", 20, 2, 128, False, False, "g726")


class Attached:
    """What sim.dsp_device.attach gives, with the board in this process."""

    def __init__(self, library):
        self.board = Board(library, 4)

    def dsp(self, time, radio, part):
        report = probe(self.board)
        self.board.power_on()
        self.line = VirtualLine(time, self.board)
        board = DspBoard(time, radio, self.line, report, part.channels, part.codecs)
        board.on_news = self.on_news
        return board


@pytest.fixture
def base(board_library):
    attached = Attached(board_library)
    with Site(virtual=True) as site:
        machine = site.board("ip1203", attached=attached)
        machine.heard = []
        machine.on_news = machine.heard.append
        machine.power_on()
        site.time.run(site.time.now + 1_000_000)
        yield machine, attached.line


def alarms(machine):
    return [alarm.text for alarm in machine.gateway.log.alarms() if alarm.code == DSP_LOST]


def test_a_base_has_the_channels_and_codecs_of_its_board(base):
    machine, _line = base
    assert machine.dsp.channels == 4
    assert set(machine.dsp.codecs) <= set(machine.board.dsp.codecs)


def test_a_lost_board_is_an_alarm_until_it_is_back(base):
    machine, line = base
    machine.dsp.open(0, SPEECH)
    line.to_board = lambda octets: b""
    machine.time.run(machine.time.now + 2_000_000)
    (text,) = alarms(machine)
    assert "DSP board test is lost: it has been silent for 1 s; 1 call without speech" in text
    assert machine.heard == [text]
    line.to_board = bytes
    machine.time.run(machine.time.now + 2_000_000)
    assert alarms(machine) == []
    assert "is back after" in machine.heard[1]
    assert any(entry.module == "MSP0" and "is lost" in entry.text for entry in machine.gateway.log._lines)


def test_the_alarm_stands_again_after_a_restart_of_the_base(base):
    machine, line = base
    line.to_board = lambda octets: b""
    machine.time.run(machine.time.now + 2_000_000)
    machine.power_off()
    machine.power_on()
    assert len(alarms(machine)) == 1
    with pytest.raises(DspBusy, match="does not answer"):
        machine.dsp.open(0, SPEECH)


def test_a_restart_of_the_base_closes_the_boards_channels(base):
    machine, _line = base
    machine.dsp.open(0, SPEECH)
    machine.time.run(machine.time.now + 100_000)
    machine.power_off()
    machine.power_on()
    machine.time.run(machine.time.now + 100_000)
    machine.dsp.open(0, SPEECH)
