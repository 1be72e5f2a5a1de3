"""Phones on the host's loopback against the wall clock."""

import asyncio

import pytest

from sim.devices.host_net import HostNet
from sim.pace import Pace
from sim.peers import talker
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED
from sim.peers.sockets import Sockets
from sim.time import Time


async def call_for(seconds):
    time = Time()
    pace = Pace(time)
    nets = [HostNet(pace, f"127.0.83.{last}") for last in (1, 2)]
    try:
        anna = Phone(time, nets[0], "anna", source=talker.speech(1, 1))
        bert = Phone(time, nets[1], "bert", source=talker.speech(1, 2), auto_answer=0)
        call = anna.call("sip:bert@127.0.83.2")
        time.after(round(seconds * 1_000_000), pace.stop)
        await pace.run()
        assert call.state == CONNECTED
        return [talker.correlation(mine.source, other.record)
                for mine, other in ((anna, bert.calls[0]), (bert, call))]
    finally:
        for net in nets:
            net.shut()


def test_speech_goes_both_ways_over_real_sockets():
    assert min(asyncio.run(call_for(1.5))) >= 0.95


def test_a_port_in_use_is_named_in_the_error():
    pace = Pace(Time())
    first, second = HostNet(pace, "127.0.83.3"), HostNet(pace, "127.0.83.3")
    try:
        Sockets(first).open("a", 5060, lambda source, data: None)
        with pytest.raises(OSError, match=r"5060 of 127\.0\.83\.3: .*in use"):
            Sockets(second).open("a", 5060, lambda source, data: None)
    finally:
        first.shut()
        second.shut()
