"""AEC3 of WebRTC, out of the Python package aec-audio-processing, with noise suppression and gain control off."""

import importlib

import numpy as np

from sim.dspbench.cancellers import Missing, Samples

MODULE, PACKAGE = "aec_audio_processing", "aec-audio-processing"


def missing() -> "str | None":
    try:
        importlib.import_module(MODULE)
    except ImportError:
        return f"the Python package {PACKAGE} is not installed"
    return None


class Aec3:
    """Frames of 10 ms. It keeps its own tail, finds the delay by itself, and has no linear output."""

    def __init__(self, rate: int, tail_ms: int):
        reason = missing()
        if reason:
            raise Missing(reason)
        self.frame = rate // 100
        self.delay = 88 if rate == 8000 else 128
        self.core = importlib.import_module(MODULE).AudioProcessor(
            enable_aec=True, enable_ns=False, enable_agc=False, enable_vad=False)
        self.core.set_stream_format(rate, 1, rate, 1)
        self.core.set_reverse_stream_format(rate, 1)
        self.core.set_stream_delay(0)

    def process(self, near: Samples, far: Samples) -> Samples:
        heard, said, octets = near.tobytes(), far.tobytes(), 2 * self.frame
        parts = []
        for at in range(0, len(heard), octets):
            self.core.process_reverse_stream(said[at:at + octets])
            parts.append(self.core.process_stream(heard[at:at + octets]))
        return np.frombuffer(b"".join(parts), "<i2")
