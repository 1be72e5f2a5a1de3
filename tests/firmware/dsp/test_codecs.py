"""Which codecs are offered, with and without libraries and with and without the core."""

import pytest

from firmware import dsp
from firmware.dsp import codecs

FRAME = bytes(range(160)) * 2


def test_every_codec_that_is_offered_encodes_and_decodes():
    for codec in dsp.CODECS:
        octets = dsp.Encoder(codec).encode(FRAME)
        assert 0 < len(octets) <= len(FRAME) // 2
        assert len(dsp.Decoder(codec).decode(octets)) == len(FRAME)


@pytest.mark.parametrize("codec", ["opus", "g729"])
def test_a_codec_whose_library_is_missing_is_not_offered(codec, monkeypatch):
    monkeypatch.setattr(codecs, "PLUG_INS", ())
    monkeypatch.setattr(codecs, "CODECS", codecs.CORE_CODECS)
    for make in (dsp.Encoder, dsp.Decoder):
        with pytest.raises(ValueError, match=f"'{codec}': pcma, pcmu, g726-32, g726-32-aal2, g722$"):
            make(codec)


@pytest.mark.parametrize("codec", codecs.CORE_CODECS)
def test_without_the_core_the_reference_gives_the_same_octets(codec, monkeypatch):
    octets = dsp.Encoder(codec).encode(FRAME)
    sound = dsp.Decoder(codec).decode(octets)
    monkeypatch.setattr(codecs, "_gwdsp", None)
    encoder, decoder = dsp.Encoder(codec), dsp.Decoder(codec)
    assert type(encoder).__module__ == "firmware.dsp.reference"
    assert dsp.encode_all([encoder], [FRAME]) == [octets]
    assert dsp.decode_all([decoder], [octets]) == [sound]


def test_licences_name_every_library_that_is_used():
    assert [name for name, _, _ in dsp.licences()] == list(dsp.CODECS[len(dsp.CORE_CODECS):])
    assert all(licence in ("BSD-3-Clause", "GPL-3.0-or-later") for _, _, licence in dsp.licences())
