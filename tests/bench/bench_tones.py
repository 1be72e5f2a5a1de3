"""Detectors beside libspandsp's, and a full board with them. Thread CPU time, the least of several runs."""

import ctypes
import time

import numpy as np
import pytest

from firmware import dsp
from sim.peers import spandsp, talker

pytestmark = pytest.mark.bench
SECONDS = 20


def fastest(run, rounds=5):
    least = float("inf")
    for _ in range(rounds):
        began = time.thread_time()
        run()
        least = min(least, time.thread_time() - began)
    return least


def their_detector(pcm):
    """Seconds that dtmf_rx takes for `pcm`; None where the library is not here."""
    try:
        library = spandsp.load()
    except spandsp.SpandspMissing:
        return None
    library.dtmf_rx_init.restype = ctypes.c_void_p
    library.dtmf_rx_init.argtypes = [ctypes.c_void_p] * 3
    library.dtmf_rx.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
    state = library.dtmf_rx_init(None, None, None)
    return fastest(lambda: library.dtmf_rx(state, pcm.ctypes.data, len(pcm)))


def test_dtmf_detector(figure):
    pcm = talker.speech(SECONDS, 1)
    ours, theirs = fastest(lambda: dsp.DtmfDetector().process(pcm)), their_detector(pcm)
    peers = "" if theirs is None else f"libspandsp {theirs / len(pcm) * 1e9:.1f} ns"
    figure("DTMF detector, speech, per sample", "", f"{ours / len(pcm) * 1e9:.1f} ns", peers)


@pytest.mark.parametrize("detectors", [0, dsp.DTMF | dsp.FAX | dsp.PROGRESS])
def test_full_board_of_8_channels(figure, detectors):
    near, far = (np.clip(np.random.default_rng(seed).standard_normal(8000 * SECONDS) * 2000, -32768, 32767)
                 .astype("<i2") for seed in (1, 2))
    fields, packets = dsp.Encoder("g726-32-aal2").encode(near), dsp.Encoder("pcma").encode(far)
    bank = dsp.Bank(8, 128)
    for channel in range(8):
        bank.open(channel, "pcma", 20, 2, 128, handset=detectors, network=detectors)
        bank.join(channel, True)

    def run():
        for frame in range(100 * SECONDS):
            if frame % 2 == 0:
                for channel in range(8):
                    bank.play(channel, packets[80 * frame:80 * frame + 160])
            bank.process([fields[40 * frame:40 * frame + 40]] * 8)
            bank.events()

    figure("full board: 8 channels, G.726 and G.711, canceller" + (", detectors" if detectors else ""),
           ">= 100x real time", f"{SECONDS / fastest(run, 3):.0f}x")
