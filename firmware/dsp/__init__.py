"""The DSP from Python: echo canceller, codecs, and banks of channels.

    dsp.EchoCanceller(rate=8000, tail_ms=128, ec_type=2).process(near, far) -> bytes
    dsp.Encoder("pcma").encode(pcm) -> bytes;  dsp.Decoder("pcma").decode(payload) -> bytes
    dsp.Bank(channels).process(fields) -> list

Samples are int16 little-endian. All of it is the C core of firmware/dsp/core, bound as
the extension module `_gwdsp`, whose types say more in their help. Without it codecs
are those of `reference`, slow but exact, and the rest raises RuntimeError.
"""

try:
    import _gwdsp
except ImportError:
    _gwdsp = None

CODECS = ("pcma", "pcmu", "g726-32", "g726-32-aal2")

if _gwdsp is not None:
    Bank = _gwdsp.Bank
    Decoder = _gwdsp.Decoder
    EchoCanceller = _gwdsp.EchoCanceller
    Encoder = _gwdsp.Encoder
else:

    def Encoder(codec):
        from firmware.dsp import reference

        return reference.Encoder(codec)

    def Decoder(codec):
        from firmware.dsp import reference

        return reference.Decoder(codec)

    def _missing(*arguments, **options):
        raise RuntimeError("the DSP core is not built here: python setup.py build_ext --inplace")

    Bank = EchoCanceller = _missing
