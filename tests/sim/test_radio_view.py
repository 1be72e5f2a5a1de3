"""What is shown of a board's radio."""

import json

import pytest

from sim.lab.build import Stage
from sim.lab.model import parse
from sim.lab.timeline import Timeline
from sim.peers.handset.identity import printed_ipei
from sim.radio_view import SLOTS, printed, view

TWO = """\
[lab]
duration = "60s"
[[registrar]]
name = "pbx"
[[board]]
name = "one"
sari = "31100422072149"
registrar = "pbx"
config = ["config add GW-DECT MASTER /encryption on", "config write", "config activate"]
[[board]]
name = "two"
master = "one"
position = [10, 0]
[[board]]
name = "dev"
model = "rp2"
power = "50s"
[[handset]]
name = "anna"
board = "one"
ipei = "0466003541858"
answer = "0s"
[[phone]]
name = "desk"
registrar = "pbx"
[[step]]
at = "8s"
do = "call"
who = "desk"
to = "anna"
"""


@pytest.fixture(scope="module")
def stage():
    """In the middle of a call."""
    with Stage(parse(TWO), 1) as stage:
        Timeline(stage)
        stage.start()
        stage.time.run(12_000_000)
        yield stage


def test_it_can_be_written_as_json(stage):
    for machine in stage.machines.values():
        told = view(machine)
        assert json.loads(json.dumps(told)) == told


def test_a_master_with_a_radio_tells_of_itself_and_of_its_system(stage):
    told = view(stage.machines["one"])
    assert (told["running"], told["role"], told["rfpi"], told["rpn"]) == (True, "master and radio", "102243a300", 0)
    assert (told["sync"]["state"], told["sync"]["hop"], told["sync"]["source"]) == ("master", 0, None)
    assert [(one["rfpi"], one["host"], one["hop"]) for one in told["system"]] == [
        ("102243a300", "10.0.0.1", 0), ("102243a301", "10.0.0.2", 1)]
    assert set(told["dummy"]) == {"slot", "carrier"}


def test_a_radio_tells_whom_it_follows_and_hears(stage):
    told = view(stage.machines["two"])
    assert (told["running"], told["role"], told["rpn"], told["system"]) == (True, "radio", 1, [])
    assert (told["sync"]["state"], told["sync"]["source"]) == ("synchronized", "102243a300")
    assert -60 < told["sync"]["rssi"] < -30
    assert [one["rfpi"] for one in told["neighbours"]] == ["102243a300"]


def test_a_call_is_a_bearer_with_its_handset(stage):
    bearer, = view(stage.machines["one"])["bearers"]
    slot, carrier = stage.people["anna"].slot()
    assert (bearer["slot"], bearer["carrier"], bearer["kind"]) == (slot % 12, carrier, "full")
    assert (bearer["ipei"], bearer["ciphered"], bearer["bad"]) == ("0466003541858", True, 0)
    assert bearer["counts"]


def test_occupancy_is_a_row_of_carriers_for_each_pair_of_slots(stage):
    told = view(stage.machines["one"])
    assert [len(row) for row in told["occupancy"]] == [10] * SLOTS
    assert all(-100 <= level <= 0 for row in told["occupancy"] for level in row)


def test_a_board_without_power_or_without_a_radio_has_nothing_to_tell(stage):
    told = view(stage.machines["dev"])
    assert (told["running"], told["role"], told["rfpi"], told["bearers"]) == (False, "none", None, [])
    one = stage.machines["one"]
    one.power_off()
    told = view(one)
    assert (told["running"], told["role"], told["rfpi"], told["dummy"], told["sync"]["state"]) == (
        False, "none", None, None, "off")


@pytest.mark.parametrize(("emc", "psn"), [(0, 0), (0x1234, 0x56789), (0xFFFF, 0xFFFFF)])
def test_an_ipei_is_printed_as_on_a_handset(emc, psn):
    assert printed(emc << 20 | psn) == printed_ipei(emc, psn)
