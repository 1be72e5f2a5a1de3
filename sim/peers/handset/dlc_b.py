"""LAPC class B at the handset: modulo 8, three frames on their way at a time (EN 300 175-4 9.2.5).

The handset asks for it with SABM; what was lost is asked for with REJ.
"""

from sim.peers.handset.dlc import REPEATS, Framing

RR, RNR, REJ = 0x01, 0x05, 0x09
SABM, DM, DISC, UA = 0x2F, 0x0F, 0x43, 0x63
FINAL = 0x10
MODULO, WINDOW = 8, 3
DOWN, ASKING, UP = "down", "asking", "up"


class LinkB(Framing):
    """As `Link`; frames in the queue are kept until they are confirmed, the first `_sent` of them are on their way."""

    lln = 2

    def __init__(self, signature: int = 0) -> None:
        super().__init__(signature)
        self.state = DOWN
        self._reset()

    def _reset(self) -> None:
        self._oldest = self._sent = self._expected = 0
        self._busy = self._rejected = False

    @property
    def idle(self) -> bool:
        return not self._queue

    @property
    def waiting(self) -> bool:
        return self.state == ASKING or bool(self._sent)

    def send(self, message: bytes) -> list[bytes]:
        self._enqueue(message)
        if self.state == DOWN:
            self.state = ASKING
            return self._cut(False, SABM | FINAL)
        return self._pump()

    def disconnect(self) -> list[bytes]:
        """Take leave of the link."""
        self.state = DOWN
        self._queue.clear()
        return self._cut(False, DISC | FINAL)

    def receive(self, segment: bytes) -> tuple[list[bytes], list[bytes]]:
        """(segments to send, messages that are complete)."""
        frame = self._read(segment)
        if frame is None:
            return [], []
        if frame.control & 3 == 3:
            return self._unnumbered(frame.control), []
        if self.state != UP:
            return self._cut(True, DM | frame.control & FINAL), []
        if frame.control & 1:
            return self._supervisory(frame), []
        return self._information(frame)

    def resend(self) -> list[bytes]:
        """What is not confirmed, again; a question where the other side is busy."""
        if not self.waiting:
            return []
        self.repeats += 1
        if self.state == ASKING:
            return self._cut(False, SABM | FINAL)
        if self._busy:
            return self._cut(False, self._expected << 5 | FINAL | RR)
        return self._again()

    def moved(self) -> list[bytes]:
        """As in `Link`."""
        self.restart()
        return self._again() if self.state == UP else self._cut(False, SABM | FINAL) if self.state == ASKING else []

    def _unnumbered(self, control: int) -> list[bytes]:
        kind, final = control & ~FINAL, control & FINAL
        if kind == UA and self.state == ASKING:
            self._reset()
            self.state, self.repeats = UP, 0
            return self._pump()
        if kind == SABM:
            self._reset()
            self.state = UP
            return self._cut(True, UA | final) + self._pump()
        if kind == DISC:
            was, self.state = self.state, DOWN
            return self._cut(True, (UA if was == UP else DM) | final)
        if kind == DM and self.state != DOWN:
            # Nobody there wants to talk: the owner gives up.
            self.repeats = REPEATS
            self.state = ASKING
        return []

    def _information(self, frame) -> tuple[list[bytes], list[bytes]]:
        number, messages, answer = frame.control >> 1 & 7, [], RR
        if number == self._expected:
            self._expected, self._rejected = (self._expected + 1) % MODULO, False
            messages = self._collect(frame)
        elif (number - self._expected) % MODULO < WINDOW and not self._rejected:
            self._rejected, answer = True, REJ
        reply = self._cut(True, self._expected << 5 | frame.control & FINAL | answer)
        return reply + self._confirmed(frame.control >> 5), messages

    def _supervisory(self, frame) -> list[bytes]:
        kind, number = frame.control & 0x0F, frame.control >> 5
        self._busy = kind == RNR
        asked = frame.address.command and frame.control & FINAL
        reply = self._cut(True, self._expected << 5 | FINAL | RR) if asked else []
        if kind == REJ:
            self._confirmed(number, False)
            return reply + self._again()
        return reply + self._confirmed(number)

    def _confirmed(self, number: int, pump: bool = True) -> list[bytes]:
        """All frames before this number have arrived."""
        arrived = (number - self._oldest) % MODULO
        if 0 < arrived <= self._sent:
            for _ in range(arrived):
                self._queue.popleft()
            self._oldest, self._sent, self.repeats = number, self._sent - arrived, 0
        return self._pump() if pump else []

    def _again(self) -> list[bytes]:
        self._sent = 0
        return self._pump()

    def _pump(self) -> list[bytes]:
        out: list[bytes] = []
        while self.state == UP and not self._busy and self._sent < min(WINDOW, len(self._queue)):
            information, more = self._queue[self._sent]
            number = (self._oldest + self._sent) % MODULO
            out += self._cut(False, self._expected << 5 | number << 1, information, more)
            self._sent += 1
        return out
