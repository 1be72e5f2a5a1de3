"""A full board of eight calls in every codec, with canceller, detectors, silence compression. Thread CPU time."""

import time

import numpy as np
import pytest

from firmware import dsp

pytestmark = pytest.mark.bench
SECONDS = 5
EVERYTHING = dsp.DTMF | dsp.FAX | dsp.PROGRESS


def speech_like(seed):
    """Noise in bursts of half a second, with pauses as long."""
    samples = np.random.default_rng(seed).standard_normal(8000 * SECONDS)
    loud = np.arange(len(samples)) // 4000 % 2
    return np.clip(samples * np.where(loud, 3000, 20), -32768, 32767).astype("<i2").tobytes()


def packets_of(codec, pcm):
    """What a channel of that codec sends of it: by frame, octets or None."""
    fields, bank = dsp.Encoder("g726-32-aal2").encode(pcm), dsp.Bank(1)
    bank.open(0, codec, 20, 0, 32)
    bank.join(0, True)
    return [bank.process([fields[at:at + 40]])[0][1] for at in range(0, len(fields), 40)]


def seconds_of_a_board(codec, fields, packets, silence):
    """The least of three runs."""
    least = float("inf")
    for _ in range(3):
        bank = dsp.Bank(8, 128)
        for channel in range(8):
            bank.open(channel, codec, 20, 2, 128, EVERYTHING | dsp.REMOVE_DTMF, EVERYTHING, silence)
            bank.join(channel, True)
        began = time.thread_time()
        for frame, packet in enumerate(packets):
            for channel in range(8 if packet else 0):
                bank.play(channel, packet[0], packet[1])
            bank.process([fields[40 * frame:40 * frame + 40]] * 8)
            bank.events()
        least = min(least, time.thread_time() - began)
    return least


@pytest.mark.parametrize("silence", [False, True])
@pytest.mark.parametrize("codec", dsp.CHANNEL_CODECS)
def test_a_board_of_eight_calls(figure, codec, silence):
    fields = dsp.Encoder("g726-32-aal2").encode(speech_like(1))
    took = seconds_of_a_board(codec, fields, packets_of(codec, speech_like(2)), silence)
    demand = ">= 100x real time" if codec in dsp.CORE_CODECS else ""
    figure(f"8 calls in {codec}, all detectors" + (", pauses left out" if silence else ""), demand,
           f"{SECONDS / took:.0f}x")
