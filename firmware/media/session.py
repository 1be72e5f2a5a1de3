"""One call's audio between the network and a DSP channel: sockets, negotiation, who may speak."""

from firmware.effects import Bind, Close, Do, Send
from firmware.media import negotiation, rtcp
from firmware.media.rtp import parse
from firmware.media.stream import NOTHING, Stream
from firmware.module import earliest
from hal.dsp import Settings
from hal.net import Bound, Datagram, Refused

TRIES = 64
"""Port pairs to try before a call is refused."""


class Session:
    """Sockets go by ("rtp", number) and ("rtcp", number). `ready` once both are open, `failed` when
    no pair could be had. `channel` is the DSP channel, None for a call without audio; `stream` is
    None until both sides have agreed; `remote` and `direction` are what they agreed on.
    """

    def __init__(self, number, address, ports, media, entropy):
        self.number = number
        self.address = address
        self.media = media
        self.channel = None
        self.port = None
        self.ready = self.failed = False
        self.stream: "Stream | None" = None
        self.direction = "inactive"
        self.remote: "tuple | None" = None
        self.offered = None
        self.foreign = 0
        self._ports = ports
        self._entropy = entropy
        self._tries = 0
        self._source = None
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
            return self._datagram(event, now)
        if self.port is None:
            return []
        if isinstance(event, Bound) and not self.ready:
            if event.key[0] == "rtp":
                return [Bind(("rtcp", self.number), self.port + 1)]
            self.ready = True
        elif isinstance(event, Refused):
            effects = self._shut()
            effects.extend(self.open())
            return effects
        return []

    def acceptable(self, offered):
        """Whether an offer has a codec that we would answer with."""
        return offered.port != 0 and negotiation.common(offered, self._preference(offered.host).codecs) is not None

    def offer(self):
        """Our Audio offer; the answer goes to `accept`."""
        host = self.remote[0] if self.remote is not None else ""
        self.offered = negotiation.offer(self._preference(host), self.address, self.port)
        return self.offered

    def answer(self, offered, now):
        """Our Audio answer to an offer; port 0 refuses it and leaves a running stream as it was."""
        audio, agreed = negotiation.answer(offered, self._preference(offered.host), self.address, self.port)
        if agreed is not None:
            self._agree(agreed, audio.direction, offered, now)
        return audio

    def accept(self, answered, now):
        """Take the answer to our offer; False if it leaves nothing to speak with."""
        offered, self.offered = self.offered, None
        if offered is None or answered is None:
            return False
        agreed = negotiation.accept(answered, offered, self._preference(answered.host))
        if agreed is None:
            return False
        self._agree(agreed, negotiation.MIRROR.get(negotiation.heard(answered), "sendrecv"), answered, now)
        return True

    def settings(self, ec_type, tail_ms):
        """hal.dsp.Settings for a channel that speaks what is agreed on, None while nothing is."""
        if self.stream is None:
            return None
        agreed = self.stream.agreed
        # Digits go out of band where the peer takes them so; in band they would be heard twice.
        return Settings(self.media.on_chip(agreed.codec.name), agreed.packet_ms, ec_type, tail_ms, agreed.silence,
                        agreed.event is not None)

    def begin(self, channel, now):
        """A DSP channel with our settings starts to run."""
        self.channel = channel
        if self.stream is not None:
            self.stream.sender.begin(now)

    def dial(self, digits, now):
        """Send digits as telephone events; False where none were agreed on or no audio runs."""
        events = self.stream.events if self.stream is not None else None
        if events is None or self.channel is None or not negotiation.sending(self.direction):
            return False
        events.dial(digits, now)
        return True

    def in_band(self):
        """Whether digits shall be heard in the audio: /no-dtmf, article 23."""
        return self.remote is not None and negotiation.sending(self.direction) and not self._preference(
            self.remote[0]).events

    def packet(self, packet, now):
        """A hal.dsp.Packet, towards the peer."""
        if self.stream is None or not negotiation.sending(self.direction):
            return []
        return self._send(self.stream.send(packet, now))

    def tick(self, now):
        effects: list = []
        stream = self.stream
        if stream is not None and self.channel is not None:
            for payload, kind in stream.jitter.take(now):
                effects.append(Do("dsp", "play", (self.channel, payload, kind)))
        if stream is not None and stream.events is not None:
            sent = stream.events.tick(stream.sender, now)
            effects.extend(self._send(sent) if negotiation.sending(self.direction) else [])
        if self._report_at is not None and self._report_at <= now:
            effects.extend(self._report(False, now))
            self._report_at = self._next_report(now)
        return effects

    def due(self):
        if self._report_at is None or self.stream is None:
            return None
        events = self.stream.events
        return earliest(self.stream.jitter.due(), self._report_at, events.due() if events is not None else None)

    def close(self, now):
        """RTCP BYE, both sockets closed, the ports back in the pool."""
        effects = self._report(True, now)
        self._report_at = None
        if self.port is not None:
            effects.extend(self._shut())
        return effects

    def stats(self):
        """Counters as a plain dict; those of RTCP and `jitter_ms` may be None."""
        told = dict(NOTHING) if self.stream is None else self.stream.stats()
        told["direction"] = self.direction
        told["remote"] = self.remote
        told["foreign"] = self.foreign
        return told

    def _preference(self, host):
        if host == negotiation.UNSPECIFIED and self.remote is not None:
            host = self.remote[0]
        return self.media.preference(negotiation.is_local(host))

    def _shut(self):
        self._ports.free(self.port)
        self.port = None
        return [Close(("rtp", self.number)), Close(("rtcp", self.number))]

    def _send(self, datagrams):
        return [Send(("rtp", self.number), self.remote, data) for data in datagrams]

    def _agree(self, agreed, direction, theirs, now):
        """Take agreed parameters into use; the stream goes on unless its clock changed."""
        stream = self.stream
        if stream is None or stream.codec.rate != agreed.codec.rate:
            self.stream = Stream(agreed, self._entropy)
        elif stream.agreed != agreed:
            stream.change(agreed)
        self.direction = direction
        remote = (theirs.host, theirs.port)
        # Who is held the older way stays where he was.
        if remote != self.remote and (theirs.host != negotiation.UNSPECIFIED or self.remote is None):
            self.remote, self._source = remote, None
        if self._report_at is None:
            self._report_at = self._next_report(now)

    def _datagram(self, event, now):
        data, stream = event.data, self.stream
        # RFC 5761 4: packet types 192 .. 223 are RTCP wherever they arrive.
        if event.key[0] == "rtcp" or (len(data) > 1 and 192 <= data[1] <= 223):
            if stream is not None:
                stream.hear_report(data, now)
            return []
        header = parse(data)
        if header is None or stream is None or not self._from_peer(event.source):
            self.foreign += 1
            return []
        digit = stream.receive(header, data, now, self.channel is not None and negotiation.receiving(self.direction))
        effects = self.tick(now)
        if digit is not None:
            effects.append(Do("dsp", "tone", (self.channel, digit, "handset")))
        return effects

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

    def _report(self, bye, now):
        """To the peer's port + 1, as RFC 3550 11 has it where nothing else was agreed."""
        if self.stream is None or self.remote is None:
            return []
        name = "{}@{}".format(self.number, self.address)
        to = (self.remote[0], self.remote[1] + 1)
        return [Send(("rtcp", self.number), to, self.stream.report(name, bye, now))]

    def _next_report(self, now):
        """Spread over 0.5 .. 1.5 of the interval, so that reports do not keep step (RFC 3550 6.3.1)."""
        spread = self._entropy(2)
        return now + rtcp.INTERVAL // 2 + rtcp.INTERVAL * (spread[0] << 8 | spread[1]) // 65536
