"""Calls a second: sipp's uac against our SIP module, beside aiosipua and baresip; and what a held call costs.

Each callee is one process; sipp shares the host's other core with this one.
"""

import sys
import time
from typing import NamedTuple

import numpy as np
import pytest

from sim.peers.programs.baresip import Baresip
from sim.peers.programs.process import Process
from sim.peers.programs.sipp import Sipp
from sim.site import Site
from sim.trace import Wav
from tests.bench.usage import cpu_seconds, resident_kb

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

SECONDS = 4
LADDER = (100, 160, 250, 500, 750, 1000, 1250, 1500, 2000, 2500, 3000)
"""Calls a second, offered for SECONDS each until the first rung at which a call fails or a message is sent again."""
DEMAND, STEADY = 500, 40
"""Calls a second for so many seconds: longer than 64*T1, so that all transactions that ever pile up are there."""
HELD = 2000


class Outcome(NamedTuple):
    rate: int
    done: int
    failed: int
    retransmissions: int
    cpu: float
    """Share of one core that the callee used."""

    @property
    def clean(self):
        return not self.failed and not self.retransmissions


class Bench:
    """A folder and addresses; programs started here end with it."""

    def __init__(self, folder):
        self.folder = folder
        self.site = Site()
        self.started = []

    def program(self, name):
        """A callee, ready at (address, 5060): (Process, address)."""
        address, folder = self.site.free_address(), self.folder / name
        folder.mkdir()
        process = getattr(self, "_" + name)(address, folder)
        self.started.append(process)
        return process, address

    def _gatesim(self, address, folder):
        return self._python("tests.bench.sip_rig", address, folder)

    def _aiosipua(self, address, folder):
        return self._python("tests.bench.aiosipua_uas", address, folder)

    def _python(self, module, address, folder):
        process = Process([sys.executable, "-m", module, address], folder, environment={"PYTHONPATH": "."}, where=".")
        process.wait_for("ready on", 10)
        return process

    def _baresip(self, address, folder):
        with Wav(str(folder / "silence.wav")) as wav:
            wav.put(np.zeros(8000, "<i2").tobytes())
        return Baresip(folder, address, "service", folder / "silence.wav", calls=2000)

    def offer(self, process, address, rate, seconds):
        """sipp offers `rate` calls a second: the Outcome."""
        folder = self.folder / f"sipp-{len(self.started)}"
        before, began = cpu_seconds(process.popen.pid), time.monotonic()
        sipp = Sipp(folder, "uac", self.site.free_address(), target=(address, 5060), calls=rate * seconds, rate=rate,
                    limit=20_000, timeout=seconds + 20)
        self.started.append(sipp)
        sipp.popen.wait(seconds + 60)
        wall = time.monotonic() - began
        done, failed = sipp.counts()
        share = (cpu_seconds(process.popen.pid) - before) / wall
        return Outcome(rate, done, failed + rate * seconds - done - failed,
                       int(sipp.statistics()["Retransmissions(C)"]), share)

    def close(self):
        for process in reversed(self.started):
            process.stop()


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.close()


def climb(bench, name):
    """The last clean Outcome on the ladder, None if there was none."""
    process, address = bench.program(name)
    best = None
    for rate in LADDER:
        outcome = bench.offer(process, address, rate, SECONDS)
        print(name, outcome)
        if not outcome.clean:
            break
        best = outcome
    return best


def shown(outcome):
    return "none" if outcome is None else f"{outcome.rate}/s at {outcome.cpu:.0%} CPU"


def test_the_highest_rate_without_a_failed_call_or_a_repeated_message(bench, figure):
    ours, *peers = [(name, climb(bench, name)) for name in ("gatesim", "aiosipua", "baresip")]
    top = " (top of the ladder)" if ours[1] and ours[1].rate == LADDER[-1] else ""
    figure("SIP calls/s, none failed, nothing repeated", ">= 500, aim 1,000", shown(ours[1]) + top,
           ", ".join(f"{name} {shown(outcome)}" for name, outcome in peers))


def test_five_hundred_calls_a_second_for_longer_than_any_transaction_lasts(bench, figure):
    outcome = bench.offer(*bench.program("gatesim"), DEMAND, STEADY)
    figure(f"{DEMAND} calls/s for {STEADY} s: failed calls", "0",
           f"{outcome.failed} of {DEMAND * STEADY}, {outcome.retransmissions} sent again, {outcome.cpu:.0%} CPU")


def test_memory_of_a_held_call(bench, figure):
    process, address = bench.program("gatesim")
    bench.offer(process, address, 100, 1)
    before = resident_kb(process.popen.pid)
    sipp = Sipp(bench.folder / "held", "uac", bench.site.free_address(), target=(address, 5060), calls=HELD, rate=400,
                limit=HELD, hold_ms=60_000, timeout=90)
    bench.started.append(sipp)
    time.sleep(HELD / 400 + 3)
    held = int(sipp.statistics()["CurrentCall"])
    growth = resident_kb(process.popen.pid) - before
    figure("memory of a held call", "<= 20 kB", f"{growth / max(held, 1):.1f} kB, {held} held")
