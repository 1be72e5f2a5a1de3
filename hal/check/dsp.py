"""The contract of hal.dsp."""

from hal.check.contract import need, refuses
from hal.dsp import DspBusy, Event, Packet

MILLISECOND = 1_000
OCTETS_PER_MS = {"pcma": 8, "pcmu": 8, "g726-32": 4}


def check_dsp(dsp, advance):
    """No channel may be open; no bearer is needed."""
    need(isinstance(dsp.channels, int) and dsp.channels >= 1, "channels is how many there are")
    need(isinstance(dsp.codecs, tuple) and dsp.codecs, "codecs is a tuple with at least one name")
    need(dsp.poll() == [], "no packets come while no channel is open")
    for codec in dsp.codecs:
        _packets(dsp, codec, advance)
    _plays(dsp, advance)
    _tones(dsp, advance)
    _refuses(dsp)
    _all_at_once(dsp, advance)


def _packets(dsp, codec, advance):
    for packet_ms in (20, 30):
        dsp.open(0, codec, packet_ms, 0, 32)
        advance(300 * MILLISECOND)
        packets = dsp.poll()
        dsp.close(0)
        expected = 300 // packet_ms
        need(expected - 1 <= len(packets) <= expected + 1, "an open channel makes a packet every packet_ms")
        need(all(packet.channel == 0 for packet in packets), "a packet tells its channel")
        need(all(isinstance(packet.payload, bytes) for packet in packets), "a payload is bytes")
        if codec in OCTETS_PER_MS:
            octets = OCTETS_PER_MS[codec] * packet_ms
            need(all(len(packet.payload) == octets for packet in packets), "a packet holds packet_ms of speech")
        dsp.poll()
        advance(100 * MILLISECOND)
        need(dsp.poll() == [], "a closed channel makes no packets")


def _plays(dsp, advance):
    dsp.open(0, dsp.codecs[0], 20, 2, 64)
    dsp.join(0, None)
    dsp.poll()
    advance(20 * MILLISECOND)
    payload = b"\xd5" * 160
    for _ in range(5):
        dsp.play(0, payload)
        advance(20 * MILLISECOND)
    advance(100 * MILLISECOND)
    status = dsp.status(0)
    need(len(status) == 6, "status has its six values")
    need(status.played >= 4, "played counts frames that had a packet")
    need(status.missing >= 1, "missing counts frames that lacked one")
    dsp.close(0)
    dsp.close(0)
    dsp.poll()


def _tones(dsp, advance):
    """The digits that a channel sends are heard by it when they come back."""
    dsp.tone(0, "5", "network")
    dsp.open(0, dsp.codecs[0], 20, 0, 32)
    refuses(DspBusy, "an unknown tone raises DspBusy", dsp.tone, 0, "no-such-tone", "network")
    dsp.tone(0, "dial", "handset")
    dsp.tone(0, None, "handset")
    dsp.tone(0, "5#", "network")
    heard = []
    for _ in range(40):
        advance(20 * MILLISECOND)
        for one in dsp.poll():
            if isinstance(one, Packet):
                dsp.play(0, one.payload)
            else:
                heard.append(one)
    digits = [event for event in heard if event.kind == "dtmf"]
    need(digits == [Event(0, "network", "dtmf", "5"), Event(0, "network", "dtmf", "#")],
         "digits are sent in order, and detected in what is played")
    dsp.close(0)
    dsp.poll()


def _refuses(dsp):
    codec = dsp.codecs[0]
    refuses(DspBusy, "an unknown codec raises DspBusy", dsp.open, 0, "no-such-codec", 20, 0, 32)
    refuses(DspBusy, "a channel that does not exist raises DspBusy", dsp.open, dsp.channels, codec, 20, 0, 32)
    dsp.open(0, codec, 20, 0, 32)
    refuses(DspBusy, "an open channel cannot be opened again: DspBusy", dsp.open, 0, codec, 20, 0, 32)
    dsp.close(0)
    dsp.open(0, codec, 20, 0, 32)
    dsp.close(0)


def _all_at_once(dsp, advance):
    for channel in range(dsp.channels):
        dsp.open(channel, dsp.codecs[0], 20, 2, 64)
    advance(200 * MILLISECOND)
    heard = set(packet.channel for packet in dsp.poll())
    for channel in range(dsp.channels):
        need(channel in heard, "all channels run at once")
        dsp.close(channel)
    dsp.poll()
