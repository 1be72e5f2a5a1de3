"""The contract of hal.dsp."""

from hal.check.contract import need, refuses
from hal.dsp import DspBusy, Event, Packet, Settings

MILLISECOND = 1_000
OCTETS_PER_MS = {"pcma": 8, "pcmu": 8, "g722": 8, "g726-32": 4, "g726-32-aal2": 4}
"""Of the codecs whose octets are one as long as another; the others describe pauses in their own way."""


def check_dsp(dsp, advance):
    """No channel may be open; no bearer is needed."""
    need(isinstance(dsp.channels, int) and dsp.channels >= 1, "channels is how many there are")
    need(isinstance(dsp.codecs, tuple) and dsp.codecs, "codecs is a tuple with at least one name")
    need(dsp.poll() == [], "no packets come while no channel is open")
    for codec in dsp.codecs:
        _packets(dsp, codec, advance)
        if codec in OCTETS_PER_MS:
            _pauses(dsp, codec, advance)
    _plays(dsp, advance)
    _plays_comfort(dsp, advance)
    _tones(dsp, advance)
    _refuses(dsp)
    _all_at_once(dsp, advance)


def _settings(codec, packet_ms=20, ec_type=0, tail_ms=32, silence=False):
    return Settings(codec, packet_ms, ec_type, tail_ms, silence, False, "g726")


def _packets(dsp, codec, advance):
    for packet_ms in (20, 30):
        dsp.open(0, _settings(codec, packet_ms))
        advance(300 * MILLISECOND)
        packets = dsp.poll()
        dsp.close(0)
        expected = 300 // packet_ms
        need(expected - 1 <= len(packets) <= expected + 1, "an open channel makes a packet every packet_ms")
        need(all(packet.channel == 0 for packet in packets), "a packet tells its channel")
        need(all(isinstance(packet.payload, bytes) for packet in packets), "a payload is bytes")
        need(all(packet.kind == "speech" for packet in packets), "without silence compression all is speech")
        need([packet.at for packet in packets] == [packet_ms * number for number in range(len(packets))],
             "at counts ms from the channel's opening")
        if codec in OCTETS_PER_MS:
            octets = OCTETS_PER_MS[codec] * packet_ms
            need(all(len(packet.payload) == octets for packet in packets), "a packet holds packet_ms of speech")
        dsp.poll()
        advance(100 * MILLISECOND)
        need(dsp.poll() == [], "a closed channel makes no packets")


def _pauses(dsp, codec, advance):
    """A channel without a bearer hears nothing: that is a pause."""
    dsp.open(0, _settings(codec, silence=True))
    advance(2_000 * MILLISECOND)
    packets = dsp.poll()
    need([packet for packet in packets if packet.kind == "comfort"] == packets[-1:],
         "a pause is described once, and then nothing is sent")
    need(1 <= len(packets[-1].payload) <= 13 and packets[-1].payload[0] < 128,
         "a description has a level of 0 to 127 and at most 12 coefficients")
    need([packet.at for packet in packets] == [20 * number for number in range(len(packets))],
         "the description's time is that of the packet in whose place it comes")
    dsp.tone(0, "dial", "network")
    advance(200 * MILLISECOND)
    packets = dsp.poll()
    dsp.close(0)
    need(len(packets) >= 8 and all(packet.kind == "speech" for packet in packets), "what is no pause is sent as speech")
    need(packets[0].at % 20 == 0 and 1_960 <= packets[0].at <= 2_040, "time goes on in a pause")


def _plays(dsp, advance):
    dsp.open(0, _settings(dsp.codecs[0], 20, 2, 64))
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


def _plays_comfort(dsp, advance):
    """-40 dBov are -34 dBm0; descriptions may be of any length (RFC 3389 3)."""
    dsp.open(0, _settings(dsp.codecs[0]))
    for payload in (b"", b"\x28", b"\x28" + bytes(199), b"\x28"):
        dsp.play(0, payload, "comfort")
        advance(40 * MILLISECOND)
    advance(300 * MILLISECOND)
    status = dsp.status(0)
    need(-40 <= status.level_out <= -28, "the noise that was described is played")
    need(status.missing == 0, "a pause lacks no packet")
    dsp.close(0)
    dsp.poll()


def _tones(dsp, advance):
    """The digits that a channel sends are heard by it when they come back."""
    dsp.tone(0, "5", "network")
    dsp.open(0, _settings(dsp.codecs[0]))
    refuses(DspBusy, "an unknown tone raises DspBusy", dsp.tone, 0, "no-such-tone", "network")
    dsp.tone(0, "dial", "handset")
    dsp.tone(0, None, "handset")
    dsp.tone(0, "5#", "network")
    heard = []
    for _ in range(40):
        advance(20 * MILLISECOND)
        for one in dsp.poll():
            if isinstance(one, Packet):
                dsp.play(0, one.payload, one.kind)
            else:
                heard.append(one)
    digits = [event for event in heard if event.kind == "dtmf"]
    need(digits == [Event(0, "network", "dtmf", "5"), Event(0, "network", "dtmf", "#")],
         "digits are sent in order, and detected in what is played")
    dsp.close(0)
    dsp.poll()


def _refuses(dsp):
    known, unknown = _settings(dsp.codecs[0]), _settings("no-such-codec")
    refuses(DspBusy, "an unknown codec raises DspBusy", dsp.open, 0, unknown)
    refuses(DspBusy, "an unknown codec of the handset raises DspBusy", dsp.open, 0, Settings(
        dsp.codecs[0], 20, 0, 32, False, False, "no-such-codec"))
    refuses(DspBusy, "a channel that does not exist raises DspBusy", dsp.open, dsp.channels, known)
    dsp.open(0, known)
    refuses(DspBusy, "an open channel cannot be opened again: DspBusy", dsp.open, 0, known)
    dsp.close(0)
    dsp.open(0, known)
    dsp.close(0)


def _all_at_once(dsp, advance):
    for channel in range(dsp.channels):
        dsp.open(channel, _settings(dsp.codecs[0], 20, 2, 64))
    advance(200 * MILLISECOND)
    heard = set(packet.channel for packet in dsp.poll())
    for channel in range(dsp.channels):
        need(channel in heard, "all channels run at once")
        dsp.close(channel)
    dsp.poll()
