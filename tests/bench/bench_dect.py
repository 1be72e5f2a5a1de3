"""What a DECT system costs and what it loses: boards with firmware, handsets, phones and the air, on virtual time."""

import time

import pytest

from sim.lab.sound import likeness, longest_gap
from sim.peers.handset.audio import read_wav
from sim.trace import Wav
from tests.bench.dect_rig import SECOND, System

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]
APART = 120.0
"""Metres between two bases of which only one is good enough at either end."""
DAY = 24 * 3600
SIZES = (10, 30, 100)
WIDE = 120.0
"""Metres between bases of the large system; handsets are everywhere between them, so that who walks is handed over."""
LINEAR = 1.15


def test_one_busy_base_with_eight_calls(figure):
    with System(1, calls=8) as system:
        system.talk()
        # Until then nobody has said his phrase twice.
        system.pass_time(20)
        cost = system.cost(10, 12).cpu
        assert system.all_talk()
        call, handset = system.calls[0], system.talkers[0]
        assert min(likeness(system.says[1], handset.audio.heard()[-40_000:]),
                   likeness(system.says[0], call.record[-40_000:])) > 0.95
    figure("one base, eight calls: firmware, MAC, air, DSP, RTP, phones", ">= 50x real time", f"{1 / cost:.0f}x")
    assert cost <= 1 / 50


def test_a_hundred_bases_eight_hundred_handsets_four_hundred_calls_on_the_move(figure):
    """Real time is by the wall, on two cores: the machine has to be quiet. How the cost of a base grows is told by CPU
    seconds of all threads."""
    costs = {}
    for bases in SIZES:
        with System(bases, apart=WIDE, near=WIDE / 2) as system:
            system.talk()
            system.walk()
            # Until then nobody has said his phrase twice, and few have come to another base.
            system.pass_time(30)
            cost = costs[bases] = system.cost(3, 4)
            talking, moved = sum(one.call == "talking" for one in system.talkers), system.handovers()
        each = ", ".join(f"{name} {value / bases * 1e3:.1f}" for name, value in cost._asdict().items())
        figure(f"{bases} bases, {8 * bases} handsets, {4 * bases} calls, a quarter walk", ">= 1x real time",
               f"{1 / cost.wall:.2f}x; ms a base and second: {each}; {talking} still talk, {moved} handovers")
    growth = max(costs[bases].cpu / bases for bases in SIZES) / (costs[SIZES[0]].cpu / SIZES[0])
    figure("the same: cost of a base among 100 against 10", f"<= {LINEAR}", f"{growth:.2f}")
    assert moved and costs[SIZES[-1]].wall <= 1 and growth <= LINEAR


@pytest.mark.parametrize("talks", ["handset", "phone"])
def test_the_gap_of_a_bearer_handover(figure, tmp_path, talks):
    """One talks at a time, else the canceller turns down what is compared."""
    with System(1, 1, 1) as system:
        gap, moved = measured(system, talks, tmp_path, lambda handset: handset.radio.connection.hand_over())
    assert moved["bearer"] == 1
    figure(f"bearer handover, the {talks} talks", "0 ms lost", f"{gap:.0f} ms")
    assert gap == 0


@pytest.mark.parametrize("talks", ["handset", "phone"])
def test_the_gap_of_a_connection_handover(figure, tmp_path, talks):
    with System(2, 1, 1, apart=APART) as system:
        gap, moved = measured(system, talks, tmp_path, lambda handset: handset.walk([(APART, 1.0)], speed=5.0))
    assert moved["connection"] >= 1
    figure(f"connection handover, the {talks} talks", "<= 40 ms lost", f"{gap:.0f} ms")
    assert gap <= 40


def measured(system, talks, folder, move):
    """(ms of speech lost at most while the first talker moves, its handovers), from the WAV of who listens."""
    system.talk()
    handset, call = system.talkers[0], system.calls[0]
    silent = handset.audio if talks == "phone" else call.stream
    silent.play([])
    system.pass_time(3)
    since = len(handset.audio.heard()) if talks == "phone" else len(call.record)
    system.pass_time(4)
    move(handset)
    system.pass_time(28)
    assert system.all_talk()
    heard = handset.audio.heard() if talks == "phone" else call.record
    path = str(folder / "heard.wav")
    with Wav(path) as wav:
        wav.put(heard[since:].astype("<i2").tobytes())
    phrase = system.says[1 if talks == "phone" else 0]
    gap = longest_gap(phrase, read_wav(path))
    assert gap is not None
    return gap, handset.radio.moves.counts


def test_a_day_of_an_idle_system_of_three_bases(figure):
    with System(3, 4, 0) as system:
        begun, since = time.process_time(), system.time.now
        while system.time.now < since + DAY * SECOND:
            system.pass_time(600)
        cost = time.process_time() - begun
        assert system.in_step() and all(one.located for one in system.handsets)
    figure("24 h of three idle bases with twelve handsets", "< 60 s", f"{cost:.1f} s")
    assert cost < 60
