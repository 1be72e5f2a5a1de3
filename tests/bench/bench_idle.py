"""What boards cost that nobody uses: on the wall clock, one of them and a hundred."""

import asyncio
import os
import subprocess
import sys
import time

import pytest

from sim.callrun import ipei
from sim.devices.uart_backends import MemoryBackend
from sim.peers.handset import Handset
from sim.site import Site
from sim.stage import dect_lines
from tests.bench.usage import cpu_seconds, resident_kb

pytestmark = pytest.mark.bench
SECONDS = 5
BOARDS = 100
PROMPT = b"IP1203> "


def test_one_idle_board(figure):
    process = subprocess.Popen([sys.executable, "-m", "sim.cli", "run", "-M", "ip1203"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(2)
        before = cpu_seconds(process.pid)
        time.sleep(2 * SECONDS)
        share = (cpu_seconds(process.pid) - before) / (2 * SECONDS)
        memory = resident_kb(process.pid)
    finally:
        process.terminate()
        process.wait(10)
    figure("one idle board on the wall clock", "< 1 % CPU", f"{share:.1%} CPU, {memory / 1024:.0f} MB")


def test_one_board_with_its_radio_on_and_a_handset_in_range(figure):
    with Site() as site:
        machine = site.board("ip1203")
        machine.power_on()
        for line in dect_lines(machine.net.address, [(ipei(1), "201", "Anna")]):
            assert not machine.run_line(line).refused()
        handset = Handset(site.air, site.time, ipei(1), "31100422072149")
        share = asyncio.run(measured(site, 3))
        assert handset.located
    figure("the same with radio and a handset", "< 1 % CPU", f"{share:.1%} CPU")


async def measured(site, warm):
    """The share of a core over SECONDS, after `warm` seconds."""
    await site.pass_time(warm)
    before, began = time.process_time(), time.monotonic()
    await site.pass_time(SECONDS)
    return (time.process_time() - before) / (time.monotonic() - began)


def test_a_hundred_boards_in_one_process(figure):
    before = resident_kb()
    lines, answers = [], []
    with Site() as site:
        began = time.monotonic()
        for _ in range(BOARDS):
            lines.append(MemoryBackend())
            site.board("ip1203", backend=lines[-1]).power_on()
            answers.append(bytearray())

        def prompts(count):
            for answer, line in zip(answers, lines, strict=True):
                answer.extend(line.take())
            return all(answer.count(PROMPT) == count for answer in answers)

        async def session():
            assert await site.until(lambda: prompts(1), 60)
            booted = time.monotonic()
            for line in lines:
                line.send(b"config show CPU\r")
            assert await site.until(lambda: prompts(2), 30)
            return booted, time.monotonic(), await measured(site, 0.5)

        booted, answered, share = asyncio.run(session())
        memory = (resident_kb() - before) / 1024 / BOARDS
        descriptors = len(os.listdir("/proc/self/fd"))
    figure(f"{BOARDS} boards in one process", "they run", f"{share:.1%} CPU idle, {memory:.1f} MB each, prompts after "
           f"{booted - began:.1f} s, all answer in {answered - booted:.2f} s, {descriptors} descriptors")
