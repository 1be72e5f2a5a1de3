"""Silence compression and comfort noise of a channel: what a pause sends, and what one that comes sounds like."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import dsp
from tests.firmware.dsp.handset import LEVEL_OF_OCTET, dbm0, microphone, send, to_octets

CODECS = dsp.CORE_CODECS


class Listener:
    """A handset's ear behind a channel that gets packets."""

    def __init__(self, codec="pcma", packet_ms=20):
        self.bank, self.ear = dsp.Bank(1), dsp.Decoder("g726-32-aal2")
        self.bank.open(0, codec, packet_ms, 0, 32)
        self.bank.join(0, True)

    def play(self, octets, kind="speech"):
        self.bank.play(0, octets, kind)

    def hear(self, frames):
        replies = b"".join(self.bank.process([None])[0][0] for _ in range(frames))
        return np.frombuffer(self.ear.decode(replies), "<i2").astype(float)

    def count(self):
        status = self.bank.status(0)
        return status["played"], status["missing"]


def talk(signals, seed=1, noise=-58):
    """Three seconds of a quiet room, two of speech, five of the room."""
    signal = signals(seed)
    speech = np.concatenate([np.zeros(24000), signal.speech(2, -18), np.zeros(40000)])
    return speech + signal.noise(10, noise)[:len(speech)]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("packet_ms", [10, 20, 30, 60])
def test_a_pause_is_described_once_and_then_nothing_is_sent(codec, packet_ms, signals):
    packets = send(microphone(talk(signals)), codec, packet_ms)
    comfort = [at for _, kind, at in packets if kind == "comfort"]
    spoken = [at for _, kind, at in packets if kind == "speech"]
    assert len(comfort) == 2
    assert comfort[0] < 500 and 5000 < comfort[1] < 5500
    assert spoken == [*range(0, comfort[0], packet_ms), *range(min(at for at in spoken if at > comfort[0]), comfort[1],
                                                                packet_ms)]
    assert 2900 <= min(at for at in spoken if at > comfort[0]) <= 3100


def test_a_description_tells_level_and_colour_of_the_noise(signals):
    room = np.convolve(signals(4).noise(4, -52), [0.5, 0.5, 0.5], "same")
    octets, kind, _ = send(microphone(room))[-1]
    assert kind == "comfort"
    assert len(octets) == 11
    assert LEVEL_OF_OCTET - octets[0] == pytest.approx(dbm0(room), abs=2)
    assert octets[1] < 127 - 30  # the first coefficient of low-passed noise is well below 0


def test_noise_that_has_changed_is_described_anew(signals):
    room = signals(5).noise(12, -62)
    room[32000:] *= 10 ** (np.linspace(0, 10, 64000) / 20)
    packets = send(microphone(room))
    levels = [octets[0] for octets, kind, _ in packets if kind == "comfort"]
    assert 3 <= len(levels) <= 6
    assert sorted(levels, reverse=True) == levels


def test_speech_is_not_clipped_at_its_beginning(signals):
    """What a block of silence compression lets out is what goes without it, but for pauses."""
    fields = microphone(talk(signals, 6))
    every = {at: octets for octets, _, at in send(fields, silence=False)}
    some = {at: octets for octets, kind, at in send(fields) if kind == "speech"}
    assert all(every[at] == octets for at, octets in some.items())
    spoken = {at for at, octets in every.items()
              if dbm0(np.frombuffer(dsp.Decoder("pcma").decode(octets), "<i2")) > -40}
    assert spoken <= set(some)


@pytest.mark.parametrize("codec", ["g726-32", "g726-32-aal2", "g722"])
def test_coder_and_decoder_stay_in_step_over_a_pause(codec, signals):
    """What is left out leaves no trace in the coder: the other end decodes the rest as if it were all."""
    speech = signals(7).speech(1, -18)
    quiet = np.zeros(16000)
    packets = send(microphone(np.concatenate([speech, quiet, speech])), codec)
    assert [kind for _, kind, _ in packets].count("comfort") >= 1
    decoder = dsp.Decoder(codec)
    heard = b"".join(decoder.decode(octets) for octets, kind, _ in packets if kind == "speech")
    again = np.frombuffer(heard, "<i2").astype(float)
    last = again[-len(again) // 4:]
    direct = np.frombuffer(dsp.Decoder("g726-32-aal2").decode(b"".join(microphone(speech))), "<i2").astype(float)
    level = np.sqrt(np.mean(direct**2))
    assert 0.5 < np.sqrt(np.mean(last**2)) / level < 2


def test_tones_and_modems_are_never_a_pause(signals):
    bank = dsp.Bank(1)
    bank.open(0, "pcma", 20, 0, 32, silence=True)
    bank.join(0, True)
    quiet, kinds = microphone(np.zeros(8000)), []
    bank.tone(0, "dial", "network")
    for _ in range(4):
        kinds += [packet[1] for packet in (bank.process([field])[0][1] for field in quiet) if packet]
    assert kinds == ["speech"] * 200


def test_descriptions_are_at_least_a_second_apart_however_noise_comes_and_goes(signals):
    signal, parts = signals(9), []
    for length in signal.random.uniform(0.05, 0.4, 60):
        parts += [signal.noise(length, -40), signal.noise(length, -60)]
    told = [at for _, kind, at in send(microphone(np.concatenate(parts))) if kind == "comfort"]
    assert len(told) >= 2
    assert min(np.diff(told)) >= 1000


@pytest.mark.parametrize("room, ec_type", [(-55, 1), (-55, 2), (-65, 2)])
def test_an_echo_into_a_quiet_room_makes_few_descriptions_and_they_tell_of_the_room(room, ec_type, signals):
    signal = signals(3)
    far, path = signal.speech(6, -18) + signal.noise(6, -60), signal.path(14, 16, 2)
    echo = np.convolve(far, path)[:len(far)] + signal.noise(6, room)
    bank, played = dsp.Bank(1), dsp.Encoder("pcma").encode(to_octets(far))
    bank.open(0, "pcma", 20, ec_type, 32, silence=True)
    bank.join(0, True)
    levels = []
    for number, field in enumerate(microphone(np.concatenate([np.zeros(160), echo]))[:600]):
        if number % 2 == 0:
            bank.play(0, played[80 * number:80 * number + 160])
        packet = bank.process([field])[0][1]
        levels += [LEVEL_OF_OCTET - packet[0][0]] if packet and packet[1] == "comfort" else []
    assert len(levels) <= 6
    assert all(level == pytest.approx(room, abs=3.5) for level in levels)


def test_a_channel_without_a_bearer_pauses():
    bank = dsp.Bank(1)
    bank.open(0, "pcmu", 20, 0, 32, silence=True)
    packets = [packet for packet in (bank.process([None])[0][1] for _ in range(300)) if packet]
    assert [kind for _, kind, _ in packets[:-1]] == ["speech"] * (len(packets) - 1)
    assert packets[-1][:2] == (packets[-1][0], "comfort")
    assert packets[-1][0][0] == 127


def test_noise_that_is_described_is_heard_until_speech_comes(signals):
    speech = dsp.Encoder("pcma").encode(to_octets(signals(8).speech(1, -16)))
    listener = Listener()
    listener.play(speech[:320])
    listener.play(bytes([50, 90]), "comfort")
    listener.hear(4)
    noise = listener.hear(300)
    assert listener.count() == (4, 0)
    assert dbm0(noise[800:]) == pytest.approx(LEVEL_OF_OCTET - 50, abs=1.5)
    assert np.corrcoef(noise[1:], noise[:-1])[0, 1] > 0.2
    for at in range(0, 8000, 160):
        listener.play(speech[at:at + 160])
        listener.hear(2)
    assert listener.count() == (104, 0)


def test_a_stream_that_stops_goes_over_into_its_noise_once_that_is_known(signals):
    speech = dsp.Encoder("pcma").encode(to_octets(signals(9).speech(1, -16)))
    listener = Listener()
    listener.play(bytes([45]), "comfort")
    listener.hear(20)
    listener.play(speech[:640])
    listener.hear(8)
    lost = listener.hear(20)
    assert listener.count() == (8, 20)
    assert dbm0(lost[:400]) > -40
    for _ in range(3):
        assert dbm0(listener.hear(100)) == pytest.approx(LEVEL_OF_OCTET - 45, abs=1.5)
    assert listener.count() == (8, 20)


def test_a_stream_that_stops_without_a_description_fades_to_silence(signals):
    listener = Listener()
    listener.play(dsp.Encoder("pcma").encode(to_octets(signals(9).speech(0.1, -16))))
    listener.hear(40)
    assert dbm0(listener.hear(100)) < -70


def test_a_packet_that_is_lost_after_a_pause_is_concealed(signals):
    listener = Listener()
    listener.play(bytes([50]), "comfort")
    listener.hear(50)
    speech = dsp.Encoder("pcma").encode(to_octets(signals(2).speech(1, -16)))
    for at in (0, 160, 320):
        listener.play(speech[at:at + 160])
        listener.hear(2)
    listener.hear(2)
    assert listener.count() == (6, 2)


def test_descriptions_of_any_length_do_no_harm():
    listener = Listener()
    for octets in (b"", b"\x00", b"\x7f", b"\xff", bytes(200), b"\x30" + b"\xff" * 199, b"\x30" * 65536):
        listener.play(octets, "comfort")
        assert len(listener.hear(10)) == 800
    listener.play(b"\x30", "comfort")
    listener.hear(100)
    assert dbm0(listener.hear(100)) == pytest.approx(LEVEL_OF_OCTET - 48, abs=1.5)
    with pytest.raises(ValueError, match="speech or comfort, not 'music'"):
        listener.play(b"", "music")
    with pytest.raises(TypeError):
        listener.play(None, "comfort")


def test_a_sharp_resonance_after_white_noise_does_not_burst():
    listener = Listener()
    listener.play(b"\x28", "comfort")
    listener.hear(50)
    listener.play(b"\x28" + bytes(12), "comfort")
    assert dbm0(listener.hear(100)) < LEVEL_OF_OCTET - 40 + 3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=40), st.sampled_from(["speech", "comfort"]), st.integers(0, 30)),
                max_size=20), st.sampled_from(CODECS))
def test_any_order_of_speech_descriptions_and_gaps_is_played(calls, codec):
    listener, frames = Listener(codec), 0
    for octets, kind, gap in calls:
        listener.play(octets, kind)
        assert len(listener.hear(gap)) == 80 * gap
        frames += gap
    assert sum(listener.count()) <= frames
