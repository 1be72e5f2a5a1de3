import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import dsp

OCTETS_OF_10_MS = {"pcma": 80, "pcmu": 80, "g726-32": 40, "g726-32-aal2": 40}


def to_int16(samples):
    return np.clip(np.round(samples), -32768, 32767).astype("<i2")


def octets_of(packet):
    """Of one that `process` gave, or nothing."""
    return packet[0] if packet else b""


def one_channel(codec="pcma", packet_ms=20, ec_type=0, joined=True):
    bank = dsp.Bank(1)
    bank.open(0, codec, packet_ms, ec_type)
    bank.join(0, joined)
    return bank


@pytest.mark.parametrize("codec", OCTETS_OF_10_MS)
@pytest.mark.parametrize("packet_ms", [10, 20, 30, 60])
def test_speech_from_the_handset_leaves_in_packets_of_the_wanted_length(codec, packet_ms, signals):
    speech = to_int16(signals(1).speech(0.6)).tobytes()
    fields = dsp.Encoder("g726-32-aal2").encode(speech)
    bank, packets = one_channel(codec, packet_ms), []
    for at in range(0, len(fields), 40):
        packets.append(bank.process([fields[at:at + 40]])[0][1])
    assert [packet[1:] for packet in packets if packet] == [("speech", at) for at in range(0, 600, packet_ms)]
    whole = packet_ms // 10
    assert [packet is not None for packet in packets] == [n % whole == whole - 1 for n in range(60)]
    assert {len(octets_of(packet)) for packet in packets if packet} == {OCTETS_OF_10_MS[codec] * whole}
    expected = dsp.Encoder(codec).encode(dsp.Decoder("g726-32-aal2").decode(fields))
    assert b"".join(map(octets_of, packets)) == expected


@pytest.mark.parametrize("codec", OCTETS_OF_10_MS)
@pytest.mark.parametrize("packet_ms", [10, 20, 30, 60])
def test_packets_for_the_handset_become_b_fields_without_a_gap(codec, packet_ms, signals):
    payload = dsp.Encoder(codec).encode(to_int16(signals(2).speech(0.6)).tobytes())
    octets = OCTETS_OF_10_MS[codec] * packet_ms // 10
    bank, replies = one_channel(codec, packet_ms), []
    for frame in range(60):
        if frame * 10 % packet_ms == 0:
            bank.play(0, payload[frame * 10 // packet_ms * octets:][:octets])
        replies.append(bank.process([None])[0][0])
    expected = dsp.Encoder("g726-32-aal2").encode(dsp.Decoder(codec).decode(payload))
    assert b"".join(replies) == expected
    status = bank.status(0)
    assert (status["played"], status["missing"], status["lost"]) == (60, 0, 60)


def test_the_echo_of_the_handset_does_not_reach_the_network(signals):
    signal = signals(3)
    payload = dsp.Encoder("pcma").encode(to_int16(signal.speech(5)).tobytes())
    path = signal.path(loss=12, length_ms=8)
    bank = one_channel(ec_type=2)
    heard, spoken = dsp.Decoder("g726-32-aal2"), dsp.Encoder("g726-32-aal2")
    past, field, out = np.zeros(len(path) + 79), None, []
    for frame in range(500):
        if frame % 2 == 0:
            bank.play(0, payload[frame * 80:][:160])
        reply, packet = bank.process([field])[0]
        past = np.concatenate([past[80:], np.frombuffer(heard.decode(reply), "<i2")])
        field = spoken.encode(to_int16(np.convolve(past, path, "valid")).tobytes())
        out.append(octets_of(packet))
    status = bank.status(0)
    assert status["erl"] == pytest.approx(12, abs=3)
    assert status["erle"] > 15
    sent = np.frombuffer(dsp.Decoder("pcma").decode(b"".join(out)), "<i2").astype(float)
    assert 10 * np.log10(np.mean(sent[24000:]**2) / (2**29 / 2.06)) < -50


def test_a_missing_packet_is_concealed_and_fades_when_no_more_come(signals):
    payload = dsp.Encoder("pcma").encode(to_int16(signals(4).speech(0.2)).tobytes())
    bank, decoder, levels = one_channel(), dsp.Decoder("g726-32-aal2"), []
    bank.play(0, payload[:800])
    for _ in range(40):
        samples = np.frombuffer(decoder.decode(bank.process([None])[0][0]), "<i2").astype(float)
        levels.append(np.sqrt(np.mean(samples**2)))
    assert levels[10] > 0.2 * levels[9]
    assert max(levels[20:]) < 50
    status = bank.status(0)
    assert status["played"] == 10
    assert status["missing"] == 20


def test_a_missing_b_field_is_concealed_towards_the_network(signals):
    fields = dsp.Encoder("g726-32-aal2").encode(to_int16(signals(5).noise(1, -16)).tobytes())
    bank, packets = one_channel("pcmu", 10), []
    for at in range(0, len(fields), 40):
        packets.append(octets_of(bank.process([None if at // 40 == 50 else fields[at:at + 40]])[0][1]))
    levels = [np.std(np.frombuffer(dsp.Decoder("pcmu").decode(packet), "<i2").astype(float)) for packet in packets]
    assert levels[50] > 0.5 * levels[49]
    assert bank.status(0)["lost"] == 1


def test_a_flood_of_packets_is_bounded_and_the_newest_are_kept():
    bank = one_channel()
    for value in range(50):
        bank.play(0, bytes([0xD5 ^ value]) * 160)
    assert bank.status(0)["dropped"] == 50 * 160 - 640
    for _ in range(8):
        bank.process([None])
    assert bank.status(0)["played"] == 8
    bank.process([None])
    assert bank.status(0)["missing"] == 1


def test_a_channel_without_a_bearer_plays_into_the_void_and_sends_silence(signals):
    bank = one_channel("pcma", 10, joined=False)
    bank.play(0, dsp.Encoder("pcma").encode(to_int16(signals(6).speech(0.01)).tobytes()))
    assert bank.process([bytes(range(40))]) == [(None, (b"\xd5" * 80, "speech", 0))]
    assert bank.status(0)["played"] == 1


def test_frames_that_other_threads_make_are_those_that_process_gives(signals):
    banks, alone = [one_channel() for _ in range(12)], [one_channel() for _ in range(12)]
    speech = dsp.Encoder("g726-32-aal2").encode(to_int16(signals(7).speech(0.5)).tobytes())
    for at in range(0, len(speech) - 12 * 40, 40):
        fields = [speech[at + 40 * number:][:40] for number in range(12)]
        for bank, field in zip(banks, fields, strict=True):
            bank.begin([field], bank is not banks[-1])
        assert [bank.finish() for bank in banks] == [bank.process([field])
                                                     for bank, field in zip(alone, fields, strict=True)]


def test_a_bank_that_has_begun_does_nothing_else_until_it_has_finished():
    bank = one_channel()
    with pytest.raises(RuntimeError, match="no frame has begun"):
        bank.finish()
    bank.begin([None], True)
    for call in (lambda: bank.process([None]), lambda: bank.begin([None]), lambda: bank.play(0, b""), bank.events,
                 lambda: bank.status(0), lambda: bank.close(0)):
        with pytest.raises(RuntimeError, match="in use"):
            call()
    assert len(bank.finish()) == 1
    with pytest.raises(ValueError, match="2 B-fields"):
        bank.begin([None, None])
    assert len(bank.process([None])) == 1


def test_a_bank_may_be_dropped_while_its_frame_is_made():
    for number in range(50):
        # Nobody works in its memory any more when that is given back.
        one_channel().begin([bytes(40)], bool(number & 1))
    bank = one_channel()
    bank.begin([None])
    assert len(bank.finish()) == 1


def test_closed_channels_and_wrong_arguments_are_told():
    bank = dsp.Bank(2, 64)
    bank.open(1, "pcma")
    for call in (lambda: bank.status(0), lambda: bank.play(0, b""), lambda: bank.join(0, True), lambda: bank.close(0)):
        with pytest.raises(ValueError, match="channel 0 is closed"):
            call()
    for call in (lambda: bank.status(2), lambda: bank.open(-1, "pcma"), lambda: bank.close(2)):
        with pytest.raises(IndexError):
            call()
    for wrong in ({"packet_ms": 25}, {"packet_ms": 70}, {"ec_type": 3}, {"tail_ms": 128}, {"codec": "speex"}):
        with pytest.raises(ValueError):
            bank.open(0, **{"codec": "pcma", **wrong})
    with pytest.raises(ValueError, match="open"):
        bank.open(1, "pcma")
    with pytest.raises(ValueError, match="39"):
        bank.process([None, bytes(39)])
    with pytest.raises(ValueError, match="2 channels"):
        bank.process([None])
    with pytest.raises(TypeError):
        bank.process([None, 5])
    assert bank.process([None, bytes(40)])[0] is None


def test_the_arena_is_known_in_advance_and_grows_with_channels_and_tail():
    assert dsp.Bank.bytes_needed(8, 128) < dsp.Bank.bytes_needed(8, 256) < dsp.Bank.bytes_needed(16, 256)
    for wrong in ((0, 128), (8, 16), (8, 512)):
        with pytest.raises(ValueError):
            dsp.Bank.bytes_needed(*wrong)


def test_channels_do_not_hear_one_another(signals):
    payloads = [dsp.Encoder("pcma").encode(to_int16(signals(n).speech(0.4)).tobytes()) for n in range(4)]
    fields = [dsp.Encoder("g726-32-aal2").encode(to_int16(signals(9 + n).speech(0.4)).tobytes()) for n in range(4)]

    def run(channels):
        bank, out = dsp.Bank(4), []
        for channel in channels:
            bank.open(channel, "pcma", 10)
            bank.join(channel, True)
        for frame in range(40):
            for channel in channels:
                bank.play(channel, payloads[channel][80 * frame:][:80])
            out.append(bank.process([fields[channel][40 * frame:][:40] if channel in channels else None
                                     for channel in range(4)]))
        return out

    together = run(range(4))
    for channel in range(4):
        assert [results[channel] for results in run([channel])] == [results[channel] for results in together]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1), st.binary(max_size=1200)), max_size=60))
def test_any_order_of_calls_leaves_a_bank_that_works(calls):
    bank = dsp.Bank(2, 32)
    for what, channel, octets in calls:
        try:
            if what == 0:
                bank.open(channel, dsp.CHANNEL_CODECS[len(octets) % 4], 10 * (1 + len(octets) % 6), len(octets) % 3, 32,
                          silence=len(octets) % 2)
            elif what == 1:
                bank.close(channel)
            elif what == 2:
                bank.join(channel, len(octets) % 2)
            elif what == 3:
                bank.play(channel, octets)
            elif what == 4:
                bank.play(channel, octets, "comfort")
            else:
                bank.process([octets[:40].ljust(40, b"\0"), None])
        except ValueError as error:
            assert "closed" in str(error) or "is open" in str(error)
    assert len(bank.process([None, None])) == 2


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_mix_of_bearers_and_lost_fields_gives_what_each_channel_gives_alone(data):
    """Channels that have B-fields may share the processor's wide registers, however few or many they are."""
    count = data.draw(st.integers(1, 19))
    joined = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    octets = np.random.default_rng(count).integers(0, 256, (6, count, 220), dtype=np.uint8)
    codecs = data.draw(st.lists(st.sampled_from(dsp.CHANNEL_CODECS), min_size=count, max_size=count))
    length = data.draw(st.sampled_from([1, 40, 79, 80, 81, 160, 180]))
    missing = data.draw(st.sets(st.tuples(st.integers(0, 5), st.integers(0, count - 1)), max_size=20))

    def run(channels):
        bank, out = dsp.Bank(len(channels), 32), []
        for place, channel in enumerate(channels):
            bank.open(place, codecs[channel], 10, 0, 32)
            bank.join(place, joined[channel])
        for frame in range(6):
            fields = []
            for place, channel in enumerate(channels):
                bank.play(place, octets[frame, channel, 40:40 + length - channel % 2].tobytes())
                fields.append(None if (frame, channel) in missing else octets[frame, channel, :40].tobytes())
            out.append(bank.process(fields))
        return out

    together = run(range(count))
    for channel in range(count):
        assert [results[0] for results in run([channel])] == [results[channel] for results in together]
