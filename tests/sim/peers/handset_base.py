"""A base without firmware: it says what a test wants, and keeps what a handset says."""

from sim.air import Air, Beacon
from sim.peers.handset import codec, fields
from sim.peers.handset.codec import Message
from sim.peers.handset.dlc import Link

MULTICELL = 1 << 47 - fields.CONNECTION_HANDOVER | 1 << 47 - 45
SUBSCRIBE = 1 << 47 - fields.ACCESS_RIGHTS
RFPI = bytes.fromhex("102243a300")
MT, CONFIRM, WAIT = 6, codec.CONFIRM, codec.WAIT


def beacon(rfpi, slot=0, carrier=0, capabilities=None, long_slots=False, sari=None):
    name = codec.a_field(3, rfpi)
    cycle = [name] * 16
    if capabilities is not None:
        cycle[8] = codec.a_field(4, (3 << 36 | capabilities & (1 << 36) - 1).to_bytes(5, "big"))
        cycle[0] = codec.a_field(4, b"\x6f\x0f\0\0\0")
    if long_slots:
        cycle[2] = codec.a_field(4, (12 << 36 | 1 << 47 - fields.LONG_SLOT).to_bytes(5, "big"))
    if sari is not None:
        cycle[4] = codec.a_field(4, (5 << 36 | sari).to_bytes(5, "big"))
    return Beacon(slot, carrier, tuple(cycle))


class Leg:
    """One bearer at the base."""

    def __init__(self, base, slot, carrier, wide):
        self.end = base.air.end(base, slot, carrier, "long" if wide else "full")
        self.end.expect = base.rfpi
        self.end.on_field = lambda field, rssi: base.field(self, field)
        self.wide = wide
        self.sequence = self.expected = 0
        self.released = None
        self.fresh = False


class Base:
    """Confirms every request; `messages` are what came up, `answers` (protocol, type) -> list of messages to say."""

    def __init__(self, air: Air, rfpi=RFPI, position=(0.0, 0.0), follow=None, **options):
        self.air, self.rfpi, self.options = air, rfpi, options
        self.legs: list[Leg] = []
        self.controls: list = []
        self.messages: list[Message] = []
        self.answers: dict = {}
        self.requests: list = []
        self.refuse: int | None = None
        self.deaf = False
        self.link: Link | None = None
        self.key = None
        air.add(self, position, fixed=True)
        if follow is not None:
            air.clock(self).follow(follow)

    def on_air(self, **options):
        self.options.update(options)
        self.air.beacon(self, beacon(self.rfpi, **self.options))
        self.air.scan(self, True)
        return self

    def off_air(self):
        self.air.beacon(self, None)
        self.air.scan(self, False)

    def system_changed(self):
        pass

    @property
    def leg(self):
        return self.legs[-1]

    def heard(self, heard):
        self.requests.append(heard)
        control = codec.CONTROL.parse(heard.field[1:])
        mine = int.from_bytes(self.rfpi, "big") & 0xFFF
        if self.deaf or heard.field[0] >> 5 != 7 or control.command not in codec.REQUESTS or control.fmid != mine:
            return
        leg = Leg(self, heard.slot - 12, heard.carrier, heard.field[0] >> 1 & 7 == 5)
        leg.end.cycle = [codec.a_field(3, self.rfpi)]
        if self.refuse is not None:
            leg.end.send(codec.released(self.refuse, control.pmid))
            leg.end.send(codec.released(self.refuse, control.pmid))
            return
        if control.command == codec.BEARER_HANDOVER and self.legs:
            leg.end.twin(self.legs[-1].end)
            leg.sequence, leg.expected = self.leg.sequence, self.leg.expected
            leg.end.cipher(self.key)
        elif control.command == codec.ACCESS_REQUEST:
            self.link = Link()
        leg.fresh = control.command == codec.CONNECTION_HANDOVER
        self.pmid = control.pmid
        leg.end.send(codec.control(CONFIRM, control.fmid, control.pmid, control.kind))
        self.legs.append(leg)

    def field(self, leg, field):
        kind = field[0] >> 5
        if kind == MT:
            self.control(leg, codec.CONTROL.parse(field[1:]), field[1:])
        elif kind in (0, 1) and leg in self.legs and kind == leg.expected:
            for one in self.legs:
                one.expected ^= 1
            if leg.fresh:
                self.link.moved()
                leg.fresh = False
            self.segment(field[1:])

    def control(self, leg, control, tail):
        self.controls.append((control.kind, control.command))
        if control.kind in (0, 1) and control.command == codec.RELEASE:
            leg.released = codec.RELEASED.parse(tail).reason
            leg.end.close()
            if leg in self.legs:
                self.legs.remove(leg)
        elif control.kind == 5 and control.command in (0, 4):
            leg.end.send(fields.encryption(control.command + 1, control.fmid, control.pmid))
        elif control.kind == 5 and control.command in (2, 6):
            leg.end.cipher(self.key if control.command == 2 else None)

    def segment(self, octets):
        if self.link is None:
            return
        segments, whole = self.link.receive(octets)
        self.out(segments)
        for one in whole:
            message = codec.parse_message(one)
            self.messages.append(message)
            for answer in self.answers.get((message.protocol, message.type), []):
                self.say(answer(message) if callable(answer) else answer)

    def out(self, segments):
        for segment in segments:
            leg = self.leg
            leg.end.segment(codec.a_field(leg.sequence, segment))
            for one in self.legs:
                one.sequence ^= 1

    def say(self, message):
        self.out(self.link.send(codec.build_message(message)))

    def page(self, tpui, code=1):
        tail = codec.PAGED.build({"extend": 0, "length": 1, "wide": 0, "code": code, "tpui": tpui, "info": 0})
        self.air.page(self, codec.a_field(7, tail))

    def release(self, reason=2):
        for leg in list(self.legs):
            leg.end.send(codec.released(reason, self.pmid))

    def hang(self):
        """As without power."""
        for leg in self.legs:
            leg.end.close()
        self.legs.clear()

    def types(self, protocol):
        return [message.type for message in self.messages if message.protocol == protocol]
