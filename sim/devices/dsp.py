"""The DSP chip of an emulated base: `hal.dsp.Dsp` over the C core, one Bank call a frame for all channels."""

from collections.abc import Callable
from typing import Protocol

from firmware import dsp
from hal.dsp import DspBusy, Event, Packet, Settings, Status
from sim.devices.dsp_together import Together
from sim.time import Time

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
        self._radio = radio
        self._bank = dsp.Bank(channels, LONGEST_TAIL)
        self._bearers: dict[int, int | None] = {}
        self._octets: dict[int, int] = {}
        self._packets: list[Packet | Event] = []
        self._together = Together.of(time)
        self._begun: "list[tuple[int, int | None]] | None" = None
        """The channels of a frame that is being made, and their bearers."""

    def open(self, channel: int, settings: Settings) -> None:
        if settings.codec not in self.codecs:
            raise DspBusy("codec {} is not on this chip".format(settings.codec))
        if settings.handset not in HANDSET_CODECS:
            raise DspBusy("no {} towards handsets on this chip".format(settings.handset))
        self.finish()
        try:
            self._bank.open(channel, settings.codec, settings.packet_ms, settings.ec_type, settings.tail_ms,
                            handset=from_handset(settings), network=FROM_NETWORK, silence=settings.silence,
                            wide=settings.handset == "g722")
        except (ValueError, IndexError) as error:
            raise DspBusy(str(error)) from None
        if not self._bearers:
            self._together.add(self)
        self._bearers[channel] = None
        self._octets[channel] = HANDSET_CODECS[settings.handset]

    def join(self, channel: int, bearer: "int | None") -> None:
        if channel not in self._bearers:
            raise DspBusy("channel {} is closed".format(channel))
        self.finish()
        self._bearers[channel] = bearer
        self._bank.join(channel, bearer is not None)

    def close(self, channel: int) -> None:
        if channel not in self._bearers:
            return
        self.finish()
        del self._bearers[channel], self._octets[channel]
        self._bank.close(channel)
        self._packets = [packet for packet in self._packets if packet.channel != channel]
        if not self._bearers:
            self._together.remove(self)

    def reset(self) -> None:
        """As when power goes."""
        for channel in list(self._bearers):
            self.close(channel)

    def play(self, channel: int, payload: bytes, kind: str = "speech") -> None:
        if channel in self._bearers:
            self.finish()
            self._bank.play(channel, payload, kind)

    def tone(self, channel: int, name: "str | None", towards: str) -> None:
        """A closed channel plays none."""
        if channel not in self._bearers:
            return
        self.finish()
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
        self.finish()
        figures = self._bank.status(channel)
        return Status(*(figures[name] for name in Status._fields))

    def figures(self, channel: int) -> "dict[str, float] | None":
        """All that the core counts of an open channel: `Status`, frames `lost` on the air, samples `dropped`."""
        self.finish()
        return self._bank.status(channel) if channel in self._bearers else None

    # What `Together` calls.

    def frame(self) -> None:
        self._give(list(self._bearers.items()), self._bank.process(self._fields()))

    def begin(self, more: bool) -> None:
        self._bank.begin(self._fields(), more)
        self._begun = list(self._bearers.items())

    def finish(self) -> None:
        """Whatever is asked of the chip while it works is done behind that frame."""
        begun, self._begun = self._begun, None
        if begun is not None:
            self._give(begun, self._bank.finish())

    def _fields(self) -> "list[bytes | None]":
        """What has come from handsets, by channel."""
        radio = self._radio
        fields: list[bytes | None] = [None] * self.channels
        for channel, bearer in self._bearers.items():
            field = radio.take_b(bearer) if bearer is not None else None
            # A B-field of the other kind of slot is as good as none.
            if field is not None and len(field) == self._octets[channel]:
                fields[channel] = field
        return fields

    def _give(self, bearers: "list[tuple[int, int | None]]", results: list) -> None:
        events = self._bank.events()
        ready = bool(events)
        for channel, bearer in bearers:
            reply, packet = results[channel]
            if bearer is not None:
                self._radio.put_b(bearer, reply)
            if packet is not None:
                self._packets.append(Packet(channel, *packet))
                ready = True
        self._packets.extend(Event(channel, source, kind, value) for channel, source, kind, value, _ in events)
        if ready:
            del self._packets[:-BACKLOG * self.channels]
            self.wake()
