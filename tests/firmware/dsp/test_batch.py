"""Many coders in one call, and wide registers or none: the bits are always the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import dsp


def signal(random, kind, samples):
    if kind % 4 == 0:
        return random.integers(-32768, 32768, samples)
    if kind % 4 == 1:
        return np.sign(np.sin(np.arange(samples) * 0.05)) * 32767
    if kind % 4 == 2:
        return np.clip(random.standard_normal(samples) * 10 ** random.uniform(0, 4), -32768, 32767)
    return 20000 * np.sin(np.arange(samples) * random.uniform(0.05, 1))


@pytest.mark.parametrize("count", [1, 2, 3, 8, 11])
@pytest.mark.parametrize("codec", dsp.CORE_CODECS)
def test_coders_in_one_call_give_what_each_gives_alone(codec, count):
    random = np.random.default_rng(count)
    encoders, alone = ([dsp.Encoder(codec, portable=one) for _ in range(count)] for one in (False, True))
    decoders, single = ([dsp.Decoder(codec, portable=one) for _ in range(count)] for one in (False, True))
    for turn in range(12):
        samples = 2 * int(random.integers(0, 150))
        pcms = [signal(random, turn + number, samples).astype("<i2").tobytes() for number in range(count)]
        octets = dsp.encode_all(encoders, pcms)
        assert octets == [encoder.encode(pcm) for encoder, pcm in zip(alone, pcms, strict=True)]
        if turn % 2:  # also what no encoder sends
            octets = [random.bytes(len(one)) for one in octets]
        assert dsp.decode_all(decoders, octets) == [one.decode(data) for one, data in zip(single, octets, strict=True)]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=120), st.sampled_from(dsp.CORE_CODECS))
def test_wide_registers_decode_any_octets_as_the_portable_code_does(octets, codec):
    expected = dsp.Decoder(codec, portable=True).decode(octets)
    assert dsp.Decoder(codec).decode(octets) == expected
    assert dsp.decode_all([dsp.Decoder(codec) for _ in range(8)], [octets] * 8) == [expected] * 8


@pytest.mark.parametrize("codec", ["pcma", "pcmu"])
def test_every_sample_and_every_octet_is_the_same_with_wide_registers(codec):
    pcm, octets = np.arange(-32768, 32768).astype("<i2").tobytes(), bytes(range(256)) * 2
    assert dsp.Encoder(codec).encode(pcm) == dsp.Encoder(codec, portable=True).encode(pcm)
    assert dsp.Decoder(codec).decode(octets[7:]) == dsp.Decoder(codec, portable=True).decode(octets[7:])


def test_a_batch_refuses_what_does_not_fit_together_and_the_coders_stay_usable():
    encoders = [dsp.Encoder("g722") for _ in range(3)]
    frame = bytes(320)
    for wrong, error in ((([encoders[0]], [frame, frame]), ValueError),
                         ((encoders, [frame, frame, frame[2:]]), ValueError),
                         (([encoders[0], encoders[0]], [frame] * 2), RuntimeError),
                         (([encoders[0], dsp.Encoder("pcma")], [frame] * 2), ValueError),
                         (([encoders[0], dsp.Decoder("g722")], [frame] * 2), TypeError),
                         ((encoders, [frame, None, frame]), TypeError), ((None, None), TypeError)):
        with pytest.raises(error):
            dsp.encode_all(*wrong)
    assert dsp.encode_all(encoders, [frame] * 3) == [dsp.Encoder("g722").encode(frame)] * 3
    assert dsp.encode_all([], []) == []
