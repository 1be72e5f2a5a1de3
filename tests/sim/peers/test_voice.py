"""Telephone events and pauses of the phones, over a pair of streams."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.devices.virtual_net import VirtualNet
from sim.network import VirtualNetwork
from sim.peers import spandsp, talker
from sim.peers.codecs import CODECS
from sim.peers.recording import Recording, comfort, predictor
from sim.peers.rtp import Stream
from sim.peers.sockets import Sockets
from sim.time import Time

SECOND = 1_000_000
PAUSE = 16000


def pair(codec="pcma", event=101, quiet=13):
    time = Time()
    network = VirtualNetwork(time)
    streams = [Stream(time, Sockets(VirtualNet(network, f"10.0.0.{last}")), seed=last) for last in (1, 2)]
    for mine, other, host in ((streams[0], streams[1], "10.0.0.2"), (streams[1], streams[0], "10.0.0.1")):
        mine.start((host, other.port), codec, CODECS[codec].payload_type, 20, True, event, quiet)
    return time, *streams


def background(seconds, level=-50.0):
    """Noise that nobody would take for speech."""
    noise = np.random.default_rng(7).standard_normal(round(seconds * 8000))
    return np.rint(noise * 32768 / np.sqrt(2) * 10 ** ((level - talker.FULL_SCALE) / 20)).astype(np.int16)


@pytest.mark.parametrize("codec", ["pcma", "opus"])
def test_digits_dialled_are_heard_each_once_and_nothing_counts_as_lost(codec):
    time, near, far = pair(codec)
    near.dial("0*7#7")
    time.run(3 * SECOND)
    assert (far.digits, far.lost, far.wrong) == ("0*7#7", 0, 0)


def test_without_an_agreed_event_nothing_is_dialled():
    time, near, far = pair(event=None, quiet=None)
    near.dial("1")
    time.run(SECOND)
    assert far.digits == "" and far.received == 50


def test_a_pause_is_one_packet_and_is_heard_as_noise_of_its_level():
    time, near, far = pair()
    said = np.concatenate((talker.sine(400, 1), background(2), talker.sine(400, 1)))
    near.play(said)
    time.run(4 * SECOND)
    assert (near.pauses, far.heard_pauses, far.lost) == (1, 1, 0)
    assert near.sent < 125
    heard = far.recording.samples()
    assert talker.level_dbm0(heard[12000:23000]) == pytest.approx(-50.0, abs=1.0)
    assert talker.level_dbm0(heard[25000:31000]) == pytest.approx(-10.0, abs=0.2)


def test_noise_takes_the_spectrum_that_it_is_given():
    random = np.random.default_rng(1)
    # k = -0.9: one pole near 0 Hz, so the noise is low.
    low = comfort(bytes([40, 127 - 115]), PAUSE, random)
    flat = comfort(bytes([40]), PAUSE, random)
    spectra = [np.abs(np.fft.rfft(one)) ** 2 for one in (low, flat)]
    shares = [spectrum[:PAUSE // 8].sum() / spectrum.sum() for spectrum in spectra]
    assert shares[0] > 0.9 and shares[1] == pytest.approx(0.25, abs=0.02)
    assert [talker.level_dbm0(one) for one in (low, flat)] == pytest.approx([-33.85, -33.85], abs=0.1)


def test_reflection_coefficients_become_a_predictor():
    assert predictor([0.5, -0.25]) == pytest.approx([1.0, 0.375, -0.25])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=12), st.integers(0, 400))
@example(bytes([0, 255, 255, 0]), 100)
def test_any_comfort_noise_is_defined(payload, count):
    with np.errstate(all="raise"):
        assert len(comfort(payload, count, np.random.default_rng(1))) == count


def test_a_recording_on_another_clock_has_its_own_time():
    recording = Recording()
    for at in (0, 960, 2880):
        recording.put(1, (4294967000 + at) % 2**32, np.full(160, at, np.int16), 48000)
    assert recording.samples()[::160].tolist() == [0, 960, 0, 2880]


def test_the_receiver_of_digits_is_not_ours():
    assert spandsp.dtmf(np.concatenate([talker.sine(697, 0.1) + talker.sine(1209, 0.1), background(0.1)])) == "1"
