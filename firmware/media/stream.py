"""The RTP of one call both ways: sender, receiver, jitter buffer, events and what RTCP says of them."""

from firmware.media import rtcp
from firmware.media.events import Events, Hearing
from firmware.media.jitter import JitterBuffer
from firmware.media.rtp import Receiver, Sender

LARGEST = 1500
"""Octets of a payload that is passed on; no frame of a telephone codec comes near."""


class Stream:
    """Knows packets and time, but neither sockets nor who may speak; `agreed` is the
    firmware.media.negotiation.Agreement that it follows.
    """

    def __init__(self, agreed, entropy):
        rate = agreed.codec.rate
        self.sender = Sender(rate, entropy)
        self.receiver = Receiver(rate)
        self.jitter = JitterBuffer(rate)
        self.ignored = self.pauses = self.heard_pauses = 0
        self._hearing = Hearing()
        self.reported = None
        self.round_trip = None
        self._last_report = None
        self.change(agreed)

    def change(self, agreed):
        """Go on with another codec of the same clock, or other packets."""
        event = agreed.event
        self.agreed, self.codec, self.packet_ms = agreed, agreed.codec, agreed.packet_ms
        self.events = None if event is None else Events(event.payload_type, event.rate, agreed.packet_ms)

    def send(self, packet, now):
        """The datagrams to send for a hal.dsp.Packet."""
        agreed = self.agreed
        if packet.kind == "comfort":
            if agreed.comfort is None:
                return []
            self.pauses += 1
            return [self.sender.pause(agreed.comfort.payload_type, packet.payload, packet.at, now)]
        if self.events is not None and self.events.sounding:
            return []
        return [self.sender.send(self.codec.payload_type, packet.payload, packet.at, self.packet_ms, now)]

    def receive(self, header, data, now, playing):
        """A packet of the peer with its parsed header; without `playing` it is only counted.

        Gives the digit of a telephone event that it begins, else None.
        """
        kind = self.agreed.kinds.get(header.payload_type)
        if kind not in ("speech", "comfort") or header.end - header.start > LARGEST:
            self.ignored += 1
            # Events are numbered with the audio: else they would seem lost.
            if header.ssrc != self.receiver.ssrc:
                return None
            self.receiver.receive(header, now, False)
            return self._hear(header, data) if playing and kind == "event" else None
        place = self.receiver.receive(header, now)
        if place is None or not playing:
            return None
        sequence, timestamp, anew = place
        if anew:
            self.jitter.reset()
        if header.end > header.start:
            self.heard_pauses += kind == "comfort"
            payload = data[header.start:header.end]
            self.jitter.put(sequence, timestamp, (payload, kind), now, header.marker)
        return None

    def _hear(self, header, data):
        return self._hearing.digit(header.ssrc, header.timestamp, data[header.start:header.end])

    def report(self, name, bye, now):
        """An RTCP packet of ours."""
        receiver, sender, block, sent = self.receiver, self.sender, None, None
        if receiver.expected:
            last, delay = 0, 0
            if self._last_report is not None:
                last, delay = self._last_report[0], (now - self._last_report[1]) * 65536 // 1000000
            block = rtcp.Block(receiver.ssrc, receiver.fraction_lost(), receiver.lost, receiver.highest - 0x10000,
                               receiver.jitter, last, delay)
        if sender.packets:
            sent = (sender.timestamp(now), sender.packets, sender.octets)
        return rtcp.build(sender.ssrc, name, sent, block, bye, now)

    def hear_report(self, data, now):
        """An RTCP packet of the peer's."""
        report = rtcp.parse(data)
        if report is None:
            return
        if report.ntp is not None:
            self._last_report = (report.ntp, now)
        block = report.block
        if block is None or block.ssrc != self.sender.ssrc:
            return
        self.reported = block
        if block.last:
            away = (rtcp.middle(now) - block.last - block.delay) & 0xFFFFFFFF
            # A peer's clock is coarser than ours: a trip just below zero is none at all.
            self.round_trip = away if away < 0x80000000 else 0

    def stats(self):
        receiver, jitter, reported = self.receiver, self.jitter, self.reported
        return {
            "codec": self.codec.name, "packet_ms": self.packet_ms,
            "sent": self.sender.packets, "received": receiver.packets,
            # A second copy must not make up for a loss, as it does in RTCP (RFC 3550 6.4.1).
            "lost": max(0, receiver.lost + jitter.duplicates),
            "jitter_ms": receiver.jitter * 1000 / receiver.rate,
            "comfort_sent": self.pauses, "comfort_received": self.heard_pauses,
            "late": jitter.late, "dropped": jitter.dropped, "duplicates": jitter.duplicates,
            "sources": receiver.changes + 1 if receiver.packets else 0,
            "peer_lost": reported.lost if reported is not None else None,
            "peer_jitter_ms": reported.jitter * 1000 / receiver.rate if reported is not None else None,
            "round_trip_ms": self.round_trip * 1000 / 65536 if self.round_trip is not None else None,
        }


NOTHING = {
    "codec": None, "packet_ms": 0, "sent": 0, "received": 0, "lost": 0, "jitter_ms": None, "comfort_sent": 0,
    "comfort_received": 0, "late": 0, "dropped": 0, "duplicates": 0, "sources": 0, "peer_lost": None,
    "peer_jitter_ms": None, "round_trip_ms": None}
"""The stats of a call that never had a stream; not to be changed."""
