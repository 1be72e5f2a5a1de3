"""A DSP board behind a socket: `socket://` and `rfc2217://`, served by threads that run the board's own code."""

import contextlib
import os
import socket
import threading
from time import monotonic_ns

import pytest
import serial
import serial.rfc2217

from sim.devices.link_ports import Port
from sim.devices.link_probe import probe
from tests.target.virtual_board import Board


class Server:
    """One client; what passes between it and the board is changed by `inward` and `outward`."""

    def __init__(self, library, manager=None):
        self._board = Board(library, 2)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:{}".format(self._listening.getsockname()[1])
        self._manager = manager
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        with contextlib.suppress(OSError):
            client, _ = self._listening.accept()
            with client:
                client.settimeout(0.01)
                inward, outward = self._protocol(client)
                self._board.said = lambda octets: client.sendall(outward(octets))
                self._turn(client, inward)

    def _protocol(self, client):
        if self._manager is None:
            return bytes, bytes
        manager = self._manager(client)
        return lambda octets: b"".join(manager.filter(octets)), lambda octets: b"".join(manager.escape(octets))

    def _turn(self, client, inward):
        while True:
            try:
                octets = client.recv(4096)
            except TimeoutError:
                octets = None
            if octets == b"":
                return
            now = monotonic_ns() // 1000
            self._board.receive(inward(octets or b""), now)
            self._board.tick(now)

    def close(self):
        self._listening.close()
        self._thread.join()


class Whole:
    """A socket as PortManager writes to it."""

    def __init__(self, client):
        self.write = client.sendall


def rfc2217(client):
    return serial.rfc2217.PortManager(serial.serial_for_url("loop://"), Whole(client))


@pytest.mark.parametrize(("scheme", "manager"), [("socket", None), ("rfc2217", rfc2217)])
def test_a_board_behind_a_socket_answers(board_library, scheme, manager):
    server = Server(board_library, manager)
    wire = Port(f"{scheme}://{server.address}").open()
    try:
        assert probe(wire, scheme).name == "test"
    finally:
        wire.close()
        wire.close()
        server.close()


def test_a_socket_does_not_wait_for_acknowledgements(board_library):
    server = Server(board_library)
    wire = Port(f"socket://{server.address}").open()
    with socket.socket(fileno=os.dup(wire.fd)) as same:
        assert same.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    wire.close()
    server.close()
