"""Codecs by name: those of the core, and those whose library somebody has installed.

Opus (libopus) and G.729 (bcg729, under the GNU General Public License, version 3 or later) come as
plug-ins that look for the library when they are imported. Without it the codec is not offered.
"""

try:
    import _gwdsp
except ImportError:
    _gwdsp = None
try:
    import _gwopus
except ImportError:
    _gwopus = None
try:
    import _gwg729
except ImportError:
    _gwg729 = None

CORE_CODECS = ("pcma", "pcmu", "g726-32", "g726-32-aal2", "g722")
PLUG_INS = tuple([(name, module) for name, module in (("opus", _gwopus), ("g729", _gwg729)) if module is not None])
CODECS = CORE_CODECS + tuple([name for name, _ in PLUG_INS])
CHANNEL_CODECS = CODECS + (("opus-nb",) if "opus" in CODECS else ())
"""What a channel of a Bank speaks: opus is of 16 kHz there, opus-nb of 8."""


def _maker(codec):
    """The module or object with the Encoder and Decoder of a codec; ValueError names what there is."""
    for name, module in PLUG_INS:
        if name == codec:
            return module
    if codec not in CORE_CODECS:
        raise ValueError("unknown codec '{}': {}".format(codec, ", ".join(CODECS)))
    return None


def Encoder(codec, **options):
    """`.encode(pcm)`: int16 to octets, stateful.

    g722 (16 kHz) takes bitrate=64000, 56000 or 48000. opus takes rate=8000 or 16000, bitrate, complexity,
    packet_loss, dtx, and makes one packet of each call. g729 takes vad. All others are of 8 kHz.
    """
    module = _maker(codec)
    if module is not None:
        return module.Encoder(**options)
    if _gwdsp is not None:
        return _gwdsp.Encoder(codec, **options)
    from firmware.dsp import reference

    return reference.Encoder(codec, **options)


def Decoder(codec, **options):
    """`.decode(payload)`: octets to int16. Options: bitrate of g722, rate of opus, whose packets are one a call."""
    module = _maker(codec)
    if module is not None:
        return module.Decoder(**options)
    if _gwdsp is not None:
        return _gwdsp.Decoder(codec, **options)
    from firmware.dsp import reference

    return reference.Decoder(codec, **options)


def encode_all(encoders, pcms):
    """Many encoders of one codec of the core, buffers of one length: a list of bytes, in one call."""
    if hasattr(_gwdsp, "registers"):  # the binding of MicroPython takes them one by one
        return _gwdsp.Encoder.encode_all(encoders, pcms)
    return [encoder.encode(pcms[at]) for at, encoder in enumerate(encoders)]


def decode_all(decoders, payloads):
    if hasattr(_gwdsp, "registers"):
        return _gwdsp.Decoder.decode_all(decoders, payloads)
    return [decoder.decode(payloads[at]) for at, decoder in enumerate(decoders)]


def licences():
    """(codec, library, licence) of every plug-in that is there."""
    return [(name, module.library, module.licence) for name, module in PLUG_INS]
