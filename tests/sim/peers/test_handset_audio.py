"""What a handset's user says and hears."""

import ctypes
from pathlib import Path

import numpy as np
import pytest

from sim.peers import spandsp
from sim.peers.handset import Audio
from sim.peers.handset.audio import FRAME, echo_path, read_wav

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "vectors" / "g726"


def speech(count, seed=2):
    return (np.random.default_rng(seed).standard_normal(count) * 4000).astype(np.int16)


def expanded(alaw):
    """13-bit A-law (G.711) as int16."""
    code = np.frombuffer(alaw, np.uint8).astype(int) ^ 0x55
    segment, step = code >> 4 & 7, code & 15
    size = np.where(segment == 0, (step << 4) + 8, ((step << 4) + 0x108) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, size, -size).astype(np.int16)


def test_the_codec_gives_the_itu_codes_high_nibble_first():
    if not VECTORS.is_dir():
        pytest.skip(f"no vectors in {VECTORS}")
    samples = expanded(np.fromfile(VECTORS / "nrm.a", "<u2").astype(np.uint8).tobytes())
    codes = np.fromfile(VECTORS / "rn32fa.i", "<u2")
    expected = (codes[0::2] << 4 | codes[1::2]).astype(np.uint8).tobytes()
    assert spandsp.G726().encode(samples) == expected


def test_a_missing_library_names_its_package(monkeypatch):
    def absent(name):
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", absent)
    with pytest.raises(spandsp.SpandspMissing, match="libspandsp2"):
        spandsp.load()


@pytest.mark.parametrize("loss", [12.0, 34.0])
def test_the_echo_path_has_the_loss_that_was_asked_for(loss):
    taps = echo_path(loss, 6.0)
    assert len(taps) == 48
    assert -10 * np.log10((taps ** 2).sum()) == pytest.approx(loss)


def far_end(audio, frames):
    """A loud far end, played frame by frame while nobody speaks."""
    encoder = spandsp.G726()
    played = speech(frames * FRAME)
    for at in range(0, len(played), FRAME):
        audio.mouth()
        audio.speaker(encoder.encode(played[at:at + FRAME]))
    return audio


def test_the_microphone_hears_the_loudspeaker_over_the_echo_path():
    audio = far_end(Audio(echo_loss_db=12.0), 100)
    heard, microphone = audio.heard().astype(float), audio.microphone().astype(float)
    expected = np.convolve(heard, echo_path(12.0))[:len(heard) - FRAME]
    assert np.abs(microphone[FRAME:] - expected).max() <= 0.5001


def test_without_an_echo_path_the_microphone_is_silent():
    assert not far_end(Audio(echo_loss_db=None), 20).microphone().any()


def test_what_is_said_goes_out_in_order_and_then_silence():
    audio = Audio(echo_loss_db=None)
    said = speech(200)
    audio.play(said)
    for _ in range(4):
        assert len(audio.mouth()) == 40
    assert (audio.microphone() == np.concatenate((said, np.zeros(120, np.int16)))).all()


def test_a_loop_has_no_gap():
    audio = Audio(echo_loss_db=None)
    said = speech(100)
    audio.play(said, loop=True)
    for _ in range(10):
        audio.mouth()
    assert (audio.microphone() == np.tile(said, 8)).all()


def test_a_missing_field_is_counted_and_heard_as_a_frame():
    audio = Audio(echo_loss_db=None)
    audio.speaker(None)
    assert audio.missing == 1
    assert len(audio.heard()) == FRAME


def test_recordings_go_to_wav_files_and_come_back(tmp_path):
    audio = far_end(Audio(), 10)
    audio.save(tmp_path / "heard.wav")
    assert (read_wav(tmp_path / "heard.wav") == audio.heard()).all()
    other = Audio(echo_loss_db=None)
    other.play(tmp_path / "heard.wav")
    other.mouth()
    assert (other.microphone() == audio.heard()[:FRAME]).all()
