"""The DTMF remover on music, which must pass, and on noisy digits, which give way to the noise behind them."""

import numpy as np
import pytest

from firmware import dsp
from firmware.dsp.reference_tones import COLUMNS, DIGITS, ROWS
from tests.firmware.dsp.handset import LEVEL_OF_OCTET, dbm0, microphone, send
from tests.firmware.dsp.music import INSTRUMENTS, Band

FULL_SCALE = 3.14


def to_int16(samples):
    return np.clip(np.round(samples), -32768, 32767).astype("<i2")


def altered(pcm):
    """Which frames a remover changes, and which are of a digit that the detector reports."""
    remover, touched, digit, pressed = dsp.DtmfRemover(), [], [], 0
    for at in range(0, len(pcm) - 79, 80):
        frame = pcm[at:at + 80].tobytes()
        touched.append(remover.pass_through(frame) != frame)
        for _, kind, _ in remover.process(b""):
            pressed += 1 if kind == "dtmf" else -1
        digit.append(pressed > 0)
    touched, digit = np.array(touched), np.array(digit)
    around = np.convolve(digit, np.ones(9), "same") > 0  # what is reported was suspected before, and fades in behind
    return touched, around


@pytest.mark.parametrize("instrument", INSTRUMENTS)
@pytest.mark.parametrize("style", ["chords", "duet"])
def test_music_passes_but_where_a_digit_is_reported(style, instrument):
    """Two pure voices in tune with two tones of Q.23 are a digit; all else is music."""
    lost = []
    for seed in range(4):
        touched, reported = altered(to_int16(getattr(Band(instrument, seed), style)(15)))
        lost.append(np.mean(touched & ~reported))
    assert max(lost) <= 0.01
    assert np.mean(lost) <= 0.003


def noisy_digit(random, digit, start, low, high, off, noise):
    """It comes out of silence: so that is what takes its place, and what is left of it is leak."""
    place, time = DIGITS.index(digit), np.arange(800) / 8000
    pairs = ((ROWS[place // 4] * (1 + off[0]), low), (COLUMNS[place % 4] * (1 + off[1]), high))
    tone = sum(32768 * 10 ** ((dbm0 - FULL_SCALE) / 20) * np.sin(2 * np.pi * hertz * time + random.uniform(0, 6.28))
               for hertz, dbm0 in pairs)
    out = np.concatenate([np.zeros(1600 + start), tone, np.zeros(880 - start)])
    room = random.standard_normal(len(out)) * 32768 / np.sqrt(2) * 10 ** ((noise - FULL_SCALE) / 20)
    room[:1600 + start] = 0
    return out + room


@pytest.mark.parametrize("low, high, off, noise", [
    (-8, -8, (0, 0), -60), (-8, -8, (-0.015, 0.015), -26), (-8, -16, (0.01, 0.015), -30),
    (-12, -6, (-0.015, -0.01), -30), (-25, -25, (0, 0.01), -43), (-8, -8, (0, 0), -20)])
def test_of_a_digit_in_noise_less_than_twenty_milliseconds_leak(low, high, off, noise):
    random, leaks = np.random.default_rng(3), []
    for digit in DIGITS:
        for start in range(0, 80, 5):
            tone = noisy_digit(random, digit, start, low, high, off, noise)
            passed = np.frombuffer(dsp.DtmfRemover().pass_through(to_int16(tone).tobytes()), "<i2").astype(float)
            power, whole = (np.mean(one[1600 + start:2400 + start].reshape(-1, 8)**2, 1) for one in (passed, tone))
            leaks.append(np.count_nonzero(power > 0.0025 * whole.max()))  # milliseconds above -26 dB
    assert max(leaks) < 20
    assert np.mean(leaks) < 12.5


def slope(samples):
    """The first coefficient of correlation: the noise's colour."""
    return np.corrcoef(samples[1:], samples[:-1])[0, 1]


@pytest.mark.parametrize("room", [-62, -50])
@pytest.mark.parametrize("taps", [[1.0], [0.5, 0.5, 0.5], [0.7, -0.7]])
def test_in_place_of_a_digit_is_the_noise_that_was_behind_it(room, taps, signals):
    noise = np.convolve(signals(3).noise(3, room), taps, "same")
    noise[12000:12800] += noisy_digit(np.random.default_rng(1), "7", 0, -8, -8, (0, 0), -90)[1600:2400]
    heard = np.frombuffer(dsp.DtmfRemover().pass_through(to_int16(noise).tobytes()), "<i2").astype(float)
    filled, before = heard[12240:12800], heard[:12000]
    assert dbm0(filled) == pytest.approx(dbm0(before), abs=2.5)
    assert slope(filled) == pytest.approx(slope(before), abs=0.2)
    assert np.array_equal(heard[13200:], to_int16(noise)[13200:])


def test_a_digit_behind_speech_gives_way_to_the_room_not_to_the_voice(signals):
    signal = signals(4)
    speech = np.concatenate([np.zeros(8000), signal.speech(1.5, -16)])
    tone = noisy_digit(np.random.default_rng(1), "4", 0, -8, -8, (0, 0), -90)[1600:2400]
    pcm = np.concatenate([speech, tone, np.zeros(800)])
    pcm += signal.noise(4, -58)[:len(pcm)]
    heard = np.frombuffer(dsp.DtmfRemover().pass_through(to_int16(pcm).tobytes()), "<i2").astype(float)
    assert dbm0(heard[len(speech) + 240:len(speech) + 800]) == pytest.approx(-58, abs=3)


def test_a_digit_before_anything_was_heard_gives_way_to_silence():
    tone = noisy_digit(np.random.default_rng(1), "4", 0, -8, -8, (0, 0), -90)[1600:2400]
    heard = np.frombuffer(dsp.DtmfRemover().pass_through(to_int16(tone).tobytes()), "<i2")
    assert not heard[240:].any()


def digits(seconds, every, room, signals, tone="5"):
    """The room's noise with a digit of 100 ms in it now and then; and where they end."""
    noise, ends = signals(5).noise(seconds, room), []
    press = np.frombuffer(dsp.ToneGenerator(tone).generate(800), "<i2").astype(float)
    for at in range(16000, len(noise) - 8000, every):
        noise[at:at + 800] += press
        ends.append((at + 800) // 8)
    return noise, ends


def test_a_digit_that_is_removed_teaches_the_silence_detector_nothing(signals):
    """The room stays silence behind it, and what is described stays the room."""
    noise, ends = digits(12, 16000, -55, signals)
    packets = send(microphone(noise), handset=dsp.DTMF | dsp.REMOVE_DTMF)
    levels = [LEVEL_OF_OCTET - octets[0] for octets, kind, _ in packets if kind == "comfort"]
    spoken = [at for _, kind, at in packets if kind == "speech"]
    assert 2 <= len(levels) <= 1 + len(ends)
    assert all(level == pytest.approx(-55, abs=2) for level in levels)
    assert not [at for at in spoken if at > 1000 and not any(-150 <= at - end <= 150 for end in ends)]


@pytest.mark.parametrize("silence", [False, True])
def test_the_network_hears_the_room_in_place_of_a_digit(silence, signals):
    noise, ends = digits(8, 16000, -50, signals)
    packets = send(microphone(noise), silence=silence, handset=dsp.DTMF | dsp.REMOVE_DTMF)
    speech = [(at, np.frombuffer(dsp.Decoder("pcma").decode(octets), "<i2"))
              for octets, kind, at in packets if kind == "speech"]
    for end in ends:
        filled = [pcm for at, pcm in speech if -60 <= at - end <= -20]
        assert len(filled) >= 2
        assert dbm0(np.concatenate(filled)) == pytest.approx(-50, abs=3)
