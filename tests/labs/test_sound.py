"""The measures of what is heard."""

import numpy as np
import pytest

from sim.lab.sound import likeness, longest_gap, louder, loudness, repeated
from sim.peers.talker import RATE, noise, sine, speech

PHRASE = speech(6.0, seed=3)


def heard(seconds=8.0, late=1234):
    return repeated(PHRASE, round(seconds * RATE))[late:late + round(seconds * RATE)]


def test_the_same_speech_at_any_delay_is_alike():
    assert likeness(PHRASE, heard()) > 0.999
    assert likeness(PHRASE, np.concatenate((np.zeros(3000, np.int16), heard() // 2))) > 0.99


@pytest.mark.parametrize("other", [noise(8, -20), sine(700, 8), speech(8, seed=4), np.zeros(8 * RATE, np.int16),
                                   np.zeros(0, np.int16)], ids=["noise", "tone", "another", "silence", "nothing"])
def test_anything_else_is_not(other):
    assert likeness(PHRASE, other) < 0.5
    assert longest_gap(PHRASE, other) is None


def test_speech_without_a_gap_has_none():
    assert longest_gap(PHRASE, heard()) == 0


@pytest.mark.parametrize("milliseconds", [30, 50, 120])
def test_a_gap_in_the_middle_of_a_syllable_has_its_length(milliseconds):
    samples = heard().copy()
    loud = next(at for at in range(RATE, len(samples) - RATE, 80)
                if all(loudness(samples[at + k * 80:at + k * 80 + 80]) > -30 for k in range(-2, 16)))
    samples[loud:loud + milliseconds * 8] = 0
    assert longest_gap(PHRASE, samples) == pytest.approx(milliseconds, abs=10)


def test_the_speakers_own_pauses_are_no_gap():
    phrase = np.concatenate((PHRASE[:RATE], np.zeros(RATE, np.int16), PHRASE[RATE:2 * RATE]))
    assert longest_gap(phrase, repeated(phrase, 8 * RATE)[:8 * RATE]) == 0


@pytest.mark.parametrize("milliseconds", [20, 60, 200])
def test_speech_that_is_left_out_counts_and_a_longer_delay_alone_does_not(milliseconds):
    samples, count = heard(), milliseconds * 8
    assert longest_gap(PHRASE, np.concatenate((samples[:3 * RATE], samples[3 * RATE + count:]))) == milliseconds
    held = np.concatenate((samples[:3 * RATE], samples[3 * RATE - count:]))
    assert longest_gap(PHRASE, held) == 0


def test_a_tone_has_gaps_too():
    tone = sine(700, 1.0)
    samples = repeated(tone, 6 * RATE)[:6 * RATE].copy()
    assert longest_gap(tone, samples) == 0
    samples[3 * RATE:3 * RATE + 400] = 0
    assert longest_gap(tone, samples) == pytest.approx(50, abs=10)


def test_loudness_is_that_of_all_that_was_heard():
    assert loudness(sine(1000, 2, -15.0)) == pytest.approx(-15.0, abs=0.1)
    assert loudness(np.zeros(800, np.int16)) == loudness(np.zeros(0, np.int16)) == -90.0


def test_a_click_is_louder_than_anything_that_was_said():
    said = speech(2.0, seed=3)
    heard = said.copy()
    assert abs(louder(said, heard)) < 1
    heard[8000:8080] = 30_000
    assert louder(said, heard) > 6
    assert louder(said, heard[:0]) is None
