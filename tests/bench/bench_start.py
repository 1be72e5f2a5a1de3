"""From nothing to the console prompt."""

import os
import select
import subprocess
import sys
import time

import pytest

from sim.devices.uart_backends import MemoryBackend
from sim.site import Site

pytestmark = pytest.mark.bench
PROMPT = b"IP1203> "
PATIENCE = 20


def test_cold_start_of_the_command_to_the_prompt_on_its_pty(benchmark, figure):
    running = []

    def start():
        command = [sys.executable, "-m", "sim.cli", "run", "-M", "ip1203"]
        running.append(subprocess.Popen(command, stderr=subprocess.PIPE))
        line = running[-1].stderr.readline().decode()
        wait_for_prompt(line.split()[-1])

    def stop():
        while running:
            process = running.pop()
            process.terminate()
            process.wait(PATIENCE)
            process.stderr.close()

    try:
        benchmark.pedantic(start, setup=stop, rounds=5)
    finally:
        stop()
    median, worst = benchmark.stats.stats.median, benchmark.stats.stats.max
    figure("cold `gatesim run` to the prompt on its pty", "<= 0.5 s", f"{median:.2f} s, worst of 5 {worst:.2f} s")


def wait_for_prompt(path):
    line = os.open(path, os.O_RDONLY | os.O_NOCTTY)
    try:
        got, deadline = b"", time.monotonic() + PATIENCE
        while PROMPT not in got:
            ready, _, _ = select.select([line], [], [], max(0, deadline - time.monotonic()))
            assert ready, got
            got += os.read(line, 4096)
    finally:
        os.close(line)


def test_a_boot_in_virtual_time_to_the_prompt(benchmark, figure):
    spent, took = [], []

    def fresh():
        return (Site(virtual=True),), {}

    def boot(site):
        backend = MemoryBackend()
        machine = site.board("ip1203", backend=backend)
        got = bytearray()
        began = time.process_time()
        machine.power_on()
        assert site.time.run_until(lambda: got.extend(backend.take()) or PROMPT in got, 10_000_000)
        spent.append(time.process_time() - began)
        took.append(site.time.now)
        site.close()

    benchmark.pedantic(boot, setup=fresh, rounds=20, warmup_rounds=2)
    figure("boot in virtual time to the prompt: CPU", "<= 20 ms",
           f"{sorted(spent)[len(spent) // 2] * 1e3:.1f} ms for {took[0] / 1e3:.0f} ms of the board's time")
