import itertools

import numpy as np
import pytest

from firmware import dsp as core
from hal.check import check_dsp
from hal.dsp import DspBusy, Event, Settings, Status
from sim.devices.dsp import Dsp
from sim.devices.dsp_together import FRAME
from sim.time import Time

SECOND = 1_000_000


class Loop:
    """A radio that hears `fields` by bearer, but for the `deaf`, and keeps what is `sent`."""

    def __init__(self):
        self.fields = {}
        self.sent = []
        self.deaf = set()

    def take_b(self, bearer):
        return None if bearer in self.deaf else self.fields.get(bearer)

    def put_b(self, bearer, data):
        self.sent.append((bearer, data))


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def radio():
    return Loop()


@pytest.fixture
def chip(time, radio):
    return Dsp(time, radio, channels=4)


def settings(codec="pcma", packet_ms=20, ec_type=2, tail_ms=128, silence=False, remove_dtmf=False):
    return Settings(codec, packet_ms, ec_type, tail_ms, silence, remove_dtmf, "g726")


def tone():
    samples = 8000 * np.sin(2 * np.pi * 440 * np.arange(80) / 8000)
    return core.Encoder("g726-32-aal2").encode(samples.astype("<i2").tobytes())


def test_it_keeps_the_contract(chip, time):
    check_dsp(chip, lambda microseconds: time.run(time.now + microseconds))


def test_a_chip_without_an_open_channel_costs_no_event(chip, time):
    assert time.next() is None
    chip.open(0, settings("pcma", 20, 2, 128))
    assert time.next() is not None
    chip.close(0)
    time.run(SECOND)
    assert time.next() is None


def test_b_fields_become_packets_and_packets_b_fields(chip, time, radio):
    radio.fields[5] = tone()
    chip.open(1, settings("pcmu", 20, 0, 128))
    chip.join(1, 5)
    for _ in range(50):
        chip.play(1, core.Encoder("pcmu").encode(np.full(160, 4000, "<i2").tobytes()))
        time.run(time.now + 20_000)
    packets = chip.poll()
    assert len(packets) == 50
    assert {packet.channel for packet in packets} == {1}
    heard = np.frombuffer(core.Decoder("pcmu").decode(b"".join(packet.payload for packet in packets)), "<i2")
    assert np.std(heard[800:]) > 2000
    assert len(radio.sent) == 100
    sent = core.Decoder("g726-32-aal2").decode(b"".join(data for bearer, data in radio.sent if bearer == 5))
    assert np.mean(np.frombuffer(sent, "<i2")[4000:]) == pytest.approx(4000, rel=0.1)


def test_it_wakes_the_firmware_when_packets_are_ready_and_only_then(chip, time):
    woken = []
    chip.wake = lambda: woken.append(time.now)
    chip.open(0, settings("pcma", 30, 1, 64))
    time.run(SECOND)
    assert len(woken) == 33
    assert {after - before for before, after in itertools.pairwise(woken)} == {3 * FRAME}


def test_digits_and_fax_tones_are_told_with_the_side_that_they_come_from(chip, time, radio):
    woken = []
    chip.wake = lambda: woken.append(time.now)
    chip.open(2, settings("pcma", 20, 2, 128))
    chip.join(2, 7)
    digit, ced = core.ToneGenerator("8"), core.ToneGenerator("ced-reversals")
    microphone, network = core.Encoder("g726-32-aal2"), core.Encoder("pcma")
    for _ in range(50):
        radio.fields[7] = microphone.encode(digit.generate(80))
        chip.play(2, network.encode(ced.generate(160)))
        time.run(time.now + 10_000)
        radio.fields[7] = microphone.encode(digit.generate(80))
        time.run(time.now + 10_000)
    events = [one for one in chip.poll() if isinstance(one, Event)]
    assert events[0] == Event(2, "handset", "dtmf", "8")
    assert events[1][:3] == (2, "handset", "dtmf-end")
    assert Event(2, "network", "fax", "ced-reversals") in events
    assert woken


def test_a_tone_is_heard_by_the_handset_and_a_closed_channel_plays_none(chip, time, radio):
    chip.tone(0, "busy", "handset")
    chip.open(0, settings("pcma", 20, 2, 128))
    chip.join(0, 1)
    chip.tone(0, "busy", "handset")
    time.run(3 * SECOND)
    heard = core.Decoder("g726-32-aal2").decode(b"".join(data for _, data in radio.sent))
    assert [value for _, _, value in core.ProgressDetector().process(heard)] == ["busy"]
    for wrong in (("nothing", "handset"), ("dial", "elsewhere"), ("1" * 33, "network")):
        with pytest.raises(DspBusy, match=r"\w"):
            chip.tone(0, *wrong)


def test_the_bearer_that_is_not_heard_is_concealed_and_counted(chip, time, radio):
    radio.fields[0] = tone()
    chip.open(0, settings("pcma", 10, 0, 32))
    chip.join(0, 0)
    time.run(500_000)
    radio.deaf.add(0)
    time.run(510_000)
    radio.deaf.clear()
    time.run(SECOND)
    packets = [np.frombuffer(core.Decoder("pcma").decode(packet.payload), "<i2") for packet in chip.poll()]
    assert chip.figures(0)["lost"] == 1
    assert min(np.std(samples.astype(float)) for samples in packets[5:]) > 3000


def test_five_calls_on_four_channels_leave_one_without(chip):
    for channel in range(4):
        chip.open(channel, settings("pcma", 20, 2, 128))
    for channel in (4, 0, -1):
        with pytest.raises(DspBusy):
            chip.open(channel, settings("pcma", 20, 2, 128))
    chip.close(2)
    chip.open(2, settings("pcma", 20, 2, 128))


@pytest.mark.parametrize("wrong", [
    ("speex", 20, 2, 128), ("pcma", 25, 2, 128), ("pcma", 20, 3, 128), ("pcma", 20, 2, 16), ("pcma", 20, 2, 512)])
def test_what_the_chip_cannot_do_is_refused_with_the_reason(wrong, chip):
    with pytest.raises(DspBusy, match=r"\w"):
        chip.open(0, settings(*wrong))
    chip.open(0, settings("pcma", 20, 2, 128))


def test_a_board_offers_only_its_own_codecs(time, radio):
    with pytest.raises(DspBusy, match="pcmu"):
        Dsp(time, radio, 2, ("pcma",)).open(0, settings("pcmu"))


def test_a_closed_channel_is_silent_in_every_way(chip, time, radio):
    chip.open(0, settings("pcma", 10, 2, 128))
    chip.join(0, 3)
    chip.play(0, b"\x2a" * 160)
    time.run(100_000)
    chip.close(0)
    chip.close(0)
    chip.play(0, b"\x2a" * 160)
    assert chip.poll() == []
    assert chip.status(0) == Status(-96.0, -96.0, 0.0, 0.0, 0, 0)
    assert chip.figures(0) is None
    with pytest.raises(DspBusy):
        chip.join(0, 3)


def test_parting_from_the_bearer_sends_silence_and_joining_again_goes_on(chip, time, radio):
    radio.fields[2] = tone()
    chip.open(0, settings("pcma", 10, 2, 128))
    chip.join(0, 2)
    time.run(200_000)
    chip.join(0, None)
    chip.poll()
    radio.sent.clear()
    time.run(400_000)
    assert {packet.payload for packet in chip.poll()} == {b"\xd5" * 80}
    assert radio.sent == []
    chip.join(0, 2)
    time.run(600_000)
    assert chip.poll()[-1].payload != b"\xd5" * 80
    assert len(radio.sent) == 20


def test_power_off_closes_all(chip, time):
    for channel in range(4):
        chip.open(channel, settings("pcma", 20, 2, 128))
    chip.reset()
    time.run(SECOND)
    assert chip.poll() == []
    assert time.next() is None


def test_firmware_that_does_not_poll_loses_the_oldest_packets_only(chip, time):
    chip.open(0, settings("pcma", 10, 0, 32))
    time.run(20 * SECOND)
    assert 0 < len(chip.poll()) <= 200
