"""The engine's loops in C against a slow account of the same, and against whatever may be done to the air."""

import _gwair
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.air.errors import LEAK
from sim.air.scene import LEAST, NOISE_MW
from sim.air.tables import BLOCKS, BURST
from tests.sim.air_rig import CT, MT, B, Rig, handshake

FRAME_BITS, STATIONS = 11_520, 5
BLOCK_BITS = [16] + [32] * 2 + [40] * 16 + [4] * 2
"""Sync word, A-field, B-field, X, Z."""

EDGES = [np.concatenate(([16], 16 + np.cumsum(BLOCK_BITS))) for _ in range(2)]
EDGES[0] = np.concatenate(([16, 32, 64, 96], 96 + 40 * np.arange(1, 9), [416] * 8, [420, 424]))


def bursts(row):
    return st.tuples(st.integers(0, STATIONS - 1), st.integers(0, 1), st.integers(0, FRAME_BITS - 1), row,
                     st.integers(0, 3), st.sampled_from([0, -1, -2]))


def account(receiver, senders, gain):
    """Who is heard, its power, and what disturbs each block: bit by bit."""
    edges = EDGES[int(receiver["bits"] > 424)]
    time = (np.arange(receiver["bits"]) + receiver["start"]) % FRAME_BITS
    best, blocks, found = -1, np.full(BLOCKS, NOISE_MW), []
    for at, sender in enumerate(senders):
        level = gain[receiver["station"], sender["station"]] * LEAK[abs(sender["carrier"] - receiver["carrier"])]
        there = (time - sender["start"]) % FRAME_BITS < sender["bits"]
        if sender["station"] == receiver["station"] or not there.any() or level < 0.003 * NOISE_MW:
            continue
        late = (sender["start"] - receiver["start"] + FRAME_BITS // 2) % FRAME_BITS - FRAME_BITS // 2
        fits = (sender["carrier"] == receiver["carrier"] and sender["fixed"] != receiver["fixed"]
                and sender["row"] != -2 and abs(late) <= 8)
        found.append((at, level, there, fits and level >= LEAST))
    wanted = [(level, -at) for at, level, _, fits in found if fits]
    best = max(level for level, _ in wanted) if wanted else 0.0
    who = [at for at, level, _, fits in found if fits and level == best]
    for at, level, there, _ in found:
        if at in who[:1]:
            continue
        for block in range(BLOCKS):
            width = edges[block + 1] - edges[block]
            if width and 2 * there[edges[block]:edges[block + 1]].sum() >= width:
                blocks[block] += level
    return who, best, blocks


@settings(max_examples=150, deadline=None)
@given(st.lists(bursts(st.sampled_from([424, 744])), min_size=1, max_size=4),
       st.lists(bursts(st.sampled_from([96, 424, 744, 3000, FRAME_BITS])), max_size=12),
       st.integers(0, FRAME_BITS - 1), st.integers(0, 1000))
def test_who_hears_whom_is_what_an_account_bit_by_bit_says(receivers, senders, place, seed):
    receivers = np.array([(*one[:2], (place + one[2] % 30) % FRAME_BITS, *one[3:]) for one in receivers], BURST)
    senders = np.array([(*one[:2], (place + one[2] % 1200 - 600) % FRAME_BITS if at % 3 else (place + at) % FRAME_BITS,
                         *one[3:]) for at, one in enumerate(senders)], BURST)
    senders["row"][senders["bits"] > 744] = -2
    gain = 10.0 ** np.random.default_rng(seed).uniform(-13, -3, (STATIONS, STATIONS))
    who, power = np.zeros(len(receivers), np.int32), np.zeros((len(receivers), 1 + BLOCKS))
    _gwair.hear(receivers, senders, gain, STATIONS, np.ascontiguousarray(LEAK), NOISE_MW, LEAST,
                np.empty(len(senders), BURST), np.empty(len(senders), np.int32), who, power)
    for at, receiver in enumerate(receivers):
        candidates, best, blocks = account(receiver, senders, gain)
        assert power[at, 0] == best
        assert who[at] in candidates or (who[at] == -1 and not candidates)
        if len(candidates) < 2:
            np.testing.assert_allclose(power[at, 1:][np.diff(EDGES[int(receiver["bits"] > 424)]) > 0],
                                       blocks[np.diff(EDGES[int(receiver["bits"] > 424)]) > 0], rtol=1e-9)


ACTIONS = ("open", "close", "send", "segment", "twin", "cipher", "move", "put", "cycle", "play", "beacon", "page",
           "emit", "quiet", "clock", "frames", "look", "tap")


class Play:
    """Does what it is told to a small system: two bases, four handsets."""

    def __init__(self):
        self.rig = Rig()
        self.bases = [self.rig.base((0, 0)), self.rig.base((25, 0))]
        self.stations = self.bases + [self.rig.handset(self.bases[at % 2], (5 + at, at)) for at in range(4)]
        self.ends, self.marks = [], []

    def do(self, action, one, two):
        air, station = self.rig.air, self.stations[one % 6]
        end = self.ends[two % len(self.ends)] if self.ends else None
        if action == "open" and len(self.ends) < 40:
            slot = two % 12 + (12 if one % 6 >= 2 else 0)
            self.ends.append(self.rig.end(station, slot, two % 3, kind="long" if one % 5 == 4 else "full"))
        elif action == "frames":
            self.rig.frames(one % 4)
        elif action == "move":
            air.move(station, (one, two))
        elif action == "beacon":
            self.rig.beacon(self.bases[one % 2], two % 12, one % 10)
        elif action == "page":
            air.page(self.bases[one % 2], b"\xee" + bytes(5), bool(two & 1))
        elif action == "emit":
            self.marks.append(air.emit(station, two % 10, None if two & 1 else one % 24))
        elif action == "quiet" and self.marks:
            air.quieten(self.marks.pop())
        elif action == "clock":
            air.clock(self.bases[one % 2]).set(shift=two, frames=one)
        elif action == "look":
            air.survey(station), air.channels(station), air.counts, [one.rssi for one in self.ends]
        elif action == "tap":
            air.tap(lambda now, number, burst: None) if one & 1 else None
        elif end is not None:
            self.to_end(action, end, one, two)

    def to_end(self, action, end, one, two):
        if action == "close":
            end.close()
        elif action == "send":
            end.send(MT)
        elif action == "segment":
            end.segment(CT[one & 1])
        elif action == "twin" and end.open:
            others = [other for other in self.ends if other.open and other.station is end.station
                      and other.wide == end.wide]
            end.twin(others[one % len(others)])
        elif action == "cipher":
            end.cipher(bytes([one & 255]) * 8 if two & 1 else None)
        elif action == "put":
            end.put_b(B[:one % 41])
            end.take_b()
        elif action == "cycle":
            end.cycle = [handshake()] * (one % 3)
        elif action == "play":
            end.record()
            end.play(np.full((one % 5, end.octets), 7, np.uint8), bool(two & 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 300), st.integers(0, 300)), max_size=60))
def test_whatever_is_done_to_the_air_it_goes_on(actions):
    play = Play()
    for action in actions:
        play.do(*action)
    play.rig.frames(5)
    tables = play.rig.air.tables
    assert int(tables.ends["open"].sum()) == len(play.rig.air.ends) == sum(end.open for end in play.ends)
    for end in play.ends:
        end.close()
    play.rig.frames(1)
    assert not play.rig.air.ends and not play.rig.air.waiting and not play.rig.air.streams.playing
    assert {end.link.row for end in play.ends} <= set(range(tables.link_rows.count))
