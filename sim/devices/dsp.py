"""The DSP chip of an emulated base: `hal.dsp.Dsp` over the C core, one Bank call a frame for all channels."""

from collections.abc import Callable
from typing import Protocol

from firmware import dsp
from hal.dsp import DspBusy, Event, Packet, Settings, Status
from sim.time import Time

FRAME = 10_000
PHASE = FRAME // 2
"""The chip works halfway between the air's frames: what came in one goes out to the network in that one."""
LONGEST_TAIL = 256
HANDSET_CODECS = {"g726": 40, "g722": 80}
"""What its channels find in B-fields, and how many octets of it a frame."""
SILENCE = -96.0
FROM_HANDSET = dsp.DTMF | dsp.FAX
FROM_NETWORK = dsp.DTMF | dsp.FAX | dsp.PROGRESS
"""What the chip's detectors listen for."""
BACKLOG = 50
"""Packets of one channel that wait for `poll`; firmware that asks later than a second of them loses the oldest."""


def from_handset(settings: Settings) -> int:
    """What they listen for in what comes from the handset of a channel."""
    return FROM_HANDSET | (dsp.REMOVE_DTMF if settings.remove_dtmf else 0)


def next_frame(now: int) -> int:
    """When a chip works next."""
    return now + FRAME - (now - PHASE) % FRAME


class Bearers(Protocol):
    """The board's internal bus to the radio: 40 octets of B-field a frame, each way."""

    def take_b(self, bearer: int) -> bytes | None: ...

    def put_b(self, bearer: int, data: bytes) -> None: ...


class Dsp:
    """It ticks only while a channel is open. A channel without a bearer plays into the void and sends silence."""

    def __init__(self, time: Time, radio: Bearers, channels: int = 8,
                 codecs: tuple[str, ...] = dsp.CHANNEL_CODECS):
        self.channels = channels
        self.codecs = tuple(codecs)
        self.wake: Callable[[], object] = lambda: None
        self._time = time
        self._radio = radio
        self._bank = dsp.Bank(channels, LONGEST_TAIL)
        self._bearers: dict[int, int | None] = {}
        self._octets: dict[int, int] = {}
        self._packets: list[Packet | Event] = []
        self._tick_at: list | None = None

    def open(self, channel: int, settings: Settings) -> None:
        if settings.codec not in self.codecs:
            raise DspBusy("codec {} is not on this chip".format(settings.codec))
        if settings.handset not in HANDSET_CODECS:
            raise DspBusy("no {} towards handsets on this chip".format(settings.handset))
        try:
            self._bank.open(channel, settings.codec, settings.packet_ms, settings.ec_type, settings.tail_ms,
                            handset=from_handset(settings), network=FROM_NETWORK, silence=settings.silence,
                            wide=settings.handset == "g722")
        except (ValueError, IndexError) as error:
            raise DspBusy(str(error)) from None
        self._bearers[channel] = None
        self._octets[channel] = HANDSET_CODECS[settings.handset]
        if self._tick_at is None:
            self._schedule()

    def join(self, channel: int, bearer: "int | None") -> None:
        if channel not in self._bearers:
            raise DspBusy("channel {} is closed".format(channel))
        self._bearers[channel] = bearer
        self._bank.join(channel, bearer is not None)

    def close(self, channel: int) -> None:
        if channel not in self._bearers:
            return
        del self._bearers[channel], self._octets[channel]
        self._bank.close(channel)
        self._packets = [packet for packet in self._packets if packet.channel != channel]
        if not self._bearers and self._tick_at is not None:
            self._time.cancel(self._tick_at)
            self._tick_at = None

    def reset(self) -> None:
        """As when power goes."""
        for channel in list(self._bearers):
            self.close(channel)

    def play(self, channel: int, payload: bytes, kind: str = "speech") -> None:
        if channel in self._bearers:
            self._bank.play(channel, payload, kind)

    def tone(self, channel: int, name: "str | None", towards: str) -> None:
        """A closed channel plays none."""
        if channel not in self._bearers:
            return
        try:
            self._bank.tone(channel, name, towards)
        except ValueError as error:
            raise DspBusy(str(error)) from None

    def poll(self) -> "list[Packet | Event]":
        packets, self._packets = self._packets, []
        return packets

    def status(self, channel: int) -> Status:
        """Of a closed channel: silence and zeros."""
        if channel not in self._bearers:
            return Status(SILENCE, SILENCE, 0.0, 0.0, 0, 0)
        figures = self._bank.status(channel)
        return Status(*(figures[name] for name in Status._fields))

    def figures(self, channel: int) -> "dict[str, float] | None":
        """All that the core counts of an open channel: `Status`, frames `lost` on the air, samples `dropped`."""
        return self._bank.status(channel) if channel in self._bearers else None

    def _schedule(self) -> None:
        self._tick_at = self._time.at(next_frame(self._time.now), self._tick)

    def _tick(self) -> None:
        self._schedule()
        bearers, radio = self._bearers, self._radio
        fields: list[bytes | None] = [None] * self.channels
        for channel, bearer in bearers.items():
            field = radio.take_b(bearer) if bearer is not None else None
            # A B-field of the other kind of slot is as good as none.
            if field is not None and len(field) == self._octets[channel]:
                fields[channel] = field
        results = self._bank.process(fields)
        events = self._bank.events()
        ready = bool(events)
        for channel, bearer in bearers.items():
            reply, packet = results[channel]
            if bearer is not None:
                radio.put_b(bearer, reply)
            if packet is not None:
                self._packets.append(Packet(channel, *packet))
                ready = True
        self._packets.extend(Event(channel, source, kind, value) for channel, source, kind, value, _ in events)
        if ready:
            del self._packets[:-BACKLOG * self.channels]
            self.wake()
