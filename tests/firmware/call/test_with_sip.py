"""SIP, CALL and media together: phones call a base whose handset answers and whose DSP sends back what it plays."""

import random

import pytest

from firmware.call import cause
from firmware.call.leg import Alerting, Bearer, Connect, Leg, Release, Setup
from firmware.call.module import CallModule
from firmware.effects import Tell
from firmware.loop import Loop
from firmware.media.properties import Media
from firmware.module import Module, Registry
from firmware.sip.interface import Sip
from hal.dsp import Packet, Status
from sim.devices.virtual_net import VirtualNet
from sim.network import Path, VirtualNetwork
from sim.peers import talker
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED, ENDED
from sim.peers.registrar import Registrar
from sim.time import Time
from tests.firmware.call.rig import Directory, Lines

SECOND = 1_000_000


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


class Handset(Module):
    """GW-DECT with one handset that answers after a while."""

    name = "GW-DECT"

    def __init__(self, delay):
        self.delay, self.told = delay, []
        self._ringing = []

    def receive(self, message, now):
        self.told.append(message)
        if isinstance(message, Setup):
            self._ringing.append((now + self.delay, message.leg))
            return [Tell("CALL", Alerting(message.leg))]
        if isinstance(message, Release):
            self._ringing = [one for one in self._ringing if one[1] != message.leg]
        return []

    def due(self):
        return self._ringing[0][0] if self._ringing else None

    def tick(self, now):
        _, leg = self._ringing.pop(0)
        return [Tell("CALL", Connect(leg, Bearer(leg.id % 8)))]


class Silent:
    def read(self):
        return b""

    def events(self):
        return []

    def write(self, data):
        return len(data)


class Board:
    def __init__(self, time, net, delay=SECOND):
        self.time, self.net, self.dsp = time, net, Mirror()
        self.serial, self.radio, self.fax = Silent(), None, None
        chance = random.Random(7).randbytes
        self.media, self.dect = Media(), Handset(delay)
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


def test_a_phone_calls_the_base_by_way_of_the_registrar_and_hears_itself():
    world = World()
    call = world.phone.call("201")
    world.run(7)
    assert call.state == CONNECTED
    assert talker.correlation(world.phone.source, call.record) > 0.99
    call.hang_up()
    world.run(1)
    (told,) = world.board.call.records()
    assert told["cause"] == cause.NORMAL and told["lost"] == 0 and told["codec"] == "pcma"
    assert abs(told["received"] - call.stats()["sent"]) <= 1 and told["sent"] > 250
    assert not world.board.call.ports.used and not world.board.dsp.running


def test_the_base_reports_round_trip_and_its_peer_gets_reports():
    world = World(Path(delay=20_000))
    call = world.phone.call("201")
    world.run(20)
    (told,) = world.board.call.active()
    # Through the network directly: 20 ms each way.
    assert told["round_trip_ms"] == pytest.approx(40, abs=1)
    assert told["peer_lost"] == 0 and call.stream.reports >= 2


def test_a_network_with_jitter_and_loss_is_survived_and_counted():
    world = World(Path(delay=10_000, jitter=30_000, loss=0.02, reorder=0.02, duplicate=0.02))
    call = world.phone.call("201")
    world.run(7)
    call.hang_up()
    world.run(5)
    (told,) = world.board.call.records()
    assert told["connect"] is not None
    assert 0 < told["lost"] < 20 and told["jitter_ms"] > 1
    assert told["dropped"] < 10


def test_hold_by_the_phone_stops_and_resumes_the_base():
    world = World()
    world.phone.loop = True
    call = world.phone.call("201")
    world.run(3)
    call.hold()
    world.run(0.5)
    (told,) = world.board.call.active()
    assert told["direction"] == "recvonly"
    world.run(1)
    assert world.board.call.active()[0]["sent"] == told["sent"]
    call.hold(False)
    world.run(1)
    assert world.board.call.active()[0]["sent"] > told["sent"]


def test_a_number_without_a_handset_is_404_at_the_phone():
    world = World()
    call = world.phone.call("299")
    world.run(2)
    assert (call.state, call.code) == (ENDED, 404)


def test_a_caller_that_gives_up_stops_the_ringing():
    world = World(delay=60 * SECOND)
    call = world.phone.call("201")
    world.run(2)
    call.hang_up()
    world.run(2)
    assert call.code == 487
    assert isinstance(world.board.dect.told[-1], Release)
    assert not world.board.call.ports.used and world.board.call.busy() == 0


def test_the_handset_calls_the_phone_and_hears_it():
    world = World()
    world.phone.auto_answer = 0.5
    handset = Leg("GW-DECT", 2)
    world.board.tell(Setup(handset, "anna", "201", "Bert", Bearer(1)))
    world.run(6)
    (call,) = world.phone.calls
    assert call.state == CONNECTED
    assert [type(one) for one in world.board.dect.told][-1] is Connect
    assert talker.correlation(world.phone.source, call.record) > 0.99
    world.board.tell(Release(handset, cause.NORMAL))
    world.run(1)
    assert call.state == ENDED and world.board.call.busy() == 0


def test_five_phones_ring_at_a_base_with_four_channels_and_one_hears_nothing():
    world = World()
    phones = [Phone(world.time, VirtualNet(world.network, f"10.0.1.{number}"), f"p{number}", loop=True,
                    source=talker.speech(1, number)) for number in range(1, 6)]
    world.board.configure(aor="base@10.0.0.1", user="base", pwd="funk", interval=120, accept_anywhere=True)
    calls = [phone.call("sip:201@10.0.0.2") for phone in phones]
    world.run(4)
    silent = [call for call in calls if call.state == CONNECTED and call.stats()["received"] == 0]
    talking = [call for call in calls if call.state == CONNECTED and call.stats()["received"] > 100]
    assert (len(silent), len(talking)) == (1, 4)
