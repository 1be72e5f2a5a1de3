"""Cancellers that need no explanation, and a quick bench for them."""

from sim.dspbench.bench import Bench, Plan
from sim.dspbench.cancellers import Kind


class PassThrough:
    def process(self, near, far):
        return near


def kind(factory, name="one"):
    return Kind(name, name, lambda rate, tail_ms: factory())


def run(*kinds, only=("change", "open"), **options):
    bench = Bench(Plan(kinds, only, seeds=(1,), quick=True, **options))
    bench.run()
    return bench
