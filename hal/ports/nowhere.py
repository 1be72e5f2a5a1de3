"""hal.Net of a board without a network: its MicroPython may not even have sockets."""

from hal.net import Refused

NOWHERE = "0.0.0.0"
"""The address of a board that has none."""


class NoNet:
    address = NOWHERE
    link = False

    def bind(self, key, port):
        return Refused(key, "no network")

    def listen(self, key, port):
        return Refused(key, "no network")

    def send(self, key, to, data):
        pass

    def write(self, connection, data):
        pass

    def close(self, key):
        pass

    def poll(self):
        return []
