"""What the simulator's own machinery costs."""

import pytest

from boards.common import FLASH
from sim.devices.flash import NorFlash
from sim.devices.host_net import HostNet
from sim.devices.virtual_net import VirtualNet
from sim.network import VirtualNetwork
from sim.time import Time

pytestmark = pytest.mark.bench
PAYLOAD = bytes(172)


def test_a_thousand_datagrams_over_loopback_sent_and_received(benchmark):
    net = HostNet(None, "127.0.0.61")
    to = ("127.0.0.61", net.bind("rtp", 0).port)

    def exchange():
        got = 0
        for _ in range(10):
            for _ in range(100):
                net.send("rtp", to, PAYLOAD)
            got += len(net.poll())
        return got

    assert benchmark(exchange) == 1000
    net.shut()


def test_a_thousand_datagrams_over_the_virtual_network(benchmark):
    time = Time()
    network = VirtualNetwork(time)
    a, b = VirtualNet(network, "10.0.0.1"), VirtualNet(network, "10.0.0.2")
    a.bind("rtp", 5004)
    b.bind("rtp", 5004)

    def exchange():
        for _ in range(1000):
            a.send("rtp", ("10.0.0.2", 5004), PAYLOAD)
        time.run(time.now + 1_000)
        return len(b.poll())

    assert benchmark(exchange) == 1000


def test_a_second_of_virtual_time_with_a_hundred_tickers(benchmark):
    time = Time()

    def tick():
        time.after(10_000, tick)

    for _ in range(100):
        tick()
    benchmark(lambda: time.run(time.now + 1_000_000))


def test_a_flash_chip_made_and_a_sector_erased_and_programmed(benchmark):
    def use():
        flash = NorFlash(FLASH)
        flash.erase(0)
        for at in range(0, FLASH.sector, FLASH.page):
            flash.program(at, PAYLOAD)
        return flash.operations

    assert benchmark(use) == 17
