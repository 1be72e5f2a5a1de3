import numpy as np
import pytest

from firmware import dsp as core
from hal.dsp import Settings
from sim.devices.dsp import Dsp
from sim.devices.dsp_together import FRAME, PHASE, Together
from sim.time import Time

SETTINGS = Settings("pcma", 10, 2, 64, False, False, "g726")
FIELDS = 30


class Bus:
    """A handset that says something of its own in each frame."""

    def __init__(self, time, seed):
        noise = np.random.default_rng(seed).normal(0, 3000, 80 * FIELDS).astype("<i2")
        self._time, self._says = time, core.Encoder("g726-32-aal2").encode(noise.tobytes())
        self.got = []

    def take_b(self, bearer):
        frame = self._time.now // FRAME % FIELDS
        return self._says[40 * frame:40 * frame + 40]

    def put_b(self, bearer, data):
        self.got.append((self._time.now, bearer, data))


class Board:
    """A chip with one channel, which plays what it hears one packet later."""

    def __init__(self, time, seed, log, name):
        self.bus, self.packets = Bus(time, seed), []
        self.chip, self.time, self.log, self.name = Dsp(time, self.bus, 2), time, log, name
        self.chip.wake = lambda: time.at(time.now, self.poll)

    def start(self):
        self.chip.open(0, SETTINGS)
        self.chip.join(0, 3)

    def poll(self):
        for packet in self.chip.poll():
            self.log.append((self.time.now, self.name))
            self.packets.append((self.time.now, packet))
            self.chip.play(0, packet.payload)


def boards(count, frames=40, act=lambda time, boards: None):
    time, log = Time(), []
    made = [Board(time, seed, log, seed) for seed in range(count)]
    for board in made:
        board.start()
    act(time, made)
    time.run(frames * FRAME)
    return made, log


def test_chips_that_work_together_give_what_each_gives_alone():
    together, _ = boards(5)
    for seed, board in enumerate(together):
        time, log = Time(), []
        alone = Board(time, seed, log, seed)
        alone.start()
        time.run(40 * FRAME)
        assert (alone.bus.got, alone.packets) == (board.bus.got, board.packets)
        assert len(board.packets) == 40


def test_one_acts_upon_its_frame_before_the_next_gives_its_own_in_the_order_in_which_they_began():
    _, log = boards(3)
    assert log[:6] == [(PHASE, 0), (PHASE, 1), (PHASE, 2), (PHASE + FRAME, 0), (PHASE + FRAME, 1), (PHASE + FRAME, 2)]


@pytest.mark.parametrize("order", [
    lambda chip: chip.play(0, bytes(80)), lambda chip: chip.tone(0, "busy", "network"), lambda chip: chip.join(0, None),
    lambda chip: chip.open(1, SETTINGS), lambda chip: chip.status(0), lambda chip: chip.figures(0)])
def test_an_order_while_the_chip_works_is_carried_out_behind_the_frame(order):
    def act(time, made):
        # The first board acts while the others work.
        made[0].chip.wake = lambda: (made[0].poll(), order(made[2].chip) if time.now == PHASE else None)

    made, _ = boards(3, 1, act)
    assert [now for now, _ in made[2].packets] == [PHASE]
    assert made[2].bus.got[0][:2] == (PHASE, 3)


def test_a_chip_that_loses_its_channels_while_it_works_stops_and_the_others_go_on():
    def act(time, made):
        made[0].chip.wake = lambda: (made[0].poll(), made[2].chip.reset() if time.now == PHASE else None)

    _, log = boards(4, 3, act)
    assert {name for now, name in log if now > PHASE} == {0, 1, 3}


def test_nothing_is_scheduled_once_the_last_channel_is_closed():
    time = Time()
    made = [Board(time, seed, [], seed) for seed in range(2)]
    for board in made:
        board.start()
    time.run(FRAME)
    for board in made:
        board.chip.close(0)
    assert time.next() is None
    assert Together.of(time) is Together.of(time) is not Together.of(Time())
