"""Resets of a whole board while a call is up."""

import asyncio
from itertools import pairwise

import pytest

from sim.conversation import enough
from sim.peers.handset import Audio, Handset
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED, ENDED
from sim.peers.registrar import Registrar
from sim.peers.sdp import event
from sim.peers.talker import correlation, speech
from sim.site import Site
from sim.stage import dect_lines, sip_lines

IPEI, SARI = "0466003541858", "31100422072149"


class Talking:
    """A phone and a handset in a call through the board, on virtual time."""

    def __init__(self, site):
        self.site = site
        self.machine = site.board("ip1203")
        self.machine.power_on()
        net = site.net()
        self.registrar = Registrar(site.time, net, net.address, {"201": "secret", "phone": "secret"})
        self.handset = Handset(site.air, site.time, IPEI, SARI, audio=Audio())
        self.handset.auto_answer = 100_000
        for line in dect_lines(self.machine.net.address, [(IPEI, "201", "Anna")]):
            assert not self.machine.run_line(line).refused()
        for line in sip_lines(self.registrar.address, "201", "secret"):
            assert not self.machine.run_line(line).refused()
        self.phone = Phone(site.time, site.net(), "phone", "secret")
        self.phone.register(self.registrar.address, domain=self.registrar.realm)

    def until(self, condition, seconds=10):
        assert asyncio.run(self.site.until(condition, seconds))

    def ready(self):
        return self.handset.located and self.phone.registered and self.registrar.registered("201")

    def call(self):
        self.until(self.ready)
        self.phone.call("201")
        self.until(lambda: self.machine.gateway.calls.speaking() == 1)


@pytest.fixture
def talking():
    with Site(virtual=True) as site:
        talking = Talking(site)
        talking.call()
        yield talking


@pytest.mark.parametrize("word", ["ireset", "iresetn"])
def test_a_reset_when_idle_waits_for_the_end_of_the_call(talking, word):
    machine = talking.machine
    machine.run_line("vars create X509/TRUSTED pba 6239")
    machine.run_line(word)
    asyncio.run(talking.site.pass_time(3))
    assert machine.boots == 1
    assert machine.gateway.calls.speaking() == 1
    talking.phone.calls[0].hang_up()
    talking.until(lambda: machine.boots == 2, 2)
    talking.until(talking.ready, 60)


def test_a_reset_now_does_not_wait_and_the_board_takes_the_next_call(talking):
    machine = talking.machine
    machine.run_line("reset")
    asyncio.run(talking.site.pass_time(0.3))
    assert machine.boots == 2
    assert machine.gateway.calls.busy() == 0
    talking.phone.calls[0].hang_up()
    talking.until(lambda: talking.phone.calls[0].state == ENDED, 40)
    talking.until(talking.ready, 60)
    talking.phone.call("201")
    talking.until(lambda: machine.gateway.calls.speaking() == 1, 40)


def test_a_power_cut_during_a_call_leaves_a_board_that_takes_the_next_one(talking):
    machine = talking.machine
    machine.power_off()
    asyncio.run(talking.site.pass_time(5))
    machine.power_on()
    talking.phone.calls[0].hang_up()
    talking.until(talking.ready, 60)
    asyncio.run(talking.site.pass_time(5))
    talking.phone.call("201")
    talking.until(lambda: machine.gateway.calls.speaking() == 1, 40)


def test_a_call_goes_on_in_another_codec_when_the_phone_asks_for_it(talking):
    machine, phone = talking.machine, talking.phone
    call = phone.calls[0]
    talking.until(lambda: call.state == CONNECTED)
    talking.handset.audio.play(speech(6, 2))
    for codec in ("g722", "opus", "g726-32", "pcma"):
        phone.codecs = (codec, event(codec))
        call.hold(False)
        talking.until(lambda codec=codec: machine.gateway.calls.active()[0]["codec"] == codec, 2)
        before = call.stats()["received"]
        asyncio.run(talking.site.pass_time(1))
        assert call.stats()["codec"] == codec and call.stats()["received"] - before >= 49
        (record,) = machine.gateway.calls.active()
        assert record["lost"] == 0 and record["audio"]
        assert correlation(call.record[-7000:], speech(6, 2), segment=0.4) > enough(codec)


def test_the_led_shows_traffic_during_the_call_from_block_0_and_idle_after_it(talking):
    machine = talking.machine
    assert machine.gateway.registry.find("LED").state == "traffic"
    asyncio.run(talking.site.pass_time(5))
    changes = list(machine.led.history)[-3:]
    gaps = [later[0] - earlier[0] for earlier, later in pairwise(changes)]
    assert sorted(gaps) == [400_000, 2_000_000]
    talking.phone.calls[0].hang_up()
    talking.until(lambda: machine.gateway.registry.find("LED").state == "idle", 10)
    before = len(machine.led.history)
    asyncio.run(talking.site.pass_time(3))
    assert len(machine.led.history) == before
