import numpy as np
import pytest

from firmware import dsp

RATE = 8000


def to_int16(samples):
    return np.clip(np.round(samples), -32768, 32767).astype("<i2")


def echo_of(far, path):
    return np.convolve(far.astype(float), path)[:len(far)]


def cancel(canceller, near, far, step=None):
    step = step or len(near)
    near, far = to_int16(near), to_int16(far)
    parts = [canceller.process(near[at:at + step].tobytes(), far[at:at + step].tobytes())
             for at in range(0, len(near), step)]
    return np.frombuffer(b"".join(parts), "<i2").astype(float)


def decibel(signal, rest):
    return 10 * np.log10((np.sum(np.asarray(signal, float)**2) + 1e-9) / (np.sum(np.asarray(rest, float)**2) + 1e-9))


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_echo_of_speech_loses_25_db_within_three_seconds(seed, rate, signals):
    signal = signals(seed, rate)
    far = to_int16(signal.speech(4))
    near = echo_of(far, signal.path(loss=10, length_ms=30))
    out = cancel(dsp.EchoCanceller(rate=rate, linear=True), near, far)
    assert decibel(near[3 * rate:], out[3 * rate:]) >= 25


def test_erl_erle_and_delay_are_told_as_they_are(signals):
    signal = signals(4)
    far = to_int16(signal.speech(6))
    near = echo_of(far, signal.path(loss=12, length_ms=20, delay_ms=40))
    canceller = dsp.EchoCanceller(linear=True)
    assert (canceller.erl, canceller.erle) == (0, 0)
    cancel(canceller, near, far)
    assert canceller.erl == pytest.approx(12, abs=1.5)
    assert canceller.erle > 25
    assert canceller.status()["delay_ms"] == 40
    assert canceller.status()["resets"] == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_double_talk_keeps_the_near_end(seed, signals):
    signal = signals(seed)
    far, talker = to_int16(signal.speech(8)), signal.speech(8, -20)
    talker[:4 * RATE] = 0
    near = echo_of(far, signal.path()) + talker
    out = cancel(dsp.EchoCanceller(linear=True), near, far)
    assert decibel(talker[4 * RATE:], out[4 * RATE:] - talker[4 * RATE:]) >= 20


@pytest.mark.parametrize(("linear", "least"), [(True, 25), (False, 15)])
def test_a_handset_without_any_echo_is_not_harmed(linear, least, signals):
    signal = signals(17)
    far, talker = to_int16(signal.speech(10)), to_int16(signal.speech(10, -20))
    canceller = dsp.EchoCanceller(linear=linear)
    late = np.roll(cancel(canceller, talker, far), -canceller.delay)
    assert decibel(talker[6 * RATE:-16], late[6 * RATE:-16] - talker[6 * RATE:-16]) >= least


def test_with_the_suppressor_double_talk_still_keeps_the_near_end(signals):
    signal = signals(5)
    far, talker = to_int16(signal.speech(8)), signal.speech(8, -20)
    talker[:4 * RATE] = 0
    canceller = dsp.EchoCanceller()
    out = cancel(canceller, echo_of(far, signal.path()) + talker, far)
    late = np.roll(out, -canceller.delay)
    assert canceller.delay == 16
    assert decibel(talker[4 * RATE:-16], late[4 * RATE:-16] - talker[4 * RATE:-16]) >= 8


def test_the_suppressor_takes_what_the_linear_stage_leaves(signals):
    signal = signals(6)
    far = to_int16(signal.speech(4))
    near = echo_of(far, signal.path())
    linear, full = (cancel(dsp.EchoCanceller(linear=only), near, far) for only in (True, False))
    assert decibel(linear[RATE:], full[RATE:]) >= 6


def test_while_the_far_end_is_silent_the_near_end_passes_unharmed(signals):
    talker = to_int16(signals(7).speech(3))
    for ec_type in (1, 2):
        canceller = dsp.EchoCanceller(ec_type=ec_type)
        out = cancel(canceller, talker, np.zeros_like(talker))
        lag = canceller.delay
        assert np.max(np.abs(out[lag:] - talker[:len(talker) - lag])) <= 1


def test_comfort_noise_fills_what_the_suppressor_takes_from_a_noisy_room(signals):
    signal = signals(8)
    far = to_int16(signal.speech(8, -10))
    room = signal.noise(8, -50)
    out = cancel(dsp.EchoCanceller(), echo_of(far, signal.path(loss=6)) + room, far)
    blocks = (out[5 * RATE:].reshape(-1, 400)**2).mean(1)
    assert 10 * np.log10(np.median(blocks) / np.mean(room**2)) == pytest.approx(0, abs=4)


def test_ec_type_0_is_bit_transparent(signals):
    signal = signals(9)
    near, far = (to_int16(signal.noise(1, 0)).tobytes() for _ in range(2))
    canceller = dsp.EchoCanceller(ec_type=0)
    assert canceller.process(near, far) == near
    assert canceller.delay == 0


def test_a_changed_path_is_learned_again_within_a_second(signals):
    signal = signals(10)
    far = to_int16(signal.noise(5, -16))
    old, new = echo_of(far, signal.path(10)), echo_of(far, signal.path(8))
    near = np.where(np.arange(len(far)) < 3 * RATE, old, new)
    out = cancel(dsp.EchoCanceller(linear=True), near, far)
    assert decibel(near[4 * RATE:], out[4 * RATE:]) >= 20


def test_when_the_path_opens_nothing_is_heard_a_second_later(signals):
    signal = signals(11)
    far = to_int16(signal.speech(6))
    near = echo_of(far, signal.path(6))
    near[4 * RATE:] = 0
    out = cancel(dsp.EchoCanceller(linear=True), near, far)
    assert np.mean(out[5 * RATE:]**2) < 1


def loss_by_tone(signal):
    """dB of echo loss in the second before a tone of 2 s, less that in the second after it."""
    far = to_int16(signal.speech(8))
    far[4 * RATE:6 * RATE] = to_int16(8000 * np.sin(2 * np.pi * 1004 * np.arange(2 * RATE) / RATE))
    near = echo_of(far, signal.path())
    out = cancel(dsp.EchoCanceller(linear=True), near, far)
    before = decibel(near[3 * RATE:4 * RATE], out[3 * RATE:4 * RATE])
    return before - decibel(near[6 * RATE:7 * RATE], out[6 * RATE:7 * RATE])


def test_a_tone_does_not_make_the_filter_forget_speech(signals):
    assert np.mean([loss_by_tone(signals(seed)) for seed in range(10, 22)]) < 3


@pytest.mark.parametrize("samples", [40, 120])
def test_frames_of_5_ms_cancel_as_well_as_those_of_10(samples, signals):
    signal = signals(13)
    far = to_int16(signal.speech(4))
    near = echo_of(far, signal.path())
    whole, pieces = (cancel(dsp.EchoCanceller(linear=True), near, far, step) for step in (80, samples))
    assert decibel(near[3 * RATE:], pieces[3 * RATE:]) > decibel(near[3 * RATE:], whole[3 * RATE:]) - 1
    assert decibel(near, pieces) == pytest.approx(decibel(near, whole), abs=0.5)


def test_how_input_is_cut_into_calls_of_10_ms_does_not_matter(signals):
    signal = signals(14)
    far = to_int16(signal.speech(2))
    near = echo_of(far, signal.path())
    assert np.array_equal(cancel(dsp.EchoCanceller(), near, far), cancel(dsp.EchoCanceller(), near, far, 80))


HARD = {
    "square": np.where(np.arange(16000) // 40 % 2, 32767, -32768),
    "direct current": np.full(16000, 32767),
    "silence": np.zeros(16000),
    "one bit": np.arange(16000) % 2,
    "clicks": np.where(np.arange(16000) % 1237 == 0, 32767, 0),
    "onset": np.where(np.arange(16000) < 8000, 0, 20000 * np.sin(np.arange(16000))),
}


@pytest.mark.parametrize("ec_type", [1, 2])
@pytest.mark.parametrize("near", HARD)
@pytest.mark.parametrize("far", HARD)
def test_hard_input_gives_defined_output_and_no_harm_later(near, far, ec_type, signals):
    canceller = dsp.EchoCanceller(ec_type=ec_type)
    out = cancel(canceller, HARD[near], HARD[far])
    heard = np.sqrt(np.mean(out[8000:]**2))
    assert heard <= 2.5 * np.sqrt(np.mean(np.asarray(HARD[near], float)[8000:]**2)) + 100
    assert all(np.isfinite(value) for value in canceller.status().values())
    signal = signals(15)
    speech = to_int16(signal.speech(4))
    echo = echo_of(speech, signal.path())
    after = cancel(canceller, echo, speech)
    assert decibel(echo[3 * RATE:], after[3 * RATE:]) >= 15


def test_an_hour_of_talk_and_pauses_does_not_wear_it_out(signals):
    signal = signals(16)
    far, talker = to_int16(signal.speech(30)), signal.speech(30, -22)
    talker[:15 * RATE] = 0
    far[25 * RATE:] = 0
    echo = echo_of(far, signal.path())
    near = to_int16(echo + talker)
    canceller = dsp.EchoCanceller(linear=True)
    for _ in range(120):
        out = np.frombuffer(canceller.process(near, far), "<i2")
    assert decibel(echo[10 * RATE:15 * RATE], out[10 * RATE:15 * RATE]) >= 30
    assert canceller.status()["resets"] == 0
