"""RTP as a phone sends and receives it: RFC 3550, paced in virtual time, with pauses and telephone events."""

import random
import struct
from collections.abc import Callable

import numpy as np
from construct import Int8ub, Int16sb, Int16ub, Int24sb, Int32ub, Struct

from sim.peers.codecs import CODECS, G711
from sim.peers.recording import RATE, Recording
from sim.peers.sockets import Sockets
from sim.peers.voice import Dialler, Hearing, Pauses
from sim.time import Handle, Time

FIRST = 40000
REPORTS = 5_000_000
SR, RR = 200, 201

HEADER = Struct("first" / Int8ub, "second" / Int8ub, "sequence" / Int16ub, "timestamp" / Int32ub, "ssrc" / Int32ub)
HEADED = struct.Struct(">BBHII")
"""HEADER for who has hundreds of packets a second: test_rtp holds the one against the other."""
SIZE = HEADED.size

SENDER_REPORT = Struct(
    "first" / Int8ub, "kind" / Int8ub, "words" / Int16ub, "ssrc" / Int32ub, "seconds" / Int32ub,
    "fraction" / Int32ub, "timestamp" / Int32ub, "packets" / Int32ub, "octets" / Int32ub)
BLOCK = Struct("ssrc" / Int32ub, "lost_of_256" / Int8ub, "lost" / Int24sb, "highest" / Int32ub, "jitter" / Int32ub,
               "last" / Int32ub, "delay" / Int32ub)
NAME = Struct("first" / Int8ub, "kind" / Int8ub, "words" / Int16ub, "ssrc" / Int32ub, "item" / Int16sb,
              "rest" / Int16sb)


class Source:
    """What has come under one SSRC: `highest` is the extended sequence number (RFC 3550 A.1)."""

    def __init__(self, sequence: int):
        self.first = self.highest = sequence
        self.counted = 0

    def count(self, sequence: int) -> None:
        self.counted += 1
        ahead = (sequence - self.highest + 32768) % 65536 - 32768
        if ahead > 0:
            self.highest += ahead

    @property
    def lost(self) -> int:
        return max(0, self.highest - self.first + 1 - self.counted)


class Stream:
    """One call's audio. `play` gives it samples to send; without any it sends silence.

    Counters: `sent`, `received`, `lost` (by sequence numbers), `jitter_ms` (RFC 3550 A.8), `pauses` that began
    in what we sent and `heard_pauses`, `wrong` (packets of another payload type or no RTP at all).
    """

    def __init__(self, time: Time, sockets: Sockets, port: int = FIRST, seed: object = 0):
        self.time, self.sockets = time, sockets
        self._random = random.Random(f"rtp {seed}")
        self.key, self.report_key = ("rtp", seed), ("rtcp", seed)
        self.port = self._open(port)
        self.codec, self._coder = "pcma", CODECS["pcma"].make()
        self._plain = True
        """Whether each sample is coded by itself."""
        self.recording = Recording()
        self.on_packet: Callable[[], object] = lambda: None
        self.sent = self.received = self.wrong = self.octets = 0
        self.pauses = self.heard_pauses = self.reports = 0
        self._jitter = 0.0
        self._sources: dict[int, Source] = {}
        """By SSRC: a peer that moves, as in a handover, goes on under another."""
        self._remote: tuple[str, int] = ("", 0)
        self._type, self._clock, self._packet_ms = 8, RATE, 20
        self._dialler, self._hearing = Dialler(), Hearing()
        self._quiet: Pauses | None = None
        self._comfort: int | None = None
        self._source = np.zeros(0, dtype=np.int16)
        self._ahead: bytes | None = None
        self._at = 0
        self._loop = False
        self._timer: Handle | None = None
        self._report_timer: Handle | None = None
        self._sequence, self._timestamp = self._random.getrandbits(16), self._random.getrandbits(32)
        self._ssrc = self._random.getrandbits(32)
        self._mark = True
        self._transit: int | None = None
        self._last: tuple[int, int] | None = None
        self._peer = 0

    def play(self, samples: np.ndarray, loop: bool = False) -> None:
        self._source, self._at, self._loop = np.asarray(samples, dtype=np.int16), 0, loop
        self._ahead = None

    def dial(self, digits: str) -> None:
        """Send telephone events, where they were agreed on."""
        self._dialler.dial(digits)

    @property
    def digits(self) -> str:
        """Those that came as telephone events."""
        return self._hearing.digits

    @property
    def played(self) -> bool:
        """Whether all that `play` was given has been sent."""
        return self._at >= len(self._source)

    @property
    def lost(self) -> int:
        return sum(one.lost for one in self._sources.values())

    @property
    def jitter_ms(self) -> float:
        return self._jitter * 1000 / self._clock

    def start(self, remote: tuple, codec: str, payload_type: int, packet_ms: int, sending: bool,
              event: "int | None" = None, comfort: "int | None" = None) -> None:
        """Take the result of a negotiation into use, also during the call: `event` and `comfort` are payload types
        that were agreed on.
        """
        if codec != self.codec:
            self.codec, self._coder, self._ahead = codec, CODECS[codec].make(), None
            self._plain = isinstance(self._coder, G711)
        self._type, self._remote, self._packet_ms = payload_type, remote, packet_ms
        self._clock, self._transit = CODECS[codec].clock, None
        self._dialler.payload_type = self._hearing.payload_type = event
        self._comfort = comfort
        self._quiet = None if comfort is None else Pauses()
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
        """What is due once every packet's time: audio, a digit, the beginning of a pause, or nothing."""
        time, packet_ms = self.time, self._packet_ms
        self._timer = time.at(time.now + packet_ms * 1000, self._send)
        step = packet_ms * self._clock // 1000
        if self._quiet is None and not self._dialler.waiting:
            self._packet(self._type, self._timestamp, self._coded(), self._mark)
            self._timestamp, self._mark = (self._timestamp + step) & 0xFFFFFFFF, False
            return
        samples = self._next()
        digit = self._dialler.packets(self._timestamp, step)
        silence = self._quiet.speaks(samples) if self._quiet is not None else None
        if digit:
            self._mark = True
            for number, payload in enumerate(digit):
                self._packet(self._dialler.payload_type, self._dialler.begun, payload,
                             self._dialler.fresh and number == 0)
        elif silence is None:
            self._packet(self._type, self._timestamp, self._coder.encode(samples), self._mark)
            self._mark = False
        elif silence:
            self._packet(self._comfort, self._timestamp, silence, False)
            self.pauses, self._mark = self.pauses + 1, True
        self._timestamp = (self._timestamp + step) % (1 << 32)

    def _packet(self, payload_type, timestamp, payload, marker):
        header = HEADED.pack(0x80, payload_type | (0x80 if marker else 0), self._sequence, timestamp, self._ssrc)
        self.sockets.send(self.key, self._remote, header + payload)
        self._sequence = (self._sequence + 1) % 65536
        self.sent += 1
        self.octets += len(payload)

    def _next(self):
        count = self._packet_ms * RATE // 1000
        if self._loop and self.played:
            self._at = 0
        samples = self._source[self._at:self._at + count]
        self._at += count
        return samples if len(samples) == count else np.pad(samples, (0, count - len(samples)))

    def _coded(self):
        """The next payload; G.711 codes all that is said at once."""
        coder = self._coder
        if not self._plain:
            return coder.encode(self._next())
        if self._ahead is None:
            self._ahead = coder.encode(self._source)
        if self._loop and self._at >= len(self._source):
            self._at = 0
        count = self._packet_ms * RATE // 1000
        payload = self._ahead[self._at:self._at + count]
        self._at += count
        missing = count - len(payload)
        return payload + coder.encode(np.zeros(missing, np.int16)) if missing else payload

    def _receive(self, source, data):
        kind = data[1] & 0x7F if len(data) > SIZE and data[0] == 0x80 else None
        if kind is None or kind not in (self._type, self._comfort, self._hearing.payload_type):
            self.wrong += 1
            return
        _, _, sequence, timestamp, ssrc = HEADED.unpack_from(data)
        self._count(sequence, timestamp, ssrc, kind == self._type)
        if kind == self._type:
            self.received += 1
            if self._plain:
                self.recording.put_octets(ssrc, timestamp, data[SIZE:], self._coder.decode)
            else:
                self.recording.put(ssrc, timestamp, self._coder.decode(data[SIZE:]), self._clock)
        elif kind == self._comfort:
            self.heard_pauses += 1
            self.recording.pause(ssrc, timestamp, data[SIZE:], self._clock)
        else:
            self._hearing.hear(timestamp, data[SIZE:])
        self.on_packet()

    def _count(self, sequence, timestamp, ssrc, timed):
        if ssrc not in self._sources:
            self._sources[ssrc], self._transit = Source(sequence), None
        self._sources[ssrc].count(sequence)
        transit = (self.time.now * self._clock // 1_000_000 - timestamp) & 0xFFFFFFFF
        if self._transit is not None and timed:
            difference = abs((transit - self._transit + (1 << 31)) % (1 << 32) - (1 << 31))
            self._jitter += (difference - self._jitter) / 16
        self._transit, self._peer = transit if timed else self._transit, ssrc

    def _report(self):
        """A sender report with one block and a name, RFC 3550 6.4.1 and 6.5."""
        self._report_timer = self.time.after(REPORTS, self._report)
        blocks = 1 if self.received else 0
        now = self.time.now
        data = SENDER_REPORT.build({
            "first": 0x80 | blocks, "kind": SR, "words": 6 + 6 * blocks, "ssrc": self._ssrc,
            "seconds": now // 1_000_000, "fraction": (now % 1_000_000 << 32) // 1_000_000,
            "timestamp": self._timestamp, "packets": self.sent, "octets": self.octets})
        if blocks:
            source = self._sources[self._peer]
            last, heard = self._last if self._last is not None else (0, now)
            data += BLOCK.build({
                "ssrc": self._peer, "lost_of_256": 0, "lost": source.lost, "highest": source.highest,
                "jitter": round(self._jitter), "last": last, "delay": (now - heard) * 65536 // 1_000_000})
        data += NAME.build({"first": 0x81, "kind": 202, "words": 2, "ssrc": self._ssrc, "item": 0x0100, "rest": 0})
        self.sockets.send(self.report_key, (self._remote[0], self._remote[1] + 1), data)

    def _reported(self, source, data):
        self.reports += 1
        if len(data) >= SENDER_REPORT.sizeof() and data[1] == SR:
            report = SENDER_REPORT.parse(data)
            self._last = ((report.seconds & 0xFFFF) << 16 | report.fraction >> 16, self.time.now)
