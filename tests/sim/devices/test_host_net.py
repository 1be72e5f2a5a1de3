import asyncio
import os
import socket
import time as wall

import pytest

from hal.net import Accepted, Bound, Closed, Datagram, Received, Refused
from sim.devices.host_net import HostNet
from sim.devices.host_tcp import QUEUED
from sim.pace import Pace
from sim.time import Time


@pytest.fixture
def net():
    made = HostNet(None, "127.0.0.51")
    yield made
    made.shut()


def collect(net, enough, limit=5.0):
    events, end = [], wall.monotonic() + limit
    while not enough(events) and wall.monotonic() < end:
        events += net.poll()
        wall.sleep(0.001)
    return events


def test_boards_side_by_side_use_the_same_port(net):
    other = HostNet(None, "127.0.0.52")
    port = net.bind("sip", 0).port
    assert other.bind("sip", port) == Bound("sip", port)
    other.send("sip", ("127.0.0.51", port), b"hello")
    assert collect(net, bool) == [Datagram("sip", ("127.0.0.52", port), b"hello")]
    other.shut()


def test_a_port_in_use_is_refused_with_the_reason(net):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.51", 0))
        port = taken.getsockname()[1]
        assert net.bind("sip", port) == Refused("sip", "address already in use")
    assert net.bind("sip", port) == Bound("sip", port)
    assert isinstance(net.bind("sip", 0), Refused)
    assert net.bind("far", 70_000) == Refused("far", "no such port: 70000")


def test_an_address_that_is_not_ours_is_refused():
    net = HostNet(None, "192.0.2.1")
    assert net.bind("sip", 0) == Refused("sip", "192.0.2.1 is no address of this host")
    net.shut()


def test_a_low_port_without_the_right_is_refused_with_the_reason(net, monkeypatch):
    def denied(self, address):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("socket.socket.bind", denied)
    assert net.listen("http", 80) == Refused("http", "permission denied: port 80 is below 1024")


def test_a_burst_of_a_thousand_datagrams_is_not_lost(net):
    port = net.bind("rtp", 0).port
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(1000):
            sender.sendto(b"%03d" % number + bytes(169), ("127.0.0.51", port))
    got = collect(net, lambda events: len(events) >= 1000)
    assert [event.data[:3] for event in got] == [b"%03d" % number for number in range(1000)]


def test_a_pulled_cable_loses_datagrams_and_ends_connections(net):
    port, web = net.bind("sip", 0).port, net.listen("http", 0).port
    with socket.create_connection(("127.0.0.51", web)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        (accepted,) = collect(net, bool)
        net.link = False
        sender.sendto(b"lost", ("127.0.0.51", port))
        assert collect(net, lambda events: len(events) > 1, 0.05) == [Closed(accepted.connection, "link down")]
        net.link = True
        sender.sendto(b"through", ("127.0.0.51", port))
        assert [event.data for event in collect(net, bool)] == [b"through"]


def test_a_peer_that_never_reads_is_closed_by_the_device(net):
    port = net.listen("http", 0).port
    with socket.create_connection(("127.0.0.51", port)):
        (accepted,) = collect(net, bool)
        for _ in range(2 * QUEUED // 65_536 + 80):
            net.write(accepted.connection, bytes(65_536))
        assert net.poll() == [Closed(accepted.connection, "the peer does not read")]
        net.write(accepted.connection, b"more")


def test_a_client_that_has_shut_down_its_half_still_gets_its_answer(net):
    port = net.listen("http", 0).port
    with socket.create_connection(("127.0.0.51", port)) as client:
        client.sendall(b"GET /")
        client.shutdown(socket.SHUT_WR)
        events = collect(net, lambda events: any(isinstance(event, Closed) for event in events))
        assert [type(event) for event in events] == [Accepted, Received, Closed]
        net.write(events[0].connection, b"200 OK" * 50_000)
        got = b""
        client.settimeout(5)
        while len(got) < 300_000:
            net.poll()
            got += client.recv(65_536)
        assert got == b"200 OK" * 50_000
        net.poll()
        assert client.recv(1) == b""


def test_a_connection_that_the_peer_resets_is_reported_closed(net):
    port = net.listen("http", 0).port
    client = socket.create_connection(("127.0.0.51", port))
    (accepted,) = collect(net, bool)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    client.close()
    (closed,) = collect(net, bool)
    assert closed.connection == accepted.connection


def test_power_off_closes_every_socket_and_power_on_finds_the_ports_free(net):
    port, web = net.bind("sip", 0).port, net.listen("http", 0).port
    with socket.create_connection(("127.0.0.51", web)) as client:
        collect(net, bool)
        net.reset()
        client.settimeout(5)
        assert client.recv(1) == b""
    assert net.bind("sip", port) == Bound("sip", port)
    assert net.listen("http", web) == Bound("http", web)
    assert net.poll() == []


def test_nothing_leaks_over_many_power_cycles(net):
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(50):
        port = net.listen("http", 0).port
        client = socket.create_connection(("127.0.0.51", port))
        collect(net, bool)
        net.reset()
        client.close()
    assert len(os.listdir("/proc/self/fd")) == before


def test_under_a_pace_a_datagram_wakes_the_board():
    async def session():
        time = Time()
        pace = Pace(time)
        net = HostNet(pace, "127.0.0.53")
        got, seen = [], []
        net.wake = lambda: time.at(time.now, lambda: got.extend(net.poll()))
        net.tap = lambda now, source, destination, protocol, data: seen.append((destination, protocol, data))
        port = net.bind("sip", 0).port
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            asyncio.get_running_loop().call_later(0.01, sender.sendto, b"INVITE", ("127.0.0.53", port))
            await asyncio.wait_for(pace.run(lambda: bool(got)), 5)
        net.shut()
        assert got[0].data == b"INVITE"
        assert seen == [(("127.0.0.53", port), "udp", b"INVITE")]
        assert time.now >= 9_000
    asyncio.run(session())


def test_an_idle_board_with_open_sockets_sleeps():
    async def session():
        pace = Pace(Time())
        net = HostNet(pace, "127.0.0.54")
        for number in range(20):
            net.bind(number, 0)
        web = net.listen("http", 0).port
        client = socket.create_connection(("127.0.0.54", web))
        net.wake = lambda: pace.time.at(pace.time.now, net.poll)
        await pace.run(until=50_000)
        client.shutdown(socket.SHUT_WR)
        await pace.run(until=100_000)
        before = wall.process_time()
        await pace.run(until=1_100_000)
        spent = wall.process_time() - before
        client.close()
        net.shut()
        assert spent < 0.01
    asyncio.run(session())
