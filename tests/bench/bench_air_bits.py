"""What CRCs, scrambler and cipher of the air cost: of 800 bearers, 100 frames a second."""

import numpy as np
import pytest

from sim.air import bits

pytestmark = pytest.mark.bench
FRAMES = 100


@pytest.fixture(scope="module")
def octets():
    random = np.random.default_rng(1)

    def some(rows, columns):
        return random.integers(0, 256, (rows, columns), np.uint8)

    return some


@pytest.mark.parametrize("rows", [1, 8, 64, 800])
def test_key_streams(rows, octets, benchmark, figure):
    keys, frames = octets(rows, 8), np.arange(rows) % 16
    benchmark(bits.keystream, keys, 0x1234, frames)
    each = benchmark.stats.stats.median / rows
    if rows == 800:
        figure("cipher of 800 bearers, a simulated second", "<= 0.3 s", f"{each * rows * FRAMES:.3f} s")
        assert each * rows * FRAMES < 0.3
    figure(f"key stream of one frame, {rows} at once", "", f"{each * 1e9:.0f} ns")


@pytest.mark.parametrize("work", ["r_crc", "x_crc", "scramble"])
def test_check_sums_and_scrambler(work, octets, benchmark, figure):
    fields, b = octets(800, 6), octets(800, 40)
    call = {"r_crc": lambda: bits.r_crc(fields), "x_crc": lambda: bits.x_crc(b),
            "scramble": lambda: bits.scramble(b, 3)}[work]
    benchmark(call)
    figure(f"{work} of 800 bursts", "", f"{benchmark.stats.stats.median * 1e6:.0f} µs")
