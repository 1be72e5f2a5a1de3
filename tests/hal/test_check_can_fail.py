"""A check that cannot fail checks nothing: implementations that each break one clause."""

import pytest

from hal import check
from hal.check import ContractError
from hal.description import NorFlash as Geometry
from hal.dsp import DspBusy, Event, Packet, Status
from hal.fax import V21, Carrier, Frame
from hal.net import Bound, Datagram, Received, Refused
from hal.radio import Lost
from hal.sip import Limits
from sim.air import Air
from sim.devices import fax_line
from sim.devices.button import Button
from sim.devices.clock import Clock
from sim.devices.flash import NorFlash
from sim.devices.led import Led
from sim.devices.radio import Radio
from sim.devices.sip_carrier import SipCarrier
from sim.devices.uart import Uart
from sim.devices.uart_backends import MemoryBackend
from sim.devices.virtual_net import VirtualNet
from sim.network import Path, VirtualNetwork
from sim.time import Time


def advancing(time):
    return lambda microseconds: time.run(time.now + microseconds)


class RamFlash(NorFlash):
    """Forgets that bits only fall."""

    def _program(self, at, data):
        self._cells.write(at, data)


class WrappingFlash(NorFlash):
    """Wraps round inside a page, as the bare chip does."""

    def program(self, at, data):
        start = at - at % self.page
        for index, octet in enumerate(data):
            super().program(start + (at + index) % self.page, bytes([octet]))


class CarelessFlash(NorFlash):
    def erase(self, at):
        super().erase(at - at % self.sector)


class ShortFlash(NorFlash):
    def read(self, at, length):
        return super().read(at, max(0, min(length, self.size - at)))


class GreedyFlash(NorFlash):
    def erase(self, at):
        super().erase(at)
        if at + self.sector < self.size:
            super().erase(at + self.sector)


@pytest.mark.parametrize("broken, clause", [
    (RamFlash, "program only clears bits"),
    (WrappingFlash, "program splits at page borders"),
    (CarelessFlash, "erase between sectors raises FlashError"),
    (ShortFlash, "read past the end raises FlashError"),
    (GreedyFlash, "erase leaves the sector behind alone"),
])
def test_a_broken_flash_is_found(broken, clause):
    with pytest.raises(ContractError, match=clause):
        check.check_flash(broken(Geometry(64 * 1024, 4096, 256)))


class BackwardsUart(Uart):
    def read(self):
        return super().read()[::-1]


class BoastfulUart(Uart):
    """Claims to have taken all."""

    def write(self, data):
        super().write(data)
        return len(data)


class ForgetfulUart(Uart):
    def events(self):
        return []


class RepeatingUart(Uart):
    def read(self):
        super().read()
        self.kept = getattr(self, "kept", b"")
        return self.kept or b""

    def feed(self, data):
        self.kept = getattr(self, "kept", b"") + data


@pytest.mark.parametrize("broken, clause", [
    (BackwardsUart, "in order"),
    (BoastfulUart, "what write did not take"),
    (ForgetfulUart, "break"),
    (RepeatingUart, "each octet once"),
])
def test_a_broken_serial_line_is_found(broken, clause):
    time, far = Time(), MemoryBackend()
    with pytest.raises(ContractError, match=clause):
        check.check_serial(broken(time, far), far, advancing(time))


class SharingNet(VirtualNet):
    """Lets two sockets share a port."""

    def bind(self, key, port):
        answer = super().bind(key, port)
        return Bound(key, port) if isinstance(answer, Refused) else answer


class AnonymousNet(VirtualNet):
    def poll(self):
        return [event._replace(source=("0.0.0.0", 0)) if isinstance(event, Datagram) else event
                for event in super().poll()]


class MergingNet(VirtualNet):
    """Treats datagrams as a stream."""

    def poll(self):
        events = super().poll()
        if len(events) > 1 and all(isinstance(event, Datagram) for event in events):
            return [events[0]._replace(data=b"".join([event.data for event in events]))]
        return events


class AbruptNet(VirtualNet):
    """Closes without sending what is queued."""

    def close(self, key):
        if key in self._ends and self._ends[key].pipe is not None:
            self._ends[key].pipe.stop()
        super().close(key)


class LosingNet(VirtualNet):
    def poll(self):
        return [event for event in super().poll() if not (isinstance(event, Received) and len(event.data) > 100_000)]


@pytest.mark.parametrize("broken, clause", [
    (SharingNet, "port in use returns Refused"),
    (AnonymousNet, "address and port it came from"),
    (MergingNet, "one event each"),
    (AbruptNet, "close sends what is queued first"),
    (LosingNet, "a long answer arrives whole"),
])
def test_a_broken_net_is_found(broken, clause):
    time = Time()
    network = VirtualNetwork(time)
    with pytest.raises(ContractError, match=clause):
        check.check_net(broken(network, "10.0.0.1"), broken(network, "10.0.0.2"), advancing(time))


def test_a_net_that_loses_is_found():
    time = Time()
    network = VirtualNetwork(time, path=Path(loss=0.3))
    with pytest.raises(ContractError):
        check.check_net(VirtualNet(network, "10.0.0.1"), VirtualNet(network, "10.0.0.2"), advancing(time))


class MillisecondClock(Clock):
    def now(self):
        return super().now() // 1000


class FloatClock(Clock):
    def now(self):
        return super().now() / 1


class BackwardClock(Clock):
    def now(self):
        return 1_000_000 - super().now()


@pytest.mark.parametrize("broken, clause", [
    (MillisecondClock, "counts microseconds"), (FloatClock, "integer"), (BackwardClock, "never goes back")])
def test_a_broken_clock_is_found(broken, clause):
    time = Time()
    with pytest.raises(ContractError, match=clause):
        check.check_clock(broken(time), advancing(time))


class SwappedLed(Led):
    def show(self, colour):
        super().show((colour & 0xFF) << 16 | colour & 0xFF00 | colour >> 16)


class StickyButton(Button):
    def release(self):
        pass


def test_a_broken_lamp_button_or_carrier_is_found():
    led, button = SwappedLed(Time()), StickyButton(Time())
    with pytest.raises(ContractError, match="the lamp has the colour"):
        check.check_led(led, lambda: led.colour)
    with pytest.raises(ContractError, match="once the button is released"):
        check.check_button(button, lambda held: button.press() if held else button.release())
    with pytest.raises(ContractError, match="udp, tcp or tls"):
        check.check_sip(SipCarrier(("sctp",)))
    with pytest.raises(ContractError, match="1500 octets"):
        check.check_sip(SipCarrier(limits=Limits(576, 10, 100)))


class DeafRadio(Radio):
    """Never says that a bearer is lost."""

    def poll(self):
        super().poll()
        return []


class NervousRadio(Radio):
    """Says it at once."""

    def poll(self):
        return super().poll() or [Lost(bearer) for bearer in self.ends]


class GenerousRadio(Radio):
    """Takes any number of bearers."""

    def open(self, bearer, slot, carrier, *more):
        self.bearers += bearer == self.bearers
        super().open(bearer, slot, carrier, *more)


class AloneRadio(Radio):
    """Forgets that a long slot is two."""

    def open(self, bearer, slot, carrier, kind="full", *more):
        super().open(bearer, slot, carrier, "full", *more)


class LoudRadio(Radio):
    """Its scan shows what it sends itself."""

    def levels(self):
        return bytes((35,)) + super().levels()[1:]


@pytest.mark.parametrize("broken, clause", [
    (DeafRadio, "Lost is reported"), (NervousRadio, "not lost before"), (GenerousRadio, "others are refused"),
    (AloneRadio, "takes up the next"), (LoudRadio, "louder than QUIET")])
def test_a_broken_radio_is_found(broken, clause):
    time = Time()
    with pytest.raises(ContractError, match=clause):
        check.check_radio(broken(Air(time)), advancing(time))


class Dsp:
    """The least that keeps the contract: silence in packets; `fault` names what it does wrong.

    Where silence is compressed, only the first 100 ms and tones are speech.
    """

    channels, codecs = 2, ("pcma",)

    def __init__(self, time, fault=""):
        self.time, self.fault = time, fault
        self.open_since = {}
        self.packets = []
        self.got = {}
        self.digits = []
        self.noise = {}
        self.told = {}
        self.sounding = False

    def open(self, channel, settings):
        known = settings.codec in self.codecs or self.fault == "codec"
        if settings.handset != "g726" and self.fault != "handset":
            raise DspBusy
        if channel >= self.channels or not known or (channel in self.open_since and self.fault != "twice"):
            raise DspBusy
        self.open_since[channel] = self.time.now
        self.got[channel] = 0
        self.noise[channel], self.told[channel], self.sounding = -90.0, False, False
        self._tick(channel, settings)

    def _tick(self, channel, settings, began=None):
        if began is not None and self.open_since.get(channel) != began:
            return
        if began is not None:
            at = (self.time.now - began) // 1000 - settings.packet_ms
            if self.fault == "timeless":
                at = 0
            pausing = settings.silence and at >= 100 and not self.sounding and self.fault != "talks on"
            self._send(channel, 8 * settings.packet_ms - (self.fault == "short"), at, pausing)
        began = self.open_since[channel]
        self.time.after(settings.packet_ms * 1000, lambda: self._tick(channel, settings, began))

    def _send(self, channel, octets, at, pausing):
        digit = self.digits.pop(0) if self.digits else b""
        if not pausing:
            self.packets.append(Packet(channel, digit + bytes(octets - len(digit)), "speech", at))
        elif not self.told[channel] or self.fault == "tells twice":
            self.packets.append(Packet(channel, bytes(14 if self.fault == "long" else 1), "comfort", at))
        self.told[channel] = pausing

    def join(self, channel, bearer):
        pass

    def close(self, channel):
        if self.fault != "runs on":
            self.open_since.pop(channel, None)

    def play(self, channel, payload, kind="speech"):
        if kind == "comfort":
            self.noise[channel] = -34.0 if self.fault != "quiet" else -90.0
            return
        self.got[channel] += 2
        if payload[:1] in (b"5", b"#") and self.fault != "deaf":
            self.packets.append(Event(channel, "network", "dtmf", payload[:1].decode()))

    def tone(self, channel, name, towards):
        if name == "no-such-tone" and self.fault != "any tone":
            raise DspBusy
        self.sounding = name == "dial" and self.fault != "stays silent"
        if towards == "network" and channel in self.open_since and name != "dial":
            self.digits = [bytes([digit]) for digit in name.encode()]

    def poll(self):
        packets, self.packets = self.packets, []
        return packets

    def status(self, channel):
        lacking = 10 if self.got[channel] or self.fault == "starved" else 0
        if self.fault == "missing":
            lacking = 0
        return Status(-90.0, self.noise[channel], 0.0, 0.0, self.got[channel], lacking)


def test_the_least_dsp_keeps_the_contract():
    time = Time()
    check.check_dsp(Dsp(time), advancing(time))


@pytest.mark.parametrize("fault, clause", [
    ("codec", "unknown codec raises DspBusy"), ("handset", "unknown codec of the handset raises DspBusy"),
    ("twice", "cannot be opened again"), ("short", "packet_ms of speech"),
    ("any tone", "unknown tone raises DspBusy"), ("deaf", "digits are sent in order"),
    ("runs on", "closed channel makes no packets"), ("missing", "missing counts frames"),
    ("timeless", "at counts ms"), ("talks on", "pause is described once"), ("tells twice", "pause is described once"),
    ("long", "at most 12 coefficients"), ("stays silent", "sent as speech"), ("quiet", "noise that was described"),
    ("starved", "pause lacks no packet")])
def test_a_broken_dsp_is_found(fault, clause):
    time = Time()
    with pytest.raises(ContractError, match=clause):
        check.check_dsp(Dsp(time, fault), advancing(time))


def altered(change):
    """A pair of line ends whose every event goes through `change`, which may drop it (None)."""
    time = Time()
    a, b = fax_line.pair(time)
    for end in (a, b):
        end.poll = lambda poll=end.poll: [one for one in map(change, poll()) if one is not None]
    return a, b, advancing(time)


@pytest.mark.parametrize("change, clause", [
    (lambda event: None if isinstance(event, Carrier) and not event.present else event, "end of a carrier"),
    (lambda event: None if event == Carrier(V21, True) else event, "carrier is reported before"),
    (lambda event: event._replace(good=False) if isinstance(event, Frame) else event, "clean line is good"),
    (lambda event: event._replace(data=event.data[::-1]) if isinstance(event, Frame) else event, "frame arrives whole"),
])
def test_a_broken_fax_line_is_found(change, clause):
    with pytest.raises(ContractError, match=clause):
        check.check_fax(*altered(change))
