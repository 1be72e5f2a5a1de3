"""The echo canceller beside its peers in one run: what a sample costs, and the bench's table over three seeds."""

import sys

import pytest
from rich.console import Console

from sim.dspbench import cancellers, speed
from sim.dspbench.bench import Bench, Plan
from sim.dspbench.cases import CASES
from sim.dspbench.report import table

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
def test_quality_and_speed_over_three_seeds(capsys):
    """Prints the table; a figure that is missed is marked there. What must never slip is asserted."""
    bench = Bench(Plan(AT_REST, (*CASES, speed.SPEED), (1, 2, 3), tail_ms=TAIL_MS))
    bench.run()
    report = bench.report()
    with capsys.disabled():
        print(file=sys.stderr)
        Console(stderr=True, width=150, highlight=False).print(table(report))
    assert not report["failed"]
    figures = {figure["key"]: figure["values"] for figure in report["figures"]}
    for key in ("css_erle_mean", "css_erle_min", "speech_erle_mean", "change_erle_1s"):
        if "speexdsp" in figures[key]:
            assert figures[key]["linear"] > figures[key]["speexdsp"]
