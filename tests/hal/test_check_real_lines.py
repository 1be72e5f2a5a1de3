"""The serial contract holds through a real pty, TCP and UNIX socket, on the wall clock."""

import asyncio
import socket

import pytest
import serial

from hal.check import check_serial
from sim.devices.uart import Uart
from sim.devices.uart_backends import PtyBackend
from sim.devices.uart_sockets import TcpBackend, UnixBackend
from sim.pace import Pace
from sim.time import Time


class Terminal:
    """The user's end of a pty."""

    def __init__(self, path):
        self.port = serial.Serial(path, timeout=0, write_timeout=5)

    def send(self, data):
        self.port.write(data)

    def take(self):
        return self.port.read(65_536)

    def close(self):
        self.port.close()


class Client:
    """The user's end of a socket."""

    def __init__(self, family, address):
        self.socket = socket.socket(family)
        self.socket.connect(address)
        self.socket.setblocking(False)

    def send(self, data):
        self.socket.sendall(data)

    def take(self):
        try:
            return self.socket.recv(65_536)
        except BlockingIOError:
            return b""

    def close(self):
        self.socket.close()


def lines(directory):
    def pty(pace):
        backend = PtyBackend(pace)
        return backend, lambda: Terminal(backend.path)

    def tcp(pace):
        backend = TcpBackend(pace, "127.0.0.1", 0)
        return backend, lambda: Client(socket.AF_INET, backend.address)

    def unix(pace):
        backend = UnixBackend(pace, str(directory / "console"))
        return backend, lambda: Client(socket.AF_UNIX, backend.path)

    return {"pty": pty, "tcp": tcp, "unix": unix}


@pytest.mark.parametrize("kind", ["pty", "tcp", "unix"])
def test_a_line_to_the_host_keeps_the_contract(kind, tmp_path):
    time = Time()
    pace = Pace(time)
    with asyncio.Runner() as runner:
        backend, user = lines(tmp_path)[kind](pace)
        uart = Uart(time, backend, baud=1_000_000)
        far = user()
        try:
            check_serial(uart, far, lambda microseconds: runner.run(pace.run(time.now + microseconds)))
        finally:
            far.close()
            uart.close()
