"""The DSP chip of the emulated board with every codec of its board, pauses, and digits that are taken out."""

import numpy as np
import pytest

import boards
from firmware import dsp as core
from hal.dsp import Event, Packet, Settings
from sim.devices.dsp import Dsp
from sim.machine import here
from sim.time import Time
from tests.firmware.dsp.conftest import Signals
from tests.sim.devices.test_dsp import Loop

CODECS = here(boards.load("ip1203").dsp.codecs)


class Board:
    """Channel 0 with a handset whose microphone says `pcm`, frame by frame."""

    def __init__(self, codec="pcma", **settings):
        self.time, self.radio = Time(), Loop()
        self.chip = Dsp(self.time, self.radio, 4, CODECS)
        self.chip.open(0, Settings(codec, 20, 0, 32, False, False, "g726")._replace(**settings))
        self.chip.join(0, 3)
        self.microphone = core.Encoder("g726-32-aal2")
        self.sent, self.events = [], []

    def speak(self, pcm):
        pcm = np.clip(np.round(pcm), -32768, 32767).astype("<i2")
        for at in range(0, len(pcm) - 79, 80):
            self.radio.fields[3] = self.microphone.encode(pcm[at:at + 80].tobytes())
            self.time.run(self.time.now + 10_000)
            for one in self.chip.poll():
                (self.sent if isinstance(one, Packet) else self.events).append(one)


def test_every_codec_of_a_board_is_one_of_the_core_or_of_a_library():
    assert set(CODECS) <= set(boards.load("ip1203").dsp.codecs)
    assert set(core.CORE_CODECS) <= set(CODECS)


@pytest.mark.parametrize("codec", CODECS)
def test_what_a_handset_says_leaves_in_every_codec_and_is_heard_again(codec):
    board = Board(codec)
    board.speak(8000 * np.sin(2 * np.pi * 440 * np.arange(8000) / 8000))
    assert [packet[2:] for packet in board.sent] == [("speech", at) for at in range(0, 20 * len(board.sent), 20)]
    assert len(board.sent) >= 49
    board.radio.sent.clear()
    for packet in board.sent:
        board.chip.play(0, packet.payload, packet.kind)
        board.time.run(board.time.now + 20_000)
    heard = core.Decoder("g726-32-aal2").decode(b"".join(data for _, data in board.radio.sent))
    heard = np.frombuffer(heard, "<i2").astype(float)[2400:7200]
    assert np.argmax(np.abs(np.fft.rfft(heard))) * 8000 / 4800 == pytest.approx(440, abs=4)
    assert np.std(heard) > 3000


def test_a_codec_whose_library_is_missing_is_not_offered(monkeypatch):
    monkeypatch.setattr(core, "CHANNEL_CODECS", core.CORE_CODECS)
    assert here(("pcma", "opus", "g722", "g729")) == ("pcma", "g722")


@pytest.mark.parametrize("codec", ["pcma", "g722", "g726-32"])
def test_a_pause_is_one_comfort_packet(codec):
    board = Board(codec, silence=True)
    board.speak(Signals(1).noise(5, -60))
    comfort = [packet for packet in board.sent if packet.kind == "comfort"]
    assert comfort == board.sent[-1:]
    assert 150 <= comfort[0].at <= 400
    board.speak(Signals(1).speech(0.5))
    assert board.sent[-1].kind == "speech" and board.sent[-1].at >= 5400


@pytest.mark.parametrize("remove", [False, True])
def test_digits_of_the_handset_reach_the_network_in_band_unless_they_are_removed(remove):
    digit = np.frombuffer(core.ToneGenerator("5", duration_ms=120).generate(1600), "<i2").astype(float)
    board = Board("pcma", remove_dtmf=remove)
    board.speak(np.concatenate([np.zeros(1600), digit, digit, np.zeros(1600)]))
    assert [event for event in board.events if event.kind == "dtmf"] == [Event(0, "handset", "dtmf", "5")] * 2
    sent = np.frombuffer(core.Decoder("pcma").decode(b"".join(packet.payload for packet in board.sent)), "<i2")
    loud = np.count_nonzero(np.mean(sent.astype(float)[:6400].reshape(-1, 8)**2, 1) > 1e5)
    assert loud < 2 * 20 if remove else loud > 220


def test_digits_of_the_network_reach_the_handset_all_the_same():
    board = Board("pcma", remove_dtmf=True)
    payload = core.Encoder("pcma").encode(core.ToneGenerator("7", duration_ms=100).generate(1600))
    for at in range(0, 1600, 160):
        board.chip.play(0, payload[at:at + 160])
        board.time.run(board.time.now + 20_000)
    heard = core.Decoder("g726-32-aal2").decode(b"".join(data for _, data in board.radio.sent))
    assert np.abs(np.frombuffer(heard, "<i2")).max() > 8000


def test_a_removed_digit_is_a_pause_too():
    """What is taken out is silence: with both on, the digit itself costs no packets."""
    digit = np.frombuffer(core.ToneGenerator("5", duration_ms=1000).generate(8000), "<i2").astype(float)
    board = Board("pcma", silence=True, remove_dtmf=True)
    board.speak(np.concatenate([np.zeros(8000), digit, np.zeros(1600)]))
    spoken = [packet for packet in board.sent if packet.kind == "speech" and packet.at >= 1000]
    assert len(spoken) < 30


@pytest.mark.parametrize("codec", CODECS)
def test_all_channels_speak_one_codec_at_once(codec):
    time = Time()
    chip = Dsp(time, Loop(), 8, CODECS)
    for channel in range(8):
        chip.open(channel, Settings(codec, 20, 2, 128, True, True, "g726"))
    time.run(1_000_000)
    assert {packet.channel for packet in chip.poll()} == set(range(8))
    chip.reset()
    assert time.next() is None
