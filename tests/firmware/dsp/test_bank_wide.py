"""A channel whose handset speaks G.722 on a long slot: 16 kHz from end to end."""

import numpy as np
import pytest

from firmware import dsp
from tests.firmware.dsp.handset import dbm0

FIELD = 80


def to_octets(samples):
    return np.clip(np.round(samples), -32768, 32767).astype("<i2").tobytes()


def opened(codec="g722", ec_type=0, tail_ms=128, **options):
    bank = dsp.Bank(1)
    bank.open(0, codec, 20, ec_type, tail_ms, wide=True, **options)
    bank.join(0, True)
    return bank


def frames(octets, length=FIELD):
    return [octets[at:at + length] for at in range(0, len(octets) - length + 1, length)]


def test_speech_of_a_wide_handset_leaves_in_packets_at_16_khz(signals):
    fields = dsp.Encoder("g722").encode(to_octets(signals(1, 16000).speech(0.6)))
    bank = opened()
    packets = [packet for packet in (bank.process([field])[0][1] for field in frames(fields)) if packet]
    assert [packet[1:] for packet in packets] == [("speech", at) for at in range(0, 600, 20)]
    assert b"".join(packet[0] for packet in packets) == dsp.Encoder("g722").encode(dsp.Decoder("g722").decode(fields))


def test_packets_become_long_b_fields_without_a_gap(signals):
    payload = dsp.Encoder("g722").encode(to_octets(signals(2, 16000).speech(0.6)))
    bank, replies = opened(), []
    for frame in range(60):
        if frame % 2 == 0:
            bank.play(0, payload[frame * 80:][:160])
        replies.append(bank.process([None])[0][0])
    assert {len(reply) for reply in replies} == {FIELD}
    assert b"".join(replies) == dsp.Encoder("g722").encode(dsp.Decoder("g722").decode(payload))
    status = bank.status(0)
    assert (status["played"], status["missing"], status["lost"]) == (60, 0, 60)


def heard(bank, payload, octets, seconds=0.6):
    """What the handset plays of a network payload, at 16 kHz."""
    replies = []
    for frame in range(round(100 * seconds)):
        if frame % 2 == 0:
            bank.play(0, payload[frame // 2 * octets:][:octets])
        replies.append(bank.process([None])[0][0])
    return np.frombuffer(dsp.Decoder("g722").decode(b"".join(replies)), "<i2")


@pytest.mark.parametrize(("codec", "octets"), [("pcma", 160), ("g726-32", 80)])
def test_a_wide_handset_hears_a_narrow_network_at_the_same_pitch_and_level(codec, octets):
    t = np.arange(4800) / 8000
    tone = 8000 * np.sin(2 * np.pi * 1000 * t)
    played = heard(opened(codec), dsp.Encoder(codec).encode(to_octets(tone)), octets)[3200:8000]
    spectrum = np.abs(np.fft.rfft(played * np.hanning(len(played))))
    assert abs(np.argmax(spectrum) * 16000 / len(played) - 1000) < 5
    assert abs(dbm0(played) - dbm0(tone)) < 0.5


def test_what_lies_above_4_khz_reaches_the_wide_handset_and_a_narrow_network_hears_none_of_it():
    t = np.arange(9600) / 16000
    hiss = to_octets(6000 * np.sin(2 * np.pi * 6000 * t))
    payload = dsp.Encoder("g722").encode(hiss)
    assert dbm0(heard(opened(), payload, 160)[3200:8000]) > -20
    bank = opened("pcma")
    sent = b"".join(packet[0] for packet in (bank.process([field])[0][1] for field in frames(payload)) if packet)
    assert dbm0(np.frombuffer(dsp.Decoder("pcma").decode(sent), "<i2")[800:]) < -50


@pytest.mark.parametrize(("ec_type", "loss"), [(1, 28), (2, 40)])
def test_the_echo_of_a_wide_handset_does_not_reach_the_network(ec_type, loss, signals):
    """The handset codes its echo too: what G.722 adds to it is no echo, and only the suppressor takes it away."""
    signal = signals(3, 16000)
    far = signal.speech(4.0)
    payload = dsp.Encoder("g722").encode(to_octets(far))
    path = np.concatenate((np.zeros(30), 0.05 * np.random.default_rng(1).standard_normal(60)))
    bank, decoder, encoder, packets = opened(ec_type=ec_type), dsp.Decoder("g722"), dsp.Encoder("g722"), []
    tail, field = np.zeros(len(path) - 1), None
    for frame in range(400):
        if frame % 2 == 0:
            bank.play(0, payload[frame * 80:][:160])
        reply, packet = bank.process([field])[0]
        whole = np.convolve(np.frombuffer(decoder.decode(reply), "<i2"), path)
        whole[:len(tail)] += tail
        echo, tail = whole[:160], whole[160:]
        field = encoder.encode(to_octets(echo))
        packets.append(packet[0] if packet else b"")
    sent = np.frombuffer(dsp.Decoder("g722").decode(b"".join(packets)), "<i2")
    assert bank.status(0)["erle"] > 15
    assert dbm0(sent[-32000:]) < dbm0(far[-32000:]) - loss


def test_digits_of_a_wide_handset_are_heard_and_taken_out():
    t = np.arange(3200) / 16000
    digit = 4000 * (np.sin(2 * np.pi * 770 * t) + np.sin(2 * np.pi * 1336 * t))
    quiet = np.random.default_rng(1).standard_normal(8000) * 20
    fields = dsp.Encoder("g722").encode(to_octets(np.concatenate((quiet, digit, quiet))))
    bank = opened(handset=dsp.DTMF | dsp.REMOVE_DTMF)
    sent = b"".join(packet[0] for packet in (bank.process([field])[0][1] for field in frames(fields)) if packet)
    assert next(event[2:4] for event in bank.events()) == ("dtmf", "5")
    pcm = np.frombuffer(dsp.Decoder("g722").decode(sent), "<i2")
    assert dbm0(pcm[8000 + 960:8000 + 3200]) < -45


def test_pauses_of_a_wide_handset_are_described(signals):
    quiet = np.random.default_rng(2).standard_normal(48000) * 15
    fields = dsp.Encoder("g722").encode(to_octets(quiet))
    bank = opened(silence=True)
    packets = [packet for packet in (bank.process([field])[0][1] for field in frames(fields)) if packet]
    assert packets[-1][1] == "comfort" and len(packets) < 150


def test_a_missing_long_field_is_made_up_for(signals):
    fields = frames(dsp.Encoder("g722").encode(to_octets(signals(4, 16000).speech(1.0))))
    bank = opened()
    for at, field in enumerate(fields):
        bank.process([None if at % 20 == 10 else field])
    assert bank.status(0)["lost"] == 5


def test_fields_of_the_other_length_are_refused_and_wide_stands_beside_narrow():
    bank = dsp.Bank(2)
    bank.open(0, "g722", wide=True)
    bank.open(1, "g722")
    bank.join(0, True)
    bank.join(1, True)
    (wide, _), (narrow, _) = bank.process([bytes(80), bytes(40)])
    assert (len(wide), len(narrow)) == (80, 40)
    with pytest.raises(ValueError, match="80 octets, not 40"):
        bank.process([bytes(40), bytes(40)])
    with pytest.raises(ValueError, match="40 octets, not 80"):
        bank.process([bytes(80), bytes(80)])


def test_tones_to_a_wide_handset_have_their_pitch():
    bank = opened("pcma")
    bank.tone(0, "busy")
    replies = b"".join(bank.process([None])[0][0] for _ in range(40))
    played = np.frombuffer(dsp.Decoder("g722").decode(replies), "<i2")[1600:4800]
    spectrum = np.abs(np.fft.rfft(played * np.hanning(len(played))))
    assert abs(np.argmax(spectrum) * 16000 / len(played) - 425) < 6
