"""Frames and sessions of the serial link: the same octets on CPython and on MicroPython."""

from hal import dsp_link
from hal.dsp import Settings
from hal.frames import Frame, Reader, encode, stuff, unstuff
from hal.link import Down, Link, Message, Out, Up


class Chance:
    seed = 1

    def octets(self, count):
        out = bytearray()
        for _ in range(count):
            self.seed = (self.seed * 1103515245 + 12345) & 0x7FFFFFFF
            out.append(self.seed >> 16 & (255 if self.seed & 0x400 else 1))
        return bytes(out)


class Far:
    sequence = 0

    def say(self, kind, body=b"", expect=0):
        self.sequence += 1
        return encode(Frame(kind, self.sequence, 1, expect, 255, body))


octets, say = Chance().octets, Far().say


def show(effects):
    for effect in effects:
        if isinstance(effect, Out):
            print("out", effect.data.hex())
        else:
            kind = [name for name, one in (("message", Message), ("up", Up), ("down", Down)) if isinstance(effect, one)]
            print(kind[0], *effect)


for size in (0, 1, 5, 253, 254, 255, 600):
    data = octets(size)
    print(size, len(stuff(data)), unstuff(stuff(data)) == data)

reader = Reader()
for size in (0, 3, 300, 1024):
    frame = Frame(size & 255, 2, 3, 4, 5, octets(size))
    print(encode(frame).hex()[:80], reader.feed(octets(9) + b"\x00" + encode(frame)) == [frame])
print(reader.damaged)

link = Link(77)
show(link.tick(0))
show(link.receive(say(2, b"GWLK\x01\x00" + (77).to_bytes(4, "little") + b"who"), 1000))
SPEECH = Settings("pcma", 20, 2, 128, True, False, "g726")
show(link.order(dsp_link.OPEN, dsp_link.open_body(16, 0, SPEECH, 3, 7), 2000))
show(link.order(dsp_link.TONE, dsp_link.tone_body(16, "busy", "handset"), 2000))
show(link.send(dsp_link.TICK, dsp_link.tick_body(5, [(16, octets(40))]), 5000))
show(link.send(dsp_link.PLAY, dsp_link.play_body(16, b"speech", "speech"), 5000))
show(link.receive(say(0xA0, b"\x00event", 1), 9000))
print(link.due())
show(link.tick(70000))
show(link.tick(link.due()))
show(link.receive(say(3, b"GWLK\x01\x00\x01\x00\x82\x00\x00"), 300000))
show(link.tick(300000))
counts = link.counts
print(counts.sent, counts.received, counts.lost, counts.dropped, counts.resent, counts.damaged)

print(dsp_link.report(b"\x08\x03\x00\x01@x}\x01\x09pcma,pcmu\x04test"), dsp_link.report(b""))
print(dsp_link.tock(b"\x05\x00\x09\x00\x00\x00\x10" + bytes(40)), dsp_link.tock(b"\x05"))
print(dsp_link.packet(b"\x10\x01\x14\x00\x00\x00\x28"), dsp_link.packet(b"\x10\x09\x14\x00\x00\x00"))
print(dsp_link.event(b"\x10\x01\x00\x37\x00\x00\x00"), dsp_link.event(b"\x10\x00\x02\x07\x00\x00\x00cng"))
print(dsp_link.status(bytes(33)))
