"""How fast the DSP core is. `extra_info` holds ns per sample, or how many times real time."""

import numpy as np
import pytest

from firmware import dsp

pytestmark = pytest.mark.bench
SECONDS = 10


def noise(rate=8000, level=2000):
    samples = np.random.default_rng(1).standard_normal(SECONDS * rate) * level
    return np.clip(samples, -32768, 32767).astype("<i2")


def per_sample(benchmark, samples):
    benchmark.extra_info["ns_per_sample"] = round(benchmark.stats["median"] / samples * 1e9, 2)


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("stages", ["linear", "with suppressor"])
def test_canceller_of_128_ms(benchmark, stages, rate):
    far = noise(rate)
    near = (0.3 * np.convolve(far.astype(float), np.hanning(60))[:len(far)] / 30).astype("<i2")
    canceller = dsp.EchoCanceller(rate=rate, tail_ms=128, linear=stages == "linear")
    benchmark(canceller.process, near, far)
    per_sample(benchmark, len(far))


@pytest.mark.parametrize("codec", dsp.CORE_CODECS)
@pytest.mark.parametrize("direction", ["encode", "decode"])
def test_codec(benchmark, codec, direction):
    pcm = noise()
    if direction == "encode":
        benchmark(dsp.Encoder(codec).encode, pcm)
    else:
        benchmark(dsp.Decoder(codec).decode, dsp.Encoder(codec).encode(pcm))
    per_sample(benchmark, len(pcm))


def test_full_board_of_8_channels(benchmark):
    fields, packets = dsp.Encoder("g726-32-aal2").encode(noise()), dsp.Encoder("pcma").encode(noise())
    bank = dsp.Bank(8, 128)
    for channel in range(8):
        bank.open(channel, "pcma", 20, 2, 128)
        bank.join(channel, True)

    def run():
        for frame in range(100 * SECONDS):
            if frame % 2 == 0:
                for channel in range(8):
                    bank.play(channel, packets[80 * frame:80 * frame + 160])
            bank.process([fields[40 * frame:40 * frame + 40]] * 8)

    benchmark.pedantic(run, rounds=3)
    benchmark.extra_info["times_real_time"] = round(SECONDS / benchmark.stats["median"], 1)
