"""The jitter buffer: order, delay, what is dropped."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.media.jitter import FULL, LEAST, MOST, JitterBuffer

PACKET = 20000


def run(buffer, arrivals):
    """Feed (arrival, sequence) pairs, ticking whenever it is due; returns [(instant, sequence)]."""
    played = []

    def until(now):
        while buffer.due() is not None and buffer.due() <= now:
            due = buffer.due()
            played.extend((due, payload) for payload in buffer.take(due))

    for arrival, sequence in sorted(arrivals):
        until(arrival)
        buffer.put(sequence, sequence * 160, sequence, arrival)
        played.extend((arrival, payload) for payload in buffer.take(arrival))
    until(10**12)
    return played


def test_a_steady_stream_leaves_one_packet_every_20_ms_after_the_least_delay():
    played = run(JitterBuffer(8000), [(index * PACKET, index) for index in range(50)])
    assert played == [(index * PACKET + LEAST, index) for index in range(50)]


def test_a_packet_that_another_overtook_leaves_in_order():
    arrivals = [(index * PACKET + (21000 if index == 7 else 0), index) for index in range(20)]
    played = run(JitterBuffer(8000), arrivals)
    assert [sequence for _, sequence in played] == list(range(20))


def test_a_second_copy_is_dropped_and_counted_before_and_after_the_first_was_played():
    buffer = JitterBuffer(8000)
    arrivals = [(index * PACKET, index) for index in range(20)]
    played = run(buffer, [*arrivals, (5 * PACKET + 1, 5), (12 * PACKET, 6)])
    assert [sequence for _, sequence in played] == list(range(20))
    assert buffer.duplicates == 2
    assert buffer.late == 0


def test_a_lost_packet_leaves_its_gap_in_time():
    buffer = JitterBuffer(8000)
    played = run(buffer, [(index * PACKET, index) for index in range(20) if index != 9])
    assert (10 * PACKET + LEAST, 10) in played
    assert len(played) == 19


def test_a_late_packet_stretches_the_delay_and_is_still_played():
    buffer = JitterBuffer(8000)
    arrivals = [(index * PACKET + (50000 if index == 10 else 0), index) for index in range(10)]
    arrivals += [(index * PACKET + 50000, index) for index in range(10, 40)]
    played = run(buffer, arrivals)
    assert [sequence for _, sequence in played] == list(range(40))
    assert buffer.late == 1
    assert buffer.delay == 50000


def test_uneven_arrivals_up_to_60_ms_lose_nothing_once_the_delay_has_grown():
    rng = random.Random(5)
    buffer = JitterBuffer(8000)
    played = run(buffer, [(index * PACKET + rng.randrange(60000), index) for index in range(2000)])
    sequences = [sequence for _, sequence in played]
    assert sequences == sorted(set(sequences))
    assert len(sequences) > 1990
    assert LEAST < buffer.delay <= 60000


def test_the_delay_is_bounded_and_beyond_it_packets_are_dropped():
    buffer = JitterBuffer(8000)
    arrivals = [(index * PACKET, index) for index in range(100)]
    arrivals[50] = (50 * PACKET + 500000, 50)
    run(buffer, arrivals)
    assert (buffer.late, buffer.dropped) == (1, 1)
    assert buffer.delay <= MOST


def test_a_path_that_became_longer_for_good_is_followed():
    buffer = JitterBuffer(8000)
    played = run(buffer, [(index * PACKET + (0 if index < 50 else 900000), index) for index in range(200)])
    assert buffer.dropped < 10
    assert played[-1][1] == 199


def spurts(gap, timestamps_rest=False):
    """Fifty packets, a pause of `gap` µs, fifty more: what was played, and the buffer."""
    buffer, played = JitterBuffer(8000), []
    for sequence in range(100):
        after = sequence >= 50
        now = sequence * PACKET + (gap if after else 0)
        played.extend(buffer.take(now))
        timestamp = sequence * 160 + (0 if timestamps_rest or not after else gap // 125)
        buffer.put(sequence, timestamp, sequence, now, sequence in (0, 50))
    return [*played, *buffer.take(10**12)], buffer


def test_a_pause_is_no_loss():
    played, buffer = spurts(3000000)
    assert played == list(range(100))
    assert (buffer.late, buffer.dropped, buffer.delay) == (0, 0, LEAST)


def test_a_sender_whose_timestamps_rest_in_a_pause_is_followed_from_its_first_packet_on():
    played, buffer = spurts(3000000, True)
    assert played == list(range(100))
    assert (buffer.late, buffer.dropped, buffer.delay) == (1, 0, LEAST)


def test_after_a_calm_the_delay_shrinks_again():
    buffer = JitterBuffer(8000)
    run(buffer, [(index * PACKET + (60000 if index == 3 else 0), index) for index in range(6000)])
    assert buffer.delay == LEAST


def test_a_clock_that_drifts_by_100_ppm_either_way_costs_nothing_for_an_hour():
    for drift in (1.0001, 0.9999):
        buffer = JitterBuffer(8000)
        played = run(buffer, [(int(index * PACKET * drift), index) for index in range(180000)])
        assert len(played) > 179900
        assert buffer.delay <= 60000


def test_a_reset_forgets_the_old_stream():
    buffer = JitterBuffer(8000)
    buffer.put(1000, 0, "old", 0)
    buffer.reset()
    buffer.put(5, 99999, "new", 1000)
    assert buffer.take(1000 + LEAST) == ["new"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400000), st.integers(0, 25), st.integers(0, 10**6), st.booleans()),
                max_size=80))
def test_any_arrivals_leave_in_order_once_each_and_none_is_forgotten(packets):
    buffer, now, played = JitterBuffer(8000), 0, []
    for wait, sequence, timestamp, spurt in packets:
        now += wait
        played.extend(buffer.take(now))
        buffer.put(sequence, timestamp, sequence, now, spurt)
        assert buffer.due() is None or buffer.due() <= now + MOST + 1
        assert buffer.delay <= MOST
    played.extend(buffer.take(now + MOST + 1))
    assert played == sorted(set(played))
    assert len(played) + buffer.dropped + buffer.duplicates == len(packets)
    assert buffer.due() is None


def test_a_flood_does_not_grow_the_buffer():
    buffer = JitterBuffer(8000)
    for sequence in range(10000):
        buffer.put(sequence, 0, b"x", 0)
    assert len(buffer.take(LEAST)) == FULL and buffer.dropped == 10000 - FULL
