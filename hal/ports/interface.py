"""The network interface of a board: an address and whether there is a link."""

import time

from hal.ports.nowhere import NOWHERE

JOINING = 15_000
"""Milliseconds that a start waits for the network: SIP's Contact needs our address."""

LOOPBACK = "127.0.0.1"


class Fixed:
    """The unix VM: an address of the host's own."""

    link = True

    def __init__(self, address=LOOPBACK):
        self.address = address


class Interface:
    """A network.WLAN or network.LAN that has been told what to join."""

    def __init__(self, device):
        self._device = device

    @property
    def link(self):
        return bool(self._device.isconnected())

    @property
    def address(self):
        return self._device.ifconfig()[0]


class Nothing:
    """A board without a network."""

    address = NOWHERE
    link = False


def start(settings, wait=JOINING):
    """The interface that a board has, and its MAC address or None; waits up to `wait` ms for an address."""
    try:
        import network
    except ImportError:
        # The unix port: sockets on the host's own addresses.
        return Fixed(settings.get("address", LOOPBACK)), None
    device = _join(network, settings)
    if device is None:
        return Nothing(), None
    until = time.ticks_add(time.ticks_ms(), wait)
    while not device.isconnected() and time.ticks_diff(until, time.ticks_ms()) > 0:
        time.sleep_ms(50)
    return Interface(device), bytes(device.config("mac"))


def _join(network, settings):
    """The device, told what to join: the radio network of `settings`, else the wire; None without either."""
    device = _radio(network, settings) if settings.get("ssid") and hasattr(network, "WLAN") else _wire(network)
    if device is None:
        return None
    if settings.get("address"):
        device.ifconfig((settings["address"], settings.get("netmask", "255.255.255.0"),
                         settings.get("gateway", NOWHERE), settings.get("dns", NOWHERE)))
    return device


def _radio(network, settings):
    if settings.get("country"):
        network.country(settings["country"])
    device = network.WLAN(network.STA_IF if hasattr(network, "STA_IF") else network.WLAN.IF_STA)
    device.active(True)
    device.connect(settings["ssid"], settings.get("password"))
    return device


def _wire(network):
    """The Ethernet of the board; an image may know the class though its board has none."""
    try:
        device = network.LAN()
    except (AttributeError, TypeError, ValueError, OSError):
        return None
    device.active(True)
    return device
