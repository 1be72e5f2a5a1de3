"""Ports at whose other end there is no DSP board, or another one: what a person is told."""

import os
import pty
import select
import socket
import threading
import tty

import pytest

from hal.frames import Frame, Reader, encode
from sim.devices.link_frames import BODIES
from sim.devices.link_line import LineError
from sim.devices.link_ports import Port
from sim.devices.link_probe import probe

SOON = 400_000


class FarEnd:
    """A pty, `path`, at whose far end `answer(octets)` says what comes back."""

    def __init__(self, answer):
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._answer, self._ended = answer, False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while not self._ended:
            if select.select([self._master], [], [], 0.01)[0]:
                os.write(self._master, self._answer(os.read(self._master, 4096)))

    def close(self):
        """The thread is gone before its descriptor may be anybody else's."""
        self._ended = True
        self._thread.join()
        os.close(self._master)
        os.close(self._slave)


@pytest.fixture
def told():
    """What `probe` says of a port that answers so."""
    def ask(answer):
        far = FarEnd(answer)
        wire = Port(far.path).open()
        try:
            with pytest.raises(LineError) as found:
                probe(wire, far.path, SOON)
        finally:
            wire.close()
            far.close()
        return str(found.value)

    return ask


def welcome(session, major=1, report=b""):
    version = {"magic": b"GWLK", "major": major, "minor": 7}
    return encode(Frame(2, 1, 0, 0, 255, BODIES["hello"].build({"version": version, "session": session}) + report))


def answered(octets, **options):
    frames = Reader().feed(octets)
    return welcome(BODIES["hello"].parse(frames[-1].body).session, **options) if frames else b""


def test_a_silent_port(told):
    text = told(lambda octets: b"")
    assert "nothing answers" in text and "gatesim flash" in text


def test_a_port_with_a_console_behind_it(told):
    text = told(lambda octets: b"MicroPython v1.28 on 2026-01-01\r\n>>> ")
    assert "no DSP board" in text and "MicroPython" in text and "gatesim flash" in text


def test_a_port_of_noise(told):
    assert "no DSP board" in told(lambda octets: os.urandom(200))


def test_a_loopback(told):
    assert "gives back what it is sent" in told(bytes)


def test_a_board_of_another_version(told):
    text = told(lambda octets: answered(octets, major=2))
    assert "speaks version 2.7 of the link, this program 1.0" in text and "gatesim flash" in text


def test_a_board_of_something_else(told):
    assert "no report of a DSP board" in told(lambda octets: answered(octets, report=b"printer"))


@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
def test_a_socket_that_nobody_serves(scheme):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(LineError, match="nobody listens there"):
        Port(f"{scheme}://127.0.0.1:{port}").open()


@pytest.mark.parametrize(("name", "words"), [
    ("/dev/no-such-port", "no such port"), ("foo://bar", "cannot be opened"), ("/dev/null", "is no serial line")])
def test_a_port_that_is_none(name, words):
    with pytest.raises(LineError, match=words):
        Port(name).open()
