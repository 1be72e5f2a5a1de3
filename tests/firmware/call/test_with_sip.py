"""SIP, CALL and media together: phones call a base whose handset answers and whose DSP sends back what it plays."""

import pytest

from firmware.call import cause
from firmware.call.leg import Bearer, Connect, Leg, Release, Setup
from sim.devices.virtual_net import VirtualNet
from sim.network import Path
from sim.peers import talker
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED, ENDED
from tests.firmware.call.world import SECOND, World


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
    world.board.tell(Setup(handset, "anna", "201", "Bert", Bearer(0, 1, False)))
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
    calls = [phone.call(f"sip:20{number}@10.0.0.2") for number, phone in enumerate(phones, 1)]
    world.run(4)
    silent = [call for call in calls if call.state == CONNECTED and call.stats()["received"] == 0]
    talking = [call for call in calls if call.state == CONNECTED and call.stats()["received"] > 100]
    assert (len(silent), len(talking)) == (1, 4)
