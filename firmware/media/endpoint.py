"""A call's audio at the board that has it: two sockets, a stream, and a DSP channel between them and a radio bearer."""

from firmware.effects import Bind, Close, Do, Send
from firmware.media import negotiation, rtcp
from firmware.media.events import DIGITS
from firmware.media.orders import Ready, Taken, Trouble
from firmware.media.rtp import parse
from firmware.media.stream import NOTHING, Stream
from hal.dsp import Settings
from hal.net import Bound, Datagram, Refused


class Endpoint:
    """Does what the last `firmware.media.orders.Want` says. Its sockets go by ("rtp", number) and ("rtcp", number).

    Every method returns effects; reports of firmware.media.orders may be among those of `receive` and `failed`.
    `board` has what the endpoints of a board share: address, media, echo, dsp, entropy (firmware.call.endpoints).
    """

    def __init__(self, number, session, board):
        self.number = number
        self._key = ("rtp", number)
        self.session = session
        self.channel = self.port = None
        self.ready = False
        self.stream: "Stream | None" = None
        self.direction = "inactive"
        self.remote: "tuple | None" = None
        self.foreign = 0
        self.playing: "tuple | None" = None
        self._board = board
        self._aim: "tuple | None" = None
        self._symmetric = False
        self._source = self._report_at = self._joined = None

    def want(self, order, now):
        """Become what the order says."""
        effects = [] if order.port == self.port else self._bind(order.port)
        self.channel, self._symmetric, self.direction = order.channel, order.symmetric, order.direction
        if order.agreed is not None:
            self._agree(order.agreed, order.remote, now)
        effects.extend(self._play(order.bearer, order.wide, now))
        return effects

    def dial(self, order, now):
        if order.in_band:
            digits = "".join([digit for digit in order.digits.upper() if digit in DIGITS])
            return [Do("dsp", "tone", (self.channel, digits, "network"))] if self.playing and digits else []
        self._events(order.digits, now)
        return []

    def heard(self, event, now):
        """A hal.dsp.Event: a digit of the handset that was taken out of the audio goes on as an event."""
        if event.source == "handset" and event.kind == "dtmf" and self.playing and self.playing[1].remove_dtmf:
            self._events(event.value, now)

    def receive(self, event, now):
        """What becomes of either socket, or comes to it."""
        if type(event) is Datagram:
            return self.datagram(event, now)
        if self.port is None:
            return []
        if isinstance(event, Bound) and not self.ready:
            if event.key[0] == "rtp":
                return [Bind(("rtcp", self.number), self.port + 1)]
            self.ready = True
            return [Ready(self.session, self.port)]
        if isinstance(event, Refused):
            port = self.port
            effects = self._shut()
            effects.append(Taken(self.session, port))
            return effects
        return []

    def failed(self, method, reason):
        """The DSP refused an order of ours."""
        return [Trouble(self.session, "dsp {}: {}".format(method, reason))] if method in ("open", "join") else []

    def packet(self, packet, now):
        """A hal.dsp.Packet, towards the peer."""
        stream = self.stream
        if stream is None or self.playing is None or not negotiation.sending(self.direction):
            return []
        return self._send(stream.send(packet, now))

    def tick(self, now):
        effects = self._play_due(now)
        stream = self.stream
        if stream is not None and stream.events is not None:
            sent = stream.events.tick(stream.sender, now)
            effects.extend(self._send(sent) if negotiation.sending(self.direction) else [])
        if self._report_at is not None and self._report_at <= now:
            effects.extend(self._report(False, now))
            self._report_at = self._next_report(now)
        return effects

    def _play_due(self, now):
        if self.stream is None or self.playing is None:
            return []
        return [Do("dsp", "play", (self.channel, payload, kind)) for payload, kind in self.stream.jitter.take(now)]

    def due(self):
        first, stream = self._report_at, self.stream
        if first is None or stream is None:
            return None
        due = stream.jitter.due()
        if due is not None and due < first:
            first = due
        due = None if stream.events is None else stream.events.due()
        return first if due is None or due > first else due

    def close(self, now):
        """The channel stopped, RTCP BYE, both sockets closed."""
        effects = [] if self.playing is None else [Do("dsp", "close", (self.playing[0],))]
        effects.extend(self._report(True, now))
        self.playing = self._report_at = self.channel = None
        if self.port is not None:
            effects.extend(self._shut())
        return effects

    def figures(self):
        """Counters by name, those of firmware.media.orders.FIGURES among them."""
        told = dict(NOTHING) if self.stream is None else self.stream.stats()
        told["foreign"], told["remote"] = self.foreign, self.remote
        status = self._status()
        for field in ("level_in", "level_out", "erl", "erle", "played", "missing"):
            told[field] = getattr(status, field) if status is not None else None
        return told

    def _status(self):
        if self.playing is None or self._board.dsp is None:
            return None
        try:
            return self._board.dsp.status(self.playing[0])
        except Exception:
            return None

    def _bind(self, port):
        effects = [] if self.port is None else self._shut()
        self.port = port
        effects.append(Bind(("rtp", self.number), port))
        return effects

    def _shut(self):
        self.port, self.ready = None, False
        return [Close(("rtp", self.number)), Close(("rtcp", self.number))]

    def _play(self, bearer, wide, now):
        """Have the channel run with what is agreed on."""
        wanted, effects = self._wanted(wide), []
        if wanted != self.playing:
            if self.playing is not None:
                effects.append(Do("dsp", "close", (self.playing[0],)))
            self.playing, self._joined = wanted, None
            effects.extend(self._begin(wanted, now))
        if wanted is not None and bearer != self._joined:
            self._joined = bearer
            effects.append(Do("dsp", "join", (self.channel, bearer)))
        return effects

    def _begin(self, wanted, now):
        stream = self.stream
        if stream is None:
            return []
        if wanted is None:
            stream.jitter.reset()
            return []
        stream.sender.begin(now)
        return [Do("dsp", "open", wanted)]

    def _wanted(self, wide):
        """(channel, hal.dsp.Settings) that it should run with, None for none."""
        if self.stream is None or self.channel is None:
            return None
        agreed, (ec_type, tail_ms) = self.stream.agreed, self._board.echo()
        # Digits go out of band where the peer takes them so; in band they would be heard twice.
        return self.channel, Settings(
            self._board.media.on_chip(agreed.codec.name), agreed.packet_ms, ec_type, tail_ms, agreed.silence,
            agreed.event is not None, "g722" if wide else "g726")

    def _events(self, digits, now):
        events = self.stream.events if self.stream is not None else None
        if events is not None and self.playing is not None and negotiation.sending(self.direction):
            events.dial(digits, now)

    def _send(self, datagrams):
        if not self.ready:
            return []
        key, remote = self._key, self.remote
        return [Send(key, remote, data) for data in datagrams]

    def _agree(self, agreed, remote, now):
        """Take agreed parameters into use; the stream goes on unless its clock changed."""
        stream = self.stream
        if stream is None or stream.codec.rate != agreed.codec.rate:
            self.stream = Stream(agreed, self._board.entropy)
        elif stream.agreed != agreed:
            stream.change(agreed)
        if remote != self._aim:
            self._aim = self.remote = remote
            self._source = None
        if self._report_at is None:
            self._report_at = self._next_report(now)

    def datagram(self, event, now):
        """A hal.net.Datagram that has come to either socket."""
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
        digit = stream.receive(header, data, now, self.playing is not None and negotiation.receiving(self.direction))
        effects = self._play_due(now)
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
        if self._symmetric:
            self.remote = source
        return True

    def _report(self, bye, now):
        """To the peer's port + 1, as RFC 3550 11 has it where nothing else was agreed."""
        if self.stream is None or self.remote is None or not self.ready:
            return []
        name = "{}@{}".format(self.session, self._board.address)
        to = (self.remote[0], self.remote[1] + 1)
        return [Send(("rtcp", self.number), to, self.stream.report(name, bye, now))]

    def _next_report(self, now):
        """Spread over 0.5 .. 1.5 of the interval, so that reports do not keep step (RFC 3550 6.3.1)."""
        spread = self._board.entropy(2)
        return now + rtcp.INTERVAL // 2 + rtcp.INTERVAL * (spread[0] << 8 | spread[1]) // 65536
