"""The contract of hal.net."""

from hal.check.contract import need, until
from hal.check.stream import check_streams
from hal.net import Bound, Datagram, Refused

PATIENCE = 1_000_000


def check_net(a, b, advance):
    """`a` and `b` are two hosts that reach each other without loss. TCP is checked if `b` can
    call: `connect(key, address) -> handle`, answered by `Accepted` or `Closed`.
    """
    a.poll()
    b.poll()
    _addresses(a, b)
    there = _binds(a, b)
    _datagrams(a, b, there, advance)
    _lost(a, b, there, advance)
    _closes(a, b, there, advance)
    if hasattr(b, "connect"):
        check_streams(a, b, advance)


def collect(net, advance, count, limit=PATIENCE):
    """The events of `net`, until there are `count` of them or time is up."""
    events = []

    def enough():
        more = net.poll()
        need(isinstance(more, list), "poll returns a list")
        events.extend(more)
        return len(events) >= count
    until(enough, advance, limit)
    return events


def _addresses(a, b):
    for net in (a, b):
        need(isinstance(net.address, str) and len(net.address.split(".")) == 4, "address is a dotted string")
        need(net.link, "link is true while the cable is plugged in")


def _binds(a, b):
    first, second = a.bind("check-a", 0), b.bind("check-b", 0)
    need(isinstance(first, Bound) and first.key == "check-a", "bind returns Bound with the caller's key")
    need(isinstance(second, Bound) and 0 < second.port < 65536, "bind to port 0 takes a free port and tells it")
    other = a.bind(("check", 2), 0)
    need(isinstance(other, Bound) and other.port != first.port, "two sockets have two ports")
    taken = a.bind("check-taken", first.port)
    need(isinstance(taken, Refused), "bind to a port in use returns Refused")
    need(taken.key == "check-taken" and isinstance(taken.reason, str) and taken.reason, "Refused tells key and reason")
    a.close(("check", 2))
    return (a.address, first.port), (b.address, second.port)


def _datagrams(a, b, there, advance):
    source, destination = there
    sent = [b"", b"x", bytes(range(256)) * 5] + [bytes([i]) * (i + 1) for i in range(20)]
    for data in sent:
        a.send("check-a", destination, data)
    events = collect(b, advance, len(sent))
    for event in events:
        need(isinstance(event, Datagram), "a datagram arrives as Datagram")
        need(event.key == "check-b", "a datagram tells the key of its socket")
        need(tuple(event.source) == source, "a datagram tells the address and port it came from")
        need(isinstance(event.data, bytes), "a datagram's data is bytes")
    got = [event.data for event in events]
    need(got == sent, "datagrams arrive whole, one event each, in order on a quiet network")
    need(b.poll() == [], "poll returns each event once")
    b.send("check-b", events[0].source, b"back")
    back = collect(a, advance, 1)
    need(len(back) == 1 and back[0].data == b"back", "the source of a datagram is where an answer reaches")


def _lost(a, b, there, advance):
    _, destination = there
    a.send("check-a", (b.address, 9), b"nobody is there")
    a.send("check-a", ("no.such.name", 9), b"a name is not looked up")
    a.send("check-a", (b.address, 0), b"no port")
    a.send("check-nobody", destination, b"no such socket")
    need(collect(b, advance, 1, limit=50_000) == [], "a datagram that cannot be sent is lost, without an error")
    a.send("check-a", destination, b"still here")
    need(len(collect(b, advance, 1)) == 1, "a socket works on after a datagram that could not be sent")
    a.poll()


def _closes(a, b, there, advance):
    _, destination = there
    b.close("check-b")
    b.close("check-b")
    b.close("check-never-opened")
    a.send("check-a", destination, b"too late")
    need(collect(b, advance, 1, limit=50_000) == [], "a closed socket receives nothing")
    again = b.bind("check-b", destination[1])
    need(isinstance(again, Bound), "a closed socket's port can be bound again")
    b.close("check-b")
    a.close("check-a")
    a.poll()
