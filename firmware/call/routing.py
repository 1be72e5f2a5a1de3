"""Called number -> the module that takes the second leg."""

NETWORK = ("SIP", "TSIP", "SIPS")
"""The modules whose legs carry RTP; every other leg has a radio bearer."""

AIR = "GW-DECT"
KEYS = ("e164", "h323", "cn")
"""Attributes by which a user is called, in the order they are tried."""


class Router:
    """`directory` has `find(attribute, value)` -> the attributes of a user, or None."""

    def __init__(self, directory, network="SIP"):
        self.directory = directory
        self.network = network

    def user(self, number):
        """What tells a user's handset from others, None where nothing does."""
        for key in KEYS:
            found = self.directory.find(key, number) if number else None
            if found is not None:
                return found.get("ipei")
        return None

    def route(self, source, called):
        """The module for the second leg of a call from module `source`, or None: nobody has that number.

        A handset's digits always go to the network: the PBX behind it knows
        the dial plan, also for a neighbour on the same base.
        """
        if not called:
            return None
        if source not in NETWORK:
            return self.network
        for key in KEYS:
            if self.directory.find(key, called) is not None:
                return AIR
        return None
