"""CRCs, scrambler and cipher in C: published vectors, and the slow oracle on everything else."""

import threading

import _gwair
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.air import bits
from tests.sim.air import oracle

QUICK = settings(max_examples=60, deadline=None)
DCK = bytes.fromhex("8560dc324ea49f37")


def rows(*octets):
    return np.array([list(one) for one in octets], np.uint8)


def test_published_r_crcs_of_many_rows_at_once():
    fields = rows(bytes.fromhex("6e902243a307"), bytes(6), b"\xFF" * 6)
    assert bits.r_crc(fields).tolist() == [0xFD01, 0x0001, 0x6C6D]


def test_published_x_crcs():
    assert bits.x_crc(rows(range(40), [255] * 40)).tolist() == [1, 0]


@pytest.mark.parametrize(("frame", "added"), [(0, "3bcd215d8865bd44"), (6, "0cb7a89de690aec4")])
def test_published_scrambling_sequences(frame, added):
    assert bits.scramble(rows(bytes(40)), frame)[0, :8].tobytes().hex() == added


@pytest.mark.parametrize(("key", "stream"), [
    (bytes(8), "d8339aee5254a8a12d3cfbd0ab28d463"), (DCK, "55932dc68cdf4d1c5c0988cc659999b2")])
def test_published_key_streams(key, stream):
    assert bits.keystream(rows(key), 0, 0)[0, :16].tobytes().hex() == stream


def test_the_parts_of_a_frame_s_key_stream():
    stream = bits.keystream(rows(DCK), 0x00ABCD, 5)[0].tobytes()
    assert (stream[:5].hex(), stream[5:13].hex()) == ("5384aaea6c", "bb1862f5869a0a14")
    assert (stream[45:50].hex(), stream[50:58].hex()) == ("8fb05fb946", "20b156d82939efee")


@QUICK
@given(st.lists(st.binary(min_size=6, max_size=6), min_size=1, max_size=20))
def test_r_crc_is_that_of_long_division(fields):
    assert bits.r_crc(rows(*fields)).tolist() == [oracle.r_crc(one) for one in fields]


@pytest.mark.parametrize("octets", [40, 80])
@QUICK
@given(st.data())
def test_x_crc_is_that_of_the_test_bits(octets, data):
    fields = data.draw(st.lists(st.binary(min_size=octets, max_size=octets), min_size=1, max_size=5))
    assert bits.x_crc(rows(*fields)).tolist() == [oracle.x_crc(one) for one in fields]


@pytest.mark.parametrize("octets", [40, 80])
@QUICK
@given(st.data())
def test_the_scrambler_is_that_of_the_shift_register_and_undoes_itself(octets, data):
    field = data.draw(st.binary(min_size=octets, max_size=octets))
    frame = data.draw(st.integers(0, 15))
    scrambled = bits.scramble(rows(field), frame)
    assert scrambled.tobytes() == oracle.scramble(field, frame)
    assert bits.scramble(scrambled, [frame]).tobytes() == field


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=8, max_size=8), st.integers(0, (1 << 24) - 1), st.integers(0, 15), st.sampled_from([40, 80]))
def test_the_key_stream_is_that_of_the_registers(key, multiframe, frame, octets):
    expected = oracle.keystream(key, multiframe << 4 | frame, 2 * (5 + octets))
    assert bits.keystream(rows(key), multiframe, frame, octets).tobytes() == expected


@pytest.mark.parametrize("octets", [40, 80])
@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 63, 64, 103, 104, 105, 255, 256, 257, 511, 600])
def test_key_streams_are_the_same_alone_and_among_many(count, octets):
    random = np.random.default_rng(count)
    keys = random.integers(0, 256, (count, 8), np.uint8)
    multiframes, frames = random.integers(0, 1 << 24, count), random.integers(0, 16, count)
    keys[:1], multiframes[:1], frames[:1] = 0, 0, 0  # registers that are all zero
    together = bits.keystream(keys, multiframes, frames, octets)
    assert together.shape == (count, 2 * (5 + octets))
    for at in {0, count // 2, count - 1} & set(range(count)):
        alone = bits.keystream(keys[at:at + 1], multiframes[at], frames[at], octets)
        assert (together[at] == alone[0]).all()
    if count:
        iv = int(multiframes[-1]) << 4 | int(frames[-1])
        assert together[-1].tobytes() == oracle.keystream(keys[-1], iv, 2 * (5 + octets))


def test_what_is_not_contiguous_is_taken_as_well():
    wide = np.arange(480, dtype=np.uint8).reshape(6, 80)
    assert bits.r_crc(wide[:, 10:16]).tolist() == [oracle.r_crc(one) for one in wide[:, 10:16]]
    assert bits.x_crc(wide[::2, :40]).tolist() == [oracle.x_crc(one) for one in wide[::2, :40]]


@pytest.mark.parametrize("call", [
    lambda: bits.x_crc(np.zeros((1, 41), np.uint8)),
    lambda: bits.scramble(np.zeros((2, 39), np.uint8), 0),
    lambda: bits.scramble(np.zeros((2, 40), np.uint8), [1, 2, 3]),
    lambda: bits.keystream(np.zeros((3, 8), np.uint8), 0, 0, 41),
    lambda: bits.keystream(np.zeros((3, 7), np.uint8), 0, 0),
    lambda: bits.r_crc(np.zeros(6, np.uint8)),
    lambda: _gwair.r_crc(bytes(7), bytearray(2)),
    lambda: _gwair.r_crc(bytes(12), bytearray(2)),
    lambda: _gwair.x_crc(bytes(40), -40, bytearray(1)),
    lambda: _gwair.scramble(bytes(40), 40, b"", bytearray(40)),
    lambda: _gwair.keystream(bytes(8), bytes(8), 40, bytearray(89)),
])
def test_wrong_sizes_are_value_errors(call):
    with pytest.raises(ValueError, match=r"\w"):
        call()


@pytest.mark.parametrize("call", [
    lambda: _gwair.r_crc(bytes(6), bytes(2)),
    lambda: _gwair.x_crc(bytes(40), 40, bytes(1)),
    lambda: _gwair.scramble(bytes(40), 40, b"\0", bytes(40)),
    lambda: _gwair.keystream(bytes(8), bytes(8), 40, bytes(90)),
])
def test_what_cannot_be_written_to_is_refused(call):
    with pytest.raises(BufferError, match="not writable"):
        call()


def test_threads_do_not_disturb_one_another():
    keys = np.random.default_rng(1).integers(0, 256, (300, 8), np.uint8)
    expected = bits.keystream(keys, 7, 7)
    got: list[bool] = []
    threads = [threading.Thread(target=lambda: got.append(bool((bits.keystream(keys, 7, 7) == expected).all())))
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [True] * 8
