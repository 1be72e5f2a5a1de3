"""Opus through libopus, which the system may not have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import dsp
from tests.present import lacking

pytestmark = pytest.mark.peer


@pytest.fixture(autouse=True)
def offered():
    if "opus" in dsp.CODECS:
        return
    with pytest.raises(ValueError, match="opus"):
        dsp.Encoder("opus")
    lacking("libopus0 is not installed: the codec is not offered")


def likeness(heard, pcm):
    """The greatest correlation over the codec's delay."""
    return max(np.corrcoef(heard[delay:len(heard) - 200 + delay], pcm[:len(heard) - 200])[0, 1] for delay in range(200))


@pytest.mark.parametrize(("rate", "packet_ms"), [(8000, 20), (8000, 60), (16000, 10), (16000, 20), (16000, 40)])
def test_speech_comes_through_at_both_rates(rate, packet_ms, signals):
    pcm = signals(1, rate).speech(2, -20).astype("<i2")
    encoder, decoder, size = dsp.Encoder("opus", rate=rate), dsp.Decoder("opus", rate=rate), rate * packet_ms // 1000
    packets = [encoder.encode(pcm[at:at + size]) for at in range(0, len(pcm) - size + 1, size)]
    heard = np.frombuffer(b"".join(decoder.decode(packet) for packet in packets), "<i2").astype(float)
    assert len(heard) == len(packets) * size
    assert likeness(heard, pcm.astype(float)) > 0.8
    assert 8 * sum(map(len, packets)) / (len(heard) / rate) < 40000


def test_a_lost_packet_is_concealed_in_its_length(signals):
    pcm, decoder, encoder = signals(2, 16000).speech(1).astype("<i2"), dsp.Decoder("opus"), dsp.Encoder("opus")
    for at in range(0, 9600, 320):
        decoder.decode(encoder.encode(pcm[at:at + 320]))
    assert len(decoder.lost(320)) == 640


def test_a_narrow_decoder_plays_what_a_wide_encoder_sent(signals):
    pcm = signals(3, 16000).speech(1).astype("<i2")
    encoder, decoder = dsp.Encoder("opus", bitrate=32000, complexity=0, packet_loss=10, dtx=True), \
        dsp.Decoder("opus", rate=8000)
    assert all(len(decoder.decode(encoder.encode(pcm[at:at + 320]))) == 320 for at in range(0, 6400, 320))


def test_wrong_lengths_rates_and_packets_are_refused():
    with pytest.raises(ValueError, match="60 ms"):
        dsp.Encoder("opus").encode(bytes(322))
    with pytest.raises(ValueError, match="even number"):
        dsp.Encoder("opus").encode(bytes(641))
    for wrong in ({"rate": 44100}, {"complexity": 11}, {"packet_loss": 101}):
        with pytest.raises(ValueError):
            dsp.Encoder("opus", **wrong)
    with pytest.raises(ValueError, match="packet"):
        dsp.Decoder("opus").decode(b"")
    with pytest.raises(ValueError):
        dsp.Decoder("opus").lost(-1)
    with pytest.raises(TypeError):
        dsp.Decoder("opus").decode(None)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=200), max_size=4))
def test_any_packet_is_sound_or_a_value_error(packets):
    decoder = dsp.Decoder("opus")
    for packet in packets:
        try:
            assert 0 < len(decoder.decode(packet)) <= 2 * 16 * 120
        except ValueError as error:
            assert "libopus" in str(error)
