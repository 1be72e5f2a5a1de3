from hypothesis import given, settings
from hypothesis import strategies as st

from sim.devices.uart import Uart
from sim.devices.uart_backends import MemoryBackend
from sim.time import Time


def line(baud=115_200, fifo=1024, flow=False):
    time, far = Time(), MemoryBackend(flow)
    return time, far, Uart(time, far, baud, fifo)


def test_a_thousand_octets_at_9600_baud_take_a_second_and_some():
    time, far, uart = line(baud=9600)
    far.send(bytes(960))
    got = bytearray()
    uart.wake = lambda: got.extend(uart.read())
    time.run(900_000)
    assert 840 <= len(got) <= 864
    time.run(1_001_000)
    assert len(got) == 960


def test_one_octet_arrives_after_its_ten_bits():
    time, far, uart = line()
    arrivals = []
    uart.wake = lambda: arrivals.append((time.now, uart.read()))
    far.send(b"!")
    time.run(10_000)
    assert arrivals == [(86, b"!")]


def test_sending_is_paced_too():
    time, far, uart = line(baud=9600)
    assert uart.write(bytes(96)) == 96
    time.run(50_000)
    assert len(far.take()) == 48
    time.run(100_100)
    assert len(far.take()) == 48


def test_write_takes_what_fits_and_wakes_when_there_is_room_again():
    time, _far, uart = line(fifo=32)
    woken = []
    uart.wake = lambda: woken.append(time.now)
    assert uart.write(bytes(100)) == 32
    assert uart.write(bytes(100)) == 0
    time.run(10_000)
    assert woken
    assert uart.write(bytes(68)) == 32


def test_an_overrun_loses_the_end_and_is_reported_once():
    time, far, uart = line(fifo=64)
    far.send(bytes(range(200)))
    time.run(1_000_000)
    assert uart.events() == ["overrun"]
    assert uart.events() == []
    assert uart.read() == bytes(range(64))


def test_a_far_end_with_flow_control_never_overruns():
    time, far, uart = line(fifo=64, flow=True)
    far.send(bytes(range(250)) * 4)
    time.run(1_000_000)
    assert uart.events() == []
    got = b""
    for _ in range(100):
        got += uart.read()
        time.run(time.now + 20_000)
    assert got == bytes(range(250)) * 4
    assert far.empty
    assert uart.idle


def test_a_break_is_reported_in_its_place():
    time, far, uart = line()
    far.send(b"ab")
    far.send_break()
    far.send(b"cd")
    time.run(100_000)
    assert uart.read() == b"abcd"
    assert uart.events() == ["break"]


def test_the_tap_sees_both_directions():
    time, far, uart = line()
    seen = []
    uart.tap = lambda now, direction, data: seen.append((direction, data))
    far.send(b"in")
    uart.write(b"out")
    time.run(100_000)
    assert sorted(seen) == [("in", b"in"), ("out", b"out")]


def test_a_long_script_costs_an_event_per_chunk_not_per_octet():
    time, far, uart = line()
    count = []
    uart.wake = lambda: (count.append(1), uart.read())
    far.send(bytes(16_000))
    time.run(2_000_000)
    assert len(count) == 1000


def test_a_reset_empties_the_fifos_and_the_line_works_on():
    time, far, uart = line()
    far.send(b"before")
    uart.write(b"unsent")
    time.run(100)
    uart.reset()
    time.run(10_000)
    assert far.take() == b""
    uart.read()
    far.send(b"after")
    uart.write(b"sent")
    time.run(20_000)
    assert (uart.read(), far.take()) == (b"after", b"sent")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=50), st.integers(0, 3000)), max_size=20))
def test_whatever_the_rhythm_everything_arrives_in_order(pieces):
    time, far, uart = line()
    got = bytearray()
    uart.wake = lambda: got.extend(uart.read())
    for data, pause in pieces:
        far.send(data)
        time.run(time.now + pause)
    time.run(time.now + 1_000_000)
    assert bytes(got) == b"".join(data for data, _ in pieces)
