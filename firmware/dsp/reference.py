"""G.711, G.722 and G.726 written for reading: the oracle of the C core.

The arithmetic is that of the Recommendations, sample by sample, where the core
takes shortcuts. Hundreds of times slower; use `firmware.dsp` for work.
"""

import struct

from firmware.dsp.reference_g722 import G722
from firmware.dsp.reference_g726 import G726


def a_law_decision(code):
    """The smallest 16 bit magnitude of positive code 0 .. 127: table 1a of G.711, times 8."""
    segment, step = code >> 4, code & 15
    return step << 4 if segment == 0 else (step + 16) << (segment + 3)


def mu_law_decision(code):
    """The same of table 2a: 14 bits with a bias of 33, times 4."""
    return (((code & 15) + 16 << (code >> 4) + 1) - 33) * 4


def _last_not_above(magnitude, decision):
    """The largest code whose decision value a magnitude reaches."""
    low, high = 0, 127
    while low < high:
        middle = (low + high + 1) // 2
        if decision(middle) <= magnitude:
            low = middle
        else:
            high = middle - 1
    return low


def encode_a_law(sample):
    code = _last_not_above(~sample if sample < 0 else sample, a_law_decision)
    return (code if sample < 0 else code | 0x80) ^ 0x55


def encode_mu_law(sample):
    code = _last_not_above(~sample if sample < 0 else sample, mu_law_decision)
    return 0xFF ^ (code | 0x80 if sample < 0 else code)


def decode_a_law(octet):
    """The middle between two decision values."""
    code = (octet ^ 0x55) & 0x7F
    magnitude = a_law_decision(code) + (8 if code < 32 else 4 << (code >> 4))
    return magnitude if octet & 0x80 else -magnitude


def decode_mu_law(octet):
    """The middle too; the one round zero is zero."""
    code = ~octet & 0x7F
    magnitude = mu_law_decision(code) + (4 << (code >> 4))
    return magnitude if octet & 0x80 else -magnitude


G711 = {"pcma": (encode_a_law, decode_a_law), "pcmu": (encode_mu_law, decode_mu_law)}
LOW_FIRST = {"g726-32": True, "g726-32-aal2": False}
"""RFC 3551 4.5.4 puts the first sample into the low nibble, ITU-T I.366.2 and DECT into the high one."""


def _known(codec, bitrate):
    if codec not in G711 and codec not in LOW_FIRST and codec != "g722":
        raise ValueError("unknown codec '{}': pcma, pcmu, g726-32, g726-32-aal2 or g722".format(codec))
    if bitrate not in (64000, 56000, 48000):
        raise ValueError("only g722 has a bitrate, of 64000, 56000 or 48000, not {}".format(bitrate))
    return codec


class Encoder:
    def __init__(self, codec, bitrate=64000):
        self._codec = _known(codec, bitrate)
        self._g726, self._g722 = G726(), G722(1 + (64000 - bitrate) // 8000)

    def encode(self, pcm):
        """int16 little-endian to octets; ValueError for half a sample or half an octet."""
        if len(pcm) % 2:
            raise ValueError("pcm has {} octets: 16 bit samples have an even number".format(len(pcm)))
        samples = struct.unpack("<{}h".format(len(pcm) // 2), pcm)
        if self._codec in G711:
            return bytes([G711[self._codec][0](sample) for sample in samples])
        if len(samples) % 2:
            raise ValueError("{} samples do not fill whole octets".format(len(samples)))
        if self._codec == "g722":
            return bytes([self._g722.encode(samples[at], samples[at + 1]) for at in range(0, len(samples), 2)])
        codes = [self._g726.encode(sample) for sample in samples]
        low, high = (0, 1) if LOW_FIRST[self._codec] else (1, 0)
        return bytes([codes[at + low] | codes[at + high] << 4 for at in range(0, len(codes), 2)])


class Decoder:
    def __init__(self, codec, bitrate=64000):
        self._codec = _known(codec, bitrate)
        self._g726, self._g722 = G726(), G722(1 + (64000 - bitrate) // 8000)

    def decode(self, payload):
        """Octets, any, to int16 little-endian."""
        samples = []
        for octet in payload:
            if self._codec in G711:
                samples.append(G711[self._codec][1](octet))
                continue
            if self._codec == "g722":
                samples.extend(self._g722.decode(octet))
                continue
            pair = (octet & 15, octet >> 4) if LOW_FIRST[self._codec] else (octet >> 4, octet & 15)
            samples.append(self._g726.decode(pair[0]))
            samples.append(self._g726.decode(pair[1]))
        return struct.pack("<{}h".format(len(samples)), *samples)
