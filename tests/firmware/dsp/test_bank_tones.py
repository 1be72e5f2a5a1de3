"""Tones and detectors of a channel, in both directions."""

import numpy as np
import pytest

from firmware import dsp
from firmware.dsp.reference_tones import DIGITS

EVERYTHING = dsp.DTMF | dsp.FAX | dsp.PROGRESS
FROM = {"handset": {"handset": EVERYTHING}, "network": {"network": EVERYTHING}}


def to_int16(samples):
    return np.clip(np.round(samples), -32768, 32767).astype("<i2")


def tone(name, seconds, lead=1600):
    return bytes(2 * lead) + dsp.ToneGenerator(name).generate(int(8000 * seconds))


class Line:
    """One channel of G.711, a frame at a time; it keeps what each end heard."""

    def __init__(self, codec="pcma", joined=True, ec_type=0, **options):
        self.bank = dsp.Bank(1)
        self.bank.open(0, codec, 10, ec_type, **options)
        self.bank.join(0, joined)
        self.encoder, self.decoder = dsp.Encoder(codec), dsp.Decoder(codec)
        self.microphone, self.earpiece = dsp.Encoder("g726-32-aal2"), dsp.Decoder("g726-32-aal2")
        self.handset, self.network, self.events = b"", b"", []

    def run(self, frames, handset=b"", network=b""):
        for at in range(0, 160 * frames, 160):
            if network:
                self.bank.play(0, self.encoder.encode(network[at:at + 160].ljust(160, b"\0")))
            field = self.microphone.encode(handset[at:at + 160].ljust(160, b"\0"))
            reply, packet = self.bank.process([field])[0]
            self.handset += self.earpiece.decode(reply) if reply else b""
            self.network += self.decoder.decode(packet[0])
            self.events += self.bank.events()

    def told(self):
        return [(source, kind, value) for _, source, kind, value, _ in self.events if kind != "dtmf-end"]


@pytest.mark.parametrize("source", ["handset", "network"])
def test_digits_are_heard_from_either_end_and_told_which(source):
    pcm = b"".join(dsp.ToneGenerator(digit, duration_ms=60).generate(480) + bytes(960) for digit in DIGITS)
    line = Line(**FROM[source])
    line.run(200, **{source: pcm})
    assert line.told() == [(source, "dtmf", digit) for digit in DIGITS]


@pytest.mark.parametrize("source", ["handset", "network"])
@pytest.mark.parametrize("name", ["ced", "ced-reversals", "ansam", "ansam-reversals", "cng"])
def test_fax_tones_are_heard_from_either_end(source, name):
    line = Line(**FROM[source])
    line.run(350, **{source: tone(name, 3)})
    assert line.told() == [(source, "fax", name)]


def test_what_is_not_asked_for_is_not_told():
    line = Line(handset=dsp.FAX, network=dsp.DTMF)
    digit = tone("1", 0.2)
    line.run(60, handset=digit, network=digit)
    assert line.told() == [("network", "dtmf", "1")]


@pytest.mark.parametrize("towards", ["handset", "network"])
def test_a_tone_takes_the_place_of_the_speech_until_it_ends(towards, signals):
    line, speech = Line(), to_int16(signals(1).speech(1)).tobytes()
    line.bank.tone(0, "dial", towards)
    line.run(50, handset=speech, network=speech)
    line.bank.tone(0, None, towards)
    line.run(50, handset=speech, network=speech)
    heard = {"handset": line.handset, "network": line.network}
    during = np.frombuffer(heard[towards], "<i2")[800:3600].astype(float)
    phasor = np.abs(np.sum(during * np.exp(-2j * np.pi * 425 * np.arange(len(during)) / 8000))) * 2 / len(during)
    assert phasor**2 / 2 > 0.95 * np.mean(during**2)
    other = heard["network" if towards == "handset" else "handset"]
    assert np.corrcoef(np.frombuffer(other, "<i2")[160:3800], np.frombuffer(speech, "<i2")[160:3800])[0, 1] > 0.9
    after = np.frombuffer(heard[towards], "<i2")[4160:7800]
    assert np.corrcoef(after, np.frombuffer(speech, "<i2")[160:3800])[0, 1] > 0.9


def test_a_channel_without_a_bearer_plays_tones_to_the_network():
    line = Line(joined=False)
    line.bank.tone(0, "busy", "network")
    line.run(100)
    assert [value for _, _, value in dsp.ProgressDetector().process(line.network * 3)] == ["busy"]


def test_digits_are_dialled_one_by_one_and_more_may_follow():
    line = Line()
    line.bank.tone(0, "123", "network")
    line.run(10)
    line.bank.tone(0, "A", "network")
    line.bank.tone(0, "0#", "network")
    line.run(150)
    events = dsp.DtmfDetector().process(line.network)
    begins = [at for at, kind, _ in events if kind == "dtmf"]
    assert "".join(value for _, kind, value in events if kind == "dtmf") == "123A0#"
    assert {value for _, kind, value in events if kind == "dtmf-end"} <= {140, 150, 160}
    assert np.diff(begins) == pytest.approx([210] * 5, abs=10)


def test_dialling_is_bounded_and_another_tone_ends_it():
    line = Line()
    line.bank.tone(0, "1" * 32, "network")
    with pytest.raises(ValueError, match="32"):
        line.bank.tone(0, "22", "network")
    line.bank.tone(0, "dial", "network")
    line.bank.tone(0, "3", "network")
    line.run(60)
    assert [value for _, kind, value in dsp.DtmfDetector().process(line.network) if kind == "dtmf"] == ["3"]


def test_a_digit_of_another_length_is_one_tone():
    line = Line()
    line.bank.tone(0, "9", "handset", 500)
    line.run(100)
    assert [event[1:] for event in dsp.DtmfDetector().process(line.handset)] == [("dtmf", "9"), ("dtmf-end", 500)]


def test_removed_digits_leave_less_than_twenty_milliseconds_behind():
    line = Line(handset=dsp.DTMF | dsp.REMOVE_DTMF)
    line.run(60, handset=tone("6", 0.15, lead=1637))
    left = np.flatnonzero(np.abs(np.frombuffer(line.network, "<i2").astype(int)) > 800)
    assert len(left)
    assert (left[-1] - left[0]) / 8 < 20
    assert line.told() == [("handset", "dtmf", "6")]


def test_an_answering_tone_with_reversals_switches_the_canceller_off_until_both_are_silent(signals):
    rng, path = signals(2), 0.3

    def echo(line, pcm):
        line.run(len(pcm) // 160, handset=to_int16(path * np.frombuffer(pcm, "<i2")).tobytes(), network=pcm)
        sent = np.frombuffer(line.network, "<i2")[-len(pcm) // 4:].astype(float)
        return np.mean(sent**2)

    line = Line(ec_type=2, handset=dsp.FAX, network=dsp.FAX)
    noise = to_int16(rng.noise(2, -16)).tobytes()
    cancelled = echo(line, noise)
    echo(line, tone("ansam-reversals", 3.3, 0))
    assert echo(line, noise) > 20 * cancelled
    line.run(50)
    assert echo(line, noise * 2) < 3 * cancelled


def test_wrong_tones_ends_and_channels_are_told():
    bank = dsp.Bank(2)
    bank.open(0, "pcma")
    for wrong in ((0, "no-such-tone"), (0, ""), (0, "12x"), (0, "1" * 33), (0, "dial", "nowhere"), (1, "dial"),
                  (0, "dial", "network", -1)):
        with pytest.raises(ValueError):
            bank.tone(*wrong)
    with pytest.raises(IndexError):
        bank.tone(2, "dial")
    bank.tone(0, None)
    assert bank.events() == []


def test_a_wideband_codec_reaches_the_narrow_bearer_and_back(signals):
    if "g722" not in dsp.CODECS:
        pytest.skip("this core has no G.722")
    bank, pcm = dsp.Bank(1), dsp.ToneGenerator("dial", 16000).generate(16000)
    payload, earpiece = dsp.Encoder("g722").encode(pcm), dsp.Decoder("g726-32-aal2")
    fields = dsp.Encoder("g726-32-aal2").encode(to_int16(signals(3).speech(1)).tobytes())
    bank.open(0, "g722", 20, 0)
    bank.join(0, True)
    heard, sent = b"", b""
    for frame in range(100):
        if frame % 2 == 0:
            bank.play(0, payload[80 * frame:80 * frame + 160])
        reply, packet = bank.process([fields[40 * frame:][:40]])[0]
        heard += earpiece.decode(reply)
        assert packet is None or len(packet[0]) == 160
        sent += packet[0] if packet else b""
    tone_heard = np.frombuffer(heard, "<i2")[800:7200]
    assert np.argmax(np.abs(np.fft.rfft(tone_heard))) * 8000 / 6400 == pytest.approx(425, abs=2)
    spoken = np.frombuffer(dsp.Decoder("g722").decode(sent), "<i2")[::2].astype(float)
    said = np.frombuffer(dsp.Decoder("g726-32-aal2").decode(fields), "<i2").astype(float)
    assert max(np.corrcoef(spoken[lag:lag + 7800], said[:7800])[0, 1] for lag in range(60)) > 0.95
