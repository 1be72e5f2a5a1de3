"""What is laid out for many frames at a time, against one frame after the other."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.air.frames import B_FULL, B_LONG
from sim.air.streams import AHEAD, Streams
from sim.air.tables import Tables

LINKS = 4
KINDS = (B_FULL, B_LONG, B_FULL, B_LONG)


def octets(link, count, seed):
    return np.random.default_rng([link, seed]).integers(0, 256, (count, KINDS[link]), np.uint8)


class Model:
    """Each link by itself, frame by frame."""

    def __init__(self):
        self.rows, self.loop, self.at, self.kept = {}, {}, {}, {}

    def play(self, link, rows, loop):
        self.rows.pop(link, None)
        if len(rows):
            self.rows[link], self.loop[link], self.at[link] = rows, loop, 0

    def before(self):
        out = {}
        for link, rows in list(self.rows.items()):
            if self.at[link] == len(rows):
                if not self.loop[link]:
                    del self.rows[link]
                    continue
                self.at[link] = 0
            out[link] = rows[self.at[link]].tobytes()
            self.at[link] += 1
        return out


ACTIONS = st.one_of(
    st.tuples(st.just("frames"), st.integers(1, 2 * AHEAD + 5), st.just(0)),
    st.tuples(st.sampled_from(["play", "loop"]), st.integers(0, LINKS - 1), st.sampled_from([0, 1, 3, 90, 250])),
    st.tuples(st.sampled_from(["record", "stop", "forget", "read"]), st.integers(0, LINKS - 1), st.just(0)))


class Both:
    def __init__(self):
        self.tables = Tables(1)
        self.links = [SimpleNamespace(row=self.tables.take_link()) for _ in range(LINKS)]
        self.streams, self.model = Streams(self.tables), Model()
        self.random = np.random.default_rng(5)

    def do(self, what, one, two):
        if what == "frames":
            for _ in range(one):
                self.frame()
            return
        link, kind = self.links[one], KINDS[one]
        if what in ("play", "loop"):
            rows = octets(one, two, self.random.integers(100))
            self.streams.play(link, rows, what == "loop", kind)
            self.model.play(one, rows, what == "loop")
        elif what in ("record", "stop"):
            self.streams.record(link, kind, what == "record")
            if what == "record":
                self.model.kept.setdefault(one, [])
            else:
                self.model.kept.pop(one, None)
        elif what == "forget":
            self.streams.forget(link.row)
            self.model.rows.pop(one, None)
            self.model.kept.pop(one, None)
        self.agree(one)

    def frame(self):
        tables = self.tables
        tables.links["fresh"] = 0
        self.streams.before()
        said = self.model.before()
        for number, link in enumerate(self.links):
            assert bool(tables.links["fresh"][link.row]) == (number in said)
            if number in said:
                assert bytes(tables.out[B_LONG * link.row:][:KINDS[number]]) == said[number]
            tables.inward[B_LONG * link.row:B_LONG * (link.row + 1)] = self.random.bytes(B_LONG)
            tables.links["got"][link.row] = self.random.integers(2)
            if number in self.model.kept:
                self.model.kept[number].append((bytes(tables.inward[B_LONG * link.row:][:KINDS[number]]),
                                                bool(tables.links["got"][link.row])))
        self.streams.after()

    def agree(self, one):
        link, kind = self.links[one], KINDS[one]
        assert self.streams.played(link, kind) == (self.model.at[one] if one in self.model.rows else 0)
        rows, good = self.streams.recorded(link, kind).taken()
        kept = self.model.kept.get(one, [])
        assert [row.tobytes() for row in rows] == [row for row, _ in kept]
        assert good.tolist() == [whole for _, whole in kept]
        assert self.streams.playing == {self.links[number].row for number in self.model.rows}


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTIONS, max_size=20))
def test_links_play_and_are_recorded_as_if_each_were_by_itself(actions):
    both = Both()
    for action in actions:
        both.do(*action)
    for one in range(LINKS):
        both.agree(one)


def test_rows_of_another_length_are_refused():
    both = Both()
    with pytest.raises(ValueError, match="40 octets"):
        both.streams.play(both.links[0], np.zeros((3, 80), np.uint8), False, B_FULL)
