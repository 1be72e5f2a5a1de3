from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import dsp
from firmware.dsp import reference

BITRATES = {1: 64000, 2: 56000, 3: 48000}


def codes(vector):
    """The ITU's code words; the file of octets has them swapped in pairs."""
    return vector("g722/codspw.cod").astype("u1").tobytes()


def test_speech_encodes_as_the_itu_says(vector):
    assert dsp.Encoder("g722").encode(vector("g722/inpsp.bin").tobytes()) == codes(vector)


@pytest.mark.parametrize("mode", BITRATES)
def test_speech_decodes_in_every_mode_as_the_itu_says(mode, vector):
    decoded = dsp.Decoder("g722", bitrate=BITRATES[mode]).decode(codes(vector))
    assert decoded == vector(f"g722/outsp{mode}.bin").tobytes()


def test_the_reference_gives_the_octets_of_the_itu_too(vector):
    pcm, expected = vector("g722/inpsp.bin")[:8000], codes(vector)[:4000]
    assert reference.Encoder("g722").encode(pcm.tobytes()) == expected
    assert reference.Decoder("g722").decode(expected) == vector("g722/outsp1.bin")[:8000].tobytes()


@pytest.mark.parametrize("bitrate", BITRATES.values())
def test_the_core_agrees_with_the_reference_on_loud_quiet_and_square_signals(bitrate, signals):
    signal = signals(3, 16000)
    pcm = np.concatenate([np.clip(signal.speech(0.2, 3), -32768, 32767), signal.noise(0.1, -60),
                          np.repeat([32767, -32768] * 20, 37), signal.random.integers(-32768, 32768, 800)])
    pcm = pcm[:len(pcm) // 2 * 2].astype("<i2").tobytes()
    octets = dsp.Encoder("g722", bitrate=bitrate).encode(pcm)
    assert octets == reference.Encoder("g722", bitrate=bitrate).encode(pcm)
    assert (dsp.Decoder("g722", bitrate=bitrate).decode(octets)
            == reference.Decoder("g722", bitrate=bitrate).decode(octets))


@pytest.mark.parametrize(("mode", "free"), [(1, 0), (2, 1), (3, 3)])
def test_a_lower_bitrate_leaves_the_lowest_bits_free(mode, free, signals):
    octets = dsp.Encoder("g722", bitrate=BITRATES[mode]).encode(signals(1, 16000).speech(0.5).astype("<i2"))
    assert not np.any(np.frombuffer(octets, "u1") & free)
    spoilt = (np.frombuffer(octets, "u1") | free).tobytes()
    decoder, other = (dsp.Decoder("g722", bitrate=BITRATES[mode]) for _ in range(2))
    assert decoder.decode(octets) == other.decode(spoilt)


@pytest.mark.parametrize(("bitrate", "least"), [(64000, 20), (56000, 17), (48000, 13)])
def test_what_is_heard_is_what_was_said(bitrate, least, signals):
    pcm = signals(2, 16000).speech(2)
    heard = np.frombuffer(dsp.Decoder("g722", bitrate=bitrate).decode(
        dsp.Encoder("g722", bitrate=bitrate).encode(pcm.astype("<i2"))), "<i2").astype(float)
    delay = 22  # samples of the two filters
    noise = heard[delay:] - pcm[:-delay]
    assert 10 * np.log10(np.mean(pcm**2) / np.mean(noise**2)) > least


def test_pieces_of_any_even_length_give_the_same_octets_as_the_whole(signals):
    pcm = signals(4, 16000).speech(0.5).astype("<i2")
    encoder, whole = dsp.Encoder("g722"), dsp.Encoder("g722").encode(pcm)
    cuts = [0, 2, 160, 162, 480, 3000, len(pcm)]
    assert b"".join(encoder.encode(pcm[a:b]) for a, b in pairwise(cuts)) == whole


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(BITRATES.values())))
def test_any_octets_decode_as_the_reference_does(octets, bitrate):
    assert (dsp.Decoder("g722", bitrate=bitrate).decode(octets)
            == reference.Decoder("g722", bitrate=bitrate).decode(octets))
