"""The echo canceller beside its peers in one run: what a sample costs, and the bench's table over three seeds."""

import sys

import pytest
from rich.console import Console

from sim.dspbench import cancellers, report, speed
from sim.dspbench.bench import Bench, Plan
from sim.dspbench.cases import CASES

pytestmark = pytest.mark.bench
TAIL_MS = 128
AT_REST = tuple(cancellers.find(name) for name in ("linear", "ec2", "ec1", "speexdsp", "speexdsp-rs"))


@pytest.mark.parametrize("rate", speed.SPEED_RATES)
@pytest.mark.parametrize("kind", cancellers.KINDS, ids=lambda kind: kind.name)
def test_canceller_beside_its_peers(benchmark, kind, rate):
    """`extra_info` has ns a sample; through ctypes with the cost of the calls, which `speed` takes off."""
    if kind.missing():
        pytest.skip(kind.missing())
    try:
        canceller = kind.make(rate, TAIL_MS)
    except cancellers.Missing as reason:
        pytest.skip(str(reason))
    near, far = speed.sound(rate)
    benchmark.pedantic(canceller.process, (near, far), rounds=5, warmup_rounds=1)
    benchmark.extra_info["ns_per_sample"] = round(benchmark.stats["min"] / len(near) * 1e9, 1)


@pytest.mark.timeout(900)
def test_quality_and_speed_over_three_seeds(capsys, figure):
    """Prints the table; a figure that is missed is marked there. What must never slip is asserted."""
    bench = Bench(Plan(AT_REST, (*CASES, speed.SPEED), (1, 2, 3), tail_ms=TAIL_MS))
    bench.run()
    told = bench.report()
    with capsys.disabled():
        print(file=sys.stderr)
        Console(stderr=True, width=150, highlight=False).print(report.table(told))
    for row in rows(told):
        figure(*row)
    assert not told["failed"]
    figures = {one["key"]: one["values"] for one in told["figures"]}
    for key in ("css_erle_mean", "css_erle_min", "speech_erle_mean", "change_erle_1s"):
        if "speexdsp" in figures[key]:
            assert figures[key]["linear"] > figures[key]["speexdsp"]


def rows(told):
    """What is demanded, for the table of all figures; `!` marks what is missed."""
    for one in told["figures"]:
        if one["met"] is not None:
            mine = one["demanded_of"]
            peers = [f"{name} {report.cell(one, name)}" for name in one["values"] if name.startswith("speex")]
            yield f"{one['title']}, {one['unit']}", report.demand(one), str(report.cell(one, mine)), ", ".join(peers)
    took = {(row["canceller"], row["rate"]): row["ns_per_sample"] for row in told["speed"]}
    for row in told["speed"]:
        if row["demand"]:
            name, rate, rival = row["canceller"], row["rate"], row["rival"]
            missed = "" if row["met"] else report.MISSED
            yield (f"canceller {name}, {rate} Hz, {row['tail_ms']} ms, a sample", f">= {row['demand']:.0f}x, aim 7x",
                   f"{missed}{row['times_faster']:.1f}x, {row['ns_per_sample']:.1f} ns",
                   f"{rival} {took[rival, rate]:.1f} ns")
