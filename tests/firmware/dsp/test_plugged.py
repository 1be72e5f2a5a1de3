"""Opus and G.729 in a channel of a Bank, through the libraries that somebody has installed."""

import importlib.abc
import resource
import sys
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import dsp
from tests.firmware.dsp.handset import dbm0, microphone

PLUGGED = tuple(codec for codec in ("opus", "opus-nb", "g729") if codec in dsp.CHANNEL_CODECS)
pytestmark = pytest.mark.skipif(not PLUGGED, reason="neither libopus nor bcg729 is here")
need_opus = pytest.mark.skipif("opus" not in PLUGGED, reason="no libopus here")
need_g729 = pytest.mark.skipif("g729" not in PLUGGED, reason="no bcg729 here")


class Pair:
    """Channel 0 of a handset sends to channel 1, whose handset listens; `lost` packets do not arrive."""

    def __init__(self, codec, packet_ms=20, silence=False):
        self.bank, self.ear, self.packets = dsp.Bank(2), dsp.Decoder("g726-32-aal2"), []
        for channel in (0, 1):
            self.bank.open(channel, codec, packet_ms, 0, 32, silence=silence)
            self.bank.join(channel, True)

    def run(self, fields, lost=()):
        heard = b""
        for field in fields:
            (_, packet), (reply, _) = self.bank.process([field, None])
            heard += self.ear.decode(reply)
            if packet is None:
                continue
            self.packets.append(packet)
            if len(self.packets) - 1 not in lost:
                self.bank.play(1, packet[0], packet[1])
        return np.frombuffer(heard, "<i2").astype(float)

    def count(self):
        status = self.bank.status(1)
        return status["played"], status["missing"]


def likeness(said, heard):
    """Correlation of the loudness of frames, at the best of delays up to 150 ms."""
    loudness = [np.sqrt(np.mean(one[:len(one) // 80 * 80].reshape(-1, 80)**2, 1)) for one in (said, heard)]
    count = len(loudness[0]) - 15
    return max(np.corrcoef(loudness[0][:count], loudness[1][lag:lag + count])[0, 1] for lag in range(15))


@pytest.mark.parametrize("codec", PLUGGED)
@pytest.mark.parametrize("packet_ms", [10, 20, 30, 40, 50, 60])
def test_speech_arrives_in_packets_of_every_length(codec, packet_ms, signals):
    speech, pair = signals(1).speech(3), Pair(codec, packet_ms)
    heard = pair.run(microphone(speech))
    ats = range(0, 3000 - packet_ms + 1, packet_ms)
    assert [packet[1:] for packet in pair.packets] == [("speech", at) for at in ats]
    assert likeness(speech, heard) > 0.93
    assert pair.count()[1] == 0


@pytest.mark.parametrize("codec", PLUGGED)
def test_packets_are_those_of_the_codec_alone(codec, signals):
    """What a channel sends any decoder of that codec plays."""
    speech, pair = signals(2).speech(2), Pair(codec)
    pair.run(microphone(speech))
    rate = 16000 if codec == "opus" else 8000
    decoder = dsp.Decoder("g729") if codec == "g729" else dsp.Decoder("opus", rate=rate)
    heard = np.frombuffer(b"".join(decoder.decode(octets) for octets, _, _ in pair.packets), "<i2").astype(float)
    assert likeness(speech, heard[::rate // 8000]) > 0.93


@pytest.mark.parametrize("codec", PLUGGED)
def test_a_lost_packet_is_concealed_by_the_codec_and_counted(codec, signals):
    speech = signals(3).noise(2, -20)
    whole, holed = Pair(codec), Pair(codec)
    before = whole.run(microphone(speech))
    after = holed.run(microphone(speech), lost={40})
    assert holed.count() == (whole.count()[0] - 2, 2)
    gap = slice(8000 * 40 // 50, 8000 * 46 // 50)
    assert dbm0(after[gap]) > dbm0(before[gap]) - 8
    assert not np.array_equal(after[gap], before[gap])


@pytest.mark.parametrize("codec", PLUGGED)
def test_a_stream_that_breaks_off_falls_silent(codec, signals):
    pair = Pair(codec)
    pair.run(microphone(signals(4).speech(1)))
    pair.run([None] * 400, lost=range(1000))
    assert dbm0(pair.run([None] * 50, lost=range(1000))) < -60
    assert 20 <= pair.count()[1] <= 120


@pytest.mark.parametrize("codec", PLUGGED)
@pytest.mark.parametrize("packet_ms", [20, 30])
def test_a_pause_sends_hardly_anything_and_is_heard_as_noise(codec, packet_ms, signals):
    signal, pair = signals(5), Pair(codec, packet_ms, silence=True)
    pair.run(microphone(signal.speech(2, -18)))
    spoken = len(pair.packets)
    room = pair.run(microphone(signal.noise(6, -65)))
    assert len(pair.packets) - spoken < 0.35 * 6000 / packet_ms
    assert {kind for _, kind, _ in pair.packets} == {"speech"}
    assert pair.count()[1] == 0
    assert -78 < dbm0(room[24000:]) < -60
    ats = [at for _, _, at in pair.packets]
    assert ats == sorted(set(ats)) and ats[-1] < 8000
    again = signal.speech(2, -18)
    assert likeness(again, pair.run(microphone(again))) > 0.9


@need_g729
def test_a_description_of_silence_ends_its_packet_and_time_goes_on(signals):
    pair = Pair("g729", 60, silence=True)
    pair.run(microphone(np.concatenate([signals(6).speech(1), signals(6).noise(2, -60), signals(7).speech(1)])))
    short = [(octets, at) for octets, _, at in pair.packets if len(octets) % 10]
    assert short and all(len(octets) % 10 == 2 and len(octets) <= 52 for octets, _ in short)
    assert all(at % 10 == 0 for _, at in short)
    ends = [at + 10 * -(-len(octets) // 10) for octets, _, at in pair.packets]
    assert all(end <= at for end, (_, _, at) in zip(ends, pair.packets[1:], strict=False))


@pytest.mark.parametrize("codec", PLUGGED)
@pytest.mark.parametrize("octets", [
    b"", b"\x00", b"\x0b" * 3, bytes(9), bytes(11), bytes(61), b"\xff" * 1276, bytes(65535), b"\xa5" * 65536,
    bytes(70000)])
def test_packets_that_are_none_are_taken_quietly(codec, octets, signals):
    pair = Pair(codec)
    pair.run(microphone(signals(8).speech(0.5)))
    pair.bank.play(1, octets)
    pair.bank.play(1, octets, "comfort")
    pair.run([None] * 30)
    speech = signals(9).speech(1.5)
    assert likeness(speech, pair.run(microphone(speech))) > 0.85


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=300), st.sampled_from(["speech", "comfort"]), st.integers(0, 12)),
                max_size=12), st.sampled_from(PLUGGED or ("pcma",)), st.sampled_from([10, 20, 30, 60]), st.booleans())
def test_any_packets_in_any_order_are_played(calls, codec, packet_ms, silence):
    pair = Pair(codec, packet_ms, silence)
    for octets, kind, gap in calls:
        pair.bank.play(1, octets, kind)
        assert len(pair.run([octets[:40].ljust(40, b"\0")] * gap)) == 80 * gap


def test_channels_with_and_without_plug_ins_share_a_bank(signals):
    codecs = (*PLUGGED, "pcma", "g722", "g726-32", *PLUGGED, "pcmu")
    fields = [microphone(signals(n).speech(0.5)) for n in range(len(codecs))]

    def run(channels):
        bank, out = dsp.Bank(len(codecs)), []
        for channel in channels:
            bank.open(channel, codecs[channel], 20, 0, 32)
            bank.join(channel, True)
        for frame in range(50):
            out.append(bank.process([fields[n][frame] if n in channels else None for n in range(len(codecs))]))
        return out

    together = run(range(len(codecs)))
    for channel in range(len(codecs)):
        assert [results[channel] for results in run([channel])] == [results[channel] for results in together]


class NoLibrary(importlib.abc.MetaPathFinder):
    """Imports of a plug-in fail as they do where its library is missing."""

    def find_spec(self, name, path=None, target=None):
        if name in ("_gwopus", "_gwg729"):
            raise ImportError("the library is not installed here")


@pytest.mark.parametrize("codec, module", [("opus", "_gwopus"), ("opus-nb", "_gwopus"), ("g729", "_gwg729")])
def test_a_codec_without_its_library_says_so(codec, module, monkeypatch):
    bank = dsp.Bank(1)
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoLibrary(), *sys.meta_path])
    with pytest.raises(ValueError, match=f"codec '{codec}' is not there: the library is not installed here"):
        bank.open(0, codec)
    bank.open(0, "pcma")


def test_wrong_lengths_are_refused_and_the_channel_stays_free():
    bank = dsp.Bank(1)
    for codec in PLUGGED:
        for wrong in ({"packet_ms": 25}, {"packet_ms": 0}, {"packet_ms": 120}, {"ec_type": 9}, {"tail_ms": 1}):
            with pytest.raises(ValueError, match="packet_ms"):
                bank.open(0, codec, **wrong)
        bank.open(0, codec)
        with pytest.raises(ValueError, match="channel 0 is open"):
            bank.open(0, codec)
        bank.close(0)


def test_codecs_are_given_back_when_a_channel_closes_and_when_the_bank_goes():
    def churn(count):
        for _ in range(count):
            bank = dsp.Bank(len(PLUGGED), 32)
            for _ in range(2):
                for channel, codec in enumerate(PLUGGED):
                    bank.open(channel, codec, 20, 0, 32)
                bank.process([None] * len(PLUGGED))
                bank.close(0)
                bank.open(0, PLUGGED[0], 20, 0, 32)
                bank.process([None] * len(PLUGGED))
                for channel in range(len(PLUGGED)):
                    bank.close(channel)
            bank.open(0, PLUGGED[-1], 20, 0, 32)
    churn(20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    churn(200)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10_000


def test_other_threads_run_while_a_bank_encodes(monkeypatch):
    """With switching by time all but off, another thread runs only where the call lets the interpreter go."""
    bank, turns, done = dsp.Bank(64, 32), [0], threading.Event()
    for channel in range(64):
        bank.open(channel, PLUGGED[0], 10, 0, 32)

    def count():
        while not done.is_set():
            turns[0] += 1
            time.sleep(0)

    interval = sys.getswitchinterval()
    thread = threading.Thread(target=count)
    thread.start()
    sys.setswitchinterval(60)
    try:
        before = turns[0]
        for _ in range(5):
            bank.process([None] * 64)
        assert turns[0] > before
    finally:
        sys.setswitchinterval(interval)
        done.set()
        thread.join()
