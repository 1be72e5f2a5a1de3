import numpy as np
import pytest

from firmware import dsp

FRAME = 80


def through(pcm, lost):
    concealer, out = dsp.Concealer(), []
    for number in range(len(pcm) // FRAME):
        frame = pcm[number * FRAME:(number + 1) * FRAME]
        out.append(concealer.lost() if number in lost else concealer.good(frame))
    return np.frombuffer(b"".join(out), "<i2").astype(float)


def repeated(pcm, lost):
    """The last frame again, fading over 60 ms."""
    out, last, gap = [], np.zeros(FRAME), 0
    for number in range(len(pcm) // FRAME):
        if number in lost:
            gap += 1
            out.append(last * max(0, 1 - gap / 6))
        else:
            last, gap = pcm[number * FRAME:(number + 1) * FRAME].astype(float), 0
            out.append(last)
    return np.concatenate(out)


def voice(seed, seconds=4):
    """Harmonics of a pitch that glides slowly, as in a long vowel."""
    random, t = np.random.default_rng(seed), np.arange(int(seconds * 8000)) / 8000
    pitch = random.uniform(90, 220) * (1 + 0.05 * np.sin(2 * np.pi * 2 * t))
    phase = 2 * np.pi * np.cumsum(pitch) / 8000
    return sum(4000 / k * np.cos(k * phase + random.uniform(0, 6)) for k in range(1, 10)).astype("<i2")


@pytest.mark.parametrize("burst", [1, 2])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_voice_suffers_at_least_5_db_less_than_with_repeated_frames(seed, burst):
    pcm = voice(seed)
    starts = np.nonzero(np.random.default_rng(seed).random(390) < 0.05)[0]
    lost = {start + more for start in starts for more in range(burst)} - set(range(6))
    ours, theirs = through(pcm, lost), repeated(pcm, lost)
    errors = [np.mean((out - pcm[:len(out)])**2) for out in (ours, theirs)]
    assert 10 * np.log10(errors[1] / errors[0]) > 5


@pytest.mark.parametrize("frequency", [110, 163, 200, 310])
def test_a_voice_goes_on_through_a_gap_in_its_own_pitch(frequency):
    t = np.arange(4000) / 8000
    pcm = sum(3000 / k * np.sin(2 * np.pi * k * frequency * t + k) for k in range(1, 8)).astype("<i2")
    out = through(pcm, {25, 26})
    gap, kept = out[25 * FRAME:26 * FRAME], pcm[25 * FRAME:26 * FRAME].astype(float)
    assert np.corrcoef(gap, kept)[0, 1] > 0.9
    steps = np.abs(np.diff(out[24 * FRAME:29 * FRAME]))
    assert steps.max() < 1.3 * np.abs(np.diff(pcm.astype(float))).max()


def test_a_long_gap_fades_to_silence_in_60_ms_and_stays_silent():
    pcm = (8000 * np.sin(np.arange(8000) * 0.1)).astype("<i2")
    out = through(pcm, set(range(20, 90)))
    power = (out.reshape(-1, FRAME)**2).mean(1)
    assert power[20] > 0.7 * power[18]
    assert np.all(np.diff(power[20:26]) < 0)
    assert not power[26:90].any()


def test_without_loss_nothing_changes(signals):
    pcm = signals(1).speech(1).astype("<i2")
    assert np.array_equal(through(pcm, set()), pcm[:len(pcm) // FRAME * FRAME])


def test_losses_before_anything_was_heard_are_silence():
    concealer = dsp.Concealer()
    assert not any(concealer.lost())
    with pytest.raises(ValueError, match="80 samples"):
        concealer.good(bytes(162))


def test_hard_signals_come_back_within_16_bits(signals):
    random = np.random.default_rng(1)
    for pcm in (np.full(4000, -32768), np.repeat([32767, -32768] * 50, 40), random.integers(-32768, 32768, 4000)):
        out = through(pcm.astype("<i2"), set(range(6, 50, 3)) | {30, 31, 32})
        assert np.abs(out).max() <= 32768
