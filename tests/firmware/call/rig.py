"""A gateway of CALL, stub legs and a real loop on fakes of network and DSP."""

import random

from firmware.call.leg import Alerting, Audio, Bearer, Codec, Connect, Leg, Setup
from firmware.call.module import CallModule
from firmware.loop import Loop
from firmware.media.properties import Media
from firmware.module import Module, Registry
from hal.dsp import DspBusy, Packet, Settings, Status
from hal.net import Bound, Refused

A = Codec("pcma", 8, 8000)
OFFER = Audio("192.0.2.9", 40000, (A,), 20, "sendrecv")


def settings(codec="pcma", packet_ms=20, silence=False, remove_dtmf=False, handset="g726"):
    """As MSP0 is in the rig."""
    return Settings(codec, packet_ms, 2, 128, silence, remove_dtmf, handset)


def spoken(at, payload=b"x" * 160, kind="speech", channel=0):
    """A packet of the DSP."""
    return Packet(channel, payload, kind, at)


class FakeNet:
    """Sockets by key; `taken` ports are refused."""

    def __init__(self, taken=()):
        self.taken = set(taken)
        self.open = {}
        self.sent = []

    def bind(self, key, port):
        assert key not in self.open
        if port in self.taken or port in self.open.values():
            return Refused(key, "address already in use")
        self.open[key] = port
        return Bound(key, port)

    def send(self, key, to, data):
        assert key in self.open
        self.sent.append((key, to, data))

    def close(self, key):
        self.open.pop(key, None)

    def poll(self):
        return []


class FakeDsp:
    """Open channels and what they were told; refuses what `broken` names."""

    def __init__(self, channels, codecs):
        self.channels, self.codecs = channels, codecs
        self.running = {}
        self.bearers = {}
        self.played = []
        self.tones = []
        self.broken = set()

    def open(self, channel, settings):
        if "open" in self.broken or channel in self.running or channel >= self.channels:
            raise DspBusy("channel {} is busy".format(channel))
        self.running[channel] = settings

    def join(self, channel, bearer):
        assert channel in self.running
        self.bearers[channel] = bearer

    def close(self, channel):
        self.running.pop(channel, None)
        self.bearers.pop(channel, None)

    def play(self, channel, payload, kind="speech"):
        assert channel in self.running
        self.played.append((channel, payload, kind))

    def tone(self, channel, name, towards):
        assert channel in self.running
        self.tones.append((channel, name, towards))

    def status(self, channel):
        assert channel in self.running
        return Status(-20.0, -21.0, 12.0, 30.0, 100, 1)

    def poll(self):
        return []


class Side(Module):
    """A leg's module that only remembers what it is told."""

    def __init__(self, name):
        self.name = name
        self.told = []

    def receive(self, message, now):
        self.told.append(message)
        return []


USERS = [{"e164": str(number), "h323": f"user{number}", "ipei": str(number)} for number in range(201, 210)]
USERS[0].update(h323="anna", cn="Anna")
USERS[1].update(h323="bert", cn="Bert Berg")


class Directory:
    """Users 201 to 209, a handset each."""

    def find(self, attribute, value):
        return next((user for user in USERS if user.get(attribute) == value), None)


class Lines:
    """A log that keeps what modules log."""

    def __init__(self):
        self.lines = []

    def add(self, module, severity, text, now):
        self.lines.append(text)

    def trace(self, module, text, now):
        pass


class Hardware:
    def __init__(self, net, dsp):
        self.net, self.dsp = net, dsp


class Rig:
    def __init__(self, channels=4, seed=1, taken=(), limit=256, codecs=("pcma", "pcmu")):
        chance = random.Random(seed)
        self.net, self.dsp = FakeNet(taken), FakeDsp(channels, codecs)
        self.sip, self.dect, self.led, self.log = Side("SIP"), Side("GW-DECT"), Side("LED"), Lines()
        self.media = Media(self.dsp.codecs)
        self.call = CallModule(Directory(), self.media, self.dsp, channels, lambda: (2, 128), "10.0.0.1",
                               chance.randbytes, limit=limit)
        self.loop = Loop(Hardware(self.net, self.dsp),
                         Registry([self.sip, self.dect, self.call, self.media, self.led]), self.log)
        self.now = 0

    def configure(self, **values):
        """Options of MEDIA."""
        given = {option.name: option.default for option in self.media.schemas[""]}
        given.update({name.replace("_", "-"): value for name, value in values.items()})
        self.media.configure("", given, [name.replace("_", "-") for name in values], self.now)

    def tell(self, *messages):
        for message in messages:
            self.loop.receive(self.call, message, self.now)

    def run(self, until):
        while self.loop.due() is not None and self.loop.due() <= until:
            self.now = max(self.now, self.loop.due())
            self.loop.tick(self.now)
        self.now = until

    def rings(self, *legs):
        """Handsets alert, at the own radio."""
        for leg in legs:
            self.tell(Alerting(leg, Bearer(0, None, False)))

    def incoming(self, number=2, called="201", offer=OFFER):
        """A call from SIP: (its leg, the leg that rings or None)."""
        leg = Leg("SIP", number)
        before = len(self.dect.told)
        self.tell(Setup(leg, called, "100", "Carl", offer))
        rung = [one.leg for one in self.dect.told[before:] if isinstance(one, Setup)]
        return leg, rung[0] if rung else None

    def outgoing(self, number=2, called="0711", bearer=3, radio=0):
        """A call from a handset: (its leg, the leg towards SIP or None)."""
        leg = Leg("GW-DECT", number)
        before = len(self.sip.told)
        self.tell(Setup(leg, called, "201", "Anna", Bearer(radio, bearer, False)))
        asked = [one.leg for one in self.sip.told[before:] if isinstance(one, Setup)]
        return leg, asked[0] if asked else None

    def talking(self, number=2, bearer=5, called="201", radio=0, offer=OFFER):
        """A connected call from SIP to a handset."""
        sip, dect = self.incoming(number, called, offer)
        self.tell(Alerting(dect, Bearer(radio, None, False)))
        self.tell(Connect(dect, Bearer(radio, bearer, False)))
        return sip, dect

    def at_rest(self):
        """Whether nothing at all is held."""
        call = self.call
        return (not call.calls and not call.channels.busy() and not call.ports.used and not self.net.open
                and not self.dsp.running and not call._legs and not len(call.lines) and not call.sessions
                and not len(call.endpoints) and call.due() is None)
