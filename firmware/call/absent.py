"""Module CALL of a board without radio or DSP: it takes a call's signalling and says why there is no call."""

from firmware.call import cause
from firmware.call.leg import Release, Setup
from firmware.call.routing import Router
from firmware.config.schema import TRACE
from firmware.effects import INFO, Log, Tell
from firmware.led import Fact
from firmware.module import Module


class NoCalls(Module):
    """What a gateway says whose handsets are all out of range: a user of the directory is absent (480 of SIP),
    any other number does not exist (404). Nobody can have a call here, so that no Setup but one from SIP comes.
    """

    name = "CALL"
    schemas = {"": TRACE}
    commands = {"calls": "calls that are up", "history": "calls that have ended, the last first",
                "channels": "who holds the DSP channels"}

    def __init__(self, directory):
        self._router = Router(directory)

    def start(self, now):
        """No radio has to come up first."""
        return [Tell("LED", Fact("starting", False))]

    def busy(self):
        return 0

    def command(self, sub, words, now):
        known = not sub and words and words[0].lower() in self.commands
        return ("none\r\n" if known else None), []

    def receive(self, message, now):
        if not isinstance(message, Setup):
            return []
        module, called = message.leg.module, message.called or ""
        why = cause.UNALLOCATED if self._router.route(module, called) is None else cause.ABSENT
        return [Tell(module, Release(message.leg, why)),
                Log(INFO, "call from {} to {}: this board has no handsets".format(message.calling or "-", called))]
