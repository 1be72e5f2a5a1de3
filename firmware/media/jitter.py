"""The jitter buffer: packets in, each handed on once, in order, when it is due.

The delay follows the network: a packet that comes after its time stretches
it, up to a bound; a calm while shortens it again. The origin of time is the
fastest packet of the last seconds, so that a drifting clock is followed.
"""

LEAST, MOST = 20000, 200000
"""Bounds of the delay in µs; our choice."""

CALM = 8000000
"""µs without need of the present delay before it shrinks by a STEP."""

STEP = 5000
RESYNC = 5
"""So many packets too late in a row mean that the path has changed, not that they strayed."""

FULL = 64
"""Packets that may wait: more than MOST of the shortest ones make; beyond it somebody floods us."""

MEMORY = 30
"""How many sequence numbers back a second copy is known; what fits a small integer everywhere."""

KNOWN = (1 << MEMORY) - 1


class JitterBuffer:
    """Times are µs. `late` counts packets that came after their instant, whether or not they
    could still be played; `dropped` those that could not; `duplicates` second copies.
    """

    def __init__(self, rate, least=LEAST, most=MOST):
        self.rate = rate
        self.least = least
        self.most = most
        self.delay = least
        self.late = self.dropped = self.duplicates = 0
        self.reset()

    def reset(self):
        """Another stream begins: forget what waits and where time was."""
        self._waiting = []
        self._played = None
        self._newest, self._heard = None, 0
        self._offset = self._fastest = self._window = self._slack = None
        self._misses = 0

    def put(self, sequence, timestamp, payload, now, spurt=False):
        """`sequence` and `timestamp` are extended, as Receiver gives them. `spurt`: speech begins anew, so a sender
        whose timestamps stood still meanwhile is followed at once.
        """
        if sequence - 1 == self._newest:
            self._heard, self._newest = (self._heard << 1 | 1) & KNOWN, sequence
        elif self._repeated(sequence):
            self.duplicates += 1
            return
        transit = now - timestamp * 1000000 // self.rate
        if self._offset is None or transit < self._fastest or now - self._window >= CALM:
            self._follow(transit, now)
        lateness = transit - self._offset - self.delay
        if len(self._waiting) >= FULL:
            self.dropped += 1
            return
        if lateness > 0 or (self._played is not None and sequence < self._played):
            self.late += 1
            if not self._stretch(sequence, lateness, transit, now, spurt):
                self.dropped += 1
                return
            lateness = transit - self._offset - self.delay
        self._misses = 0
        if self._slack is None or -lateness < self._slack:
            self._slack = -lateness
        waiting = self._waiting
        if waiting and waiting[-1][0] > sequence:
            self._insert(sequence, now - transit + self._offset + self.delay, payload)
        else:
            waiting.append((sequence, now - transit + self._offset + self.delay, payload))

    def take(self, now):
        """The payloads that are due, in order."""
        waiting, count = self._waiting, 0
        if not waiting or waiting[0][1] > now:
            return ()
        while count < len(waiting) and waiting[count][1] <= now:
            count += 1
        self._played = waiting[count - 1][0]
        self._waiting = waiting[count:]
        return [payload for _, _, payload in waiting[:count]]

    def due(self):
        return self._waiting[0][1] if self._waiting else None

    def _repeated(self, sequence):
        if self._newest is None or sequence > self._newest:
            ahead = MEMORY if self._newest is None else sequence - self._newest
            self._heard = (self._heard << ahead | 1) & KNOWN if ahead < MEMORY else 1
            self._newest = sequence
            return False
        bit = 1 << (self._newest - sequence) if self._newest - sequence < MEMORY else 0
        known = bool(self._heard & bit)
        self._heard |= bit
        return known

    def _insert(self, sequence, due, payload):
        waiting, at = self._waiting, len(self._waiting)
        while at and waiting[at - 1][0] > sequence:
            at -= 1
        waiting.insert(at, (sequence, due, payload))

    def _stretch(self, sequence, lateness, transit, now, spurt):
        """Whether a packet that is so late is still played, with the delay grown for it."""
        if self._played is not None and sequence < self._played:
            return False
        self._misses += 1
        if self._misses >= RESYNC or (spurt and self.delay + lateness > self.most):
            self._offset = self._fastest = transit
            self._window, self._slack = now, None
            return True
        if self.delay + lateness > self.most:
            return False
        self.delay += lateness
        self._window = now
        return True

    def _follow(self, transit, now):
        if self._offset is None:
            self._offset = self._fastest = transit
            self._window = now
            return
        if transit < self._fastest:
            self._fastest = transit
            self._offset = min(self._offset, transit)
        if now - self._window < CALM:
            return
        # Creep up to a slower path or clock; a jump would be heard.
        self._offset = min(self._fastest, self._offset + STEP)
        if self._slack is not None and self._slack > STEP:
            self.delay = max(self.least, self.delay - STEP)
        self._window, self._fastest, self._slack = now, transit, None
