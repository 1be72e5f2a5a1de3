"""Cancellers of one's own: found, told apart, and kept from harming the others when they break."""

import re

import numpy as np
import pytest

from sim.dspbench.cancellers import Kind, Missing, find, find_all
from sim.status import UserError
from tests.sim.dspbench.simple import PassThrough, kind, run


class Broken:
    def process(self, near, far):
        raise RuntimeError("no state")


class Short:
    def process(self, near, far):
        return near[:-1]


def test_one_that_breaks_is_told_and_the_others_go_on():
    bench = run(kind(Broken, "broken"), kind(Short, "short"), kind(PassThrough, "nothing"))
    report = bench.report()
    assert "RuntimeError: no state" in report["failed"]["broken"]
    assert "came out" in report["failed"]["short"]
    assert report["figures"][0]["values"]["nothing"] == pytest.approx(0, abs=0.1)


class Gives:
    """Gives back whatever it was told to."""

    def __init__(self, out, delay=0):
        self.out, self.delay = out, delay

    def process(self, near, far):
        return self.out(near)


class Overwrites(PassThrough):
    def process(self, near, far):
        out = near.copy()
        near[:] = far[:] = 0
        return out


class Leaves(PassThrough):
    def process(self, near, far):
        raise SystemExit(3)


@pytest.mark.parametrize(("broken", "says"), [
    (Gives(lambda near: near * np.nan), "not all numbers"), (Gives(lambda near: np.stack([near, near], 1)), "x 2 came"),
    (Gives(lambda near: None), "came out|TypeError"), (Gives(lambda near: b"odd"), "multiple of element size"),
    (Gives(lambda near: near, 2.5), "delay is 2.5"), (Gives(lambda near: near, -5), "delay is -5"),
    (Gives(lambda near: near, 10**6), "delay is 1000000"), (Gives(lambda near: near, np.nan), "NaN"),
    (Leaves(), "SystemExit: 3")])
def test_what_is_no_sound_of_that_length_gets_no_figures(broken, says):
    report = run(kind(lambda: broken, "broken"), kind(PassThrough, "nothing")).report()
    assert re.search(says, report["failed"]["broken"])
    assert all(list(figure["values"]) == ["nothing"] for figure in report["figures"])


def test_one_that_works_in_place_changes_nothing_for_the_next():
    alone = run(kind(PassThrough, "nothing")).report()["figures"]
    after = run(kind(Overwrites, "careless"), kind(PassThrough, "nothing")).report()["figures"]
    assert [figure["values"]["nothing"] for figure in after] == [figure["values"]["nothing"] for figure in alone]


def test_one_that_breaks_while_speed_is_measured_is_told_and_the_others_have_theirs():
    class Narrow(PassThrough):
        def __init__(self, rate):
            self.rate = rate

        def process(self, near, far):
            return near if self.rate == 8000 else 1 / 0

    report = run(Kind("narrow", "narrow", lambda rate, tail_ms: Narrow(rate)), kind(PassThrough, "nothing"),
                 only=("speed",)).report()
    assert report["failed"] == {"narrow": "speed at 16000 Hz: ZeroDivisionError: division by zero"}
    assert [(row["canceller"], row["rate"]) for row in report["speed"]] == [
        ("narrow", 8000), ("nothing", 8000), ("nothing", 16000)]


def test_one_that_cannot_even_be_made_is_told():
    assert "made" in run(Kind("one", "one", lambda rate, tail_ms: {}["made"])).report()["failed"]["one"]


def test_a_peer_that_is_not_here_is_skipped_by_name():
    def absent(rate, tail_ms):
        raise Missing("install it")

    report = run(Kind("gone", "gone", absent), Kind("away", "away", absent, lambda: "no library"),
                 kind(PassThrough)).report()
    assert report["skipped"] == {"gone": "install it", "away": "no library"}
    assert report["failed"] == {}


def test_a_canceller_of_ones_own_comes_from_a_file(tmp_path):
    (tmp_path / "mine.py").write_text(
        "class Mine:\n    linear = False\n    def __init__(self, rate, tail_ms): self.rate = rate\n"
        "    def process(self, near, far): return near.tobytes()\n")
    mine = find(f"{tmp_path}/mine.py:Mine")
    assert (mine.name, mine.linear) == ("Mine", False)
    assert run(mine).report()["failed"] == {}


def test_two_of_one_name_are_told_apart(tmp_path):
    for name in ("old.py", "new.py"):
        (tmp_path / name).write_text("def linear(rate, tail_ms): pass\ndef Mine(rate, tail_ms): pass\n")
    words = [f"{tmp_path}/{name}" for name in ("old.py:Mine", "new.py:Mine", "new.py:linear")]
    assert [one.name for one in find_all((*words, "linear"))] == ["Mine", *words[1:], "linear"]


@pytest.mark.parametrize(("name", "says"), [
    ("nobody", "no canceller nobody"), ("absent.py:X", "FileNotFoundError"), ("json:X", "AttributeError"),
    ("no.such.module:X", "ModuleNotFoundError")])
def test_an_unknown_canceller_is_a_user_error(name, says):
    with pytest.raises(UserError, match=says):
        find(name)
