"""Sites: addresses, time on both clocks, and that nothing is left behind."""

import asyncio
import os
import socket

import pytest

from sim.devices.uart_backends import PtyBackend
from sim.devices.virtual_net import VirtualNet
from sim.site import PORTS, Site, addresses, is_free, obstacle
from sim.status import UserError
from sim.time import Time

FREE = "127.0.3.241"


@pytest.mark.parametrize(("kind", "port"), [(socket.SOCK_DGRAM, PORTS[0]), (socket.SOCK_STREAM, PORTS[1])])
def test_an_address_is_free_when_nobody_has_a_standard_port_of_a_board_there(kind, port):
    assert is_free(FREE)
    with socket.socket(socket.AF_INET, kind) as squatter:
        try:
            squatter.bind((FREE, port))
        except PermissionError:
            pytest.skip(f"this user may not bind port {port}")
        if kind == socket.SOCK_STREAM:
            squatter.listen()
        assert not is_free(FREE)
        assert f"port {port}: " in obstacle(FREE)
    assert is_free(FREE)


def test_an_address_that_is_not_this_hosts_is_an_obstacle():
    assert "assign" in obstacle("192.0.2.77")


def test_two_boards_of_a_site_and_of_two_sites_get_addresses_of_their_own():
    with Site() as one, Site() as other:
        first, second = one.board("ip1203"), one.board("ip1202")
        first.power_on()
        second.power_on()
        third = other.board("ip1203")
        third.power_on()
        assert len({first.net.address, second.net.address, third.net.address}) == 3
        for machine in (first, second, third):
            assert machine.gateway.loop.refused == []


def test_two_sites_that_start_at_the_same_time_do_not_choose_the_same_address():
    with Site() as one, Site() as other:
        # Neither has bound a port yet.
        addresses = [one.free_address(), other.free_address(), one.free_address()]
        assert len(set(addresses)) == 3


def test_without_a_free_address_the_user_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr("sim.site.is_free", lambda address: False)
    with Site() as site, pytest.raises(UserError, match="stop some boards, or name one with -net host="):
        site.free_address()


def test_boards_differ_in_mac_address_and_chance_but_not_between_runs():
    def run():
        with Site(virtual=True, seed=7) as site:
            machines = [site.board("ip1203") for _ in range(2)]
            for machine in machines:
                machine.power_on()
            return [(machine.run_line("mod cmd CMD0 box-info").reply, machine._random.random()) for machine in machines]

    first, second = run()
    assert first != second
    assert run() == [first, second]


def test_a_virtual_site_waits_in_virtual_time_only_and_says_whether_it_happened():
    with Site(virtual=True) as site:
        happened = []
        site.time.at(5_000_000, lambda: happened.append(site.time.now))
        assert asyncio.run(site.until(lambda: bool(happened), 3600))
        assert site.time.now == 5_000_000
        assert not asyncio.run(site.until(lambda: False, 3600))
        assert site.time.now == 5_000_000 + 3_600_000_000


def test_waiting_on_a_virtual_site_can_be_interrupted():
    with Site(virtual=True) as site:
        async def run():
            def tick():
                site.time.after(1000, tick)

            tick()
            asyncio.get_running_loop().call_later(0.05, asyncio.current_task().cancel)
            await site.until(lambda: False, 1e9)

        with pytest.raises(asyncio.CancelledError):
            asyncio.run(run())


def test_a_site_on_the_wall_clock_keeps_to_it():
    with Site() as site:
        async def run():
            began = asyncio.get_running_loop().time()
            assert not await site.until(lambda: False, 0.1)
            return asyncio.get_running_loop().time() - began

        assert 0.09 < asyncio.run(run()) < 1
        assert isinstance(site.time, Time)
        assert 100_000 <= site.time.now < 1_000_000


def test_closing_a_site_switches_its_boards_off_and_frees_their_ports():
    with Site() as site:
        machine = site.board("ip1203", net=site.net(FREE))
        machine.power_on()
        assert not is_free(FREE)
    assert machine.gateway is None
    assert is_free(FREE)


@pytest.mark.parametrize("virtual", [True, False])
def test_a_site_gives_back_every_descriptor(virtual):
    def descriptors():
        return len(os.listdir("/proc/self/fd"))

    with Site() as site:
        site.board("ip1203")
    before = descriptors()
    for _ in range(3):
        with Site(virtual=virtual) as site:
            for name in ("ip1203", "ip1202"):
                site.board(name, backend=None if virtual else PtyBackend(site.pace)).power_on()
            asyncio.run(site.pass_time(0.01))
    assert descriptors() == before


def test_a_cable_that_is_not_there_takes_no_address_of_the_host():
    with Site() as site:
        machine = site.board("ip1203", net=site.unplugged())
        machine.power_on()
        assert machine.gateway.loop.refused == []
        assert isinstance(machine.net, VirtualNet)
        asyncio.run(site.pass_time(0.01))
        assert machine.gateway.registry.find("LED").state == "no-ethernet"


def test_addresses_are_those_of_the_manual():
    found = list(addresses())
    assert (found[0], found[-1], len(found)) == ("127.0.0.2", "127.0.0.254", 253)
