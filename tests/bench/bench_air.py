"""What the air costs: by bursts, by bases, with eight calls and their DSP, and through an idle day."""

import gc
import time

import numpy as np
import pytest

from hal.dsp import Settings
from sim.air import FRAME, Air
from sim.devices.dsp import Dsp
from sim.devices.radio import Radio
from sim.time import Time
from tests.sim.air_rig import handshake

pytestmark = pytest.mark.bench
CALLS = 4
"""At each base of a large system: 100 bases have 400 calls, 800 open ends."""
SPREAD = 40.0
HOUR, SECOND = 3_600_000_000, 1_000_000


class Portable:
    def __init__(self, air, position, base):
        air.add(self, position, False)
        air.clock(self).follow(base)

    def heard(self, heard):
        pass

    def system_changed(self):
        pass


class System:
    """So many bases in step on a square grid, `CALLS` calls at each, speech both ways, no firmware."""

    def __init__(self, bases, calls=CALLS):
        self.time = Time()
        self.air = Air(self.time, seed=5)
        self.radios, self.handsets, self.ends = [], [], []
        side = int(np.ceil(np.sqrt(bases)))
        random = np.random.default_rng(5)
        for number in range(bases):
            self._base(number, (number % side * SPREAD, number // side * SPREAD), calls, random)

    def _base(self, number, position, calls, random):
        rfpi = bytes((0x10, 0x22, 0x43, number >> 8, number & 255))
        radio = Radio(self.air, position)
        radio.beacon([handshake(rfpi)] * 16, number % 12, number % 10)
        if self.radios:
            self.air.clock(radio).follow(self.radios[0])
        self.radios.append(radio)
        speech = random.integers(0, 256, (100, 40), dtype=np.uint8)
        for call in range(calls):
            place = tuple(np.asarray(position) + random.uniform(-10, 10, 2))
            handset = Portable(self.air, place, radio)
            slot, carrier = (number + 1 + call * 11 // calls) % 12, int(random.integers(10))
            radio.open(call, slot, carrier)
            end = self.air.end(handset, slot + 12, carrier)
            end.cycle, end.expect = [handshake(rfpi)], rfpi
            end.play(speech, loop=True)
            end.record()
            self.handsets.append(handset)
            self.ends.append(end)

    def cost(self, frames, every_frame=lambda: None):
        """CPU seconds a frame, the least of five runs."""
        costs = []
        self.time.run(self.time.now + 10 * FRAME)
        for _ in range(5):
            gc.collect()
            begun = time.process_time()
            for _ in range(frames // 5):
                every_frame()
                self.time.run(self.time.now + FRAME)
            costs.append((time.process_time() - begun) / (frames // 5))
        return min(costs)


def test_frames_of_ten_and_of_a_hundred_bases(figure):
    costs = {bases: System(bases).cost(500) for bases in (10, 100)}
    for bases, cost in costs.items():
        bursts = 2 * CALLS * bases
        figure(f"a frame of the air: {bases} bases, {CALLS * bases} calls", "< 3 ms",
               f"{cost * 1e6:.0f} µs, {cost / bursts * 1e9:.0f} ns a burst")
    assert costs[100] < 3e-3
    assert costs[100] < 1.15 * 10 * costs[10]


def test_frames_in_which_people_walk(figure):
    """Every handset twice a second: eight of 400 move in each frame, so all is worked out anew in each."""
    system = System(100)
    random, at = np.random.default_rng(1), [0]

    def walk():
        for _ in range(8):
            at[0] = (at[0] + 1) % len(system.handsets)
            handset = system.handsets[at[0]]
            x, y = system.air.position(handset)
            system.air.move(handset, (x + random.uniform(-0.5, 0.5), y + random.uniform(-0.5, 0.5)))

    cost = system.cost(200, walk)
    figure("the same, 100 bases, everybody walks and talks", "< 10 ms", f"{cost * 1e3:.2f} ms")
    assert cost < 10e-3


def test_who_hears_whom_is_looked_up_quickly(figure):
    system = System(100)
    begun = time.process_time()
    for handset in system.handsets[:100]:
        system.air.beacons(handset)
    cost = (time.process_time() - begun) / 100
    figure("a handset looks for bases among 100", "< 2 ms", f"{cost * 1e6:.0f} µs")
    assert cost < 2e-3


def test_one_base_with_eight_calls_and_its_dsp(figure):
    """Controller, bearers, DSP channels with canceller, packets both ways; handsets that talk and listen."""
    system = System(1, 8)
    chip = Dsp(system.time, system.radios[0], 8)
    payload = bytes(range(160))
    for channel in range(8):
        chip.open(channel, Settings("pcma", 20, 2, 64, False, False, "g726"))
        chip.join(channel, channel)
    frame = [0]

    def network():
        frame[0] += 1
        if frame[0] % 2:
            for channel in range(8):
                chip.play(channel, payload)
        chip.poll()

    cost = system.cost(1000, network)
    air = System(1, 8).cost(1000)
    figure("one base with eight calls: controller, air, DSP", ">= 50x real time",
           f"{FRAME / 1e6 / cost:.0f}x, of a frame {cost * 1e6:.0f} µs the air {air * 1e6:.0f} µs")
    assert all(row["b_good"] > 1000 for row in system.radios[0].counters().values())
    assert FRAME / 1e6 / cost > 50


def test_a_day_of_three_idle_bases_in_step(figure):
    """As the radio part of the firmware looks on: neighbours of each every ten seconds."""
    virtual = Time()
    air = Air(virtual, seed=2)
    radios = [Radio(air, (30.0 * place, 0.0)) for place in range(3)]
    names = [bytes((0x10, 0x22, 0x43, 0xA3, number)) for number in range(3)]
    for number, radio in enumerate(radios):
        radio.beacon([handshake(names[number])] * 64, number, number)
    for number in (1, 2):
        radios[number].follow(names[number - 1])
    begun = time.process_time()
    while virtual.now < 24 * HOUR:
        virtual.run(virtual.now + 10 * SECOND)
        for radio in radios:
            radio.poll()
            assert len(radio.neighbours()) == 2
    cost = time.process_time() - begun
    figure("24 h of three idle bases: the air's share", "< 60 s", f"{cost:.1f} s")
    assert radios[2].followed == names[1]
    assert cost < 60
