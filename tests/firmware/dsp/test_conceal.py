import numpy as np
import pytest

from firmware import dsp

RATES = pytest.mark.parametrize("rate", [8000, 16000])


def through(pcm, lost, rate=8000):
    concealer, out, frame = dsp.Concealer(rate), [], rate // 100
    for number in range(len(pcm) // frame):
        one = pcm[number * frame:(number + 1) * frame]
        out.append(concealer.lost() if number in lost else concealer.good(one))
    return np.frombuffer(b"".join(out), "<i2").astype(float)


def repeated(pcm, lost, rate=8000):
    """The last frame again, fading over 60 ms."""
    frame = rate // 100
    out, last, gap = [], np.zeros(frame), 0
    for number in range(len(pcm) // frame):
        if number in lost:
            gap += 1
            out.append(last * max(0, 1 - gap / 6))
        else:
            last, gap = pcm[number * frame:(number + 1) * frame].astype(float), 0
            out.append(last)
    return np.concatenate(out)


def voice(seed, seconds=4, rate=8000):
    """Harmonics of a pitch that glides slowly, as in a long vowel."""
    random, t = np.random.default_rng(seed), np.arange(int(seconds * rate)) / rate
    pitch = random.uniform(90, 220) * (1 + 0.05 * np.sin(2 * np.pi * 2 * t))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    return sum(4000 / k * np.cos(k * phase + random.uniform(0, 6)) for k in range(1, 10)).astype("<i2")


@RATES
@pytest.mark.parametrize("burst", [1, 2])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_voice_suffers_at_least_5_db_less_than_with_repeated_frames(seed, burst, rate):
    pcm = voice(seed, rate=rate)
    starts = np.nonzero(np.random.default_rng(seed).random(390) < 0.05)[0]
    lost = {start + more for start in starts for more in range(burst)} - set(range(6))
    ours, theirs = through(pcm, lost, rate), repeated(pcm, lost, rate)
    errors = [np.mean((out - pcm[:len(out)])**2) for out in (ours, theirs)]
    assert 10 * np.log10(errors[1] / errors[0]) > 5


@RATES
@pytest.mark.parametrize("frequency", [110, 163, 200, 310])
def test_a_voice_goes_on_through_a_gap_in_its_own_pitch(frequency, rate):
    t, frame = np.arange(rate // 2) / rate, rate // 100
    pcm = sum(3000 / k * np.sin(2 * np.pi * k * frequency * t + k) for k in range(1, 8)).astype("<i2")
    out = through(pcm, {25, 26}, rate)
    gap, kept = out[25 * frame:26 * frame], pcm[25 * frame:26 * frame].astype(float)
    assert np.corrcoef(gap, kept)[0, 1] > 0.9
    steps = np.abs(np.diff(out[24 * frame:29 * frame]))
    assert steps.max() < 1.3 * np.abs(np.diff(pcm.astype(float))).max()


@RATES
def test_a_long_gap_fades_to_silence_in_60_ms_and_stays_silent(rate):
    pcm = (8000 * np.sin(np.arange(rate) * 800 / rate)).astype("<i2")
    out = through(pcm, set(range(20, 90)), rate)
    power = (out.reshape(-1, rate // 100)**2).mean(1)
    assert power[20] > 0.7 * power[18]
    assert np.all(np.diff(power[20:26]) < 0)
    assert not power[26:90].any()


@RATES
def test_without_loss_nothing_changes(signals, rate):
    pcm = signals(1, rate).speech(1).astype("<i2")
    assert np.array_equal(through(pcm, set(), rate), pcm[:len(pcm) // 160 * 160])


def test_losses_before_anything_was_heard_are_silence():
    concealer = dsp.Concealer()
    assert not any(concealer.lost())
    with pytest.raises(ValueError, match="80 samples"):
        concealer.good(bytes(162))
    with pytest.raises(ValueError, match="160 samples"):
        dsp.Concealer(16000).good(bytes(160))
    with pytest.raises(ValueError, match="rate is 8000 or 16000, not 44100"):
        dsp.Concealer(44100)


@RATES
def test_hard_signals_are_no_louder_in_a_gap_than_before_it(rate):
    random = np.random.default_rng(1)
    for pcm in (np.full(8000, -32768), np.repeat([32767, -32768] * 100, 40), random.integers(-32768, 32768, 8000)):
        lost = set(range(6, 50, 3)) | {30, 31, 32}
        power = (through(pcm.astype("<i2"), lost, rate).reshape(-1, rate // 100)**2).mean(1)
        assert all(power[number] <= 1.3 * power[5] for number in lost)
