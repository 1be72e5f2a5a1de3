"""A phrase that is repeated: what is encoded once for all is what the encoder would say."""

import numpy as np
import pytest

from sim.peers import spandsp, talker
from sim.peers.handset.rounds import Rounds

FRAME = 80


def said(phrase, frames, at):
    samples = np.tile(phrase, 2 + (frames * FRAME + at) // len(phrase))[at:at + frames * FRAME]
    return np.frombuffer(spandsp.G726().encode(samples), np.uint8).reshape(-1, 40)


@pytest.mark.parametrize(("phrase", "settles"), [
    (talker.speech(6.0, seed=4), True), (talker.speech(1.0, seed=2), True), (talker.sine(400, 1.0), False),
    (talker.noise(2.0, -30.0, seed=1), False), (np.zeros(160, np.int16), True)],
    ids=["speech", "short speech", "tone", "noise", "silence"])
@pytest.mark.parametrize("at", [0, 80, 320])
def test_every_field_is_what_the_encoder_says_without_a_short_cut(phrase, settles, at):
    rounds = Rounds(phrase, at, FRAME, spandsp.G726())
    got = np.concatenate([rounds.take(count) for count in (1, 999, 1000, 600, 1400)])
    assert np.array_equal(got, said(phrase, 4000, at))
    assert rounds.settled == settles
