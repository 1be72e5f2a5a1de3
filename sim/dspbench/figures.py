"""The figures that come out of the bench, with what is demanded of ours."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Figure(NamedTuple):
    key: str
    title: str
    unit: str
    case: str
    of: "Callable[..., float]" = np.mean
    """What becomes of the values of all trials and seeds."""
    demand: "float | str | None" = None
    """A number, or the name of the canceller that must be reached, or None."""
    less: bool = False
    """Less is better."""
    digits: int = 1
    ours: str = "linear"
    """The canceller of ours that the demand is made of."""

    def met(self, value: float, wanted: float) -> bool:
        return value <= wanted if self.less else value >= wanted


FIGURES = (
    Figure("css_erle_mean", "CSS: ERLE, mean", "dB", "css", demand=50.0),
    Figure("css_erle_min", "CSS: ERLE, worst path", "dB", "css", np.min, demand=45.0),
    Figure("css_acom_mean", "CSS: ACOM, mean", "dB", "css"),
    Figure("css_t20_med", "CSS: time to 20 dB, median", "s", "css", np.median, demand=0.40, less=True, digits=2),
    Figure("css_t30_med", "CSS: time to 30 dB, median", "s", "css", np.median, demand=0.80, less=True, digits=2),
    Figure("speech_erle_mean", "speech: ERLE, mean", "dB", "speech", demand=48.0),
    Figure("speech_t20_med", "speech: time to 20 dB, median", "s", "speech", np.median, demand=1.0, less=True,
           digits=2),
    Figure("change_erle_1s", "path change: ERLE 1 s later", "dB", "change", demand=30.0),
    Figure("delay_erle", "bulk delay of 100 ms: ERLE", "dB", "delay"),
    Figure("acoustic_erle", "acoustic paths: ERLE", "dB", "acoustic"),
    Figure("dt_pesq-16", "double talk, PESQ, near -16 dBm0", "MOS", "doubletalk", demand="speexdsp", digits=2),
    Figure("dt_pesq-26", "double talk, PESQ, near -26 dBm0", "MOS", "doubletalk", demand="speexdsp", digits=2),
    Figure("dt_pesq-36", "double talk, PESQ, near -36 dBm0", "MOS", "doubletalk", demand="speexdsp", digits=2),
    Figure("dt_sdr-16", "double talk, SDR, near -16 dBm0", "dB", "doubletalk"),
    Figure("dt_sdr-26", "double talk, SDR, near -26 dBm0", "dB", "doubletalk"),
    Figure("dt_sdr-36", "double talk, SDR, near -36 dBm0", "dB", "doubletalk"),
    Figure("dt_after_erle", "ERLE right after double talk", "dB", "doubletalk"),
    Figure("tone_loss_max", "tones: most ERLE lost", "dB", "tones", np.max, demand=1.0, less=True),
    Figure("open_1s_dbm0", "open path: output 1 s later", "dBm0", "open", demand=-65.0, less=True),
    Figure("noise-60_css_erle", "noise -60 dBm0: ERLE, CSS", "dB", "noise"),
    Figure("noise-60_speech_erle", "noise -60 dBm0: ERLE, speech", "dB", "noise"),
    Figure("noise-45_css_erle", "noise -45 dBm0: ERLE, CSS", "dB", "noise"),
    Figure("noise-45_speech_erle", "noise -45 dBm0: ERLE, speech", "dB", "noise"),
    Figure("noise-30_css_erle", "noise -30 dBm0: ERLE, CSS", "dB", "noise"),
    Figure("noise-30_speech_erle", "noise -30 dBm0: ERLE, speech", "dB", "noise", demand=19.0),
    Figure("syllables_kept", "near syllables kept in noise", "%", "syllables", demand=99.0, ours="ec1"),
    Figure("drift_erle", "clock drift of 50 ppm: ERLE", "dB", "drift"),
    Figure("idle_pesq", "far end silent: PESQ", "MOS", "idle", digits=2),
    Figure("idle_latency", "delay added to the near end", "ms", "idle", np.max, less=True),
)
BY_KEY = {figure.key: figure for figure in FIGURES}


class Verdict(NamedTuple):
    wanted: float
    value: float
    met: bool


def verdict(figure: Figure, row: "dict[str, float]") -> "Verdict | None":
    """Whether the demand is met; None where there is none, or nothing to hold it against."""
    wanted = row.get(figure.demand) if isinstance(figure.demand, str) else figure.demand
    value = row.get(figure.ours)
    if wanted is None or value is None:
        return None
    # As shown, so that no reader sees a demand missed by nothing.
    value, wanted = round(value, figure.digits), round(wanted, figure.digits)
    return Verdict(wanted, value, figure.met(value, wanted))
