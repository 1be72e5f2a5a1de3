"""Every device of the simulator passes the executable contract."""

from time import sleep

import pytest

from hal import check
from hal.description import NorFlash as Geometry
from sim.air import Air
from sim.devices import fax_line
from sim.devices.button import Button
from sim.devices.clock import Clock
from sim.devices.dsp import Dsp
from sim.devices.flash import NorFlash
from sim.devices.host_net import HostNet
from sim.devices.led import Led
from sim.devices.radio import Radio
from sim.devices.sip_carrier import SipCarrier
from sim.devices.uart import Uart
from sim.devices.uart_backends import MemoryBackend
from sim.devices.virtual_net import VirtualNet
from sim.network import Path, VirtualNetwork
from sim.time import Time


class Quiet:
    """A radio whose bearers bring nothing."""

    def take_b(self, bearer):
        return None

    def put_b(self, bearer, data):
        pass


SMALL = Geometry(size=64 * 1024, sector=4096, page=256)


def advancing(time):
    return lambda microseconds: time.run(time.now + microseconds)


@pytest.mark.parametrize("geometry", [SMALL, Geometry(3 * 512, 512, 512), Geometry(1 << 23, 4096, 256)])
def test_the_flash_in_memory_keeps_the_contract(geometry):
    check.check_flash(NorFlash(geometry))


def test_the_flash_in_a_file_keeps_the_contract(tmp_path):
    flash = NorFlash(SMALL, path=str(tmp_path / "flash.bin"))
    check.check_flash(flash)
    flash.close()


@pytest.mark.parametrize("flow", [False, True])
@pytest.mark.parametrize("baud", [9600, 115_200, 921_600])
def test_the_uart_keeps_the_contract(baud, flow):
    time, far = Time(), MemoryBackend(flow)
    check.check_serial(Uart(time, far, baud), far, advancing(time))


@pytest.mark.parametrize("path", [Path(), Path(delay=0), Path(delay=30_000, jitter=5_000)])
def test_the_virtual_network_keeps_the_contract(path):
    time = Time()
    network = VirtualNetwork(time, path=path)
    check.check_net(VirtualNet(network, "10.0.0.1"), VirtualNet(network, "10.0.0.2"), advancing(time))


def test_the_host_network_keeps_the_contract():
    a, b = HostNet(None, "127.0.0.41"), HostNet(None, "127.0.0.42")
    try:
        check.check_net(a, b, lambda microseconds: sleep(microseconds / 1e6))
    finally:
        a.shut()
        b.shut()


def test_clock_led_button_and_sip_keep_their_contracts():
    time = Time()
    clock, led, button = Clock(time, wall=1_700_000_000), Led(time), Button(time)
    check.check_clock(clock, advancing(time))
    check.check_clock(Clock(time), advancing(time))
    check.check_led(led, lambda: led.colour)
    check.check_button(button, lambda held: button.press() if held else button.release())
    check.check_sip(SipCarrier())


def test_the_fax_line_keeps_the_contract():
    time = Time()
    check.check_fax(*fax_line.pair(time), advancing(time))


def test_the_radio_keeps_the_contract():
    time = Time()
    check.check_radio(Radio(Air(time)), advancing(time))


@pytest.mark.parametrize("codecs", [("pcma", "pcmu"), ("pcmu",)])
def test_the_dsp_keeps_the_contract(codecs):
    time = Time()
    check.check_dsp(Dsp(time, Quiet(), 4, codecs), advancing(time))
