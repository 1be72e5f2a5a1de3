"""G.729 through bcg729, which is the user's own to install."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import dsp
from tests.present import lacking

pytestmark = pytest.mark.peer


@pytest.fixture(autouse=True)
def offered():
    if "g729" in dsp.CODECS:
        return
    with pytest.raises(ValueError, match="g729"):
        dsp.Decoder("g729")
    lacking("libbcg729-0 is not installed: the codec is not offered")


def test_its_licence_is_named():
    assert ("g729", "bcg729", "GPL-3.0-or-later") in dsp.licences()


def test_the_core_is_not_linked_with_it():
    from pathlib import Path

    import _gwdsp
    import _gwg729
    for module in (_gwdsp, _gwg729):
        assert b"libbcg729.so" not in _needed(Path(module.__file__))


def _needed(path):
    """The libraries that an extension is linked with."""
    import subprocess
    return subprocess.run(["readelf", "-d", path], capture_output=True, check=True).stdout


def test_speech_comes_through_at_8_kbit_per_second(signals):
    pcm = signals(1).speech(2, -20).astype("<i2")
    octets = dsp.Encoder("g729").encode(pcm)
    assert len(octets) == len(pcm) // 8
    heard = np.frombuffer(dsp.Decoder("g729").decode(octets), "<i2").astype(float)
    assert max(np.corrcoef(heard[delay:-120 + delay], pcm[:-120])[0, 1] for delay in range(20, 80)) > 0.7


def test_silence_is_compressed_and_its_description_decodes():
    encoder, decoder = dsp.Encoder("g729", vad=True), dsp.Decoder("g729")
    packets = [encoder.encode(bytes(160)) for _ in range(50)]
    assert {len(packet) for packet in packets} <= {0, 2, 10} and len(b"".join(packets)) < 100
    assert [len(decoder.decode(packet)) for packet in packets if packet] == [160] * len([p for p in packets if p])
    assert len(decoder.decode(bytes(22))) == 3 * 160


def test_a_lost_frame_is_concealed():
    assert len(dsp.Decoder("g729").lost()) == 160


def test_pieces_of_frames_are_refused():
    with pytest.raises(ValueError, match="80 samples"):
        dsp.Encoder("g729").encode(bytes(162))
    for length in (1, 9, 11, 13):
        with pytest.raises(ValueError, match="frames of 10"):
            dsp.Decoder("g729").decode(bytes(length))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=122))
def test_any_octets_of_the_right_length_are_sound(octets):
    octets = octets[:len(octets) // 10 * 10 + (2 if len(octets) % 10 >= 2 else 0)]
    assert len(dsp.Decoder("g729").decode(octets)) == 160 * -(-len(octets) // 10)
