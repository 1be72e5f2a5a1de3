"""One call's audio between the network and a DSP channel: sockets, negotiation, RTP, RTCP."""

from firmware.effects import Bind, Close, Do, Send
from firmware.media import negotiation, rtcp
from firmware.media.events import Events
from firmware.media.jitter import JitterBuffer
from firmware.media.rtp import Receiver, Sender, parse
from firmware.module import earliest
from hal.net import Bound, Datagram, Refused

TRIES = 64
"""Port pairs to try before a call is refused."""

LARGEST = 1500
"""Octets of a payload that is passed on; no frame of a telephone codec comes near."""


class Session:
    """Sockets go by ("rtp", number) and ("rtcp", number). `ready` once both are open, `failed`
    when no pair could be had. `channel` is the DSP channel, None for a call without audio.
    """

    def __init__(self, number, address, ports, media, entropy):
        self.number = number
        self.address = address
        self.media = media
        self.channel = None
        self.port = None
        self.ready = self.failed = False
        self.codec = None
        self.packet_ms = 0
        self.direction = "inactive"
        self.remote = None
        self.offered = None
        self.sender = self.receiver = self.jitter = self.events = None
        self.foreign = self.ignored = 0
        self.reported = None
        self.round_trip = None
        self._ports = ports
        self._entropy = entropy
        self._tries = 0
        self._source = None
        self._last_report = None
        self._report_at = None

    def open(self):
        """Ask for a pair of ports, one socket after the other."""
        self._tries += 1
        self.port = self._ports.take() if self._tries <= TRIES else None
        if self.port is None:
            self.failed = True
            return []
        return [Bind(("rtp", self.number), self.port)]

    def receive(self, event, now):
        """What the network says to either socket; returns effects."""
        if isinstance(event, Datagram):
            data = event.data
            # RFC 5761 4: packet types 192 .. 223 are RTCP wherever they arrive.
            if event.key[0] == "rtcp" or (len(data) > 1 and 192 <= data[1] <= 223):
                self._report_in(data, now)
                return []
            return self._media_in(event, now)
        if isinstance(event, Bound) and not self.ready and self.port is not None:
            if event.key[0] == "rtp":
                return [Bind(("rtcp", self.number), self.port + 1)]
            self.ready = True
        elif isinstance(event, Refused) and self.port is not None:
            self._ports.free(self.port)
            self.port = None
            effects = self._shut()
            effects.extend(self.open())
            return effects
        return []

    def offer(self):
        """Our Audio offer; the answer goes to `accept`."""
        local = self.remote is not None and negotiation.is_local(self.remote[0])
        self.offered = negotiation.offer(self.media.preference(local), self.address, self.port)
        return self.offered

    def acceptable(self, offered):
        """Whether an offer has a codec that we would answer with."""
        preference = self.media.preference(negotiation.is_local(offered.host))
        return offered.port != 0 and negotiation.common(offered, preference.codecs) is not None

    def answer(self, offered, now):
        """Our Audio answer to an offer; port 0 refuses it and leaves a running stream as it was."""
        preference = self.media.preference(negotiation.is_local(offered.host))
        audio, codec = negotiation.answer(offered, preference, self.address, self.port)
        if codec is not None:
            self._agree(codec, audio.packet_ms, audio.direction, offered, now)
        return audio

    def accept(self, answered, now):
        """Take the answer to our offer; False if it leaves nothing to speak with."""
        offered, self.offered = self.offered, None
        codec = negotiation.accept(answered, offered) if offered is not None else None
        if codec is None:
            return False
        direction = negotiation.MIRROR.get(negotiation.heard(answered), "sendrecv")
        packet_ms = negotiation.packet_time(answered, self.media.preference(negotiation.is_local(answered.host)))
        self._agree(codec, packet_ms, direction, answered, now)
        return True

    def dial(self, digits):
        """Send digits as telephone events; False where none were agreed on or no audio runs."""
        if self.events is None or self.channel is None or not negotiation.sending(self.direction):
            return False
        self.events.dial(digits)
        return True

    def packet(self, payload, now):
        """An encoded packet from the DSP, towards the peer."""
        if self.remote is None or not negotiation.sending(self.direction):
            return []
        events = self.events.packets(self.sender, now) if self.events is not None else ()
        return [Send(("rtp", self.number), self.remote, data) for data in events or [self.sender.send(payload, now)]]

    def tick(self, now):
        effects = []
        if self.jitter is not None and self.channel is not None:
            for payload in self.jitter.take(now):
                effects.append(Do("dsp", "play", (self.channel, payload)))
        if self._report_at is not None and self._report_at <= now:
            effects.extend(self._report(now, False))
            self._report_at = self._next_report(now)
        return effects

    def due(self):
        if self._report_at is None:
            return None
        return earliest(self.jitter.due(), self._report_at)

    def close(self, now):
        """RTCP BYE, both sockets closed, the ports back in the pool."""
        effects = [] if self.sender is None else self._report(now, True)
        self._report_at = None
        if self.port is not None:
            self._ports.free(self.port)
            self.port = None
            effects.extend(self._shut())
        return effects

    def stats(self):
        """Counters as a plain dict; `jitter_ms` and `round_trip_ms` are numbers or None."""
        receiver, jitter, reported = self.receiver, self.jitter, self.reported
        return {
            "codec": self.codec.name if self.codec else None, "packet_ms": self.packet_ms,
            "direction": self.direction, "remote": self.remote,
            "sent": self.sender.packets if self.sender else 0,
            "received": receiver.packets if receiver else 0,
            # A second copy must not make up for a loss, as it does in RTCP (RFC 3550 6.4.1).
            "lost": max(0, receiver.lost + jitter.duplicates) if receiver else 0,
            "jitter_ms": receiver.jitter * 1000 / receiver.rate if receiver else None,
            "late": jitter.late if jitter else 0, "dropped": jitter.dropped if jitter else 0,
            "duplicates": jitter.duplicates if jitter else 0,
            "foreign": self.foreign, "sources": receiver.changes + 1 if receiver and receiver.packets else 0,
            "peer_lost": reported.lost if reported else None,
            "peer_jitter_ms": reported.jitter * 1000 / receiver.rate if reported else None,
            "round_trip_ms": self.round_trip * 1000 / 65536 if self.round_trip is not None else None,
        }

    def _shut(self):
        return [Close(("rtp", self.number)), Close(("rtcp", self.number))]

    def _agree(self, codec, packet_ms, direction, theirs, now):
        """Take agreed parameters into use; the stream goes on unless the codec changed."""
        samples, event = packet_ms * codec.rate // 1000, negotiation.find(theirs, negotiation.TELEPHONE_EVENT)
        if self.codec is None or codec.rate != self.codec.rate:
            self.sender = Sender(codec.payload_type, samples, packet_ms * 1000, self._entropy)
            self.receiver = Receiver(codec.rate)
            self.jitter = JitterBuffer(codec.rate)
        self.sender.change(codec.payload_type, samples, packet_ms * 1000)
        self.codec, self.packet_ms, self.direction = codec, packet_ms, direction
        if event is None or not self.media.preference(True).events:
            self.events = None
        elif self.events is None or (self.events.payload_type, self.events.samples) != (event.payload_type, samples):
            self.events = Events(event.payload_type, packet_ms, samples)
        remote = (theirs.host, theirs.port)
        if remote != self.remote:
            self.remote, self._source = remote, None
        if self._report_at is None:
            self._report_at = self._next_report(now)

    def _media_in(self, event, now):
        header = parse(event.data)
        if header is None or self.jitter is None or not self._from_peer(event.source):
            self.foreign += 1
            return []
        if header.payload_type != self.codec.payload_type or header.end - header.start > LARGEST:
            self.ignored += 1
            # Events and comfort noise are numbered with the audio: else they would seem lost.
            if header.ssrc == self.receiver.ssrc:
                self.receiver.receive(header, now, False)
            return []
        place = self.receiver.receive(header, now)
        if place is None or self.channel is None or not negotiation.receiving(self.direction):
            return []
        sequence, timestamp, anew = place
        if anew:
            self.jitter.reset()
        if header.end > header.start:
            self.jitter.put(sequence, timestamp, event.data[header.start:header.end], now)
        return self.tick(now)

    def _from_peer(self, source):
        """Whether a packet is the peer's: from where it said, or from the first other place that sent.

        With /symmetric that place is also sent to (RFC 4961).
        """
        if source in (self._source, self.remote):
            return True
        if self._source is not None:
            return False
        self._source = source
        if self.media.symmetric:
            self.remote = source
        return True

    def _report_in(self, data, now):
        report = rtcp.parse(data)
        if report is None or self.sender is None:
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

    def _report(self, now, bye):
        """To the peer's port + 1, as RFC 3550 11 has it where nothing else was agreed."""
        receiver, block, sent = self.receiver, None, None
        if receiver.expected:
            last, delay = 0, 0
            if self._last_report is not None:
                last, delay = self._last_report[0], (now - self._last_report[1]) * 65536 // 1000000
            block = rtcp.Block(receiver.ssrc, receiver.fraction_lost(), receiver.lost,
                               receiver.highest - 0x10000, receiver.jitter, last, delay)
        sender = self.sender
        if sender.packets:
            sent = (sender.timestamp(now), sender.packets, sender.octets)
        data = rtcp.build(sender.ssrc, "{}@{}".format(self.number, self.address), sent, block, bye, now)
        return [Send(("rtcp", self.number), (self.remote[0], self.remote[1] + 1), data)]

    def _next_report(self, now):
        """Spread over 0.5 .. 1.5 of the interval, so that reports do not keep step (RFC 3550 6.3.1)."""
        spread = self._entropy(2)
        return now + rtcp.INTERVAL // 2 + rtcp.INTERVAL * (spread[0] << 8 | spread[1]) // 65536
