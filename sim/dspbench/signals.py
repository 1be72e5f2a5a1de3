"""What the bench plays: composite source signal, talkers, noise, tones, and the echo paths that they go through.

Signals are float arrays in units of 16-bit samples; levels are in dBm0 over the whole signal, and over what
is not pause for speech. One seed, one signal.
"""

import numpy as np
from numpy.typing import NDArray

from sim.dspbench.g168 import PATHS, VOICED, VOICED_DOUBLE
from sim.peers import talker

Signal = NDArray[np.float64]

FAR_LEVEL = -16.0
"""dBm0; the level at which most tests of G.168 are reported."""

SINGLE = (VOICED, 0.04862, 0.2, 0.10138)
DOUBLE = (VOICED_DOUBLE, 0.07269, 0.2, 0.12731)
"""Voiced sound, then seconds of it, of pseudo-noise and of pause: G.168 Annex C, tables C.1 to C.4."""

SINC_TAPS = 64
"""Of the interpolator that makes clocks drift; its error is far below 16-bit rounding."""


def to_level(signal: Signal, level: float) -> Signal:
    return signal * 10 ** ((level - talker.level_dbm0(signal)) / 20)


def pcm(signal: Signal) -> NDArray[np.int16]:
    return np.clip(np.rint(signal), -32768, 32767).astype("<i2")


def css(seconds: float, rate: int, seed: int, level: float = FAR_LEVEL, parts=SINGLE) -> Signal:
    """Composite source signal: voiced sound, pseudo-noise, pause; every other period with the sign reversed.

    The pseudo-noise is one flat spectrum with random phases a seed, the same in each period (G.168 C.1).
    """
    sound, voiced_s, noise_s, pause_s = parts
    voiced = np.resize(interpolated(np.array(sound, float), rate), round(voiced_s * rate))
    noise = pseudo_noise(round(noise_s * rate), rate, np.random.default_rng((seed, len(sound))))
    noise *= voiced.std() / noise.std()
    period = np.concatenate([voiced, noise, np.zeros(round(pause_s * rate))])
    wanted = round(seconds * rate)
    periods = [period, -period] * (wanted // (2 * len(period)) + 1)
    return to_level(np.concatenate(periods)[:wanted], level)


def pseudo_noise(count: int, rate: int, rng: np.random.Generator) -> Signal:
    """Flat from 200 Hz to 90 % of half the rate."""
    frequency = np.fft.rfftfreq(count, 1 / rate)
    spectrum = np.exp(2j * np.pi * rng.random(len(frequency)))
    spectrum[(frequency < 200) | (frequency > 0.45 * rate)] = 0
    return np.fft.irfft(spectrum, count)


def speech(seconds: float, rate: int, seed: int, level: float = FAR_LEVEL) -> Signal:
    """sim.peers.talker; at 16 kHz with breath above 4 kHz that follows what is just below."""
    narrow = talker.speech(seconds, seed, -20.0).astype(float)
    if rate != talker.RATE:
        narrow = wide(narrow, rate // talker.RATE, np.random.default_rng((seed, rate)))
    active = narrow[narrow != 0]
    return narrow * 10 ** ((level - talker.level_dbm0(active)) / 20)


def wide(narrow: Signal, times: int, rng: np.random.Generator) -> Signal:
    voice = upsampled(narrow, times)
    rate = talker.RATE * times
    upper = band(voice, rate, 2500, 4000)
    window = np.hanning(rate // 50)
    loudness = np.sqrt(np.maximum(filtered(upper ** 2, window / window.sum()), 0))
    breath = band(rng.standard_normal(len(voice)), rate, 4000, 7000)
    out = voice + 0.7 * loudness * breath / breath.std()
    out[np.repeat(narrow == 0, times)] = 0
    return out


def band(signal: Signal, rate: int, low: float, high: float) -> Signal:
    spectrum = np.fft.rfft(signal)
    frequency = np.fft.rfftfreq(len(signal), 1 / rate)
    spectrum[(frequency < low) | (frequency > high)] = 0
    return np.fft.irfft(spectrum, len(signal))


def upsampled(signal: Signal, times: int) -> Signal:
    return np.fft.irfft(np.fft.rfft(signal), len(signal) * times) * times


def noise(seconds: float, rate: int, seed: int, level: float) -> Signal:
    return to_level(np.random.default_rng((seed, 77)).standard_normal(round(seconds * rate)), level)


def tone(frequencies: "tuple[float, ...]", seconds: float, rate: int, level: float = FAR_LEVEL) -> Signal:
    time = np.arange(round(seconds * rate)) / rate
    return to_level(np.sum([np.sin(2 * np.pi * one * time) for one in frequencies], axis=0), level)


def interpolated(taps: Signal, rate: int) -> Signal:
    """8 kHz numbers at `rate`, linearly: above 4 kHz little is left, but not nothing, as on a real line."""
    times = rate // talker.RATE
    return taps if times == 1 else np.interp(np.arange(len(taps) * times) / times, np.arange(len(taps)), taps)


def hybrid(name: str, rate: int, erl: float = 10.0, delay: float = 0.0) -> Signal:
    """The impulse response D.2 .. D.9 that takes `erl` dB from white noise, after `delay` seconds."""
    taps = interpolated(np.array(PATHS[name], float), rate)
    taps *= 10 ** (-erl / 20) / np.sqrt(np.sum(taps ** 2))
    return np.concatenate([np.zeros(round(delay * rate)), taps])


def room(rate: int, seed: int, decay: float, erl: float = 10.0, delay: float = 0.004) -> Signal:
    """An acoustic path: noise that falls by 60 dB in `decay` seconds."""
    count = round(1.2 * decay * rate)
    taps = np.random.default_rng((seed, 99)).standard_normal(count) * 10 ** (-3 * np.arange(count) / (decay * rate))
    taps *= 10 ** (-erl / 20) / np.sqrt(np.sum(taps ** 2))
    return np.concatenate([np.zeros(round(delay * rate)), taps])


def filtered(signal: Signal, taps: Signal) -> Signal:
    """The causal convolution, as long as the signal."""
    size = 1 << (len(signal) + len(taps) - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(signal, size) * np.fft.rfft(taps, size), size)[:len(signal)]


def drifted(signal: Signal, ppm: float) -> Signal:
    """The signal as a clock that is `ppm` faster reads it: band-limited interpolation."""
    at = np.arange(len(signal)) * (1 + ppm * 1e-6)
    whole = np.floor(at).astype(int)
    lags = np.arange(-SINC_TAPS // 2 + 1, SINC_TAPS // 2 + 1)
    padded = np.pad(signal, (SINC_TAPS, SINC_TAPS + int(at[-1] - len(signal)) + 2 if ppm > 0 else SINC_TAPS))
    distance = (at - whole)[:, None] - lags
    weights = np.sinc(distance) * np.cos(np.pi * distance / (SINC_TAPS + 2)) ** 2
    return np.sum(padded[whole[:, None] + lags + SINC_TAPS] * weights, axis=1)
