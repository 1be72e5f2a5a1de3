"""The DSP from Python: echo canceller, codecs, and banks of channels.

    dsp.EchoCanceller(rate=8000, tail_ms=128, ec_type=2).process(near, far) -> bytes
    dsp.Encoder("pcma").encode(pcm) -> bytes;  dsp.Decoder("pcma").decode(payload) -> bytes; dsp.CODECS names them
    dsp.Resampler(8000, 16000).process(pcm) -> bytes; dsp.Gain(-6).process(pcm); dsp.Concealer().good(frame), .lost()
    dsp.Silence().process(frame) -> speech or not; dsp.ComfortNoise().set(payload), .play(samples)
    dsp.Bank(channels).process(fields) -> list; dsp.CHANNEL_CODECS names what its channels speak
    dsp.Bank(channels).begin(fields), .finish() -> list: the same on another core, on CPython
    dsp.ToneGenerator("busy", rate=8000, duration_ms=0).generate(samples) -> bytes
    dsp.DtmfDetector().process(pcm) -> list of (ms, kind, value); so FaxToneDetector and ProgressDetector
    dsp.DtmfRemover().pass_through(pcm) -> bytes

Samples are int16 little-endian. All of it is the C core of firmware/dsp/core, bound as
the extension module `_gwdsp`, whose types say more in their help. Without it codecs
are those of `reference`, slow but exact, and the rest raises RuntimeError.
"""

try:
    import _gwdsp
except ImportError:
    _gwdsp = None

from firmware.dsp import codecs

CORE_CODECS, CHANNEL_CODECS, CODECS = codecs.CORE_CODECS, codecs.CHANNEL_CODECS, codecs.CODECS
licences = codecs.licences
Encoder, encode_all = codecs.Encoder, codecs.encode_all
Decoder, decode_all = codecs.Decoder, codecs.decode_all


def _missing(*arguments, **options):
    raise RuntimeError("the DSP core is not built here: python setup.py build_ext --inplace")


DTMF, FAX, PROGRESS, REMOVE_DTMF = 1, 2, 4, 8
"""Sums of these say what a channel of a Bank detects."""

ToneGenerator = getattr(_gwdsp, "ToneGenerator", _missing)
ToneDetector = getattr(_gwdsp, "ToneDetector", _missing)


def DtmfDetector():
    return ToneDetector(dtmf=True)


def FaxToneDetector():
    """CNG, CED and ANSam, with or without phase reversals."""
    return ToneDetector(fax=True)


def ProgressDetector():
    """dial, busy, ringing and congestion of 425 Hz, by their cadence."""
    return ToneDetector(progress=True)


def DtmfRemover():
    """Puts the noise of the room in place of digits in what passes through, and reports them."""
    return ToneDetector(dtmf=True, remove=True)


Bank = getattr(_gwdsp, "Bank", _missing)
EchoCanceller = getattr(_gwdsp, "EchoCanceller", _missing)
Resampler = getattr(_gwdsp, "Resampler", _missing)
Gain = getattr(_gwdsp, "Gain", _missing)
ComfortNoise = getattr(_gwdsp, "ComfortNoise", _missing)
Silence = getattr(_gwdsp, "Silence", _missing)
Concealer = getattr(_gwdsp, "Concealer", _missing)
