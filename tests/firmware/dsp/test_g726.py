import re
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import dsp
from firmware.dsp import reference

LAWS = {"a": "pcma", "m": "pcmu"}
INITIAL = 3496
"""Samples of the initialisation sequences; what follows in the files is padding."""


def codes_of(octets):
    """The four-bit codes of octets whose first sample is in the high nibble."""
    pairs = np.frombuffer(octets, "u1")
    return np.stack([pairs >> 4, pairs & 15], 1).reshape(-1)


def linear(vector, name, law):
    return dsp.Decoder(LAWS[law]).decode(vector(name).astype("u1").tobytes())


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(("source", "coded"), [("nrm", "rn32f"), ("ovr", "rv32f")])
def test_codes_from_the_reset_state_are_those_of_the_itu(source, coded, law, vector):
    encoded = dsp.Encoder("g726-32-aal2").encode(linear(vector, f"g726/{source}.{law}", law))
    assert np.array_equal(codes_of(encoded), vector(f"g726/{coded}{law}.i"))


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(("source", "coded"), [("nrm", "hn32f"), ("ovr", "hv32f")])
def test_codes_after_the_homing_sequence_are_those_of_the_itu(source, coded, law, vector):
    encoder = dsp.Encoder("g726-32-aal2")
    homing = encoder.encode(linear(vector, f"g726/pcm_init.{law}", law)[:2 * INITIAL])
    assert np.array_equal(codes_of(homing), vector(f"g726/i_ini_32.{law}")[:INITIAL])
    encoded = encoder.encode(linear(vector, f"g726/{source}.{law}", law))
    assert np.array_equal(codes_of(encoded), vector(f"g726/{coded}{law}.i"))


def published_crc(vector, name):
    vector("g726/nrm.a")
    from pathlib import Path
    table = (Path(__file__).resolve().parents[4] / "shared/vectors/g726/ts-crcs").read_text()
    return int(re.search(rf"^{re.escape(name)}\s+([0-9A-F]{{8}})", table, re.M).group(1), 16)


@pytest.mark.parametrize(("codes", "law", "homing", "output"), [
    ("rn32fa.i", "a", "", "rn32fa.o"), ("rv32fa.i", "a", "", "rv32fa.o"), ("i32", "a", "", "ri32fa.o"),
    ("rn32fm.i", "m", "", "rn32fm.o"), ("rv32fm.i", "m", "", "rv32fm.o"), ("i32", "m", "", "ri32fm.o"),
    ("rn32fm.i", "a", "", "rn32fc.o"), ("rn32fa.i", "m", "", "rn32fx.o"),
    ("hn32fa.i", "a", "a", "hn32fa.o"), ("hn32fm.i", "m", "m", "hn32fm.o"), ("i32", "a", "a", "hi32fa.o"),
])
def test_the_transcoder_gives_the_g711_whose_checksum_is_published(codes, law, homing, output, vector):
    decoder = dsp.Decoder("g726-32-aal2")
    if homing:
        decoder.transcode(vector(f"g726/i_ini_32.{homing}")[:INITIAL].astype("u1").tobytes(), LAWS[law])
    octets = decoder.transcode(vector(f"g726/{codes}").astype("u1").tobytes(), LAWS[law])
    words = np.frombuffer(octets, "u1").astype("<u2").tobytes()
    assert zlib.crc32(words) == published_crc(vector, output)


def test_the_core_agrees_with_the_reference_on_a_loud_and_a_quiet_signal(signals):
    signal = signals(3)
    loud = np.clip(signal.speech(0.5, 0), -32768, 32767)
    pcm = np.concatenate([loud, signal.noise(0.2, -60), [32767, -32768] * 200]).astype("<i2").tobytes()
    for codec in ("g726-32", "g726-32-aal2"):
        octets = dsp.Encoder(codec).encode(pcm)
        assert octets == reference.Encoder(codec).encode(pcm)
        assert dsp.Decoder(codec).decode(octets) == reference.Decoder(codec).decode(octets)


def test_rfc_3551_puts_the_first_sample_low_and_dect_puts_it_high():
    pcm = np.array([20000, 0] * 40, "<i2").tobytes()
    low, high = dsp.Encoder("g726-32").encode(pcm), dsp.Encoder("g726-32-aal2").encode(pcm)
    assert bytes((octet >> 4 | octet << 4) & 255 for octet in low) == high != low


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_octets_decode_as_the_reference_does(octets):
    for codec in dsp.CORE_CODECS:
        assert dsp.Decoder(codec).decode(octets) == reference.Decoder(codec).decode(octets)


@pytest.mark.parametrize("octets", [
    b"\x11" * 1600 + b"\x19" * 40, b"\x11" * 1500 + bytes(range(256)), b"\x77\x88" * 300 + b"\x11" * 1500,
    b"\x77" * 20 + b"\x88" * 20 + bytes(range(255, 0, -1)) * 4],
    ids=["on and on", "then any", "after the loudest", "loud"])
def test_coefficients_at_the_end_of_their_range_are_those_of_the_reference(octets):
    """The same code for long brings a zero to 32767 and over it; the loudest codes fill products to the last bit."""
    expected = reference.Decoder("g726-32").decode(octets)
    assert dsp.Decoder("g726-32").decode(octets) == expected
    assert dsp.decode_all([dsp.Decoder("g726-32") for _ in range(8)], [octets] * 8) == [expected] * 8
    encoded = reference.Encoder("g726-32").encode(expected)
    assert dsp.Encoder("g726-32").encode(expected) == encoded


def test_a_channel_may_go_from_one_by_one_to_side_by_side_and_back(signals):
    """The state is kept as the scalar code wants it; what is made side by side must leave it so."""
    pcm = np.clip(signals(8).speech(0.4, -10), -32768, 32767).astype("<i2").tobytes()
    encoders, decoders = ([kind("g726-32") for _ in range(8)] for kind in (dsp.Encoder, dsp.Decoder))
    octets, heard = [], []
    for at in range(0, len(pcm), 160):
        alone = at // 160 % 3 == 1
        part = pcm[at:at + 160]
        octets.append(encoders[5].encode(part) if alone else dsp.encode_all(encoders, [part] * 8)[5])
        heard.append(decoders[5].decode(octets[-1]) if alone else dsp.decode_all(decoders, [octets[-1]] * 8)[5])
    assert b"".join(octets) == reference.Encoder("g726-32").encode(pcm)
    assert b"".join(heard) == reference.Decoder("g726-32").decode(b"".join(octets))
