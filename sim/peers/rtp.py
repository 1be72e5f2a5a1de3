"""RTP as a phone sends and receives it: RFC 3550, G.711, paced in virtual time."""

import random
from collections.abc import Callable

import numpy as np
from construct import Int8ub, Int16sb, Int16ub, Int24sb, Int32ub, Struct

from sim.peers import g711
from sim.peers.sockets import Sockets
from sim.time import Handle, Time

RATE = 8000
JUMP = 10 * RATE
"""A timestamp further off than this begins the recording anew from where it is."""

FIRST = 40000
REPORTS = 5_000_000
SR, RR = 200, 201

HEADER = Struct("first" / Int8ub, "second" / Int8ub, "sequence" / Int16ub, "timestamp" / Int32ub, "ssrc" / Int32ub)
SENDER_REPORT = Struct(
    "first" / Int8ub, "kind" / Int8ub, "words" / Int16ub, "ssrc" / Int32ub, "seconds" / Int32ub,
    "fraction" / Int32ub, "timestamp" / Int32ub, "packets" / Int32ub, "octets" / Int32ub)
BLOCK = Struct("ssrc" / Int32ub, "lost_of_256" / Int8ub, "lost" / Int24sb, "highest" / Int32ub, "jitter" / Int32ub,
               "last" / Int32ub, "delay" / Int32ub)
NAME = Struct("first" / Int8ub, "kind" / Int8ub, "words" / Int16ub, "ssrc" / Int32ub, "item" / Int16sb,
              "rest" / Int16sb)


class Recording:
    """What arrived, each packet at the place its timestamp gives it; what is missing is silence."""

    def __init__(self):
        self._parts: list[tuple[int, np.ndarray]] = []
        self._base: int | None = None
        self._ssrc: int | None = None
        self.length = 0

    def put(self, ssrc: int, timestamp: int, samples: np.ndarray) -> None:
        offset = 0 if self._base is None else (timestamp - self._base + 0x80000000) % 0x100000000 - 0x80000000
        if ssrc != self._ssrc or abs(offset - self.length) > JUMP:
            self._base, self._ssrc = timestamp - self.length, ssrc
            offset = self.length
        if offset >= 0:
            self._parts.append((offset, samples))
            self.length = max(self.length, offset + len(samples))

    def samples(self) -> np.ndarray:
        whole = np.zeros(self.length, dtype=np.int16)
        for at, part in self._parts:
            whole[at:at + len(part)] = part
        return whole


class Stream:
    """One call's audio. `play` gives it samples to send; without any it sends silence.

    Counters: `sent`, `received`, `lost` (by sequence numbers), `jitter_ms` (RFC 3550 A.8),
    `wrong` (packets of another payload type or no RTP at all).
    """

    def __init__(self, time: Time, sockets: Sockets, port: int = FIRST, seed: object = 0):
        self.time, self.sockets = time, sockets
        self._random = random.Random(f"rtp {seed}")
        self.key, self.report_key = ("rtp", seed), ("rtcp", seed)
        self.port = self._open(port)
        self.codec = "pcma"
        self.recording = Recording()
        self.on_packet: Callable[[], object] = lambda: None
        self.sent = self.received = self.wrong = 0
        self.reports = 0
        self._jitter = 0.0
        self._first = self._highest = 0
        self._remote: tuple[str, int] = ("", 0)
        self._type = 8
        self._samples = 160
        self._source = np.zeros(0, dtype=np.int16)
        self._at = 0
        self._loop = False
        self._timer: Handle | None = None
        self._report_timer: Handle | None = None
        self._sequence, self._timestamp = self._random.getrandbits(16), self._random.getrandbits(32)
        self._ssrc = self._random.getrandbits(32)
        self._transit: int | None = None
        self._last: tuple[int, int] | None = None
        self._peer = 0

    def play(self, samples: np.ndarray, loop: bool = False) -> None:
        self._source, self._at, self._loop = np.asarray(samples, dtype=np.int16), 0, loop

    @property
    def played(self) -> bool:
        """Whether all that `play` was given has been sent."""
        return self._at >= len(self._source)

    @property
    def lost(self) -> int:
        return max(0, self._highest - self._first + 1 - self.received) if self.received else 0

    @property
    def jitter_ms(self) -> float:
        return self._jitter * 1000 / RATE

    def start(self, remote: tuple, codec: str, payload_type: int, packet_ms: int, sending: bool) -> None:
        """Take the result of a negotiation into use; also during the call."""
        self.codec, self._type, self._remote = codec, payload_type, remote
        self._samples = packet_ms * RATE // 1000
        self.time.cancel(self._timer)
        self._timer = self.time.after(0, self._send) if sending else None
        if self._report_timer is None:
            self._report_timer = self.time.after(REPORTS, self._report)

    def stop(self) -> None:
        self.time.cancel(self._timer)
        self.time.cancel(self._report_timer)
        self.sockets.close(self.key)
        self.sockets.close(self.report_key)

    def _open(self, port):
        """A free even port, with the next one free as well, from `port` upwards."""
        while True:
            try:
                self.sockets.open(self.key, port, self._receive)
                self.sockets.open(self.report_key, port + 1, self._reported)
                return port
            except OSError:
                self.sockets.close(self.key)
                if port > 65000:
                    raise
                port += 2

    def _send(self):
        self._timer = self.time.after(self._samples * 1_000_000 // RATE, self._send)
        payload = g711.encode(self.codec, self._next())
        header = HEADER.build({
            "first": 0x80, "second": self._type | (0 if self.sent else 0x80), "sequence": self._sequence,
            "timestamp": self._timestamp, "ssrc": self._ssrc})
        self.sockets.send(self.key, self._remote, header + payload)
        self._sequence = (self._sequence + 1) % 65536
        self._timestamp = (self._timestamp + self._samples) % (1 << 32)
        self.sent += 1

    def _next(self):
        if self._loop and self.played:
            self._at = 0
        samples = self._source[self._at:self._at + self._samples]
        self._at += self._samples
        return np.pad(samples, (0, self._samples - len(samples)))

    def _receive(self, source, data):
        header = HEADER.parse(data) if len(data) > HEADER.sizeof() else None
        if header is None or header.first != 0x80 or header.second & 0x7F != self._type:
            self.wrong += 1
            return
        self.received += 1
        self._count(header)
        self.recording.put(header.ssrc, header.timestamp, g711.decode(self.codec, data[HEADER.sizeof():]))
        self.on_packet()

    def _count(self, header):
        if self.received == 1:
            self._first = self._highest = header.sequence
        ahead = (header.sequence - self._highest + 32768) % 65536 - 32768
        self._highest = max(self._highest, self._highest + ahead)
        transit = (self.time.now * RATE // 1_000_000 - header.timestamp) % (1 << 32)
        if self._transit is not None:
            difference = abs((transit - self._transit + (1 << 31)) % (1 << 32) - (1 << 31))
            self._jitter += (difference - self._jitter) / 16
        self._transit, self._peer = transit, header.ssrc

    def _report(self):
        """A sender report with one block and a name, RFC 3550 6.4.1 and 6.5."""
        self._report_timer = self.time.after(REPORTS, self._report)
        blocks = 1 if self.received else 0
        now = self.time.now
        data = SENDER_REPORT.build({
            "first": 0x80 | blocks, "kind": SR, "words": 6 + 6 * blocks, "ssrc": self._ssrc,
            "seconds": now // 1_000_000, "fraction": (now % 1_000_000 << 32) // 1_000_000,
            "timestamp": self._timestamp, "packets": self.sent, "octets": self.sent * self._samples})
        if blocks:
            last, heard = self._last if self._last is not None else (0, now)
            data += BLOCK.build({
                "ssrc": self._peer, "lost_of_256": 0, "lost": self.lost, "highest": self._highest,
                "jitter": round(self._jitter), "last": last, "delay": (now - heard) * 65536 // 1_000_000})
        data += NAME.build({"first": 0x81, "kind": 202, "words": 2, "ssrc": self._ssrc, "item": 0x0100, "rest": 0})
        self.sockets.send(self.report_key, (self._remote[0], self._remote[1] + 1), data)

    def _reported(self, source, data):
        self.reports += 1
        if len(data) >= SENDER_REPORT.sizeof() and data[1] == SR:
            report = SENDER_REPORT.parse(data)
            self._last = ((report.seconds & 0xFFFF) << 16 | report.fraction >> 16, self.time.now)
