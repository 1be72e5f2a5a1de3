import numpy as np
import pytest

from firmware import dsp


def frames(pcm, size=80):
    pcm = np.clip(np.round(pcm), -32768, 32767).astype("<i2")
    return [pcm[at:at + size].tobytes() for at in range(0, len(pcm) - size + 1, size)]


def decide(pcm, **options):
    silence = dsp.Silence(**options)
    return [silence.process(frame) for frame in frames(pcm, 160 if options.get("rate") == 16000 else 80)]


def share(decisions):
    return sum(one is True for one in decisions) / len(decisions)


def scene(signals, noise, seed=1, rate=8000):
    """Noise with three seconds of speech in the middle; where speech is, by frame."""
    signal = signals(seed, rate)
    speech = np.concatenate([np.zeros(4 * rate), signal.speech(3, -20), np.zeros(4 * rate)])
    power = (speech[:len(speech) // (rate // 100) * (rate // 100)].reshape(-1, rate // 100)**2).mean(1)
    return speech + signal.noise(len(speech) / rate + 1, noise)[:len(speech)], power > power.max() * 1e-3


@pytest.mark.parametrize("noise", [-75, -60, -50])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("rate", [8000, 16000])
def test_speech_in_noise_is_sent_and_most_of_the_noise_is_not(noise, seed, rate, signals):
    pcm, spoken = scene(signals, noise, seed, rate)
    sent = np.array([one is True for one in decide(pcm, rate=rate)])
    assert sent[spoken].mean() > 0.99
    assert sent[200:395].mean() < 0.05  # two seconds before
    assert sent[-200:].mean() < 0.05    # and after


def test_speech_ends_with_a_hangover_of_200_ms(signals):
    pcm, spoken = scene(signals, -70)
    sent = np.array([one is True for one in decide(pcm)])
    last = np.nonzero(spoken)[0][-1]
    assert sent[last:last + 19].all() and not sent[last + 40:].any()


@pytest.mark.parametrize("level", [-35, -20, 0])
def test_a_steady_tone_is_never_taken_for_silence(level):
    tone = 23000 * 10 ** (level / 20) * np.sin(2 * np.pi * 425 * np.arange(8 * 8000) / 8000)
    assert share(decide(tone)) == 1


def test_a_change_of_the_noise_is_learnt_within_two_seconds(signals):
    signal = signals(3)
    sent = decide(np.concatenate([signal.noise(4, -65), signal.noise(6, -48)]))
    assert share(sent[-300:]) == 0


@pytest.mark.parametrize("level", [-75, -60, -45])
def test_steady_noise_is_described_once_where_it_begins(level, signals):
    sent = decide(signals(1).noise(20, level), order=6)
    described = [number for number, one in enumerate(sent) if isinstance(one, bytes)]
    assert described == [[one is True for one in sent].index(False)]
    assert len(sent[described[0]]) == 7
    assert abs(6.15 - sent[described[0]][0] - level) < 1.5


def test_noise_that_nobody_hears_may_change_as_it_likes(signals):
    noise = signals(6).noise(20, -72) * 10 ** (-np.linspace(0, 30, 20 * 8000) / 20)
    assert sum(isinstance(one, bytes) for one in decide(noise, order=10)) <= 2


def test_noise_that_swells_slowly_or_changes_its_colour_is_described_anew(signals):
    noise = signals(2).noise(24, -62)
    noise[8 * 8000:16 * 8000] *= 10 ** (np.linspace(0, 8, 8 * 8000) / 20)
    noise[16 * 8000:] = 10 ** (8 / 20) * np.convolve(noise[16 * 8000:], [0.35, 0.35, 0.35, 0.35], "same") * 1.4
    sent = decide(noise, order=10)
    described = [number for number, one in enumerate(sent) if isinstance(one, bytes)]
    levels = [6.15 - sent[number][0] for number in described]
    assert sum(800 <= number < 1600 for number in described) in (2, 3)
    assert levels[-1] > levels[0] + 6
    assert any(1600 <= number < 1650 for number in described)
    assert len(described) <= 6


@pytest.mark.parametrize("value", [0, 5, 32767, -32768])
def test_a_constant_is_silence_whatever_its_value(value):
    sent = decide(np.full(8000 * 3, value), order=10)
    assert share(sent[100:]) == 0
    assert [one[0] for one in sent if isinstance(one, bytes)] == [127]


def test_frames_of_another_length_and_other_options_are_refused():
    with pytest.raises(ValueError, match="80 samples"):
        dsp.Silence().process(bytes(162))
    with pytest.raises(ValueError, match="rate"):
        dsp.Silence(rate=44100)
    with pytest.raises(ValueError, match="order"):
        dsp.Silence(order=-1)
