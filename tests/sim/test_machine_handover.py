"""A walk from one base to another during a call: the audio follows, and little of it is lost (connection handover)."""

import asyncio
import itertools

import numpy as np
import pytest

from sim.peers.handset import Audio, Handset
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED, ENDED
from sim.site import Site
from sim.stage import dect_lines

ANNA, SARI, KEY = "0466003541858", "31100422072149", "between%20us"
RATE = 8000
TONE = (6000 * np.sin(np.arange(RATE) * 2 * np.pi * 400 / RATE)).astype(np.int16)
APART = 120.0
LOST = 0.040
"""Seconds of speech that a connection handover may cost."""


class Corridor:
    """A master with a radio at 0 m and a second base APART m away; a phone calls the handset."""

    def __init__(self, site):
        self.site = site
        self.machines = [site.board("ip1203", position=(APART * number, 0.0)) for number in (0, 1)]
        for machine in self.machines:
            machine.power_on()
        address = self.machines[0].net.address
        self.say(0, *dect_lines(address, [(ANNA, "201", "Anna")]), f"config add GW-DECT MASTER /trunk-key {KEY}",
                 "config add GW-DECT RADIO /listen 2",
                 f"config change SIP REG1 /no-reg /accept-anywhere /aor x@{address}", "config activate")
        self.say(1, f"config change GW-DECT RADIO /master {address} /trunk-key {KEY}", "config activate")
        self.handset = Handset(site.air, site.time, ANNA, SARI, position=(2.0, 1.0), audio=Audio(echo_loss_db=None))
        self.handset.auto_answer = 100_000
        self.phone = Phone(site.time, site.net(), "phone", loop=True)
        self.until(lambda: self.handset.located and self.machines[1].gateway.dect.sync() == "synchronized", 90)

    def say(self, number, *lines):
        for line in lines:
            assert not self.machines[number].run_line(line).refused()

    def until(self, condition, seconds=10):
        assert asyncio.run(self.site.until(condition, seconds))

    def pass_time(self, seconds):
        asyncio.run(self.site.pass_time(seconds))

    @property
    def calls(self):
        return self.machines[0].gateway.calls

    def call(self):
        call = self.phone.call(f"sip:201@{self.machines[0].net.address}")
        self.until(lambda: call.state == CONNECTED and self.handset.call == "talking")
        self.pass_time(2)
        return call


@pytest.fixture
def corridor():
    with Site(virtual=True) as site:
        yield Corridor(site)


def quiet(heard, floor=1500):
    """Seconds of the longest stretch in which a tone is not heard."""
    loud = np.flatnonzero(np.abs(heard.astype(int)) > floor)
    assert len(loud) > len(heard) / 4
    return max(after - before for before, after in itertools.pairwise(loud)) / RATE


@pytest.mark.parametrize("talks", ["handset", "phone"])
def test_a_walk_to_the_other_base_moves_the_audio_and_loses_at_most_40_ms(corridor, talks):
    """One talks at a time: the echo canceller of the new channel learns anew, and turns down who talks meanwhile."""
    if talks == "handset":
        corridor.handset.audio.play(TONE, True)
    else:
        corridor.phone.source = TONE
    call = corridor.call()
    assert corridor.calls.active()[0]["radio"] == 0
    at = len(call.record), len(corridor.handset.audio.heard())
    corridor.handset.walk([(APART, 1.0)], speed=5.0)
    corridor.until(lambda: corridor.calls.active() and corridor.calls.active()[0]["radio"] == 1, 60)
    corridor.pass_time(2)
    assert corridor.handset.call == "talking" and call.state == CONNECTED
    assert corridor.machines[0].gateway.calls.channels.busy() == 0
    heard = call.record[at[0]:] if talks == "handset" else corridor.handset.audio.heard()[at[1]:]
    assert quiet(heard) <= LOST
    corridor.handset.hang_up()
    corridor.until(lambda: call.state == ENDED and corridor.calls.busy() == 0)
    corridor.pass_time(1)
    assert corridor.machines[1].gateway.calls.busy() == 0
