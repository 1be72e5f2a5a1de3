"""What each step does, seen by checks; and what each check says when it does not hold."""

import pytest

from sim.lab.model import parse
from sim.lab.run import run
from sim.lab.verbs import CHECKS, STEPS

SITE = """\
[lab]
duration = "%s"

[[registrar]]
name = "pbx"

[[board]]
name = "base"
sari = "31100422072149"
registrar = "pbx"

[[handset]]
name = "anna"
board = "base"

[[handset]]
name = "ben"
board = "base"
model = "ip65"

[[phone]]
name = "desk"
number = "100"
registrar = "pbx"
answer = "0.5s"

[[jammer]]
name = "noise"
position = [2, 2]

[[foreign]]
name = "other"
position = [300, 0]
"""


def lab(seconds, *rows):
    """`rows` are the words of steps, 'at verb field=value ...', and of checks, which begin with '?'."""
    text = SITE % f"{seconds}s"
    for row in rows:
        head, verb, *fields = row.split(" ", 2)
        table = "check" if head.startswith("?") else "step"
        text += f'\n[[{table}]]\n{"kind" if table == "check" else "do"} = "{verb}"\n'
        if head != "?":
            text += f'at = "{head.strip("?")}s"\n'
        text += "".join(fields).replace("; ", "\n") + "\n"
    return run(parse(text))


def test_every_step_and_check_is_shown_here_or_in_an_example():
    from pathlib import Path

    shown = Path(__file__).read_text() + "".join(
        path.read_text().replace('"', " ") for path in Path(__file__).parents[2].glob("examples/*.toml"))
    for verb in (*STEPS, *CHECKS):
        assert f" {verb.name} " in shown or f"{verb.name} =" in shown, verb.name


@pytest.mark.parametrize("rows", [
    # A call that is held, and spoken into with something else, and whose keys arrive.
    ('3 call who = "anna"; to = "desk"', '6 keys who = "anna"; keys = "12#"', '7 hold who = "desk"',
     '8 hold who = "desk"; on = false', '9 say who = "desk"; plays = "tone:800"', '13 hang-up who = "anna"',
     '?6 state who = ["anna", "desk"]; is = "idle"; count = 0',
     '? level who = "anna"; during = ["10s", "12s"]; at_least = -12; at_most = -8',
     '? speech who = "anna"; from = "desk"; during = ["10s", "12s"]',
     '? calls who = "base"; cause = 16; at_least = 1', '? missing who = "anna"; at_most = 20',
     '?14 state who = "anna"; is = "idle"'),
    # Power, the reset button and the cable.
    ('3 power-off who = "base"', '6 power-on who = "base"', '13 cable who = "base"',
     '18 cable who = "base"; plugged = true', '22 reset-button who = "base"',
     '?4 led who = "base"; is = "off"', '?12 state who = "anna"; is = "located"',
     '?4 state who = "anna"; is = "searching"', '? led who = "base"; is = "no-ethernet"; during = ["13s", "18s"]',
     '? event who = "base"; event = "boot"; times = 3', '? event who = "anna"; event = "no system"; times = 2'),
    # The console, by hand.
    ('3 console who = "base"; lines = ["config add SIP /no-hr-notify", "ping {address}"]',
     '? console who = "base"; command = "config show"; matches = "no-hr-notify"',
     '? console who = "base"; command = "nonsense"; is = "?"',
     '? console who = "base"; command = "config show"; lacks = "snow"',
     '? log who = "base"; matches = "handset \\\\d+ has subscribed"', '? alarms who = "base"'),
    # Batteries, legs, subscriptions, messages and menus.
    ('3 switch-off who = "anna"', '5 switch-on who = "anna"', '8 move who = "ben"; to = [9000, 9000]',
     '11 move who = "ben"; to = [3, 3]', '14 walk who = "ben"; to = [6, 3]', '15 subscribe who = "anna"; ac = "0000"',
     '19 turn-off who = "anna"', '?4 state who = "anna"; is = "off"', '?7 state who = "anna"; is = "located"',
     '?10 state who = "ben"; is = "searching"', '?14 base who = "ben"; is = "base"',
     '? event who = "ben"; event = "arrived"; during = ["15s", "18s"]',
     '? event who = "anna"; event = "subscribed"; times = 2', '?23 state who = "anna"; is = "off"'),
    ('3 press who = "ben"; keys = "*#06#"', '?4 display who = "ben"; matches = "0466000000028"; lacks = "snow"',
     '6 message who = "ben"; to = "anna"; text = "see you"', '8 nothing'),
    # The air and the network.
    ('2 on who = ["noise", "other"]', '4 off who = ["noise", "other"]', '5 call who = "desk"; to = "anna"',
     '8 answer who = "anna"', '10 network loss_percent = 30; delay_ms = 20',
     '16 network from = "desk"; to = "base"; delay_ms = 1', '? event who = "noise"; event = "off"; times = 1',
     '? gap who = "anna"; from = "desk"; during = ["17s", "23s"]; at_most = 20',
     '? level who = "anna"; during = ["12s", "15s"]; at_least = -40',
     '? counter who = "base"; figure = "air.sent"; at_least = 100',
     '? counter who = "base"; figure = "system"; at_most = 1',
     '?13 channels who = "base"; at_least = 1', '?1 sync who = "base"; is = "master"',
     '? handovers who = "anna"; of = "connection"; at_most = 0'),
], ids=["a call", "power", "console", "handsets", "menu", "air and network"])
def test_steps_do_what_they_say(rows):
    assert not lab(24, *rows).failed()


@pytest.mark.parametrize(("row", "said"), [
    ('? state who = "anna"; is = "talking"', "located/locked"),
    ('? event who = "anna"; event = "snow"', "0 times"),
    ('? event who = "anna"; event = "located"; detail = "x"', "0 times"),
    ('? speech who = "anna"; from = "desk"', "correlation 0.000"),
    ('? noise who = "anna"; from = "desk"', "-90 dBm0"),
    ('? level who = "anna"; at_least = -50', "-90.0 dBm0; at least -50"),
    ('? gap who = "anna"; from = "desk"', "nothing like it is heard"),
    ('? missing who = "anna"; at_least = 5', "0 frames"),
    ('? handovers who = "anna"; at_least = 1', "anna: 0; at least 1"),
    ('? led who = "base"; is = "full"', "base: idle"),
    ('? led who = "base"; is = "full"; during = ["1s", "2s"]', "base: idle"),
    ('? log who = "base"; matches = "it snows"', "'it snows' is not in"),
    ('? log who = "base"; lacks = "GW-DECT"', "'GW-DECT' is in it"),
    ('? alarms who = "base"; matches = "x"', "none"),
    ('? console who = "base"; command = "x"; is = "y"', "?"),
    ('? channels who = "base"; at_least = 1', "0 calls with a channel"),
    ('? counter who = "base"; figure = "air.snow"; at_least = 1', "no figure air.snow"),
    ('? counter who = "base"; figure = "rfpi"; at_least = 1', "no figure rfpi"),
    ('? sync who = "base"; is = "coasting"', "base: master"),
    ('? calls who = "base"; at_least = 1', "0 calls"),
    ('? display who = "anna"; matches = "it snows"', "'it snows' is not in"),
])
def test_a_check_that_does_not_hold_says_what_was_seen(row, said):
    failed = lab(4, row).failed()
    assert [one.passed for one in failed] == [False]
    assert said in failed[0].said


@pytest.mark.parametrize("step", [
    '2 hang-up who = ["anna", "desk"]', '2 answer who = ["anna", "desk"]', '2 keys who = ["anna", "desk"]; keys = "1"',
    '2 hold who = "desk"', '1 turn-off who = "anna"', '1 call who = "anna"; number = "999"', '2 power-on who = "base"',
    '2 message who = "anna"; number = "5"; text = "x"', '2 call who = "desk"; number = "1"',
    '2 off who = ["noise", "other"]', '2 on who = ["noise", "other"]',
    '2 move who = ["base", "noise", "other"]; to = [1, 1]',
    '2 press who = "anna"; keys = ["menu", ">", "*", "<", "<", "*", "menu", "end"]'])
def test_what_cannot_be_done_now_is_no_fault_of_the_lab(step):
    assert not lab(4, step).failed()
