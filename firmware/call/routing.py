"""Called number -> the module that takes the second leg."""

from firmware.call import users

NETWORK = ("SIP", "TSIP", "SIPS")
"""The modules whose legs carry RTP; every other leg has a radio bearer."""

AIR = "GW-DECT"


class Router:
    """`directory` has `find(attribute, value)` -> the attributes of a user, or None."""

    def __init__(self, directory, network="SIP"):
        self.directory = directory
        self.network = network

    def user(self, number):
        """What tells a user's handset from others, None where nothing does."""
        found = users.called(self.directory, number)
        return None if found is None else found.get("ipei")

    def route(self, source, called):
        """The module for the second leg of a call from module `source`, or None: nobody has that number.

        A handset's digits always go to the network: the PBX behind it knows
        the dial plan, also for a neighbour on the same base.
        """
        if not called:
            return None
        if source not in NETWORK:
            return self.network
        return None if users.called(self.directory, called) is None else AIR
