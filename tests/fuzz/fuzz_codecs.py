"""Payloads as a network may deliver them, into every decoder, the concealment and the comfort noise.

python tests/fuzz/fuzz_codecs.py -max_total_time=60 fuzz-corpus/codecs
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from firmware import dsp

RATES = {"g722": {"bitrate": 48000}, "opus": {"rate": 8000}}
"""Options of a second decoder of the same codec."""


def _seeds():
    pcm = bytes(range(256)) * 5
    sounds = [dsp.Encoder(codec).encode(pcm[:640]) for codec in dsp.CODECS]
    return tuple(bytes([number]) + sound for number, sound in enumerate(sounds)) + (
        b"\x07" + dsp.ComfortNoise.measure(pcm, 12), b"\x08" + pcm[:330], b"")


SEEDS = _seeds()


def target(data):
    """The first octet chooses; the rest comes in packets of the length that the second says."""
    if len(data) < 2:
        return
    what, size = data[0] % (len(dsp.CODECS) + 2), 1 + data[1]
    packets = [data[at:at + size] for at in range(1, len(data), size)]
    if what < len(dsp.CODECS):
        _decode(dsp.CODECS[what], packets)
    elif what == len(dsp.CODECS):
        _noise(packets)
    else:
        _speech(data[1:])


def _decode(codec, packets):
    plain, other = dsp.Decoder(codec), dsp.Decoder(codec, **RATES.get(codec, {}))
    portable = dsp.Decoder(codec, portable=True) if codec in dsp.CORE_CODECS else None
    for packet in packets:
        try:
            sound = plain.decode(packet)
            other.decode(packet)
        except ValueError:
            assert codec in ("opus", "g729")
            continue
        assert len(sound) % 2 == 0 and len(sound) <= 160 * max(len(packet), 24)
        if portable is not None:
            assert portable.decode(packet) == sound


def _noise(payloads):
    noise = dsp.ComfortNoise()
    for payload in payloads:
        noise.set(payload)
        assert len(noise.play(80)) == 160


def _speech(pcm):
    """Anything is speech: frames of it arrive, and every third does not."""
    concealer, silence, gain = dsp.Concealer(), dsp.Silence(order=4), dsp.Gain(12)
    up, down = dsp.Resampler(8000, 16000), dsp.Resampler(16000, 8000)
    for number, at in enumerate(range(0, len(pcm) - 159, 160)):
        frame = concealer.lost() if number % 3 == 2 else concealer.good(pcm[at:at + 160])
        assert silence.process(frame) is not False
        assert len(down.process(up.process(gain.process(frame)))) == 160


if __name__ == "__main__":
    from tests.fuzz.run import run

    run(target, SEEDS, "firmware")
