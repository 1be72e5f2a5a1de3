"""Modules ETH0 and IP0: the Ethernet link and the sockets above it."""

from firmware.config.schema import TRACE
from firmware.effects import INFO, MAJOR, Log, Tell
from firmware.led import Fact
from firmware.module import Module
from firmware.system.words import line, lines
from firmware.system.xml import element

WATCH = 1_000_000
"""Microseconds between two looks at the link: no contract of hal.net announces its change."""


class Ethernet(Module):
    """Watches `net.link` (hal.net.Net) and tells the LED; `mac` is 6 octets."""

    name = "ETH0"
    alone = True
    schemas = {"": TRACE}
    commands = {"xml-info": "link, address and MAC address"}

    def __init__(self, net, mac):
        self._net = net
        self._mac = mac
        self._link = True
        self._look_at = None

    def start(self, now):
        return self.tick(now)

    def tick(self, now):
        self._look_at = now + WATCH
        link = bool(self._net.link)
        if link == self._link:
            return []
        self._link = link
        return [Tell("LED", Fact("link", link)), Log(INFO if link else MAJOR, "link up" if link else "link down")]

    def due(self):
        return self._look_at

    def command(self, sub, words, now):
        if sub or words[:1] != ["xml-info"]:
            return None, []
        return line(element("info", [
            ("link", "Up" if self._net.link else "Down"), ("address", self._net.address),
            ("mac", "-".join(["{:02x}".format(octet) for octet in self._mac]))])), []


class Ip(Module):
    """`sockets()` lists what is open as ("udp" or "tcp", module, port)."""

    name = "IP0"
    schemas = {"": TRACE}
    commands = {"tcp-sockets": "TCP ports that are open", "udp-sockets": "UDP ports that are open",
                "address": "the device's address"}

    def __init__(self, net, sockets=None):
        self._net = net
        self._sockets = sockets

    def command(self, sub, words, now):
        word = words[0] if words and not sub else ""
        if word == "address":
            return line(self._net.address), []
        if word not in ("tcp-sockets", "udp-sockets"):
            return None, []
        if self._sockets is None:
            return line("sockets are not listed on this board"), []
        return lines(["{} {}:{}".format(module, self._net.address, port)
                      for protocol, module, port in self._sockets() if protocol == word[:3]]), []
