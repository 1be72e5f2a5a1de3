import numpy as np
import pytest

from firmware import dsp
from firmware.dsp import reference

LAWS = {"pcma": "a", "pcmu": "u"}
EVERY = np.arange(-32768, 32768).astype("<i2")


@pytest.mark.parametrize("codec", LAWS)
def test_every_16_bit_sample_encodes_as_the_itu_says(codec, vector):
    source, expected = vector("g711/sweep.src"), vector(f"g711/sweep-r.{LAWS[codec]}")
    assert len(source) == 65536
    encoded = np.frombuffer(dsp.Encoder(codec).encode(source.tobytes()), "u1")
    assert np.array_equal(encoded, expected)


@pytest.mark.parametrize("codec", LAWS)
def test_every_code_decodes_as_the_itu_says(codec, vector):
    codes, expected = vector(f"g711/sweep-r.{LAWS[codec]}"), vector(f"g711/sweep-r.re{LAWS[codec]}")
    decoded = dsp.Decoder(codec).decode(codes.astype("u1").tobytes())
    assert decoded == expected.tobytes()


@pytest.mark.parametrize("codec", LAWS)
def test_what_was_decoded_once_survives_a_second_time(codec, vector):
    law = LAWS[codec]
    once, twice = vector(f"g711/sweep-r.re{law}"), vector(f"g711/sweep-r.{law}-{law}")
    again = dsp.Decoder(codec).decode(dsp.Encoder(codec).encode(once.tobytes()))
    assert again == twice.tobytes()


@pytest.mark.parametrize("codec", LAWS)
def test_the_core_agrees_with_the_reference_on_every_value(codec):
    pcm, octets = EVERY.tobytes(), bytes(range(256))
    assert dsp.Encoder(codec).encode(pcm) == reference.Encoder(codec).encode(pcm)
    assert dsp.Decoder(codec).decode(octets) == reference.Decoder(codec).decode(octets)
