"""firmware.led: every pattern of article 31 block by block, and who wins when several are true."""

from types import SimpleNamespace

import pytest

from firmware.effects import Show, Tell
from firmware.led import AT_BOOT, PATTERNS, Fact, Led, colour, state
from firmware.log import Log
from firmware.loop import Loop
from firmware.module import Registry
from hal.led import BLUE, OFF, RED, YELLOW

LETTERS = {"B": BLUE, "R": RED, "Y": YELLOW, "-": OFF}

ARTICLE_31 = {
    "idle": "B",
    "starting": "B-",
    "traffic": "-" * 4 + "B" * 20,
    "full": "R" * 4 + "B" * 20,
    "download": "B" * 4 + "-" * 6,
    "mini": "Y-",
    "tftp": "Y",
    "no-ethernet": "R-",
    "fatal": "R",
    "sync-good": "B" * 20 + "Y" * 4,
    "sync-bad": "BBBB------BBBB------YYYY",
    "sync-none": "R" * 20 + "Y" * 4,
}

FACTS = {
    "idle": {}, "starting": {"starting": True}, "traffic": {"traffic": 1}, "full": {"full": True, "traffic": 8},
    "download": {"download": True}, "mini": {"mini": True}, "tftp": {"tftp": True}, "no-ethernet": {"link": False},
    "fatal": {"fatal": True}, "sync-good": {"sync": "good"}, "sync-bad": {"sync": "bad"},
    "sync-none": {"sync": "none"},
}


def led(now=0, **facts):
    one = Led()
    one.start(0)
    one.receive(Fact("starting", False), 0)
    for name, value in facts.items():
        one.receive(Fact(name, value), now)
    return one


def test_the_twelve_states_of_article_31_are_all_there():
    assert sorted(PATTERNS) == sorted(ARTICLE_31) and len(PATTERNS) == 12


@pytest.mark.parametrize("name", sorted(ARTICLE_31))
def test_each_pattern_shows_the_blocks_of_article_31(name):
    blocks = ARTICLE_31[name]
    shown = [colour(PATTERNS[name], block) for block in range(3 * len(blocks))]
    assert shown == [LETTERS[letter] for letter in blocks * 3]


@pytest.mark.parametrize("name", sorted(ARTICLE_31))
def test_driven_by_due_the_lamp_follows_the_pattern_to_the_microsecond(name):
    one = Led()
    effects = one.start(0)
    one.receive(Fact("starting", False), 0)
    for fact, value in FACTS[name].items():
        effects = one.receive(Fact(fact, value), 1_234_567) or effects
    assert one.state == name
    since, lamp, blocks = one._since, effects[-1].colour, ARTICLE_31[name]
    if name == "idle":
        since, lamp = 0, BLUE
    for block in range(3 * len(blocks)):
        while one.due() is not None and one.due() <= since + block * 100_000:
            assert one.due() == since + block * 100_000
            lamp = one.tick(one.due())[0].colour
        assert lamp == LETTERS[blocks[block % len(blocks)]], block


@pytest.mark.parametrize("name", ["idle", "tftp", "fatal"])
def test_a_solid_pattern_asks_for_no_tick(name):
    assert led(**FACTS[name]).due() is None


def test_due_comes_only_when_the_colour_changes():
    one = led(traffic=1)
    changes = []
    for _ in range(4):
        changes.append(one.due())
        one.tick(one.due())
    assert changes == [400_000, 2_400_000, 2_800_000, 4_800_000]


def test_a_change_of_state_begins_at_block_0():
    one = led(traffic=1)
    one.tick(400_000)
    assert one.receive(Fact("full", True), 1_050_000) == [Show(RED)]
    assert one.due() == 1_450_000


def test_a_fact_that_changes_no_state_does_not_restart_the_pattern():
    one = led(traffic=1)
    assert one.receive(Fact("traffic", 2), 300_000) == []
    assert one.due() == 400_000


def test_a_late_tick_shows_the_colour_of_now():
    one = led(traffic=1)
    assert one.tick(2_450_000) == [Show(OFF)]
    assert one.due() == 2_800_000


def test_the_worst_state_wins():
    order = [("fatal", True), ("link", False), ("tftp", True), ("mini", True), ("download", True),
             ("sync", "bad"), ("starting", True), ("full", True), ("traffic", 3)]
    expected = ["fatal", "no-ethernet", "tftp", "mini", "download", "sync-bad", "starting", "full", "traffic"]
    for first in range(len(order)):
        facts = {**AT_BOOT, "starting": False, **dict(order[first:])}
        assert state(facts) == expected[first]


def test_unknown_messages_are_ignored():
    one = led()
    assert one.receive(Fact("colour", "pink"), 5) == []
    assert one.receive("noise", 5) == []
    assert one.command("", ["state"], 0)[0] == "idle\r\n"


def test_on_the_loop_a_fact_that_is_told_reaches_the_lamp():
    shown = []
    one = Led()
    loop = Loop(SimpleNamespace(led=SimpleNamespace(show=shown.append)), Registry([one]), Log())
    loop.start(0)
    loop.apply(one, [Tell("LED", Fact("fatal", True))], 10)
    assert shown == [BLUE, RED] and loop.due() is None
