"""What a run leaves behind for other tools: packets, the console's transcript, sound."""

import struct
import wave
from io import BufferedWriter, FileIO
from socket import inet_aton
from typing import TextIO

from sim.network import TCP, UDP, Address

PCAP_HEADER = struct.Struct("<IHHiIII")
PACKET_HEADER = struct.Struct("<IIII")
MAGIC, LINKTYPE_RAW, SNAPLEN = 0xA1B2C3D4, 101, 262_144
"""libpcap's file format, microseconds; LINKTYPE_RAW: packets begin with the IP header."""

IP_UDP, IP_TCP = 17, 6
SYN, ACK, PSH = 0x02, 0x10, 0x08
SEGMENT = 65_000
"""Octets of one captured segment: an IPv4 packet holds no more than 65535."""


class Pcap:
    """Writes what a net's tap sees: `net.tap = Pcap(path, start).packet`.

    UDP as it went; TCP as if each direction had sent it in order, once, after
    the three-way handshake. `start` is the wall time (seconds since 1970) of
    virtual instant 0. Written through a buffer: `close` it, also on Ctrl-C;
    it is a context manager.
    """

    def __init__(self, path: str, start: float = 0.0):
        self.packets = 0
        self._file = BufferedWriter(FileIO(path, "wb"))
        self._start = int(start * 1_000_000)
        self._number = 0
        self._sequence: dict[tuple[Address, Address], int] = {}
        self._file.write(PCAP_HEADER.pack(MAGIC, 2, 4, 0, 0, SNAPLEN, LINKTYPE_RAW))

    def packet(self, now: int, source: Address, destination: Address, protocol: str, data: bytes) -> None:
        if self._file.closed:
            return
        if protocol == UDP:
            self._write(now, source, destination, IP_UDP, udp(source, destination, data))
        elif protocol == TCP:
            self._stream(now, source, destination, data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "Pcap":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _stream(self, now: int, source: Address, destination: Address, data: bytes) -> None:
        one, other = (source, destination), (destination, source)
        if one not in self._sequence:
            self._segment(now, one, SYN, b"")
            self._segment(now, other, SYN | ACK, b"")
            self._segment(now, one, ACK, b"")
        for at in range(0, len(data), SEGMENT):
            self._segment(now, one, ACK | PSH, data[at:at + SEGMENT])

    def _segment(self, now: int, way: "tuple[Address, Address]", flags: int, data: bytes) -> None:
        source, destination = way
        sequence = self._sequence.setdefault(way, 0)
        acknowledged = self._sequence.get((destination, source), 0) if flags & ACK else 0
        self._sequence[way] = (sequence + len(data) + bool(flags & SYN)) & 0xFFFFFFFF
        packet = tcp(source, destination, sequence, acknowledged, flags, data)
        self._write(now, source, destination, IP_TCP, packet)

    def _write(self, now: int, source: Address, destination: Address, protocol: int, payload: bytes) -> None:
        self._number = self._number + 1 & 0xFFFF
        packet = ipv4(source[0], destination[0], protocol, self._number, payload)
        seconds, microseconds = divmod(self._start + now, 1_000_000)
        self._file.write(PACKET_HEADER.pack(seconds, microseconds, len(packet), len(packet)) + packet)
        self.packets += 1


def checksum(data: bytes) -> int:
    """RFC 1071: the ones' complement of the ones' complement sum of 16-bit words."""
    # 2**16 = 1 (mod 0xFFFF): the whole number's remainder is the folded sum; 0 and 0xFFFF are equal in it.
    total = int.from_bytes(data + b"\0" * (len(data) % 2), "big") % 0xFFFF
    return 0xFFFF - total if total or not any(data) else 0


def ipv4(source: str, destination: str, protocol: int, number: int, payload: bytes) -> bytes:
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), number, 0, 64, protocol, 0)
    addresses = inet_aton(source) + inet_aton(destination)
    return header[:10] + struct.pack("!H", checksum(header + addresses)) + addresses + payload


def udp(source: Address, destination: Address, data: bytes) -> bytes:
    header = struct.pack("!HHHH", source[1], destination[1], 8 + len(data), 0)
    # RFC 768: a computed zero is sent as all ones.
    value = checksum(pseudo(source, destination, IP_UDP, 8 + len(data)) + header + data) or 0xFFFF
    return header[:6] + struct.pack("!H", value) + data


def tcp(source: Address, destination: Address, sequence: int, acknowledged: int, flags: int, data: bytes) -> bytes:
    header = struct.pack("!HHIIBBHHH", source[1], destination[1], sequence, acknowledged, 5 << 4, flags, 65_535, 0, 0)
    value = checksum(pseudo(source, destination, IP_TCP, len(header) + len(data)) + header + data)
    return header[:16] + struct.pack("!HH", value, 0) + data


def pseudo(source: Address, destination: Address, protocol: int, length: int) -> bytes:
    return inet_aton(source[0]) + inet_aton(destination[0]) + struct.pack("!BBH", 0, protocol, length)


class Transcript:
    """The console as both sides saw it, a line each with its instant: `uart.tap = Transcript(file).tap`."""

    MARKS = {"in": ">", "out": "<"}

    def __init__(self, file: TextIO):
        self._file = file
        self._partial = {"in": (0, b""), "out": (0, b"")}

    def tap(self, now: int, direction: str, data: bytes) -> None:
        began, partial = self._partial[direction]
        if not partial:
            began = now
        *lines, rest = (partial + data).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            self._line(began, direction, line)
            began = now
        self._partial[direction] = (began, rest)

    def close(self) -> None:
        """Write what has not ended yet; the file stays open."""
        for direction, (began, rest) in self._partial.items():
            self._line(began, direction, rest)
            self._partial[direction] = (0, b"")
        self._file.flush()

    def _line(self, now: int, direction: str, line: bytes) -> None:
        if line:
            text = line.decode("utf-8", "backslashreplace")
            self._file.write(f"[{now / 1e6:12.6f}] {self.MARKS[direction]} {text}\n")


class Wav:
    """16-bit mono sound, written as it comes: `put` takes int16 LE octets. A context manager."""

    def __init__(self, path: str, rate: int = 8000):
        self._file = wave.Wave_write(path)
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(rate)

    def put(self, samples: bytes) -> None:
        self._file.writeframesraw(samples)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "Wav":
        return self

    def __exit__(self, *_) -> None:
        self.close()
