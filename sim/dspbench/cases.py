"""The cases of the bench: each yields trials for one rate and seed.

Far level -16 dBm0 and ERL 10 dB unless said otherwise. `quick` gives fewer trials of the same kind.
Test numbers are those of G.168 clause 6.4.2.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from sim.dspbench import metrics as m
from sim.dspbench import signals as s
from sim.dspbench.trial import Measured, Result, Trial

PERIOD = 0.35
"""Seconds of a period of the composite source signal: the window of ERLE over time."""

SPEECH_WINDOW = 0.7
SETTLED = 8.4
"""Seconds of CSS after which the last four periods count as converged."""

SPEECH = 14.0
NEAR_LEVELS = (-16, -26, -36)
NOISE_LEVELS = (-60, -45, -30)
TONES = ((697,), (941,), (1336,), (1633,), (697, 1209), (770, 1336), (852, 1477), (941, 1633))
"""Hz, G.168 6.4.2.7."""

LOSSES = (6, 10, 15)
PATHS = tuple(s.PATHS)


Echo = Callable[[s.Signal], s.Signal]
"""An echo path: what comes back of the far end."""


def through(taps: s.Signal) -> Echo:
    return lambda far: s.filtered(far, taps)


class Setting(NamedTuple):
    rate: int
    seed: int
    quick: bool

    def css(self, seconds: float = SETTLED) -> s.Signal:
        return s.css(seconds, self.rate, self.seed)

    def talker(self, number: int, seconds: float = SPEECH, level: float = s.FAR_LEVEL) -> s.Signal:
        return s.speech(seconds, self.rate, 1000 * self.seed + number, level)

    def echo(self, path: str, erl: float = 10, delay: float = 0) -> Echo:
        return through(s.hybrid(path, self.rate, erl, delay))

    def few(self, every: tuple, quick: int) -> tuple:
        """All of them, or `quick` spread evenly."""
        return every[::max(1, len(every) // quick)][:quick] if self.quick else every


def settled(result: Result, length: float = 4 * PERIOD) -> float:
    trial = result.trial
    return m.erle(trial.echo, result.residual(), trial.rate, trial.seconds - length, trial.seconds)


def steady(key: str, length: float = 4 * PERIOD) -> "Callable[[Trial, Result], Measured]":
    """ERLE at the end as the one figure `key`."""
    return lambda trial, result: [(key, settled(result, length))]


def css(on: Setting) -> "Iterator[Trial]":
    """Tests 2A, 2C: convergence and residual with CSS, every path at three losses."""
    def measure(trial: Trial, result: Result) -> Measured:
        residual, end = result.residual(), trial.seconds
        yield "css_erle_mean", settled(result)
        yield "css_erle_min", settled(result)
        yield "css_acom_mean", m.erle(trial.far.astype(float), residual, trial.rate, end - 4 * PERIOD, end)
        yield "css_t20_med", m.time_to(20, trial.echo, residual, trial.rate, PERIOD)
        yield "css_t30_med", m.time_to(30, trial.echo, residual, trial.rate, PERIOD)

    for path in on.few(PATHS, 4):
        for erl in ((10,) if on.quick else LOSSES):
            yield Trial(f"CSS, path {path}, ERL {erl} dB", on.rate, on.css(), on.echo(path, erl), measure,
                        plot=path == "D.4" and erl == 10)


def speech(on: Setting) -> "Iterator[Trial]":
    """Four talkers, each into another path."""
    def measure(trial: Trial, result: Result) -> Measured:
        residual = result.residual()
        yield "speech_erle_mean", settled(result, 5.0)
        yield "speech_t20_med", m.time_to(20, trial.echo, residual, trial.rate, SPEECH_WINDOW)

    for number, path in enumerate(on.few(("D.2", "D.4", "D.6", "D.9"), 2)):
        yield Trial(f"speech of talker {number}, path {path}", on.rate, on.talker(number), on.echo(path), measure,
                    plot=number == 0)


def change(on: Setting) -> "Iterator[Trial]":
    """Test 2: the path changes after 4.9 s; ERLE between 1.0 and 1.7 s later."""
    at = 4.9

    def measure(trial: Trial, result: Result) -> Measured:
        yield "change_erle_1s", m.erle(trial.echo, result.residual(), trial.rate, at + 1, at + 1.7)

    for number, path in enumerate(on.few(PATHS, 3)):
        before, after = on.echo(path), on.echo(PATHS[(PATHS.index(path) + 3) % len(PATHS)])
        yield Trial(f"path change from {path}", on.rate, on.css(at + 2.1),
                    switching(before, after, round(at * on.rate)), measure, plot=number == 0)


def switching(before: Echo, after: Echo, at: int) -> Echo:
    """One path, and from sample `at` on another."""
    return lambda far: np.concatenate([before(far)[:at], after(far)[at:]])


def delay(on: Setting) -> "Iterator[Trial]":
    """The echo comes 100 ms late."""
    for path in on.few(("D.2", "D.5", "D.7", "D.9"), 1):
        yield Trial(f"{path} after 100 ms", on.rate, on.css(), on.echo(path, delay=0.1), steady("delay_erle"))


def acoustic(on: Setting) -> "Iterator[Trial]":
    """A loudspeaker and a microphone in rooms that decay by 60 dB in 60 to 180 ms."""
    for number, decay in enumerate(on.few((0.06, 0.12, 0.18), 1)):
        taps = s.room(on.rate, 10 * on.seed + number, decay)
        yield Trial(f"room of {decay * 1000:.0f} ms", on.rate, on.css(), through(taps), steady("acoustic_erle"))


def doubletalk(on: Setting) -> "Iterator[Trial]":
    """Test 3: after 5 s of single talk the near end speaks for 8 s at three levels, then 1.4 s alone again."""
    begin, end, rest = 5.0, 13.0, 1.4
    missing = m.pesq_missing()

    def measured(level: int) -> "Callable[[Trial, Result], Measured]":
        def measure(trial: Trial, result: Result) -> Measured:
            both = slice(round(begin * on.rate), round(end * on.rate))
            said, heard = trial.own[both], result.advanced()[both]
            yield f"dt_sdr{level}", m.sdr(said, heard)
            if not missing:
                yield f"dt_pesq{level}", m.pesq(said, heard, on.rate)
            if level == NEAR_LEVELS[0]:
                yield "dt_after_erle", m.erle(trial.echo, result.residual(), on.rate, end + 0.05, end + rest)
        return measure

    for number, path in enumerate(on.few(("D.2", "D.4", "D.6", "D.9"), 2)):
        for level in NEAR_LEVELS:
            own = on.talker(number + 500, end + rest, level)
            own[:round(begin * on.rate)] = own[round(end * on.rate):] = 0
            far = on.talker(number, end + rest)
            yield Trial(f"double talk at {level} dBm0, path {path}", on.rate, far, on.echo(path), measured(level), own,
                        plot=number == 0 and level == -16)


def tones(on: Setting) -> "Iterator[Trial]":
    """Test 6: tones of 5 s after convergence, a period of CSS after each; the most ERLE that one of them cost."""
    played = on.few(TONES, 2)
    begin, piece = 6.3, 5 + 2 * PERIOD

    def measure(trial: Trial, result: Result) -> Measured:
        residual = result.residual()
        before = m.erle(trial.echo, residual, on.rate, begin - 4 * PERIOD, begin)
        for number in range(len(played)):
            after = begin + number * piece + 5
            yield "tone_loss_max", before - m.erle(trial.echo, residual, on.rate, after, after + PERIOD)

    between = on.css(2 * PERIOD)
    parts = [on.css(begin)]
    for frequencies in played:
        parts += [s.tone(frequencies, 5, on.rate), between]
    for path in on.few(("D.2", "D.7"), 1):
        yield Trial(f"tones, path {path}", on.rate, np.concatenate(parts), on.echo(path), measure)


def opened(on: Setting) -> "Iterator[Trial]":
    """Test 7: the path opens after 5.6 s; what comes out between 1.0 and 1.35 s later."""
    at = 5.6

    def measure(trial: Trial, result: Result) -> Measured:
        yield "open_1s_dbm0", m.level(result.out, on.rate, at + 1, at + 1 + PERIOD)

    for path in on.few(("D.2", "D.4", "D.6", "D.9"), 2):
        yield Trial(f"open path, {path} before", on.rate, on.css(at + 1.4),
                    switching(on.echo(path), np.zeros_like, round(at * on.rate)), measure)


def noise(on: Setting) -> "Iterator[Trial]":
    """White noise at the near end; the residual is what is left without it."""
    for level in on.few(NOISE_LEVELS, 3):
        for number, path in enumerate(on.few(("D.2", "D.4", "D.6", "D.9"), 1)):
            own = s.noise(SETTLED, on.rate, 10 * on.seed + number, level)
            yield Trial(f"CSS, noise at {level} dBm0, path {path}", on.rate, on.css(), on.echo(path),
                        steady(f"noise{level}_css_erle"), own)
            own = s.noise(SPEECH, on.rate, 10 * on.seed + number, level)
            yield Trial(f"speech, noise at {level} dBm0, path {path}", on.rate, on.talker(number), on.echo(path),
                        steady(f"noise{level}_speech_erle", 5.0), own)


def syllables(on: Setting) -> "Iterator[Trial]":
    """Both speak in a noisy room; how many syllables of the near end are still there (M32: ec-type 1)."""
    begin = 6.0

    def measure(trial: Trial, result: Result) -> Measured:
        both = slice(round(begin * on.rate), None)
        yield "syllables_kept", m.kept(trial.own[both], result.advanced()[both], on.rate)

    for number, path in enumerate(on.few(("D.4", "D.9"), 1)):
        own = on.talker(number + 700, SPEECH, -36)
        own[:round(begin * on.rate)] = 0
        own = own + s.noise(SPEECH, on.rate, 10 * on.seed + number, -45)
        yield Trial(f"near syllables in noise, path {path}", on.rate, on.talker(number), on.echo(path), measure, own)


def drifting(echo: Echo, ppm: float) -> Echo:
    return lambda far: s.drifted(echo(far), ppm)


def drift(on: Setting) -> "Iterator[Trial]":
    """The clock of the near end runs 50 ppm fast and slow."""
    for ppm in on.few((50, -50), 1):
        yield Trial(f"clock drift of {ppm} ppm", on.rate, on.css(), drifting(on.echo("D.4"), ppm), steady("drift_erle"))


def idle(on: Setting) -> "Iterator[Trial]":
    """Only the near end speaks: what is done to it, and how late it is."""
    missing = m.pesq_missing()

    def measure(trial: Trial, result: Result) -> Measured:
        late = m.lag(trial.own, result.out, round(0.1 * on.rate))
        yield "idle_latency", late * 1000 / on.rate
        if not missing:
            yield "idle_pesq", m.pesq(trial.own, np.concatenate([result.out[late:], np.zeros(late)]), on.rate)

    for number in on.few((0, 1), 1):
        own = on.talker(number + 600, 8.0)
        yield Trial(f"talker {number} alone", on.rate, np.zeros(len(own)), np.zeros_like, measure, own)


CASES: "dict[str, Callable[[Setting], Iterator[Trial]]]" = {
    "css": css, "speech": speech, "change": change, "delay": delay, "acoustic": acoustic, "doubletalk": doubletalk,
    "tones": tones, "open": opened, "noise": noise, "syllables": syllables, "drift": drift, "idle": idle,
}
