"""The peers' RTP: pacing, recording, counters."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.devices.virtual_net import VirtualNet
from sim.network import VirtualNetwork
from sim.peers import g711, talker
from sim.peers.recording import Recording
from sim.peers.rtp import HEADED, HEADER, Stream
from sim.peers.sockets import Sockets
from sim.time import Time

SECOND = 1_000_000


def pair():
    time = Time()
    network = VirtualNetwork(time)
    streams = [Stream(time, Sockets(VirtualNet(network, f"10.0.0.{last}")), seed=last) for last in (1, 2)]
    for mine, other, host in ((streams[0], streams[1], "10.0.0.2"), (streams[1], streams[0], "10.0.0.1")):
        mine.start((host, other.port), "pcmu", 0, 20, True)
    return time, *streams


def test_a_packet_leaves_every_20_ms_and_what_was_played_is_recorded():
    time, near, far = pair()
    said = talker.speech(1, 1)
    near.play(said)
    time.run(2 * SECOND)
    # One at each of 0, 20 ... 2000 ms; the last is still on its way.
    assert near.sent == 101 and far.received == 100 and far.lost == 0 and far.jitter_ms == 0
    assert np.array_equal(far.recording.samples()[:8000], g711.decode("pcmu", g711.encode("pcmu", said)))
    assert near.played


def test_without_anything_to_play_silence_is_sent():
    time, _, far = pair()
    time.run(SECOND)
    assert far.received == 50 and not far.recording.samples().any()


def test_a_peer_that_goes_on_under_another_ssrc_has_lost_nothing():
    time, near, far = pair()
    time.run(SECOND)
    near._ssrc, near._sequence = 77, (near._sequence + 30_000) % 65536
    time.run(2 * SECOND)
    assert far.received == 100 and far.lost == 0 and far.jitter_ms == 0


def test_ports_are_even_and_a_pair():
    time = Time()
    sockets = Sockets(VirtualNet(VirtualNetwork(time), "10.0.0.1"))
    first, second = (Stream(time, sockets, seed=number) for number in (1, 2))
    assert first.port % 2 == second.port % 2 == 0 and second.port == first.port + 2


def test_reports_are_exchanged():
    time, near, far = pair()
    time.run(12 * SECOND)
    assert near.reports == far.reports == 2


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 65535), st.integers(0, 2**32 - 1),
       st.integers(0, 2**32 - 1))
def test_the_quick_header_is_the_structure_s(first, second, sequence, timestamp, ssrc):
    fields = {"first": first, "second": second, "sequence": sequence, "timestamp": timestamp, "ssrc": ssrc}
    assert HEADED.pack(*fields.values()) == HEADER.build(fields)
    assert HEADED.size == HEADER.sizeof()


@pytest.mark.parametrize(("length", "loop"), [(1000, False), (1000, True), (160, True), (0, True), (0, False)])
def test_what_is_coded_at_once_is_what_is_coded_packet_by_packet(length, loop):
    time, near, far = pair()
    said = talker.speech(1, 3)[:length]
    near.play(said, loop)
    time.run(SECOND)
    packets = [said[at:at + 160] for at in range(0, length, 160)] or [said]
    padded = [np.pad(one, (0, 160 - len(one))) for one in packets]
    wanted = padded * 50 if loop else padded + [np.zeros(160, np.int16)] * 50
    expected = np.concatenate(wanted)[:far.recording.length]
    assert len(expected) == 50 * 160
    assert np.array_equal(far.recording.samples(), g711.decode("pcmu", g711.encode("pcmu", expected)))


def test_what_is_no_rtp_is_counted_apart():
    time, near, far = pair()
    for data in (b"", b"x", bytes(40), struct.pack(">BBHII", 0x80, 18, 1, 2, 3) + b"g729"):
        near.sockets.send(near.key, ("10.0.0.2", far.port), data)
    time.run(SECOND // 100)
    assert far.wrong == 4 and far.received == 1


def test_a_stopped_stream_sends_no_more_and_frees_its_ports():
    time, near, _ = pair()
    time.run(SECOND)
    near.stop()
    sent = near.sent
    time.run(2 * SECOND)
    assert near.sent == sent
    assert Stream(time, near.sockets, near.port, seed="again").port == near.port


def part(value, length=160):
    return np.full(length, value, dtype=np.int16)


def test_a_recording_puts_packets_where_their_timestamps_say():
    recording = Recording()
    recording.put(1, 4294967200, part(1))
    recording.put(1, (4294967200 + 320) % 2**32, part(3))
    recording.put(1, (4294967200 + 160) % 2**32, part(2))
    recording.put(1, (4294967200 + 640) % 2**32, part(5))
    assert recording.samples()[::160].tolist() == [1, 2, 3, 0, 5]


def test_another_source_goes_on_where_the_first_ended():
    recording = Recording()
    recording.put(1, 1000, part(1))
    recording.put(2, 77777777, part(2))
    recording.put(2, 77777777 + 160, part(3))
    recording.put(2, 900000000, part(4))
    assert recording.samples()[::160].tolist() == [1, 2, 3, 4]
