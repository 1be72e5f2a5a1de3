"""RTP port pairs: even for RTP, the next for RTCP (RFC 3550 11)."""

FIRST, LAST = 16384, 32766
"""Our choice of range; RFC 3550 11 only asks for even."""


class Ports:
    """Each pair in turn, so that a port rests as long as possible before its next use."""

    def __init__(self, first=FIRST, last=LAST):
        self.first = first
        self.last = last
        self.used = set()
        self._next = first

    def __len__(self):
        """How many pairs there are in all."""
        return (self.last - self.first) // 2 + 1

    def take(self):
        """An even port that is not taken, or None if all are."""
        for _ in range(len(self)):
            port = self._next
            self._next = self.first if port + 2 > self.last else port + 2
            if port not in self.used:
                self.used.add(port)
                return port
        return None

    def free(self, port):
        self.used.discard(port)
