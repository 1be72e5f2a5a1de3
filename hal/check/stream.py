"""The contract of hal.net: its TCP connections."""

from hal.check.contract import need, until
from hal.net import Accepted, Bound, Closed, Received, Refused

PATIENCE = 2_000_000
BULK = 200_000


class Side:
    """What one host has seen of its connections."""

    def __init__(self, net):
        self.net = net
        self.accepted = []
        self.closed = []
        self.data = {}

    def poll(self):
        for event in self.net.poll():
            if isinstance(event, Accepted):
                self.accepted.append(event)
            elif isinstance(event, Closed):
                self.closed.append(event.connection)
            elif isinstance(event, Received):
                need(event.connection not in self.closed, "nothing is received after Closed")
                need(isinstance(event.data, bytes) and event.data, "Received carries at least one octet")
                self.data[event.connection] = self.data.get(event.connection, b"") + event.data


def check_streams(a, b, advance):
    server, client = Side(a), Side(b)

    def happens(holds):
        def turn():
            server.poll()
            client.poll()
            return holds()
        return until(turn, advance, PATIENCE)

    port = _listens(a)
    ours, theirs = _connects(a, b, port, server, client, happens)
    _both_ways(a, b, ours, theirs, server, client, happens)
    _closes(a, b, ours, theirs, server, client, happens)
    _closed_by_the_peer(a, b, port, server, client, happens)
    a.close("check-http")
    a.close("check-http")
    _refused(b, (a.address, port), client, happens)


def _listens(a):
    bound = a.listen("check-http", 0)
    need(isinstance(bound, Bound) and bound.key == "check-http" and bound.port > 0, "listen returns Bound")
    need(isinstance(a.listen("check-other", bound.port), Refused), "listen on a port in use returns Refused")
    return bound.port


def _connects(a, b, port, server, client, happens):
    count = len(server.accepted)
    theirs = b.connect("check-call", (a.address, port))
    need(isinstance(theirs, int), "connect returns an integer handle")
    need(happens(lambda: len(server.accepted) > count and len(client.accepted) > count), "a call arrives as Accepted")
    accepted = server.accepted[-1]
    need(accepted.key == "check-http", "Accepted tells the key of the listening socket")
    need(isinstance(accepted.connection, int), "a connection has an integer handle")
    need(accepted.source[0] == b.address, "Accepted tells who calls")
    return accepted.connection, theirs


def _both_ways(a, b, ours, theirs, server, client, happens):
    bulk = bytes([i * 31 & 0xFF for i in range(1000)]) * (BULK // 1000)
    b.write(theirs, b"GET / ")
    b.write(theirs, b"HTTP/1.1\r\n")
    need(happens(lambda: server.data.get(ours) == b"GET / HTTP/1.1\r\n"), "octets written arrive in order")
    a.write(ours, b"")
    a.write(ours, bulk)
    need(happens(lambda: client.data.get(theirs) == bulk), "a long answer arrives whole and in order")
    need(not server.closed and not client.closed, "a connection stays open until somebody closes it")


def _closes(a, b, ours, theirs, server, client, happens):
    bulk = b"x" * BULK
    del client.data[theirs]
    a.write(ours, bulk)
    a.close(ours)
    a.close(ours)
    need(happens(lambda: theirs in client.closed), "the peer of a closed connection learns it")
    need(client.data.get(theirs) == bulk, "close sends what is queued first")
    a.write(ours, b"too late")
    need(not server.closed, "who closes a connection is not told that it is closed")
    b.close(theirs)


def _closed_by_the_peer(a, b, port, server, client, happens):
    ours, theirs = _connects(a, b, port, server, client, happens)
    b.write(theirs, b"last words")
    b.close(theirs)
    need(happens(lambda: ours in server.closed), "Closed tells that the peer has closed")
    need(server.data.get(ours) == b"last words", "what the peer sent before it closed is received before Closed")
    a.write(ours, b"too late")
    a.close(ours)


def _refused(b, to, client, happens):
    handle = b.connect("check-call", to)
    need(happens(lambda: handle in client.closed), "a call to a port where nobody listens ends in Closed")
