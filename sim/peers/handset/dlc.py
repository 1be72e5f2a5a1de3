"""The handset's end of a LAPC link: frames, and class A: modulo 2, one frame at a time (EN 300 175-4 7, 9.2)."""

from collections import deque

from sim.peers.handset.codec import MOST, SEGMENT, build_frame, frame_length, parse_frame

READY = 0x01
LONGEST = 4096
"""Octets of one message that are put together: our choice."""

REPEATS = 3
"""How often a frame that is not answered is sent again, <DL.04> (annex A)."""

FIRST_LLN, CLASS_A_SAPI = 1, 0


def signature(pmid: int) -> int:
    """What a link's checksums are joined with: nothing while the PMID is a default one, else its low 16 bits."""
    return 0 if pmid >> 16 == 0xE else pmid & 0xFFFF


class Framing:
    """Segments of five octets made into frames of one logical link, frames into messages, and back."""

    lln = FIRST_LLN

    def __init__(self, signature: int = 0) -> None:
        self.repeats = 0
        self._signature = signature
        self._queue: deque[tuple[bytes, bool]] = deque()
        self._partial = b""
        self._message = b""

    def restart(self) -> None:
        """The rest of a half frame will not come."""
        self._partial = b""

    def _enqueue(self, message: bytes) -> None:
        for start in range(0, len(message), MOST):
            self._queue.append((message[start:start + MOST], start + MOST < len(message)))

    def _read(self, segment: bytes):
        """The frame of this link that a segment completes, or None."""
        self._partial += segment
        if len(self._partial) < frame_length(self._partial[2]):
            return None
        frame, self._partial = parse_frame(self._partial, self._signature), b""
        if frame is None or frame.address.sapi != CLASS_A_SAPI or frame.address.lln != self.lln:
            return None
        return frame

    def _collect(self, frame) -> list[bytes]:
        """The message that a frame with information completes."""
        self._message = (self._message + frame.information)[:LONGEST]
        if frame.length.more:
            return []
        message, self._message = self._message, b""
        return [message]

    def _cut(self, command: bool, control: int, information: bytes = b"", more: bool = False,
             new: bool = False) -> list[bytes]:
        """A frame as segments; `command` is the bit that is set in commands of the base and our answers to them."""
        address = {"new": new, "lln": self.lln, "command": command}
        octets = build_frame(address, control, information, more, self._signature)
        return [octets[start:start + SEGMENT] for start in range(0, len(octets), SEGMENT)]


class Link(Framing):
    """Segments of five octets below, whole messages above. The first frame sent asks for a new link.

    `signature` as above. The owner keeps time: after `resend` has been called `REPEATS` times in vain the link is lost.
    """

    def __init__(self, signature: int = 0) -> None:
        super().__init__(signature)
        self._outstanding = False
        self._new = True
        self._send_state = self._receive_state = 0

    @property
    def idle(self) -> bool:
        return not self._outstanding and not self._queue

    @property
    def waiting(self) -> bool:
        """Whether a frame has been sent that nobody has confirmed."""
        return self._outstanding

    def send(self, message: bytes) -> list[bytes]:
        self._enqueue(message)
        return self._pump()

    def receive(self, segment: bytes) -> tuple[list[bytes], list[bytes]]:
        """(segments to send, messages that are complete)."""
        frame = self._read(segment)
        if frame is None:
            return [], []
        messages: list[bytes] = []
        reply: list[bytes] = []
        if not frame.control & 1:
            messages = self._take(frame)
            reply = self._cut(True, self._receive_state << 5 | READY)
        return reply + self._confirm(frame.control >> 5 & 1), messages

    def resend(self) -> list[bytes]:
        """The frame that is not confirmed, again."""
        if not self._outstanding:
            return []
        self.repeats += 1
        return self._frame()

    def moved(self) -> list[bytes]:
        """Another MAC connection carries the link from now on: half a frame is forgotten, ours is sent again."""
        self.restart()
        return self._frame() if self._outstanding else []

    def _take(self, frame) -> list[bytes]:
        if frame.control >> 1 & 1 != self._receive_state:
            return []
        self._receive_state ^= 1
        return self._collect(frame)

    def _confirm(self, expected: int) -> list[bytes]:
        if self._outstanding and expected != self._send_state:
            self._outstanding, self._send_state = False, expected
            self.repeats = 0
            self._queue.popleft()
        return self._pump()

    def _pump(self) -> list[bytes]:
        if self._outstanding or not self._queue:
            return []
        self._outstanding = True
        return self._frame()

    def _frame(self) -> list[bytes]:
        information, more = self._queue[0]
        # It asks for a new link until the other side has answered once.
        new = self._new and not self._send_state
        self._new = new
        return self._cut(False, self._receive_state << 5 | self._send_state << 1, information, more, new)
