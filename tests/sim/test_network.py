from itertools import pairwise

import pytest

from hal.net import Accepted, Closed, Datagram, Received
from sim.devices.virtual_net import QUEUED, VirtualNet
from sim.network import Path, VirtualNetwork, usable
from sim.time import Time


def two(path=None, seed=0):
    time = Time()
    network = VirtualNetwork(time, seed, path)
    a, b = VirtualNet(network, "10.0.0.1"), VirtualNet(network, "10.0.0.2")
    a.bind("out", 5060)
    b.bind("in", 5060)
    return time, network, a, b


def sent(path, count=1000, seed=0):
    """`count` numbered datagrams, 1 ms apart: [(arrival, number)]."""
    time, _, a, b = two(path, seed)
    got = []
    b.wake = lambda: got.extend((time.now, int(event.data)) for event in b.poll())
    for number in range(count):
        time.at(number * 1000, lambda number=number: a.send("out", ("10.0.0.2", 5060), b"%d" % number))
    time.run(10_000_000)
    return got


def test_a_datagram_takes_the_delay_of_its_path():
    assert sent(Path(delay=7_000), count=2) == [(7_000, 0), (8_000, 1)]


def test_as_many_are_lost_as_the_path_says():
    got = sent(Path(loss=0.1), count=5000)
    assert 4400 < len(got) < 4600
    assert sent(Path(loss=1.0), count=20) == []


def test_jitter_varies_the_delay_and_keeps_the_order():
    got = sent(Path(delay=10_000, jitter=8_000))
    delays = [when - number * 1000 for when, number in got]
    assert [number for _, number in got] == list(range(1000))
    assert min(delays) >= 10_000
    assert len(set(delays)) > 100


def test_reordering_lets_later_datagrams_overtake():
    numbers = [number for _, number in sent(Path(reorder=0.05, held=5_500))]
    assert sorted(numbers) == list(range(1000))
    overtaken = sum(1 for one, other in pairwise(numbers) if other < one)
    assert 20 < overtaken < 90


def test_duplication_delivers_twice():
    numbers = [number for _, number in sent(Path(duplicate=0.1))]
    assert set(numbers) == set(range(1000))
    assert 1050 < len(numbers) < 1150


def test_equal_seeds_give_equal_fates_and_others_do_not():
    path = Path(loss=0.2, jitter=3_000, reorder=0.1, duplicate=0.1)
    assert sent(path, seed=1) == sent(path, seed=1)
    assert sent(path, seed=1) != sent(path, seed=2)


def test_the_fate_of_one_pair_does_not_depend_on_the_traffic_of_another():
    def run(noise):
        time, network, a, b = two(Path(loss=0.3))
        c = VirtualNet(network, "10.0.0.3")
        c.bind("noise", 5060)
        for number in range(200):
            a.send("out", ("10.0.0.2", 5060), b"%d" % number)
            for _ in range(noise):
                c.send("noise", ("10.0.0.2", 5060), b"noise")
        time.run(1_000_000)
        return [event.data for event in b.poll() if event.source[0] == "10.0.0.1"]
    assert run(0) == run(3)


def test_nothing_passes_while_a_link_is_down():
    time, _network, a, b = two()
    for end in (a, b):
        end.link = False
        a.send("out", ("10.0.0.2", 5060), b"lost")
        time.run(time.now + 10_000)
        end.link = True
    assert b.poll() == []
    a.send("out", ("10.0.0.2", 5060), b"through")
    time.run(time.now + 10_000)
    assert b.poll() == [Datagram("in", ("10.0.0.1", 5060), b"through")]


def test_a_path_can_be_set_for_one_direction():
    time, network, a, b = two()
    network.set_path(Path(loss=1.0), "10.0.0.1", "10.0.0.2")
    a.send("out", ("10.0.0.2", 5060), b"x")
    b.send("in", ("10.0.0.1", 5060), b"y")
    time.run(10_000)
    assert (len(a.poll()), len(b.poll())) == (1, 0)
    network.set_path(Path(delay=3_000))
    b.send("in", ("10.0.0.1", 5060), b"y")
    a.send("out", ("10.0.0.2", 5060), b"x")
    time.run(12_999)
    assert (a.poll(), b.poll()) == ([], [])
    time.run(13_000)
    assert (len(a.poll()), len(b.poll())) == (1, 0)


def connected(path=None):
    time, network, a, b = two(path)
    a.listen("http", 80)
    theirs = b.connect("call", ("10.0.0.1", 80))
    time.run(5_000_000)
    (accepted,), (answer,) = a.poll(), b.poll()
    assert answer == Accepted("call", theirs, ("10.0.0.1", 80))
    return time, network, a, b, accepted.connection, theirs


def test_a_connection_delivers_everything_in_order_over_a_bad_path():
    time, _, a, b, ours, theirs = connected(Path(delay=5_000, loss=0.3, jitter=4_000, reorder=0.2, duplicate=0.2))
    for number in range(300):
        b.write(theirs, b"%d " % number)
    b.close(theirs)
    time.run(60_000_000)
    events = a.poll()
    assert b"".join(event.data for event in events[:-1]) == b"".join(b"%d " % number for number in range(300))
    assert events[-1] == Closed(ours, "closed by the peer")


def test_a_connection_survives_a_short_break_of_the_link_and_dies_of_a_long_one():
    time, _, a, b, ours, theirs = connected()
    a.link = False
    b.write(theirs, b"patience")
    time.run(time.now + 5_000_000)
    assert a.poll() == []
    a.link = True
    time.run(time.now + 1_000_000)
    assert a.poll() == [Received(ours, b"patience")]
    a.link = False
    b.write(theirs, b"in vain")
    time.run(time.now + 40_000_000)
    assert b.poll() == [Closed(theirs, "timed out")]


def test_a_peer_that_never_reads_is_closed():
    time, _, _a, b, _ours, theirs = connected()
    for _ in range(QUEUED // 1000 + 2):
        b.write(theirs, bytes(1000))
        time.run(time.now + 1_000)
    assert b.poll() == [Closed(theirs, "the peer does not read")]


def test_a_board_that_lost_power_answers_with_a_reset_once_it_is_back():
    time, _, a, b, _ours, theirs = connected()
    a.reset()
    b.write(theirs, b"are you there")
    time.run(time.now + 1_000_000)
    assert b.poll() == [Closed(theirs, "reset by the peer")]
    assert a.poll() == []
    a.listen("http", 80)
    b.connect("again", ("10.0.0.1", 80))
    time.run(time.now + 1_000_000)
    assert [event.key for event in b.poll()] == ["again"]


def test_a_call_to_a_host_that_is_not_there_times_out():
    time, _, _a, b = two()
    handle = b.connect("call", ("10.0.0.99", 80))
    time.run(40_000_000)
    assert b.poll() == [Closed(handle, "timed out")]


def test_two_hosts_cannot_share_an_address():
    network = VirtualNetwork(Time())
    host = VirtualNet(network, "10.0.0.1")
    with pytest.raises(ValueError, match=r"10\.0\.0\.1"):
        VirtualNet(network, "10.0.0.1")
    host.shut()
    VirtualNet(network, "10.0.0.1")
    with pytest.raises(ValueError, match="dotted"):
        VirtualNet(network, "localhost")


def test_impossible_paths_are_refused():
    with pytest.raises(ValueError, match="loss is a chance"):
        Path(loss=5)
    with pytest.raises(ValueError, match="delay is in µs"):
        Path(delay=-1)


@pytest.mark.parametrize("address, good", [
    (("10.0.0.1", 5060), True), (("10.0.0.1", 0), False), (("10.0.0.1", 65_536), False), (("localhost", 80), False),
    (("", 80), False), (("::1", 80), False), (("10.1", 80), False), (("10.0.0.1\0", 80), False), ((None, 80), False)])
def test_only_dotted_addresses_with_a_port_are_usable(address, good):
    assert usable(address) is good
