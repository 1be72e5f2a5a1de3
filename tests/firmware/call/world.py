"""Boards with SIP, CALL and media in virtual time, phones and a registrar; handsets and DSPs are simple ones."""

import random

from firmware.call.leg import Alerting, Bearer, Connect, Elsewhere, Release, Setup
from firmware.call.module import CallModule
from firmware.effects import Tell
from firmware.loop import Loop
from firmware.media.properties import Media
from firmware.module import Module, Registry
from firmware.sip.interface import Sip
from hal.dsp import Packet, Status
from sim.devices.virtual_net import VirtualNet
from sim.network import VirtualNetwork
from sim.peers import talker
from sim.peers.phone import Phone
from sim.peers.registrar import Registrar
from sim.time import Time
from tests.firmware.call.rig import Directory, Lines

SECOND = 1_000_000
TRUNK = 2_000
"""µs that the way between two boards takes."""


class Mirror:
    """A DSP whose handset says what it hears, a packet later."""

    codecs, channels = ("pcma", "pcmu"), 4

    def __init__(self):
        self.running, self.waiting, self.said = {}, [], {}
        self.wake = lambda: None

    def open(self, channel, settings):
        self.running[channel] = settings
        self.said[channel] = 0

    def join(self, channel, bearer):
        pass

    def close(self, channel):
        del self.running[channel]

    def play(self, channel, payload, kind="speech"):
        self.waiting.append(Packet(channel, payload, kind, self.said[channel]))
        self.said[channel] += self.running[channel].packet_ms
        self.wake()

    def poll(self):
        waiting, self.waiting = self.waiting, []
        return waiting

    def status(self, channel):
        return Status(-20.0, -20.0, 0.0, 0.0, 0, 0)


class Talking(Mirror):
    """A DSP whose handsets talk all the time; `heard` are (instant, channel) of what they heard."""

    def __init__(self, time):
        super().__init__()
        self.time, self.heard = time, []

    def open(self, channel, settings):
        super().open(channel, settings)
        self._talk(channel, settings, 0)

    def play(self, channel, payload, kind="speech"):
        assert channel in self.running
        self.heard.append((self.time.now, channel))

    def _talk(self, channel, settings, at):
        if self.running.get(channel) is settings:
            if at:
                payload = b"\x2a" * 8 * settings.packet_ms
                self.waiting.append(Packet(channel, payload, "speech", at - settings.packet_ms))
                self.wake()
            self.time.after(settings.packet_ms * 1000,
                            lambda: self._talk(channel, settings, at + settings.packet_ms))


class Handset(Module):
    """GW-DECT with one handset that answers after a while; `carry(radio, octets)` takes what is for another board."""

    name = "GW-DECT"

    def __init__(self, delay, carry=None):
        self.delay, self.told = delay, []
        self.carry = carry
        self._ringing = []

    def receive(self, message, now):
        if isinstance(message, Elsewhere):
            self.carry(message.radio, message.octets)
            return []
        self.told.append(message)
        if isinstance(message, Setup):
            self._ringing.append((now + self.delay, message.leg))
            return [Tell("CALL", Alerting(message.leg, Bearer(0, None, False)))]
        if isinstance(message, Release):
            self._ringing = [one for one in self._ringing if one[1] != message.leg]
        return []

    def due(self):
        return self._ringing[0][0] if self._ringing else None

    def tick(self, now):
        _, leg = self._ringing.pop(0)
        return [Tell("CALL", Connect(leg, Bearer(0, leg.id % 8, False)))]


class Silent:
    def read(self):
        return b""

    def events(self):
        return []

    def write(self, data):
        return len(data)


class Board:
    """With `carry` it is one of several, see `Handset`."""

    def __init__(self, time, net, delay=SECOND, dsp=None, carry=None):
        self.time, self.net, self.dsp = time, net, Mirror() if dsp is None else dsp
        self.serial, self.radio, self.fax = Silent(), None, None
        chance = random.Random(7).randbytes
        self.media, self.dect = Media(), Handset(delay, carry)
        self.sip = Sip(net.address, chance)
        self.call = CallModule(Directory(), self.media, self.dsp, 4, lambda: (2, 128), net.address, chance)
        self.log = Lines()
        self.log.raise_alarm = self.log.clear_alarm = lambda *arguments: None
        self.loop = Loop(self, Registry([self.media, self.call, self.dect, self.sip]), self.log)
        self.loop.start(time.now)
        self._poll = None
        net.wake = self.dsp.wake = self._soon

    def configure(self, **values):
        given = {option.name: option.default for option in self.sip.schemas["REG*"] if option.default is not None}
        given.update({name.replace("_", "-"): value for name, value in values.items()})
        self.loop.apply(self.sip, self.sip.configure("REG1", given, list(values), self.time.now), self.time.now)
        self._soon()

    def tell(self, *messages):
        for message in messages:
            self.loop.receive(self.call, message, self.time.now)
        self._soon()

    def _soon(self):
        self.time.cancel(self._poll)
        self._poll = self.time.after(0, self._work)

    def _work(self):
        self.loop.poll(self.time.now)
        due = self.loop.due()
        self.time.cancel(self._poll)
        self._poll = self.time.at(due, self._work) if due is not None else None
        if self.dsp.waiting:
            self._soon()


class World:
    def __init__(self, path=None, delay=SECOND):
        self.time = Time()
        self.network = VirtualNetwork(self.time, seed=3, path=path)
        self.registrar = Registrar(self.time, VirtualNet(self.network, "10.0.0.1"), "10.0.0.1",
                                   {"anna": "geheim", "base": "funk"}, trunks={"2": "base"}, challenge_calls=True)
        self.board = Board(self.time, VirtualNet(self.network, "10.0.0.2"), delay)
        self.phone = Phone(self.time, VirtualNet(self.network, "10.0.0.3"), "anna", "geheim",
                           source=talker.speech(5, 1))
        self.board.configure(aor="base@10.0.0.1", user="base", pwd="funk", interval=120)
        self.phone.register(self.registrar.address)
        self.run(2)
        assert self.registrar.registered("base") and self.phone.registered

    def run(self, seconds):
        self.time.run(self.time.now + round(seconds * SECOND))
