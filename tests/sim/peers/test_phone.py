"""Phones, registrar and their audio on the virtual network, in virtual time."""

import numpy as np
import pytest

from sim.devices.virtual_net import VirtualNet
from sim.network import Path, VirtualNetwork
from sim.peers import talker
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED, ENDED, INCOMING, RINGING
from sim.peers.registrar import Registrar
from sim.time import Time

SECOND = 1_000_000
USERS = {"anna": "geheim", "bert": "sesam"}


class World:
    def __init__(self, path=None, seed=1, **options):
        self.time = Time()
        self.network = VirtualNetwork(self.time, seed=seed, path=path)
        self.registrar = Registrar(self.time, self.net("10.0.0.1"), "example.org", dict(USERS), **options)
        self.anna = Phone(self.time, self.net("10.0.0.2"), "anna", "geheim", source=talker.speech(4, 1))
        self.bert = Phone(self.time, self.net("10.0.0.3"), "bert", "sesam", source=talker.speech(4, 2))

    def net(self, address):
        return VirtualNet(self.network, address)

    def run(self, seconds):
        self.time.run(self.time.now + round(seconds * SECOND))

    def register(self):
        self.anna.register(self.registrar.address, domain="example.org")
        self.bert.register(self.registrar.address, domain="example.org")
        self.run(1)
        assert self.anna.registered and self.bert.registered


def test_a_phone_with_the_right_password_registers():
    world = World()
    world.register()
    assert world.registrar.registered("anna")
    assert world.registrar.target(world.anna.address.uri).host == "10.0.0.2"


def test_a_phone_with_the_wrong_password_does_not():
    world = World()
    world.anna.register(world.registrar.address, "falsch", domain="example.org")
    world.run(2)
    assert not world.anna.registered and world.anna.registration_code == 401
    assert not world.registrar.registered("anna") and world.registrar.refused == 1


def test_an_unknown_user_does_not_register():
    world = World()
    carl = Phone(world.time, world.net("10.0.0.4"), "carl", "x")
    carl.register(world.registrar.address, domain="example.org")
    world.run(2)
    assert not carl.registered


def test_a_registration_is_refreshed_in_time_and_ends_when_the_phone_is_gone():
    world = World()
    world.register()
    world.run(1000)
    assert world.registrar.registered("anna")
    world.anna.close()
    world.run(130)
    assert not world.registrar.registered("anna") and world.registrar.registered("bert")


def test_unregistering_removes_the_binding():
    world = World()
    world.register()
    world.anna.unregister()
    world.run(1)
    assert not world.anna.registered and not world.registrar.registered("anna")


def test_too_short_an_interval_is_refused_with_423_and_then_lengthened():
    world = World(min_expires=300)
    world.anna.register(world.registrar.address, domain="example.org", expires=10)
    world.run(2)
    assert world.anna.registered
    world.run(200)
    assert world.registrar.registered("anna")


def test_without_a_registrar_the_phone_says_so():
    world = World()
    world.anna.register(("10.0.0.99", 5060))
    world.run(40)
    assert not world.anna.registered and world.anna.registration_code is None


@pytest.mark.parametrize("by_registrar", [True, False])
def test_speech_goes_both_ways_between_two_phones(by_registrar):
    world = World()
    world.bert.auto_answer = 0.5
    if by_registrar:
        world.register()
    call = world.anna.call("bert" if by_registrar else "sip:bert@10.0.0.3")
    world.run(0.3)
    assert call.state == RINGING
    world.run(5)
    (other,) = world.bert.calls
    assert call.state == other.state == CONNECTED
    assert talker.correlation(world.anna.source, other.record) >= 0.95
    assert talker.correlation(world.bert.source, call.record) >= 0.95
    assert call.stats()["lost"] == other.stats()["lost"] == 0 and call.stats()["received"] > 200
    call.hang_up()
    world.run(1)
    assert call.state == other.state == ENDED and other.code == 200
    sent = other.stats()["sent"]
    world.run(1)
    assert other.stats()["sent"] == sent


def test_the_called_phone_can_end_the_call_by_way_of_the_registrar():
    world = World(challenge_calls=True)
    world.register()
    world.bert.auto_answer = 0
    call = world.anna.call("bert")
    world.run(2)
    assert call.state == CONNECTED
    world.bert.calls[0].hang_up()
    world.run(1)
    assert call.state == ENDED and call.code == 200


def test_a_call_survives_a_network_that_loses_a_third_of_all_datagrams():
    reached = 0
    for seed in range(5):
        world = World(seed=seed)
        world.register()
        world.bert.auto_answer = 1
        world.network.set_path(Path(loss=0.3))
        call = world.anna.call("bert")
        world.run(25)
        reached += call.state == CONNECTED
        call.hang_up()
        world.run(60)
        assert call.state == ENDED
        assert all(one.state == ENDED for one in world.bert.calls)
    assert reached == 5


def test_a_rejected_call_tells_why():
    world = World()
    world.register()
    world.bert.on_call = lambda call: call.reject(486)
    call = world.anna.call("bert")
    world.run(2)
    assert (call.state, call.code) == (ENDED, 486)


def test_nobody_there_is_404_and_a_phone_that_is_off_480():
    world = World()
    world.anna.register(world.registrar.address, domain="example.org")
    world.run(1)
    nobody, away = world.anna.call("carl"), world.anna.call("bert")
    world.run(2)
    assert (nobody.code, away.code) == (404, 480)


@pytest.mark.parametrize("by_registrar", [True, False])
def test_a_caller_that_hangs_up_early_stops_the_ringing(by_registrar):
    world = World()
    if by_registrar:
        world.register()
    call = world.anna.call("bert" if by_registrar else "sip:bert@10.0.0.3")
    world.run(1)
    assert world.bert.calls[0].state == INCOMING
    call.hang_up()
    world.run(1)
    assert (call.code, world.bert.calls[0].code) == (487, 487)


def test_hold_silences_the_other_side_until_it_is_taken_up_again():
    world = World()
    world.anna.loop = world.bert.loop = True
    world.bert.auto_answer = 0
    call = world.anna.call("sip:bert@10.0.0.3")
    world.run(2)
    other = world.bert.calls[0]
    call.hold()
    world.run(1)
    held = (call.stats()["received"], other.stats()["received"])
    world.run(1)
    assert call.stats()["received"] == held[0] and other.stats()["received"] > held[1]
    call.hold(False)
    world.run(1)
    assert call.stats()["received"] > held[0]


def test_a_trunk_takes_a_block_of_numbers():
    world = World(trunks={"2": "bert"})
    world.register()
    world.bert.auto_answer = 0
    seen = []
    world.bert.on_call = lambda call: seen.append(call._incoming.request.uri.user)
    call = world.anna.call("201")
    world.run(1)
    assert call.state == CONNECTED and seen == ["201"]


def test_phones_without_a_common_codec_get_488():
    world = World()
    world.anna.codecs, world.bert.codecs = ("pcmu",), ("pcma",)
    call = world.anna.call("sip:bert@10.0.0.3")
    world.run(1)
    assert call.code == 488


def test_loss_leaves_silence_and_is_counted():
    world = World(Path(loss=0.05, jitter=5000))
    world.bert.auto_answer = 0
    call = world.anna.call("sip:bert@10.0.0.3")
    world.run(6)
    other = world.bert.calls[0]
    assert call.state == CONNECTED
    assert 0 < other.stats()["lost"] < 30
    assert 0 < other.stats()["jitter_ms"] < 5
    assert 0.8 < talker.correlation(world.anna.source, other.record) < 1


def test_garbage_is_counted_and_nothing_else_happens():
    world = World()
    world.register()
    rng = np.random.default_rng(1)
    for size in range(1, 300):
        world.anna.sockets.send("sip", world.registrar.address, rng.bytes(size))
        world.anna.sockets.send("sip", ("10.0.0.3", 5060), b"INVITE sip:x SIP/2.0\r\n\r\n")
    world.run(1)
    assert world.registrar.agent.garbage > 200 and world.bert.agent.garbage > 200
    assert world.registrar.registered("bert")


def test_equal_seeds_give_equal_runs():
    def run():
        world = World(Path(loss=0.1, jitter=3000))
        world.bert.auto_answer = 0.2
        call = world.anna.call("sip:bert@10.0.0.3")
        world.run(4)
        return call.stats(), call.times, world.bert.calls[0].record.tobytes()

    assert run() == run()
