"""The handset's end of a LAPC class A link: modulo 2, one frame at a time (EN 300 175-4 9.2)."""

from collections import deque

from sim.peers.handset.codec import MOST, SEGMENT, build_frame, frame_length, parse_frame

READY = 0x01


class Link:
    """Segments of five octets below, whole messages above. The first frame sent asks for a new link."""

    def __init__(self) -> None:
        self._queue: deque[tuple[bytes, bool]] = deque()
        self._outstanding = False
        self._new = True
        self._send_state = self._receive_state = 0
        self._partial = b""
        self._message = b""

    @property
    def idle(self) -> bool:
        return not self._outstanding and not self._queue

    def send(self, message: bytes) -> list[bytes]:
        for start in range(0, len(message), MOST):
            self._queue.append((message[start:start + MOST], start + MOST < len(message)))
        return self._pump()

    def receive(self, segment: bytes) -> tuple[list[bytes], list[bytes]]:
        """(segments to send, messages that are complete)."""
        self._partial += segment
        if len(self._partial) < frame_length(self._partial[2]):
            return [], []
        frame, self._partial = parse_frame(self._partial), b""
        if frame is None or frame.address.sapi:
            return [], []
        messages: list[bytes] = []
        reply: list[bytes] = []
        if not frame.control & 1:
            messages = self._take(frame)
            reply = _cut(build_frame({"new": False, "command": True}, self._receive_state << 5 | READY, b""))
        return reply + self._confirm(frame.control >> 5 & 1), messages

    def _take(self, frame) -> list[bytes]:
        if frame.control >> 1 & 1 != self._receive_state:
            return []
        self._receive_state ^= 1
        self._message += frame.information
        if frame.length.more:
            return []
        message, self._message = self._message, b""
        return [message]

    def _confirm(self, expected: int) -> list[bytes]:
        if self._outstanding and expected != self._send_state:
            self._outstanding, self._send_state = False, expected
            self._queue.popleft()
        return self._pump()

    def _pump(self) -> list[bytes]:
        if self._outstanding or not self._queue:
            return []
        self._outstanding = True
        information, more = self._queue[0]
        new, self._new = self._new, False
        control = self._receive_state << 5 | self._send_state << 1
        return _cut(build_frame({"new": new, "command": False}, control, information, more))


def _cut(octets: bytes) -> list[bytes]:
    return [octets[start:start + SEGMENT] for start in range(0, len(octets), SEGMENT)]
