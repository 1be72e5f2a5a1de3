"""Calls and media: what CALL tells its legs, the network and the DSP, message by message."""

from firmware.call.leg import Alerting, Audio, Bearer, Codec, Connect, Digits, Elsewhere, Leg, Media, Release, Setup
from firmware.call.module import CallModule
from firmware.effects import Log, Send, Trace
from firmware.media import properties, rtcp, rtp
from firmware.media.jitter import JitterBuffer
from hal.dsp import Event, Packet, Status
from hal.net import Bound, Datagram, Refused


class Directory:
    def find(self, attribute, value):
        return {"ipei": "1"} if (attribute, value) == ("e164", "201") else None


class Dsp:
    def status(self, channel):
        return Status(-20.0, -21.5, 12.0, 31.0, 100, 1)


class Chance:
    """The same octets on every Python."""

    def __init__(self):
        self.state = 1

    def __call__(self, count):
        octets = []
        for _ in range(count):
            self.state = (self.state * 1103 + 12345) % 65536
            octets.append(self.state >> 8)
        return bytes(octets)


PEER = ("192.0.2.9", 40000)
PCMA, PCMU, EVENT = Codec("pcma", 8, 8000), Codec("pcmu", 0, 8000), Codec("telephone-event", 101, 8000)
COMFORT = Codec("cn", 13, 8000)
OFFER = Audio(PEER[0], PEER[1], (PCMU, PCMA, EVENT), 20, "sendrecv")
SIP, DECT = Leg("SIP", 2), Leg("GW-DECT", 1)


def plain(value):
    """A tuple printed alike: MicroPython and CPython write named tuples differently."""
    if isinstance(value, tuple):
        inner = ", ".join([plain(one) for one in value])
        name = type(value).__name__
        return inner if name == "tuple" and not value else "{}({})".format("" if name == "tuple" else name, inner)
    return "<{} octets>".format(len(value)) if isinstance(value, bytes) else repr(value)


def show(call, message, now):
    queue = [message]
    while queue:
        said = queue.pop(0)
        print(">", now, plain(said))
        for effect in call.receive(said, now):
            if isinstance(effect, Trace):
                continue
            print("  ", effect.text if isinstance(effect, Log) else plain(effect))
            if type(effect).__name__ == "Bind":
                answer = Refused(effect.key, "in use") if effect.port == 16384 else Bound(effect.key, effect.port)
                queue.append(answer)


def a_call():
    call = CallModule(Directory(), properties.Media(), Dsp(), 1, lambda: (2, 128), "10.0.0.1", Chance())
    show(call, Setup(SIP, "201", "100", "Carl", OFFER), 0)
    show(call, Setup(Leg("SIP", 4), "999", "100", None, OFFER), 10)
    show(call, Alerting(DECT, Bearer(0, 6, False)), 1000)
    show(call, Connect(DECT, Bearer(0, 6, False)), 2000)
    for index in range(12):
        now = 20000 * (index + 1)
        if index == 3:
            show(call, Digits(DECT, "7"), now)
        show(call, Packet(0, b"a" * 160, "speech", 20 * index), now)
        show(call, Datagram(("rtp", 1), PEER, rtp.build(8, 65530 + index & 0xFFFF, index * 160, 9, False, b"v" * 160)),
             now)
        print("due", call.due())
        for effect in call.tick(now + 20000):
            print("  ", plain(effect))
    show(call, Media(SIP, Audio(PEER[0], 40002, (PCMU,), 30, "sendonly")), 300000)
    print(call.command("", ["calls"], 0)[0])
    show(call, Release(SIP, 16), 6000000)
    told = call.records()[-1]
    for key in sorted(told):
        print(key, told[key])
    print("rest", call.due(), call.busy())


def a_call_with_pauses():
    """Silence compressed, a digit taken out of the handset's audio in a pause, then Opus instead."""
    media = properties.Media(("pcma", "opus"))
    media.configure("", {"sc": True}, ["sc"], 0)
    call = CallModule(Directory(), media, Dsp(), 1, lambda: (2, 128), "10.0.0.1", Chance())
    show(call, Setup(SIP, "201", "100", "Carl", Audio(PEER[0], PEER[1], (PCMA, COMFORT, EVENT), 20, "sendrecv")), 0)
    show(call, Connect(DECT, Bearer(0, 6, False)), 0)
    show(call, Packet(0, b"a" * 160, "speech", 0), 20000)
    show(call, Packet(0, b"\x40", "comfort", 20), 40000)
    show(call, Event(0, "handset", "dtmf", "#"), 100000)
    while call.due() is not None and call.due() < 500000:
        now = call.due()
        for effect in call.tick(now):
            print("  ", now, plain(effect))
    show(call, Packet(0, b"a" * 160, "speech", 980), 1000000)
    show(call, Datagram(("rtp", 1), PEER, rtp.build(13, 7, 0, 9, False, b"\x38\x7f")), 1000000)
    for effect in call.tick(1020000):
        print("  ", plain(effect))
    show(call, Media(SIP, Audio(PEER[0], PEER[1], (Codec("opus-nb", 111, 48000),), 20, "sendrecv")), 1100000)
    show(call, Packet(0, b"o" * 40, "speech", 60), 1200000)
    show(call, Release(SIP, 16), 1300000)


def a_call_elsewhere():
    """Both boards of a call at another radio; each gets what the other has packed."""
    media = properties.Media()
    master = CallModule(Directory(), media, Dsp(), 1, lambda: (2, 128), "10.0.0.1", Chance())
    master.radios = lambda rpn: ("10.0.0.2", 2, ("pcma",)) if rpn == 1 else None
    radio = CallModule(None, media, Dsp(), 2, lambda: (1, 64), "10.0.0.2", Chance())
    queue = [(master, Setup(SIP, "201", "100", "Carl", OFFER)), (master, Alerting(DECT, Bearer(1, None, False))),
             (master, Connect(DECT, Bearer(1, 3, True))), (master, Digits(DECT, "R")), (master, Digits(DECT, "07#")),
             (master, Media(SIP, OFFER)), (master, Connect(Leg("SIP", 3), OFFER)), (master, Digits(DECT, "R2")),
             (master, Media(Leg("SIP", 3), OFFER)), (master, Digits(DECT, "R4")), (master, Release(SIP, 16))]
    while queue:
        module, said = queue.pop(0)
        print(">", plain(said))
        for effect in module.receive(said, 0):
            kind = type(effect).__name__
            if kind == "Tell" and type(effect.message).__name__ == "Elsewhere":
                other, rpn = (radio, 0) if module is master else (master, 1)
                print("   ", effect.message.octets.hex())
                queue.insert(0, (other, Elsewhere(rpn, effect.message.octets)))
            elif kind == "Bind":
                queue.insert(0, (module, Bound(effect.key, effect.port)))
            elif kind not in ("Trace", "Send"):
                print("   ", plain(effect))
    print("rest", master.due(), master.busy(), radio.due(), radio.busy())


def a_jitter_buffer():
    buffer = JitterBuffer(8000)
    for arrival, sequence in ((0, 0), (20000, 1), (45000, 3), (46000, 2), (46000, 2), (150000, 4), (151000, 5)):
        buffer.put(sequence, sequence * 160, sequence, arrival)
        print(arrival, sequence, list(buffer.take(arrival)), buffer.due())
    print(list(buffer.take(10 ** 6)), buffer.delay, buffer.late, buffer.dropped, buffer.duplicates)


def reports():
    block = rtcp.Block(5, 64, -3, 70000, 12, 7, 65536)
    data = rtcp.build(9, "1@10.0.0.1", (1600, 10, 1600), block, True, 3500000)
    print(data.hex())
    print(plain(rtcp.parse(data)))
    print(plain(Send(("rtp", 1), PEER, rtp.build(8, 1, 2, 3, True, b"x"))))


a_call()
a_call_with_pauses()
a_call_elsewhere()
a_jitter_buffer()
reports()
