"""A DECT system for figures: bases on a grid, handsets with speech, SIP phones, all on virtual time."""

import gc
import math
import time
from typing import NamedTuple

import numpy as np

from sim.callrun import ipei
from sim.peers.handset import Audio, Handset
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED
from sim.peers.talker import speech
from sim.site import Site
from sim.stage import dect_lines

SARI, KEY = "31100422072149", "between%20us"
APART = 40.0
"""Metres between two bases."""
NEAR = 12.0
"""Metres within which the handsets of a base begin."""
WALK = 1.4
"""Metres a second."""
SECOND = 1_000_000
PHRASE = 6.0
"""Seconds until somebody repeats himself."""
SPEAKERS = 8


class Cost(NamedTuple):
    """Seconds by the wall, which only say something where nothing else runs; CPU seconds of all threads; of those what
    Python's own thread took, which is less than the wall shows by the time for which it waits for the others."""

    wall: float
    cpu: float
    python: float


def clocks():
    return time.perf_counter(), time.process_time(), time.thread_time()


def addresses():
    return (f"10.0.{third}.{last}" for third in range(8) for last in range(1, 250))


class System:
    """`bases` boards, the first of which is the master; at each so many handsets, of which some are in calls with a
    phone each."""

    def __init__(self, bases, handsets=8, calls=4, listen=2, seed=1, apart=APART, near=NEAR):
        self.site = Site(virtual=True, seed=seed)
        self.time, self.apart, self.near = self.site.time, apart, near
        self.side = math.ceil(math.sqrt(bases))
        self._addresses = addresses()
        self._random = np.random.default_rng([seed, bases])
        self.says = [speech(PHRASE, seed=seed + number) for number in range(SPEAKERS)]
        self.machines = [self.site.board("ip1203", net=self._net(), position=self.place(number))
                         for number in range(bases)]
        self.users = [(ipei(number + 1), str(2001 + number), f"User{number}") for number in range(bases * handsets)]
        self._configure(listen)
        self.handsets = [self._handset(number, handsets) for number in range(len(self.users))]
        self.until(lambda: all(one.located for one in self.handsets), 300)
        self.talkers = [one for number, one in enumerate(self.handsets) if number % handsets < calls]
        self.phones: list = []
        self.calls: list = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.site.close()

    @property
    def master(self):
        return self.machines[0]

    def place(self, number):
        return number % self.side * self.apart, number // self.side * self.apart

    def say(self, machine, *lines):
        for line in lines:
            assert not machine.run_line(line).refused(), line

    def until(self, condition, seconds):
        limit = self.time.now + round(seconds * SECOND)
        while not condition():
            assert self.time.now < limit
            self.pass_time(0.05)

    def pass_time(self, seconds):
        self.time.run(self.time.now + round(seconds * SECOND))

    def talk(self):
        """Every talker's phone calls it, one after the other, and both speak."""
        for number, handset in enumerate(self.talkers):
            handset.audio.play(self.says[number % SPEAKERS], loop=True)
            handset.auto_answer = 100_000
            phone = Phone(self.time, self._net(), f"phone{number}", loop=True, seed=number,
                          source=self.says[(number + 1) % SPEAKERS])
            self.phones.append(phone)
            user = self.users[self.handsets.index(handset)]
            self.calls.append(phone.call(f"sip:{user[1]}@{self.master.net.address}"))
            self.pass_time(0.023)
        self.until(self.all_talk, 30)

    def all_talk(self):
        return (all(call.state == CONNECTED for call in self.calls)
                and all(one.call == "talking" for one in self.talkers))

    def walk(self, every=4):
        """Each `every`th handset goes from place to place."""
        for handset in self.handsets[::every]:
            places = self._random.uniform(0, (self.side - 1) * self.apart + 1, (50, 2)).tolist()
            handset.walk([tuple(place) for place in places], speed=WALK)

    def handovers(self):
        return sum(radio.counts["handovers"] for radio in self.master.gateway.dect.system.radios)

    def cost(self, seconds, windows):
        """What a second takes: of each figure the least of some windows, as others use the machine too."""
        costs = []
        for _ in range(windows):
            gc.collect()
            begun = clocks()
            self.pass_time(seconds)
            costs.append([(now - then) / seconds for now, then in zip(clocks(), begun, strict=True)])
        return Cost(*[min(figure) for figure in zip(*costs, strict=True)])

    def _net(self):
        return self.site.net(next(self._addresses))

    def _configure(self, listen):
        address = self.master.net.address
        for machine in self.machines:
            machine.power_on()
        self.say(self.master, *dect_lines(address, self.users), f"config add GW-DECT MASTER /trunk-key {KEY}",
                 f"config add GW-DECT RADIO /listen {listen}",
                 f"config change SIP REG1 /no-reg /accept-anywhere /aor x@{address}", "config activate")
        for machine in self.machines[1:]:
            self.say(machine, f"config change GW-DECT RADIO /master {address} /trunk-key {KEY}", "config activate")
        self.until(self.in_step, 200)
        self.pass_time(1)

    def in_step(self):
        states = [machine.gateway.dect.sync() for machine in self.machines]
        return states == ["Master"] + ["synchronized"] * (len(states) - 1)

    def _handset(self, number, each):
        x, y = self.place(number // each)
        dx, dy = self._random.uniform(-self.near, self.near, 2).tolist()
        return Handset(self.site.air, self.time, self.users[number][0], SARI, position=(x + dx, y + dy), seed=number,
                       audio=Audio(echo_loss_db=None))
