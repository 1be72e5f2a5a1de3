"""What the tests of channels say into a handset, and how loud it is."""

import numpy as np

from firmware import dsp

LEVEL_OF_OCTET = 6.15
"""dBm0 of 0 dBov, which a description's first octet is below."""


def to_octets(samples):
    return np.clip(np.round(samples), -32768, 32767).astype("<i2").tobytes()


def microphone(samples):
    """B-fields, frame by frame."""
    octets = dsp.Encoder("g726-32-aal2").encode(to_octets(samples))
    return [octets[at:at + 40] for at in range(0, len(octets) - 39, 40)]


def dbm0(samples):
    return 10 * np.log10(np.mean(np.square(samples, dtype=float)) / (2**29 / 2.06063) + 1e-10)


def send(fields, codec="pcma", packet_ms=20, **options):
    """What a channel sends of such B-fields: (octets, kind, ms)."""
    bank = dsp.Bank(1)
    bank.open(0, codec, packet_ms, 0, 32, **{"silence": True, **options})
    bank.join(0, True)
    return [packet for packet in (bank.process([field])[0][1] for field in fields) if packet]
