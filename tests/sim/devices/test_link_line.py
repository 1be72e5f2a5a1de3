"""A line that comes and goes: what is told, what is kept, and that nobody waits for it."""

import asyncio
import os
import socket

import pytest

from sim.devices.link_line import AGAIN, Line, LineError
from sim.pace import Pace
from sim.time import Time


class Wire:
    def __init__(self):
        self._ours, self.far = socket.socketpair()
        self._ours.setblocking(False)
        self.far.settimeout(5)
        self.fd = self._ours.fileno()
        self.closed = False

    def close(self):
        self.closed = True
        self._ours.close()


class Source:
    """Fails as often as it is told, then gives a wire."""

    name = "test"

    def __init__(self):
        self.failures = 0
        self.wires = []

    def open(self):
        if self.failures:
            self.failures -= 1
            raise LineError("the cable is not in")
        self.wires.append(Wire())
        return self.wires[-1]

    def close(self):
        pass


class User:
    def __init__(self):
        self.told = []
        self.data = b""

    def opened(self):
        self.told.append("opened")

    def received(self, data):
        self.data += data

    def lost(self, reason):
        self.told.append(reason)


@pytest.fixture
def rig():
    rig = Rig()
    yield rig
    rig.line.close()
    rig.line.close()
    for wire in rig.source.wires:
        wire.close()
        wire.far.close()
    rig.loop.close()


class Rig:
    def __init__(self):
        self.pace, self.source, self.user = Pace(Time()), Source(), User()
        self.loop = asyncio.new_event_loop()
        self.wire = self.source.open()
        self.line = Line(self.pace, self.source, self.wire)
        self.line.start(self.user)

    def until(self, condition):
        limit = self.pace.time.now + 10_000_000
        self.loop.run_until_complete(self.pace.run(lambda: condition() or self.pace.time.now > limit))
        return condition()


def test_octets_pass_both_ways(rig):
    assert rig.user.told == ["opened"]
    rig.line.write(b"to the board")
    assert rig.wire.far.recv(100) == b"to the board"
    rig.wire.far.sendall(b"to the host")
    assert rig.until(lambda: rig.user.data == b"to the host")


def test_what_the_other_side_does_not_take_waits_and_arrives_in_order(rig):
    sent = os.urandom(2_000_000)
    for at in range(0, len(sent), 100_000):
        rig.line.write(sent[at:at + 100_000])
    got = bytearray()

    def read():
        rig.wire.far.setblocking(False)
        try:
            got.extend(rig.wire.far.recv(65536))
        except BlockingIOError:
            pass
        return len(got) == len(sent)

    rig.pace.add_reader(rig.wire.far.fileno(), read)
    assert rig.until(lambda: len(got) == len(sent))
    rig.pace.remove_reader(rig.wire.far.fileno())
    assert bytes(got) == sent


def test_a_lost_line_is_told_once_and_opened_again_when_it_can_be(rig):
    rig.source.failures = 2
    rig.wire.far.close()
    assert rig.until(lambda: len(rig.user.told) >= 2)
    assert rig.wire.closed
    rig.line.write(b"into nothing")
    assert rig.until(lambda: rig.line.failure == "the cable is not in")
    began = rig.pace.time.now
    assert rig.until(lambda: rig.user.told[-1] == "opened" and len(rig.user.told) == 3)
    assert rig.pace.time.now - began >= AGAIN
    assert rig.line.failure is None
    rig.line.write(b"again")
    assert rig.source.wires[-1].far.recv(100) == b"again"


def test_a_line_that_is_closed_while_it_is_being_opened_leaves_nothing_open(rig):
    rig.wire.far.close()
    assert rig.until(lambda: len(rig.user.told) == 2)
    rig.pace.time.run(rig.pace.time.now + AGAIN)
    rig.line.close()
    assert all(wire.closed for wire in rig.source.wires)
    assert rig.user.told[-1] != "opened"
