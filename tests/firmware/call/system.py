"""A master and radios on boards of their own, with a trunk between that keeps the order and may take time."""

import random

from firmware.call.leg import Bearer, Elsewhere
from firmware.call.module import CallModule
from firmware.loop import Loop
from firmware.media.properties import Media
from firmware.module import Registry
from tests.firmware.call.rig import FakeDsp, FakeNet, Hardware, Lines, Rig, Side


class Trunk(Side):
    """GW-DECT at either end: passes Elsewhere to `there`, keeps the rest."""

    def __init__(self, carry):
        super().__init__("GW-DECT")
        self.carry = carry

    def receive(self, message, now):
        if isinstance(message, Elsewhere):
            assert len(message.octets) <= 200
            self.carry(message.radio, message.octets)
            return []
        return super().receive(message, now)


class Radio:
    """A board with a radio, its DSP and its CALL; no SIP."""

    def __init__(self, carry, address, channels, codecs, taken=()):
        self.net, self.dsp, self.led, self.log = FakeNet(taken), FakeDsp(channels, codecs), Side("LED"), Lines()
        self.media = Media(self.dsp.codecs)
        self.call = CallModule(None, self.media, self.dsp, channels, lambda: (1, 64), address,
                               random.Random(2).randbytes)
        self.dect = Trunk(lambda _radio, octets: carry(octets))
        self.loop = Loop(Hardware(self.net, self.dsp), Registry([self.dect, self.call, self.media, self.led]), self.log)

    def at_rest(self):
        return not len(self.call.endpoints) and not self.net.open and not self.dsp.running and self.call.due() is None


class System(Rig):
    """Rig is the master with radio 0; `radios` are others by RPN. What goes over the trunk waits in `trunk` while
    `slow`, and is delivered by `deliver`.
    """

    def __init__(self, radios=(1,), channels=4, taken=(), codecs=("pcma", "pcmu"), there=("pcma", "pcmu"), **options):
        super().__init__(channels=channels, codecs=codecs, **options)
        self.slow, self.trunk = False, []
        self.radios = {rpn: Radio(lambda octets, rpn=rpn: self._up(rpn, octets), f"10.0.0.{rpn + 10}", channels, there,
                                  taken) for rpn in radios}
        self.dect = Trunk(self._down)
        self.loop = Loop(Hardware(self.net, self.dsp),
                         Registry([self.sip, self.dect, self.call, self.media, self.led]), self.log)
        self.call.radios = lambda rpn: (
            (f"10.0.0.{rpn + 10}", channels, there) if rpn in self.radios else None)

    def _down(self, rpn, octets):
        def arrive():
            board = self.radios.get(rpn)
            if board is not None:
                board.loop.receive(board.call, Elsewhere(0, octets), self.now)
        self.trunk.append((rpn, arrive))

    def _up(self, rpn, octets):
        self.trunk.append((rpn, lambda: self.loop.receive(self.call, Elsewhere(rpn, octets), self.now)))

    def deliver(self):
        while self.trunk:
            self.trunk.pop(0)[1]()

    def tell(self, *messages):
        for message in messages:
            super().tell(message)
            if not self.slow:
                self.deliver()

    def at(self, rpn, event):
        """Something happens at the board of a radio."""
        board = self.radios[rpn]
        board.loop.receive(board.call, event, self.now)
        if not self.slow:
            self.deliver()

    def run(self, until):
        loops = [self.loop] + [radio.loop for radio in self.radios.values()]
        while True:
            due = min((loop.due() for loop in loops if loop.due() is not None), default=None)
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            for loop in loops:
                loop.tick(self.now)
            if not self.slow:
                self.deliver()
        self.now = until

    def gone(self, rpn):
        """A radio's board goes, and finds no master when it returns."""
        board = self.radios.pop(rpn)
        self.trunk = [one for one in self.trunk if one[0] != rpn]
        self.tell(Elsewhere(rpn, None))
        board.loop.receive(board.call, Elsewhere(0, None), self.now)
        return board

    def all_at_rest(self):
        return self.at_rest() and all(radio.at_rest() for radio in self.radios.values()) and not any(
            place.channels.busy() or place.ports.used for place in self.call.places.all())


def bearer(radio, number=5, wide=False):
    return Bearer(radio, number, wide)
