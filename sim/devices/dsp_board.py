"""The DSP chip of a base on a board of its own: `hal.dsp.Dsp` over hal.link.

Each 10 ms the host sends the B-fields of the bearers, and gives the radio those that the board made of the ones
before: the path of the emulated chip, 10 ms longer towards the handset. A call stays when the board goes: its frames
are missing meanwhile, and the channel is opened again on the board that comes back.
"""

from collections.abc import Callable

from hal import dsp_link as wire
from hal.dsp import DspBusy, Event, Packet, Settings, Status
from hal.link import Down, Link, Message, Out, Up
from sim.devices.dsp import BACKLOG, FROM_NETWORK, Bearers, from_handset
from sim.devices.dsp_call import QUIET, Call, demand, demand_tone
from sim.devices.dsp_ticks import Ticks
from sim.devices.dsp_together import next_frame
from sim.devices.link_line import Transport
from sim.time import Handle, Time


class DspBoard:
    """`on_news(text, standing)`: what a person should know; `standing` is None where it is no trouble, or no longer.

    `ticks` counts what frames cost in the board's clock (`report.hertz`) and how late they were.
    """

    def __init__(self, time: Time, radio: Bearers, transport: Transport, report: wire.Report, channels: int,
                 codecs: "tuple[str, ...]", session: int = 0):
        self.channels = min(channels, report.channels)
        self.codecs = tuple(codec for codec in codecs if codec in report.codecs)
        self.report = report
        self.wake: Callable[[], object] = lambda: None
        self.on_news: Callable[[str, "str | None"], object] = lambda text, standing: None
        self.link = Link(session)
        self.ticks = Ticks()
        self.time, self._radio, self._transport = time, radio, transport
        self._calls: "dict[int, Call]" = {}
        self._openings = [0] * 16
        self._found: "list[Packet | Event]" = []
        self._trouble: "str | None" = None
        self._since = time.now
        self._tick_at: "Handle | None" = None
        self._due_at: "Handle | None" = None
        self._handlers = {wire.TOCK: self._tock, wire.PACKET: self._packet, wire.STATUS: self._status,
                          wire.EVENT: self._event, wire.REFUSED: self._refused}
        transport.start(self)

    # The contract of hal.dsp.

    def open(self, channel: int, settings: Settings) -> None:
        demand(channel, settings, self.channels, self.codecs, self.report.tail_ms)
        if channel in self._calls:
            raise DspBusy("channel {} is open".format(channel))
        if not self.link.up:
            raise DspBusy("DSP board {} does not answer: {}".format(
                self.report.name, self._transport.failure or self._trouble or "it has not been reached yet"))
        call = self._calls[channel] = Call(settings)
        self._open(channel, call)
        if self._tick_at is None:
            self._schedule()

    def join(self, channel: int, bearer: "int | None") -> None:
        call = self._calls.get(channel)
        if call is None:
            raise DspBusy("channel {} is closed".format(channel))
        if (bearer is None) != (call.bearer is None):
            self._order(wire.JOIN, bytes((call.place, bearer is not None)))
        call.bearer = bearer

    def close(self, channel: int) -> None:
        call = self._calls.pop(channel, None)
        if call is None:
            return
        self._order(wire.CLOSE, bytes((call.place,)))
        self._found = [one for one in self._found if one.channel != channel]
        if not self._calls:
            self.time.cancel(self._tick_at)
            self._tick_at = None
            self.ticks.begin()

    def play(self, channel: int, payload: bytes, kind: str = "speech") -> None:
        """A packet of more than dsp_link.PAYLOAD octets, more than 100 ms of G.711, is left out."""
        call = self._calls.get(channel)
        if call is not None and len(payload) <= wire.PAYLOAD and not self.ticks.jammed(self.time.now):
            self._carry(self.link.send(wire.PLAY, wire.play_body(call.place, payload, kind), self.time.now))

    def tone(self, channel: int, name: "str | None", towards: str) -> None:
        call = self._calls.get(channel)
        if call is not None:
            demand_tone(name, towards)
            self._order(wire.TONE, wire.tone_body(call.place, name, towards))

    def poll(self) -> "list[Packet | Event]":
        found, self._found = self._found, []
        return found

    def status(self, channel: int) -> Status:
        call = self._calls.get(channel)
        return QUIET if call is None else call.status()

    def figures(self, channel: int) -> "dict[str, float] | None":
        """All that is counted of an open channel: `Status`, frames `lost` on the air, samples `dropped`."""
        call = self._calls.get(channel)
        return None if call is None else {**call.status()._asdict(), "lost": call.lost, "dropped": call.dropped}

    # For the machine.

    @property
    def behind(self) -> int:
        """How many ticks the board has not answered yet."""
        return self.ticks.behind() if self.link.up else 0

    def reset(self) -> None:
        """As when power goes from the base: the board's channels are closed, the link stays."""
        for channel in list(self._calls):
            self.close(channel)

    def shut(self) -> None:
        """Idempotent."""
        self.reset()
        self.time.cancel(self._due_at)
        self._transport.close()

    # What the transport tells.

    def opened(self) -> None:
        self._carry(self.link.end("the line was opened anew", self.time.now))

    def received(self, data: bytes) -> None:
        self._carry(self.link.receive(data, self.time.now))

    def lost(self, reason: str) -> None:
        if not self.link.up and self._trouble is None:
            self._down(reason)
        self._carry(self.link.end(reason, self.time.now))

    # The link.

    def _due(self) -> None:
        self._due_at = None
        self._carry(self.link.tick(self.time.now))

    def _carry(self, effects: list) -> None:
        for effect in effects:
            if isinstance(effect, Out):
                self._transport.write(effect.data)
            elif isinstance(effect, Message):
                self._handlers.get(effect.kind, lambda body: None)(effect.body)
            elif isinstance(effect, Up):
                self._up()
            elif isinstance(effect, Down):
                self._down(effect.reason)
        self.time.cancel(self._due_at)
        self._due_at = self.time.at(self.link.due(), self._due)

    def _order(self, kind: int, body: bytes) -> None:
        self._carry(self.link.order(kind, body, self.time.now))

    def _up(self) -> None:
        self.ticks.begin()
        for channel, call in self._calls.items():
            self._open(channel, call)
            if call.bearer is not None:
                self._order(wire.JOIN, bytes((call.place, 1)))
        if self._trouble is not None:
            self._trouble = None
            again = "; {} opened again".format(counted(self._calls, "channel")) if self._calls else ""
            self.on_news("DSP board {} is back after {:.1f} s{}".format(
                self.report.name, (self.time.now - self._since) / 1e6, again), None)

    def _down(self, reason: str) -> None:
        self._trouble, self._since = reason, self.time.now
        without = "; {} without speech".format(counted(self._calls, "call")) if self._calls else ""
        text = "DSP board {} is lost: {}{}".format(self.report.name, reason, without)
        self.on_news(text, text)

    # Ticks.

    def _open(self, channel: int, call: Call) -> None:
        self._openings[channel] += 1
        call.opened(wire.place(channel, self._openings[channel]))
        self._order(wire.OPEN, wire.open_body(call.place, self.report.codecs.index(call.settings.codec), call.settings,
                                              from_handset(call.settings), FROM_NETWORK))

    def _schedule(self) -> None:
        self._tick_at = self.time.at(next_frame(self.time.now), self._tick)

    def _tick(self) -> None:
        self._schedule()
        fields = []
        for call in self._calls.values():
            field = self._radio.take_b(call.bearer) if call.bearer is not None else None
            if field is not None:
                fields.append((call.place, field))
            call.tick(self.link.up)
        self.ticks.next()
        if self.link.up:
            self._reply()
        if self.link.up and not self.ticks.jammed(self.time.now):
            self.ticks.asked(self.time.now)
            self._carry(self.link.send(wire.TICK, wire.tick_body(self.ticks.number, fields), self.time.now))
            self._transport.settle()

    def _reply(self) -> None:
        frame = self.ticks.take()
        for call in self._calls.values():
            if call.bearer is not None and call.place in frame:
                self._radio.put_b(call.bearer, frame[call.place])

    # What the board says.

    def _call_at(self, place: int) -> "Call | None":
        call = self._calls.get(place & 15)
        return call if call is not None and call.place == place else None

    def _tock(self, body: bytes) -> None:
        tock = wire.tock(body)
        if tock is not None:
            self.ticks.answer(tock, self.time.now)

    def _packet(self, body: bytes) -> None:
        found = wire.packet(body)
        call = self._call_at(found[0]) if found else None
        if found and call:
            self._give(call.dated(found[1]))

    def _event(self, body: bytes) -> None:
        found = wire.event(body)
        if found and self._call_at(found[0]):
            self._give(found[1])

    def _give(self, one: "Packet | Event") -> None:
        self._found.append(one)
        del self._found[:-BACKLOG * self.channels]
        self.wake()

    def _status(self, body: bytes) -> None:
        found = wire.status(body)
        call = self._call_at(found[0]) if found else None
        if found and call:
            call.told(*found[1:])

    def _refused(self, body: bytes) -> None:
        """It should not come: `open` and `tone` ask for nothing that a board of this version lacks."""
        if len(body) == 2 and self._call_at(body[1]):
            what = "open" if body[0] == wire.OPEN else "play a tone on"
            self.on_news("DSP board {} refused to {} channel {}".format(self.report.name, what, body[1] & 15), None)


def counted(things, name: str) -> str:
    return "{} {}{}".format(len(things), name, "" if len(things) == 1 else "s")
